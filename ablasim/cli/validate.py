"""``ablasim validate``: run the verification and validation book."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from ablasim.book.agreement import update_agreement
from ablasim.book.case import BookCase, chosen_cases, find_book, read_cases
from ablasim.book.changes import changes, missed_analytic
from ablasim.book.folder import known_records, make_folder
from ablasim.book.pages import write_book
from ablasim.book.readme import check_readme, update_readme
from ablasim.book.record import RESULTS, CaseRecord, accept_records, read_records
from ablasim.book.runner import run_cases
from ablasim.book.words import count_words
from ablasim.cli.book_table import print_list, print_table, standard_output
from ablasim.cli.interrupt import STOPPED
from ablasim.errors import BookError


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
        If the book, the choice or the folder of the pages is not as it must be.
    OutputError
        If that folder cannot be made.
    """
    home = find_book(book)
    cases = read_cases(home)
    readme = home.resolve().parent / "README.md"
    agreement = home.resolve().parent / "docs" / "agreement.md"
    if accept:
        _check_acceptable(readme, is_full=everything or bool(only), list_only=list_only)
    if list_only:
        shown = cases if not only and group is None else chosen_cases(cases, only=only, group=group, everything=True)
        print_list(shown, standard_output())
        return 0
    chosen = chosen_cases(cases, only=only, group=group, everything=everything)
    committed = read_records(home / RESULTS)
    pages = output or home / "book"
    make_folder(pages, home)
    write_book(pages, cases, known_records(pages, cases))  # what is there is a book from the start, whatever happens
    records = _run_with_progress(
        chosen,
        pages,
        quick=not (everything or only),
        jobs=jobs or os.cpu_count() or 1,
        expected_seconds={name: record.seconds for name, record in committed.items()},
    )
    stopped = len(records) < len(chosen)
    print_table(records, standard_output())
    index = write_book(pages, cases, known_records(pages, cases))
    names = [case.identifier for case in cases]
    if accept and not stopped:
        accept_records(home / RESULTS, records, names)
        committed = read_records(home / RESULTS)
        update_readme(readme, list(committed.values()))
        if agreement.is_file():
            update_agreement(agreement, list(committed.values()))
    problems = [*missed_analytic(records), *changes(records, committed, names)]
    _tell(records, problems, index)
    if stopped:
        _say(Text(f"stopped: {len(records)} of {len(chosen)} cases done"))
        return STOPPED
    return 1 if problems else 0


def _check_acceptable(readme: Path, *, is_full: bool, list_only: bool) -> None:
    """Refuse at once what could not be accepted after minutes of running."""
    if list_only:
        message = "--accept: --list runs nothing that could be accepted: must come without it"
        raise BookError(message)
    if not is_full:
        message = "--accept: only whole cases are accepted: must come with --all or --only"
        raise BookError(message)
    check_readme(readme)


def _tell(records: Sequence[CaseRecord], problems: Sequence[str], index: Path) -> None:
    for problem in problems:
        _say(Text.assemble(("differs: ", "bold red"), problem))
    _say(Text(f"{count_words(records)}; the book: {index}"))


def _say(text: Text) -> None:
    """Write a line beside the table; it stays one line wherever it goes."""
    Console(stderr=True).print(text, soft_wrap=True)


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
        disable=not console.is_terminal,
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
