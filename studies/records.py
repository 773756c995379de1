"""Results of a study as CSV, and the part of a document that is made from them."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from ablasim.errors import AblasimError

Row = Mapping[str, str]


def read_rows(file: Path) -> list[dict[str, str]]:
    """Rows of a CSV file by heading; none if there is no such file."""
    if not file.is_file():
        return []
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def write_rows(file: Path, rows: Sequence[Row]) -> None:
    """Write rows that have the same headings; the file appears under its name when it is whole."""
    part = file.with_name(f".{file.name}.part")
    with part.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    part.replace(file)


def marks(study: str) -> tuple[str, str]:
    """Comments that a document has before and behind what a study writes into it."""
    return f"<!-- made by `python -m studies.{study} --write`: begin -->", "<!-- made by it: end -->"


def document_with(text: str, study: str, section: str) -> str:
    """The text of a document with a study's section between its marks.

    Raises
    ------
    AblasimError
        If the marks are not there.
    """
    begin, end = marks(study)
    before, found, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        message = f"the document must have the marks of the study {study}: {begin} and {end}"
        raise AblasimError(message)
    return f"{before}{begin}\n\n{section}\n\n{end}{after}"


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
