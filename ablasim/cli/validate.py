"""``ablasim validate``: run the verification and validation book."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from ablasim.book.case import BookCase, chosen_cases, find_book, read_cases
from ablasim.book.pages import write_book
from ablasim.book.readme import check_readme, update_readme
from ablasim.book.record import (
    RESULTS,
    CaseRecord,
    accept_records,
    changed_verdicts,
    missed_analytic,
    read_records,
)
from ablasim.book.runner import run_cases
from ablasim.book.words import COLUMNS, count_words, table_rows
from ablasim.book.worker import RECORD
from ablasim.errors import BookError, OutputError
from ablasim.results.files import write_json

_STYLES = {"pass": "green", "miss": "bold red", "failed": "bold red", "undetermined": "yellow", "context": "dim"}


def validate(
    *,
    everything: bool,
    only: Sequence[str],
    group: str | None,
    list_only: bool,
    accept: bool,
    jobs: int | None,
    book: Path | None,
    output: Path | None,
) -> int:
    """Run cases, print the table, write the pages; returns the exit code.

    Raises
    ------
    BookError
        If the book or the choice is not as it must be.
    """
    home = find_book(book)
    cases = read_cases(home)
    if list_only:
        _print_list(
            cases if not only and group is None else chosen_cases(cases, only=only, group=group, everything=True)
        )
        return 0
    chosen = chosen_cases(cases, only=only, group=group, everything=everything)
    readme = home.resolve().parent / "README.md"
    if accept:
        _check_acceptable(readme, is_full=everything or bool(only))
    committed = read_records(home / RESULTS)
    pages = output or home / "book"
    _make(pages)
    records = _run_with_progress(
        chosen,
        pages,
        quick=not (everything or only),
        jobs=jobs or os.cpu_count() or 1,
        expected_seconds={name: record.seconds for name, record in committed.items()},
    )
    _print_table(records)
    index = write_book(pages, cases, _known(pages, cases, records))
    write_json(pages / RESULTS, {"cases": [record.to_json() for record in records]})
    names = [case.identifier for case in cases]
    if accept:
        accept_records(home / RESULTS, records, names)
        committed = read_records(home / RESULTS)
        update_readme(readme, list(committed.values()))
    problems = [*missed_analytic(records), *changed_verdicts(records, committed, names)]
    return _verdict(records, problems, index)


def _make(pages: Path) -> None:
    try:
        pages.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"{pages}: the book's pages cannot be written there: {error.strerror}"
        raise OutputError(message) from error


def _check_acceptable(readme: Path, *, is_full: bool) -> None:
    """Refuse at once what could not be accepted after minutes of running."""
    if not is_full:
        message = "--accept: only whole cases are accepted: must come with --all or --only"
        raise BookError(message)
    check_readme(readme)


def _verdict(records: Sequence[CaseRecord], problems: Sequence[str], index: Path) -> int:
    console = Console(stderr=True)
    for problem in problems:
        console.print(Text.assemble(("differs: ", "bold red"), problem))
    console.print(Text(f"{count_words(records)}; the book: {index}"), soft_wrap=True)
    return 1 if problems else 0


def _known(pages: Path, cases: Sequence[BookCase], records: Sequence[CaseRecord]) -> dict[str, CaseRecord]:
    """Records of this run, and of earlier ones whose pages still stand."""
    known: dict[str, CaseRecord] = {}
    for case in cases:
        file = pages / case.identifier / RECORD
        if file.is_file():
            known |= _record_of_page(file)
    return known | {record.identifier: record for record in records}


def _record_of_page(file: Path) -> dict[str, CaseRecord]:
    """Record that stands beside a case's page; none if it cannot be read, since a page can be made anew."""
    try:
        record = CaseRecord.from_json(json.loads(file.read_text(encoding="utf-8")))
    except (ValueError, KeyError, TypeError):
        return {}
    return {record.identifier: record}


def _run_with_progress(
    cases: Sequence[BookCase], pages: Path, *, quick: bool, jobs: int, expected_seconds: dict[str, float]
) -> list[CaseRecord]:
    console = Console(stderr=True)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[running]}"),
        console=console,
        transient=True,
    ) as progress:
        task = progress.add_task("cases", total=len(cases), running="")
        running: list[str] = []

        def show() -> None:
            progress.update(task, running=", ".join(running))

        def started(case: BookCase) -> None:
            running.append(case.identifier)
            show()

        def finished(record: CaseRecord) -> None:
            if record.identifier in running:
                running.remove(record.identifier)
            show()
            progress.advance(task)
            words = count_words([record])
            console.print(
                Text(f"{record.identifier:7s} {record.title}: {words}, {record.seconds:.0f} s"), soft_wrap=True
            )
            if record.error:
                console.print(Text(record.error, style="red"), soft_wrap=True)

        return run_cases(
            cases,
            pages,
            quick=quick,
            jobs=jobs,
            expected_seconds=expected_seconds,
            started=started,
            finished=finished,
        )


def _print_list(cases: Sequence[BookCase]) -> None:
    table = Table("case", "group", "quick", "title", box=None)
    for case in cases:
        table.add_row(case.identifier, case.group, "yes" if case.quick else "", Text(case.title))
    Console().print(table)


def _print_table(records: Sequence[CaseRecord]) -> None:
    width = None if sys.stdout.isatty() else 200
    table = Table(*COLUMNS, box=None, padding=(0, 2, 0, 0))
    for row in table_rows(records):
        style = _STYLES.get(row.verdict, "")
        table.add_row(*(Text(cell) for cell in row[:-2]), Text(row.verdict, style=style), Text(row.seconds))
    Console(width=width).print(table)
