"""Check that the built documentation needs no network, and that every picture, script and style it asks for is there.

python tools/check_site.py build/site
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

_ASKS = {"img": "src", "script": "src", "source": "src", "iframe": "src", "link": "href"}
_NO_RESOURCE = {"canonical", "prev", "next", "alternate"}  # links of a page's head that fetch nothing


class _Resources(HTMLParser):
    """Addresses that a browser fetches to show a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        address = values.get(_ASKS.get(tag, ""))
        if address and (values.get("rel") or "") not in _NO_RESOURCE:
            self.found.append(address)


def problems(site: Path) -> Iterator[str]:
    """What pages and styles ask for that is elsewhere or missing, one sentence each."""
    for page in sorted(site.rglob("*.html")):
        parser = _Resources()
        parser.feed(page.read_text(encoding="utf-8"))
        for address in parser.found:
            yield from _problem(page, address, site)
    for style in sorted(site.rglob("*.css")):
        for address in re.findall(r"url\(([^)]+)\)|@import\s+[\"']([^\"']+)", style.read_text(encoding="utf-8")):
            yield from _problem(style, "".join(address).strip("\"'"), site)


def _problem(file: Path, address: str, site: Path) -> Iterator[str]:
    if address.startswith(("data:", "#")):
        return
    name = file.relative_to(site)
    path = re.split(r"[?#]", address)[0]
    if re.match(r"[a-z]+:|//", address):
        yield f"{name}: {address}: is fetched from elsewhere: must be within the site"
    elif not ((site / path.lstrip("/")) if path.startswith("/") else (file.parent / path)).exists():
        yield f"{name}: {address}: is not there"


def main() -> int:
    """Print every problem; 1 if there is one."""
    site = Path(sys.argv[1])
    if not (site / "index.html").is_file():
        sys.stderr.write(f"{site}: has no index.html: must be a built site\n")
        return 2
    found = list(problems(site))
    sys.stderr.write("".join(f"{line}\n" for line in found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
