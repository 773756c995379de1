"""What running a case left behind, as JSON, and how it differs from what is committed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ablasim.book.bench import Figure, TableOfCase
from ablasim.book.case import BookCase
from ablasim.book.checks import Check
from ablasim.errors import BookError
from ablasim.results.files import plain, write_json

RESULTS = "results.json"
"""The committed results, in the folder of the book."""

_DIGITS = 6


@dataclass(frozen=True)
class CaseRecord:
    """Outcome of a case.

    Parameters
    ----------
    identifier, title, group : str
        Those of the case.
    full : bool
        Whether it ran with its finest meshes too; False in the quick set.
    seconds : float
        Time on the clock.
    checks : tuple of Check
        Its rows of the table.
    error : str
        What stopped it; '' if nothing did.
    figures, tables, notes : tuple
        What its page shows.
    versions : dict of str to str
        Packages that numbers depend on.
    """

    identifier: str
    title: str
    group: str
    full: bool
    seconds: float
    checks: tuple[Check, ...]
    error: str = ""
    figures: tuple[Figure, ...] = ()
    tables: tuple[TableOfCase, ...] = ()
    notes: tuple[str, ...] = ()
    versions: Mapping[str, str] | None = None

    @classmethod
    def failed(cls, case: BookCase, *, full: bool, seconds: float, error: str) -> CaseRecord:
        """Record of a case that did not come to an end."""
        return cls(case.identifier, case.title, case.group, full, seconds, (), error)

    def to_json(self) -> dict[str, Any]:
        """Everything, ready for JSON."""
        data = asdict(self)
        data["checks"] = [_rounded(check.to_json()) for check in self.checks]
        data["seconds"] = round(self.seconds, 1)
        return data

    def committed_form(self) -> dict[str, Any]:
        """What is committed: the table, not the page."""
        kept = ("identifier", "title", "group", "seconds", "checks")
        return {key: value for key, value in self.to_json().items() if key in kept}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> CaseRecord:
        """The record that `to_json` or `committed_form` wrote.

        Raises
        ------
        KeyError, ValueError, TypeError
            If it is none.
        """
        return cls(
            identifier=data["identifier"],
            title=data["title"],
            group=data["group"],
            full=data.get("full", True),
            seconds=float(data["seconds"]),
            checks=tuple(Check.from_json(check) for check in data["checks"]),
            error=data.get("error", ""),
            figures=tuple(Figure(**figure) for figure in data.get("figures", ())),
            tables=tuple(
                TableOfCase(table["caption"], tuple(table["columns"]), tuple(tuple(row) for row in table["rows"]))
                for table in data.get("tables", ())
            ),
            notes=tuple(data.get("notes", ())),
            versions=data.get("versions"),
        )


def read_records(file: Path) -> dict[str, CaseRecord]:
    """Records of a file of results by identifier; none if there is no such file.

    Raises
    ------
    BookError
        If the file is not such a file.
    """
    if not file.is_file():
        return {}
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        records = [CaseRecord.from_json(case) for case in data["cases"]]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        message = (
            f"{file}: is not a record of this book: restore it, or remove it and write it anew by "
            "`ablasim validate --all --accept`"
        )
        raise BookError(message) from error
    return {record.identifier: record for record in records}


def accept_records(file: Path, records: Sequence[CaseRecord], order: Sequence[str]) -> None:
    """Put records into the committed results, in place of older ones; cases that are gone leave too.

    One that says what is committed already leaves it as it is: the seconds alone change from run to run.

    Parameters
    ----------
    file : Path
        The committed results.
    records : sequence of CaseRecord
        Full records without error.
    order : sequence of str
        Identifiers of all cases of the book.

    Raises
    ------
    BookError
        If a record is not full, or its case failed: what it lacks would be lost.
    """
    for record in records:
        if record.error or not record.full:
            reason = "failed" if record.error else "ran in its quick form"
            message = f"{record.identifier} {reason}: only a whole case is accepted; use --all or --only"
            raise BookError(message)
    committed = read_records(file)
    news = [record for record in records if _says(record) != _says(committed.get(record.identifier))]
    known = committed | {record.identifier: record for record in news}
    fresh = file.with_name(f".{file.name}.part")
    write_json(fresh, {"cases": [known[name].committed_form() for name in order if name in known]})
    fresh.replace(file)


def _says(record: CaseRecord | None) -> dict[str, Any] | None:
    """What is committed of a record, but for its seconds; None for none."""
    return None if record is None else plain(record.committed_form() | {"seconds": None})


def _rounded(value: Any) -> Any:
    """Numbers to six digits: the last ones change from machine to machine."""
    if isinstance(value, float):
        return float(f"{value:.{_DIGITS}g}")
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    return value
