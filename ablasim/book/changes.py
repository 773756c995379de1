"""How records of a run differ from the committed ones, in sentences."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from ablasim.book.checks import Check
from ablasim.book.record import CaseRecord
from ablasim.book.words import limit_words

_SAME = 1e-4
"""Relative difference up to which two limits are the same: a few are computed, and differ in their last digits."""


def changes(records: Sequence[CaseRecord], committed: Mapping[str, CaseRecord], known: Sequence[str]) -> list[str]:
    """Sentences on everything that differs from the committed verdicts and tolerances; empty if nothing does.

    Parameters
    ----------
    records : sequence of CaseRecord
        What ran.
    committed : mapping of str to CaseRecord
        What is committed.
    known : sequence of str
        Identifiers of all cases of the book.
    """
    told = [f"{name}: its results are committed, but the case is gone" for name in committed if name not in known]
    for record in records:
        if record.error:
            told.append(f"{record.identifier} failed: {_in_one_line(record.error)}")
        elif record.identifier not in committed:
            told.append(f"{record.identifier}: its results are not yet committed; --accept does it")
        else:
            told += [f"{record.identifier} {words}" for words in _changed_checks(record, committed[record.identifier])]
    return told


def missed_analytic(records: Sequence[CaseRecord]) -> list[str]:
    """Analytic quantities that miss their tolerance."""
    return [
        f"{record.identifier} {check.quantity}: misses its tolerance"
        for record in records
        if record.group == "analytic"
        for check in record.checks
        if check.verdict == "miss"
    ]


def _changed_checks(record: CaseRecord, committed: CaseRecord) -> Iterable[str]:
    before = {check.quantity: check for check in committed.checks}
    for check in record.checks:
        old = before.pop(check.quantity, None)
        if old is None:
            yield f"{check.quantity}: {check.verdict}, not yet committed"
            continue
        if check.verdict != old.verdict:
            yield f"{check.quantity}: {check.verdict}, committed is {old.verdict}"
        if not _same_limit(check, old):
            now, then = limit_words(check), limit_words(old)
            yield f"{check.quantity}: {now}, committed {then.removeprefix(f'{now.split()[0]} ')}"
    if record.full:
        yield from (f"{gone} is no longer checked" for gone in before)


def _same_limit(check: Check, old: Check) -> bool:
    """Whether two checks are judged by the same rule with the same numbers."""
    now, then = _limits(check), _limits(old)
    return check.rule == old.rule and len(now) == len(then) and all(map(_is_close, now, then))


def _limits(check: Check) -> list[float]:
    return [value for value in (check.tolerance, check.spread, *(check.band or ())) if value is not None]


def _is_close(value: float, other: float) -> bool:
    return math.isclose(value, other, rel_tol=_SAME)


def _in_one_line(error: str) -> str:
    """The sentence of an error: the first line after the places of a traceback."""
    lines = error.strip().splitlines()
    places = [i for i, line in enumerate(lines) if line.startswith((" ", "Traceback"))]
    return lines[min(places[-1] + 1, len(lines) - 1)] if places and lines[0].startswith("Traceback") else lines[-1]
