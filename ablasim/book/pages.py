"""The book as HTML: an index, a page for each case, and the material library; and its numbers as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup

from ablasim.book.case import GROUPS, SECTIONS, BookCase
from ablasim.book.folder import INDEX
from ablasim.book.record import RESULTS, CaseRecord
from ablasim.book.words import COLUMNS, count_words, table_rows
from ablasim.damage import OBSERVATIONS, damage_table
from ablasim.materials import LibraryRow, library_table
from ablasim.materials.entries import quantity_in_words
from ablasim.results.files import write_json
from ablasim.units import SECONDS_PER_MINUTE
from ablasim.views.report import DISCLAIMER

GROUP_WORDS = {
    "analytic": "Exact and manufactured solutions",
    "code": "Published results of other codes",
    "experiment": "Published experiments",
    "choices": "What hangs on the values chosen",
}
_TEMPLATES = ("base.html", "index.html", "case.html", "materials.html", "damage.html")
_SCENARIO = "scenario.yaml"
_GROUNDS = Path("docs/damage-model.md")


def write_book(output: Path, cases: Sequence[BookCase], records: dict[str, CaseRecord]) -> Path:
    """Write every page, and what the index shows as JSON.

    Parameters
    ----------
    output : Path
        Folder of the pages; the figures of each case lie in a folder of its identifier.
    cases : sequence of BookCase
        All cases of the book.
    records : dict of str to CaseRecord
        What is known of them; cases without a record are listed as not run.

    Returns
    -------
    Path
        The index.
    """
    environment = _environment()
    known = [records[case.identifier] for case in cases if case.identifier in records]
    _write(
        output / "materials.html", environment, "materials.html", root=".", known=set(records), materials=_materials()
    )
    _write(
        output / "damage.html",
        environment,
        "damage.html",
        root=".",
        known=set(records),
        grounds=_grounds(cases),
        **_damage(),
    )
    for case in cases:
        if case.identifier in records:
            record = records[case.identifier]
            _write(output / case.identifier / "index.html", environment, "case.html", root="..", **_case(case, record))
    groups = [
        (GROUP_WORDS[group], [(case, records.get(case.identifier)) for case in cases if case.group == group])
        for group in GROUPS
    ]
    index = output / INDEX
    _write(
        index,
        environment,
        "index.html",
        root=".",
        groups=[(words, members) for words, members in groups if members],
        columns=COLUMNS,
        rows=table_rows(known),
        counts=count_words(known),
        in_quick_form={record.identifier for record in known if not record.full},
        versions=next((record.versions for record in known if record.versions), {}),
    )
    write_json(output / RESULTS, {"cases": [record.to_json() for record in known]})
    return index


def _case(case: BookCase, record: CaseRecord) -> dict[str, Any]:
    markdown = _markdown()
    names = [*SECTIONS, *(name for name in case.sections if name not in SECTIONS)]
    scenario = case.folder / _SCENARIO
    return {
        "case": case,
        "record": record,
        "before": [(name, Markup(markdown.render(case.sections[name]))) for name in names if name != "Remarks"],
        "remarks": Markup(markdown.render(case.sections.get("Remarks", ""))),
        "columns": COLUMNS[1:-1],
        "rows": [row[1:-1] for row in table_rows([record])],
        "check_notes": [(check.quantity, check.note) for check in record.checks if check.note],
        "scenario": scenario.read_text(encoding="utf-8") if scenario.is_file() else "",
        "program": (case.folder / "run.py").read_text(encoding="utf-8"),
        "group_words": GROUP_WORDS[case.group],
    }


def _materials() -> list[tuple[str, str, list[LibraryRow]]]:
    """Name, title and rows of each material."""
    groups = groupby(library_table(), key=lambda row: (row.name, row.title))
    return [(name, title, list(rows)) for (name, title), rows in groups]


def _held(seconds: float) -> str:
    return f"{seconds:g} s" if seconds < 600.0 else f"{seconds / SECONDS_PER_MINUTE:g} min"


def _damage() -> dict[str, Any]:
    return {"models": damage_table(), "observations": OBSERVATIONS}


def _grounds(cases: Sequence[BookCase]) -> Markup:
    """Why the headline is what it is: the page in the documents of the checkout that the cases lie in."""
    homes = {case.folder.resolve().parents[2] for case in cases}
    pages = [home / _GROUNDS for home in homes if (home / _GROUNDS).is_file()]
    text = pages[0].read_text(encoding="utf-8").partition("\n")[2] if pages else ""  # the page has its own heading
    return Markup(_markdown().render(text))


def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark").enable("table")


def _environment() -> Environment:
    folder = files("ablasim.book") / "templates"
    texts = {name: (folder / name).read_text(encoding="utf-8") for name in _TEMPLATES}
    environment = Environment(
        loader=DictLoader(texts), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals["style"] = Markup((folder / "book.css").read_text(encoding="utf-8"))
    environment.globals["disclaimer"] = DISCLAIMER
    environment.filters["in_words"] = quantity_in_words
    environment.filters["held"] = _held
    return environment


def _write(file: Path, environment: Environment, template: str, **values: Any) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f".{file.name}.part")
    fresh.write_text(environment.get_template(template).render(**values), encoding="utf-8")
    fresh.replace(file)
