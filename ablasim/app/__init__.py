"""The teaching app: a page on this machine in which a vessel is dragged towards the applicator.

Physics, numbers and geometry are in modules that know nothing of the page (`places`, `courses`, `library`, `zones`,
`lessons`); `page` and `server` alone import trame.
"""
