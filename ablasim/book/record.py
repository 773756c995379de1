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
from ablasim.results.files import write_json

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
    except (ValueError, KeyError, TypeError) as error:
        message = f"{file}: is no file of results of the book ({error}); `ablasim validate --all --accept` writes one"
        raise BookError(message) from error
    return {record.identifier: record for record in records}


def accept_records(file: Path, records: Sequence[CaseRecord], order: Sequence[str]) -> None:
    """Put records into the committed results, in place of older ones; cases that are gone leave too.

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
    known = read_records(file) | {record.identifier: record for record in records}
    fresh = file.with_name(f".{file.name}.part")
    write_json(fresh, {"cases": [known[name].committed_form() for name in order if name in known]})
    fresh.replace(file)


def changed_verdicts(
    records: Sequence[CaseRecord], committed: Mapping[str, CaseRecord], known: Sequence[str]
) -> list[str]:
    """Sentences on everything that differs from the committed verdicts; empty if nothing does.

    Parameters
    ----------
    records : sequence of CaseRecord
        What ran.
    committed : mapping of str to CaseRecord
        What is committed.
    known : sequence of str
        Identifiers of all cases of the book.
    """
    changes = [f"{name}: its results are committed, but the case is gone" for name in committed if name not in known]
    for record in records:
        if record.error:
            changes.append(f"{record.identifier} failed: {_in_one_line(record.error)}")
            continue
        if record.identifier not in committed:
            changes.append(f"{record.identifier}: its results are not yet committed; --accept does it")
            continue
        before = {check.quantity: check.verdict for check in committed[record.identifier].checks}
        now = {check.quantity: check.verdict for check in record.checks}
        for quantity, verdict in now.items():
            if quantity not in before:
                changes.append(f"{record.identifier} {quantity}: {verdict}, not yet committed")
            elif before[quantity] != verdict:
                changes.append(f"{record.identifier} {quantity}: {verdict}, committed is {before[quantity]}")
        if record.full:
            changes += [f"{record.identifier} {gone}: is no longer checked" for gone in before if gone not in now]
    return changes


def missed_analytic(records: Sequence[CaseRecord]) -> list[str]:
    """Analytic quantities that miss their tolerance."""
    return [
        f"{record.identifier} {check.quantity}: misses its tolerance"
        for record in records
        if record.group == "analytic"
        for check in record.checks
        if check.verdict == "miss"
    ]


def _in_one_line(error: str) -> str:
    """The sentence of an error: the first line after the places of a traceback."""
    lines = error.strip().splitlines()
    places = [i for i, line in enumerate(lines) if line.startswith((" ", "Traceback"))]
    return lines[min(places[-1] + 1, len(lines) - 1)] if places and lines[0].startswith("Traceback") else lines[-1]


def _rounded(value: Any) -> Any:
    """Numbers to six digits: the last ones change from machine to machine."""
    if isinstance(value, float):
        return float(f"{value:.{_DIGITS}g}")
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    return value
