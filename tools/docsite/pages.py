"""All pages of the site that are made when it is built, from what the package and the repository say."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import ablasim
from ablasim.scenario import json_schema
from ablasim.study.schema import study_schema
from docsite.book import book_pages
from docsite.commands import commands_page
from docsite.gallery import gallery_page, read_record
from docsite.keys import keys_page
from docsite.library import devices_page, tissues_page
from docsite.links import turned
from docsite.notebooks import notebook_pages

TAKEN = {
    "changelog.md": "CHANGELOG.md",
    "contributing.md": "CONTRIBUTING.md",
    "benchmarks.md": "benchmarks/README.md",
    "book/how.md": "validation/README.md",
    "book/materials.md": "validation/experiment/materials.md",
}
"""Pages that are files of the repository outside ``docs``."""

KEYS_LEAD = """\
Every key of a scenario file, with what it may be and its default, made from the schema that the file is checked with
(`ablasim schema`). [Writing a scenario](../scenario.md) goes through the parts in words."""
STUDY_LEAD = """\
Every key of a study file, made from its schema (`ablasim schema --study`). [Studies](../study.md) explains them in
words."""
API_LEAD = """\
What `import ablasim` offers. Inside are SI units and kelvin; at the edges, as in `summary`, the unit is in the name. A
`Scenario` has the [keys of the file](keys.md) as attributes."""
BARE = ("Scenario",)
"""Classes whose own words say all: their members are the keys of a file, or not for users."""


def generated_pages(root: Path) -> dict[str, str | bytes]:
    """Pages and pictures by their place in the site.

    Parameters
    ----------
    root : Path
        Root of the repository.
    """
    pages: dict[str, str | bytes] = {
        "reference/keys.md": keys_page(json_schema(), "Keys of a scenario", KEYS_LEAD),
        "reference/study-keys.md": keys_page(study_schema(), "Keys of a study", STUDY_LEAD),
        "reference/commands.md": commands_page(),
        "reference/tissues.md": tissues_page(),
        "reference/devices.md": devices_page(),
        "reference/api.md": api_page(),
        "gallery.md": gallery_page(root / "scenarios", read_record(root / "docs" / "gallery")),
    }
    for name, content in notebook_pages(root / "docs" / "notebooks").items():
        place = f"notebooks/{name}"
        pages[place] = turned(content, f"docs/{place}", place) if isinstance(content, str) else content
    pages |= {f"book/{name}": text for name, text in book_pages(root / "validation").items()}
    for place, source in TAKEN.items():
        pages[place] = turned((root / source).read_text(encoding="utf-8"), source, place)
    return pages


def api_page() -> str:
    """The page of Python's names, for mkdocstrings to fill in."""
    homes = [f"{ablasim._HOMES[name]}.{name}" for name in ablasim.__all__]
    return "\n\n".join(["# Python", API_LEAD, *map(_entry, homes)]) + "\n"


def _entry(home: str) -> str:
    bare = home.rpartition(".")[2] in BARE
    return f"::: {_defined(home)}" + ("\n    options: {members: false}" if bare else "")


def _defined(path: str) -> str:
    """Where a public name is defined, which is what can be read without importing it."""
    module, _, name = path.rpartition(".")
    return f"{getattr(import_module(module), name).__module__}.{name}"
