"""The agreement with published benches, animals and codes: a table in the documents, made from committed results."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ablasim.book.readme import markdown_line, replace_between
from ablasim.book.record import CaseRecord
from ablasim.book.words import check_row, count_words

BEGIN = "<!-- agreement of `ablasim validate --accept`: begin -->"
END = "<!-- agreement of `ablasim validate --accept`: end -->"

HEAT_SINK = ("V-B4", "V-B5", "V-B6", "V-C8", "V-C9", "V-C18", "V-C18m")
"""Cases about what vessels take, in the order of the table."""

PULSES = ("V-C13", "V-C14")
"""Cases about what pulses kill, after them."""

_COLUMNS = ("case", "quantity", "published or asked for", "computed", "verdict", "in words")


def agreement_text(records: Sequence[CaseRecord]) -> str:
    """The table as Markdown, with the marks around it."""
    of = {record.identifier: record for record in records}
    chosen = [of[name] for name in (*HEAT_SINK, *PULSES) if name in of]
    lines = [BEGIN, "", f"{count_words(chosen)}.", "", markdown_line(_COLUMNS), markdown_line(["---"] * len(_COLUMNS))]
    for record in chosen:
        for check in record.checks:
            row = check_row(record.identifier, check)
            cells = (row.case, row.quantity, row.expected, row.got, row.verdict, check.note)
            lines.append(markdown_line([cell.replace("|", "\\|") for cell in cells]))
    return "\n".join([*lines, "", END])


def update_agreement(file: Path, records: Sequence[CaseRecord]) -> None:
    """Put the table into a document, in place of the one between the marks.

    Raises
    ------
    BookError
        If the marks are not there.
    """
    replace_between(file, BEGIN, END, agreement_text(records))
