"""The folder of the book's pages: where it may be, and the records that lie in it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from ablasim.book.case import GROUPS, BookCase
from ablasim.book.record import RESULTS, CaseRecord
from ablasim.book.worker import RECORD
from ablasim.errors import BookError, OutputError

INDEX = "index.html"


def make_folder(pages: Path, home: Path) -> None:
    """Make the folder of the pages, or take one that an earlier run of the book made.

    Parameters
    ----------
    pages : Path
        Folder of the pages.
    home : Path
        Folder of the cases.

    Raises
    ------
    BookError
        If pages there would mix with the cases or with anything else.
    OutputError
        If the folder cannot be made.
    """
    place, cases = pages.resolve(), home.resolve()
    if place == cases:
        message = f"{pages}: holds the cases and their committed {RESULTS}: the pages must go to a folder of their own"
        raise BookError(message)
    if any(place.is_relative_to(cases / group) for group in GROUPS):
        message = f"{pages}: lies among the cases of {home}: the pages must go elsewhere, such as {home / 'book'}"
        raise BookError(message)
    try:
        pages.mkdir(parents=True, exist_ok=True)
        strangers = sorted(file.name for file in pages.iterdir())
    except OSError as error:
        message = f"{pages}: the book's pages cannot be written there: {error.strerror}"
        raise OutputError(message) from error
    if strangers and not all((pages / name).is_file() for name in (INDEX, RESULTS)):
        message = (
            f"{pages}: holds {strangers[0]} but no book's {INDEX} and {RESULTS}: must be empty, new, "
            "or the pages of an earlier run"
        )
        raise BookError(message)


def known_records(pages: Path, cases: Sequence[BookCase]) -> dict[str, CaseRecord]:
    """Records that stand beside the pages, by identifier, in the order of the cases.

    One that cannot be read is left out: its page is made anew by the next run of its case.
    """
    known = {}
    for case in cases:
        file = pages / case.identifier / RECORD
        if file.is_file() and (record := _record(file)) is not None:
            known[case.identifier] = record
    return known


def _record(file: Path) -> CaseRecord | None:
    try:
        return CaseRecord.from_json(json.loads(file.read_text(encoding="utf-8")))
    except (ValueError, KeyError, TypeError):
        return None
