"""The verification book: an index of verdicts and a page for each case, from the committed results."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from ablasim.book.case import GROUPS, SECTIONS, BookCase, read_cases
from ablasim.book.pages import GROUP_WORDS
from ablasim.book.record import RESULTS, CaseRecord, read_records
from ablasim.book.words import COLUMNS, count_words, table_rows
from docsite.tables import plain, table

LEAD = """\
Each case says its question, its source, its inputs and the tolerance chosen before it ran. Numbers and verdicts are
those that are committed (`validation/results.json`); a miss stays on the page. `ablasim validate --all` makes the pages
with all figures.
[How the book works](how.md)."""
VERDICTS = ("pass", "miss", "undetermined", "context")


def book_pages(validation: Path) -> dict[str, str]:
    """Pages of the book by file name.

    Parameters
    ----------
    validation : Path
        Folder of the cases and of the committed results.

    Raises
    ------
    BookError
        If a case or the results are not as they must be.
    """
    records = read_records(validation / RESULTS)
    cases = read_cases(validation)
    pages = {f"{case.identifier}.md": _case(case, records.get(case.identifier)) for case in cases}
    return {"index.md": _index(cases, records), **pages}


def _index(cases: Sequence[BookCase], records: dict[str, CaseRecord]) -> str:
    known = [records[case.identifier] for case in cases if case.identifier in records]
    blocks = ["# The verification book", LEAD, f"All together: {count_words(known)}."]
    for group in GROUPS:
        rows = [_index_row(case, records.get(case.identifier)) for case in cases if case.group == group]
        blocks += [f"## {GROUP_WORDS[group]}", table(("case", "question", *VERDICTS), rows)] if rows else []
    return "\n\n".join(blocks) + "\n"


def _index_row(case: BookCase, record: CaseRecord | None) -> tuple[str, ...]:
    verdicts = [check.verdict for check in record.checks] if record else []
    counts = [str(verdicts.count(word) or "") for word in VERDICTS]
    return (f"[{case.identifier}]({case.identifier}.md)", plain(case.title), *counts)


def _case(case: BookCase, record: CaseRecord | None) -> str:
    names = [*SECTIONS, *(name for name in case.sections if name not in SECTIONS)]
    blocks = [f"# {case.identifier}: {plain(case.title)}", f"{GROUP_WORDS[case.group]}."]
    blocks += [f"## {name}\n\n{_within(case.sections[name])}" for name in names if name != "Remarks"]
    blocks.append("## Result")
    blocks += ["Not run yet."] if record is None else _result(record)
    if "Remarks" in case.sections:
        blocks.append(f"## Remarks\n\n{_within(case.sections['Remarks'])}")
    return "\n\n".join(block.strip("\n") for block in blocks) + "\n"


def _result(record: CaseRecord) -> list[str]:
    if record.error:
        return [f"The case failed: {plain(record.error.splitlines()[-1])}"]
    rows = [[plain(cell) for cell in row[1:-1]] for row in table_rows([record])]
    notes = [f"{plain(check.quantity)}: {plain(check.note)}" for check in record.checks if check.note]
    return [table(COLUMNS[1:-1], [[*row[:-1], f"**{row[-1]}**"] for row in rows]), *notes, *map(plain, record.notes)]


def _within(text: str) -> str:
    """Text of a section whose headings stand below that of the section."""
    return re.sub(r"^(#+ )", r"##\1", text, flags=re.MULTILINE)
