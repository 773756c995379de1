"""Links that lead out of ``docs`` on a code host, turned to the page of the site that stands for their target."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Collection

STANDS_FOR = {
    "README.md": "index.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "benchmarks/README.md": "benchmarks.md",
    "validation/README.md": "book/how.md",
    "validation/results.json": "book/index.md",
    "validation/experiment/materials.md": "book/materials.md",
    "scenarios": "gallery.md",
    "scenarios/ablasim.schema.json": "reference/keys.md",
    "studies/ablasim-study.schema.json": "reference/study-keys.md",
    "ablasim/cli/main.py": "reference/commands.md",
    "ablasim/__init__.py": "reference/api.md",
    "ablasim/materials/data": "reference/tissues.md",
    "ablasim/devices": "reference/devices.md",
}
"""Page of the site that shows what a file or folder of the repository holds."""

_LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(([^()\s]+)\)")


def turned(text: str, source: str, page: str) -> str:
    """Text with the links that it needs as a page of the site.

    Parameters
    ----------
    text : str
        Markdown.
    source : str
        Its file, seen from the root of the repository: links start there.
    page : str
        Page of the site, seen from the site's root: links will start there.

    Returns
    -------
    str
        Links to pages lead to pages. A link to a file that no page stands for is left as its words.

    Examples
    --------
    >>> turned("[a](../CHANGELOG.md#x), [b](../setup.cfg), [c](margin.md)", "docs/design.md", "design.md")
    '[a](changelog.md#x), b, [c](margin.md)'
    """

    def turn(match: re.Match[str]) -> str:
        mark, words, target = match.groups()
        if re.match(r"[a-z]+:|#", target):
            return match[0]
        path, hash_sign, anchor = target.partition("#")
        place = posixpath.normpath(posixpath.join(posixpath.dirname(source), path))
        found = STANDS_FOR.get(place) or (place.removeprefix("docs/") if place.startswith("docs/") else None)
        if found is None:
            return words
        found = re.sub(r"\.ipynb$", ".md", found)
        return f"{mark}[{words}]({posixpath.relpath(found, posixpath.dirname(page) or '.')}{hash_sign}{anchor})"

    return outside_code(text, lambda part: _LINK.sub(turn, part))


def with_cases(text: str, cases: Collection[str], page: str) -> str:
    r"""Text in which each case of the book that is named leads to its page.

    Parameters
    ----------
    text : str
        Markdown.
    cases : collection of str
        Identifiers of the cases.
    page : str
        Page of the site that the text is for.

    Examples
    --------
    >>> with_cases("# V-A1\nV-A1, V-Z9 and [V-A1](x)", ["V-A1"], "howto/mesh.md")
    '# V-A1\n[V-A1](../book/V-A1.md), V-Z9 and [V-A1](x)'
    """
    book = posixpath.relpath("book", posixpath.dirname(page) or ".")

    def linked(match: re.Match[str]) -> str:
        return f"[{match[0]}]({book}/{match[0]}.md)" if match[0] in cases else match[0]

    def change(part: str) -> str:
        pieces = re.split(r"(^#.*$|\[[^\]]*\]\([^)]*\))", part, flags=re.MULTILINE)
        return "".join(p if i % 2 else re.sub(r"\bV-[A-Z]\d+[a-z]?\b", linked, p) for i, p in enumerate(pieces))

    return outside_code(text, change)


def outside_code(text: str, change: Callable[[str], str]) -> str:
    """Text with its fenced blocks and code spans as they are, and the rest changed."""
    parts = re.split(r"(^ *```.*?^ *```[^\n]*$|`[^`\n]+`)", text, flags=re.DOTALL | re.MULTILINE)
    return "".join(part if i % 2 else change(part) for i, part in enumerate(parts))
