"""The book's table in words: one row for each check."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ablasim.book.checks import Check
from ablasim.book.record import CaseRecord
from ablasim.views.report_text import NOTHING, number

COLUMNS = ("case", "quantity", "expected", "got", "error", "tolerance", "order", "verdict", "seconds")


class Row(NamedTuple):
    """A row of the table; `seconds` stands in the first row of a case only."""

    case: str
    quantity: str
    expected: str
    got: str
    error: str
    tolerance: str
    order: str
    verdict: str
    seconds: str


def table_rows(records: Sequence[CaseRecord]) -> list[Row]:
    """Rows of all checks; a case that failed has one row that says so."""
    rows = []
    for record in records:
        seconds = f"{record.seconds:.0f}" if record.seconds >= 1.0 else f"{record.seconds:.1f}"
        if record.error:
            rows.append(Row(record.identifier, record.title, *(NOTHING,) * 5, "failed", seconds))
        for i, check in enumerate(record.checks):
            rows.append(check_row(record.identifier, check, "" if i else seconds))
    return rows


def check_row(identifier: str, check: Check, seconds: str = "") -> Row:
    """Row of one check.

    Examples
    --------
    >>> from ablasim.book.checks import compare
    >>> check_row("V-A6", compare("resistance", 154.6, 154.5348, relative=0.003, unit="Ω"))[2:6]
    ('154.535 Ω', '154.6 Ω', '0.042 %', '0.3 %')
    """
    return Row(
        case=identifier,
        quantity=f"order: {check.quantity}" if check.rule == "order" else check.quantity,
        expected=_expected(check),
        got=_got(check),
        error=_error(check.error, check),
        tolerance=_tolerance(check),
        order=NOTHING if check.order is None else f"{check.order:.2f}",
        verdict=check.verdict,
        seconds=seconds,
    )


def count_words(records: Sequence[CaseRecord]) -> str:
    """How many checks came out how, in words."""
    verdicts = [check.verdict for record in records for check in record.checks]
    failed = sum(bool(record.error) for record in records)
    parts = [
        f"{verdicts.count(word)} {word}" for word in ("pass", "miss", "undetermined", "context") if word in verdicts
    ]
    return ", ".join(parts + ([f"{failed} failed"] if failed else [])) or "nothing was run"


def limit_words(check: Check) -> str:
    """What a check is held to, in full digits: to be compared with what it was held to before.

    Examples
    --------
    >>> from ablasim.book.checks import compare, within_band
    >>> limit_words(compare("dose", 1.0, 1.0, relative=0.001)), limit_words(within_band("impedance", 1.0, 50.0, 60.0))
    ('tolerance 0.1 %', 'band 50 to 60')
    """
    if check.band is not None:
        return f"band {_expected(check)}"
    if check.rule == "below":
        return f"below {precise(check.tolerance, check.unit)}"
    if check.tolerance is None:
        return f"judged as {check.rule}"
    share = check.rule == "relative"
    words = f"tolerance {precise(100.0 * check.tolerance if share else check.tolerance, '%' if share else check.unit)}"
    return words if check.spread is None else f"{words} at ± {precise(check.spread, check.unit)}"


def _expected(check: Check) -> str:
    if check.rule == "below":
        return f"below {number(check.tolerance, check.unit)}"
    if check.rule == "band" and check.band is not None:
        return f"{precise(check.band[0])} to {precise(check.band[1], check.unit)}"
    if check.rule == "statement":
        return "true"
    if check.spread is not None:
        return f"{precise(check.expected)} ± {precise(check.spread, check.unit)}"
    return precise(check.expected, check.unit)


def _got(check: Check) -> str:
    if check.rule == "statement":
        return "true" if check.verdict == "pass" else "false"
    if check.span is not None:
        low, high = (number(end) for end in check.span)
        return f"{number(check.got, check.unit)} ({low} to {high})"
    if check.rule in ("below", "order", "context"):
        return number(check.got, check.unit)
    return precise(check.got, check.unit)


def _error(error: float | None, check: Check) -> str:
    if error is None or check.rule in ("below", "statement", "context"):
        return NOTHING
    if check.rule == "order":
        return f"−{error:.2f}" if error >= 0.005 else NOTHING
    if check.rule == "relative":
        return _percent(error)
    return NOTHING if check.rule == "band" and error == 0.0 else _short(error, check.unit)


def _tolerance(check: Check) -> str:
    if check.tolerance is None or check.rule == "below":  # a limit is what is expected
        return NOTHING
    if check.rule == "relative":
        return _percent(check.tolerance)
    if check.rule == "order":
        return f"−{check.tolerance:g}"
    return _short(check.tolerance, check.unit)


def _percent(share: float) -> str:
    return _short(100.0 * share, "%")


def _short(value: float, unit: str) -> str:
    """Two digits; whole numbers as they are."""
    text = f"{value:.0f}" if value >= 10.0 else f"{value:.2g}"
    return f"{text.replace('-', '−')} {unit}".rstrip()


def precise(value: float | None, unit: str = "") -> str:
    """Write a number with up to six digits.

    Examples
    --------
    >>> precise(154.53482, "Ω"), precise(-0.5)
    ('154.535 Ω', '−0.5')
    """
    if value is None:
        return NOTHING
    return f"{value:.6g}".replace("-", "−") + (f" {unit}" if unit else "")
