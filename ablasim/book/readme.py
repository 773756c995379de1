"""The book's table in the README, between two marks, made from the committed results."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ablasim.book.record import CaseRecord
from ablasim.book.words import COLUMNS, count_words, table_rows
from ablasim.errors import BookError

BEGIN = "<!-- table of `ablasim validate --all --accept`: begin -->"
END = "<!-- table of `ablasim validate --all --accept`: end -->"


def table_text(records: Sequence[CaseRecord]) -> str:
    """The table as Markdown, with the marks around it."""
    lines = [BEGIN, "", f"{count_words(records)}.", "", _line(COLUMNS), _line(["---"] * len(COLUMNS))]
    lines += [_line([cell.replace("|", "\\|") for cell in row]) for row in table_rows(records)]
    return "\n".join([*lines, "", END])


def update_readme(file: Path, records: Sequence[CaseRecord]) -> None:
    """Put the table into the README, in place of the one between the marks.

    Raises
    ------
    BookError
        If the marks are not there.
    """
    text = file.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        message = f"{file}: lacks the marks of the table, {BEGIN} and {END}"
        raise BookError(message)
    fresh = file.with_name(f".{file.name}.part")
    fresh.write_text(before + table_text(records) + after, encoding="utf-8")
    fresh.replace(file)


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
