"""The book's table and list on the screen."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ablasim.book.case import BookCase
from ablasim.book.record import CaseRecord
from ablasim.book.words import COLUMNS, Row, table_rows
from ablasim.views.report_text import NOTHING

NARROW = 150
"""Columns of a terminal below which the table would take two lines and more for a row: then each check is one line."""

_WIDEST = 500
_STYLES = {"pass": "green", "miss": "bold red", "failed": "bold red", "undetermined": "yellow", "context": "dim"}
_WIDTH_OF_VERDICT = max(map(len, _STYLES))


def standard_output() -> Console:
    """The screen, or a pipe or file, which is wide enough for every row."""
    console = Console()
    if not console.is_terminal:
        console.width = _WIDEST
    return console


def print_table(records: Sequence[CaseRecord], console: Console) -> None:
    """Print a row for each check: all columns, or where there is no room for them a short line."""
    rows = table_rows(records)
    if console.width < NARROW:
        for row in rows:
            console.print(_line(row), soft_wrap=True)
        return
    table = Table(*COLUMNS, box=None, padding=(0, 2, 0, 0))
    for row in rows:
        style = _STYLES.get(row.verdict, "")
        table.add_row(*(Text(cell) for cell in row[:-2]), Text(row.verdict, style=style), Text(row.seconds))
    console.print(table)


def print_list(cases: Sequence[BookCase], console: Console) -> None:
    """Print the cases: identifier, group, whether it is quick, title."""
    table = Table("case", "group", "quick", "title", box=None)
    for case in cases:
        table.add_row(case.identifier, case.group, "yes" if case.quick else "", Text(case.title))
    console.print(table)


def _line(row: Row) -> Text:
    error = "" if row.error == NOTHING else f", error {row.error}"
    return Text.assemble(
        f"{row.case:6s} ",
        (f"{row.verdict:{_WIDTH_OF_VERDICT}s} ", _STYLES.get(row.verdict, "")),
        row.quantity if row.got == NOTHING else f"{row.quantity}: {row.got}{error}",
    )
