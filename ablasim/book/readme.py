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
    misses = [
        f"- {record.identifier} {check.quantity}"
        for record in records
        for check in record.checks
        if check.verdict == "miss"
    ]
    lines = [BEGIN, "", f"{count_words(records)}. Misses:", "", *(misses or ["- none"]), ""]
    lines += [
        "<details><summary>Every verdict</summary>",
        "",
        markdown_line(COLUMNS),
        markdown_line(["---"] * len(COLUMNS)),
    ]
    lines += [markdown_line([cell.replace("|", "\\|") for cell in row]) for row in table_rows(records)]
    return "\n".join([*lines, "", "</details>", "", END])


def update_readme(file: Path, records: Sequence[CaseRecord]) -> None:
    """Put the table into the README, in place of the one between the marks.

    Raises
    ------
    BookError
        If the marks are not there.
    """
    replace_between(file, BEGIN, END, table_text(records))


def check_readme(file: Path) -> None:
    """Check that there is a README with the marks.

    Raises
    ------
    BookError
        If there is not.
    """
    _check_marks(file, BEGIN, END)


def replace_between(file: Path, begin: str, end: str, text: str) -> None:
    """Put a text with its marks into a file, in place of the one between such marks.

    Raises
    ------
    BookError
        If the marks are not there.
    """
    _check_marks(file, begin, end)
    before, _, rest = file.read_text(encoding="utf-8").partition(begin)
    after = rest.partition(end)[2]
    fresh = file.with_name(f".{file.name}.part")
    fresh.write_text(before + text + after, encoding="utf-8")
    fresh.replace(file)


def markdown_line(cells: Sequence[str]) -> str:
    """One line of a Markdown table."""
    return "| " + " | ".join(cells) + " |"


def _check_marks(file: Path, begin: str, end: str) -> None:
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    if end not in text.partition(begin)[2]:
        message = f"{file}: must be there, with the marks of the table: {begin} and {end}"
        raise BookError(message)
