"""What a case checks: a quantity, what was expected of it, what came out, and the verdict."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

Verdict = Literal["pass", "miss", "undetermined", "context"]
"""``undetermined``: what the experiment's paper leaves open moves the answer by more than twice its standard deviation;
``context``: shown beside others, not judged."""

Rule = Literal["relative", "absolute", "below", "order", "band", "experiment", "statement", "context"]
"""How the verdict follows from the numbers."""

ORDER_TOLERANCE = 0.2
"""How far an observed order may fall below the theoretical one: the case V-A5 allows this much."""


@dataclass(frozen=True)
class Check:
    """One judged quantity of a case: a row of the book's table.

    Parameters
    ----------
    quantity : str
        What was looked at; unique within its case.
    unit : str
        Of `expected`, `got`, `span` and the limits; '' for a plain number.
    rule : Rule
        How it was judged.
    verdict : Verdict
        What came of it.
    got : float or None
        The answer.
    expected : float or None
        Exact, published or theoretical value.
    error : float or None
        ``|got − expected|``, relative to the expected value for the rule ``relative``.
    tolerance : float or None
        Largest error allowed, chosen before the run.
    order : float or None
        Observed order of convergence.
    band : tuple of float or None
        Lowest and highest value allowed.
    span : tuple of float or None
        Lowest and highest answer over what the paper leaves open.
    spread : float or None
        Standard deviation of an experiment.
    note : str
        A sentence to the row.
    """

    quantity: str
    unit: str
    rule: Rule
    verdict: Verdict
    got: float | None = None
    expected: float | None = None
    error: float | None = None
    tolerance: float | None = None
    order: float | None = None
    band: tuple[float, float] | None = None
    span: tuple[float, float] | None = None
    spread: float | None = None
    note: str = ""

    def to_json(self) -> dict[str, Any]:
        """Every field that says something, ready for JSON."""
        return {key: value for key, value in asdict(self).items() if value not in (None, "")}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Check:
        """The check that `to_json` wrote.

        Raises
        ------
        ValueError
            If it has no such verdict or rule.
        """
        if data.get("verdict") not in get_args(Verdict) or data.get("rule") not in get_args(Rule):
            message = f"check {data.get('quantity')!r}: verdict {data.get('verdict')!r} or rule {data.get('rule')!r}"
            raise ValueError(message)
        pairs = {key: tuple(data[key]) for key in ("band", "span") if data.get(key) is not None}
        return cls(**{"unit": "", **data, **pairs})


def compare(
    quantity: str,
    got: float,
    expected: float,
    *,
    relative: float | None = None,
    absolute: float | None = None,
    unit: str = "",
    order: float | None = None,
    note: str = "",
) -> Check:
    """Compare a number with its exact value.

    Parameters
    ----------
    quantity : str
        What it is.
    got, expected : float
        Answer and exact value.
    relative, absolute : float
        Largest error allowed, relative to the exact value or in its unit; one of the two.
    unit : str, optional
        Of the numbers.
    order : float, optional
        Order of convergence that was observed on the way.
    note : str, optional
        A sentence to the row.

    Raises
    ------
    ValueError
        If not exactly one tolerance is given.

    Examples
    --------
    >>> compare("resistance", 154.6, 154.5348, relative=0.003, unit="Ω").verdict
    'pass'
    """
    if (relative is None) == (absolute is None):
        message = f"{quantity}: one tolerance must be given, relative or absolute"
        raise ValueError(message)
    error = abs(float(got) - float(expected))
    if relative is not None:
        error /= abs(float(expected))
    tolerance = relative if absolute is None else absolute
    return Check(
        quantity=quantity,
        unit=unit,
        rule="absolute" if relative is None else "relative",
        verdict=_passes(error <= (tolerance or 0.0)),
        got=float(got),
        expected=float(expected),
        error=error,
        tolerance=tolerance,
        order=order,
        note=note,
    )


def stays_below(
    quantity: str, got: float, limit: float, *, unit: str = "", order: float | None = None, note: str = ""
) -> Check:
    """Hold a number that should be zero, such as the largest error of a field, below a limit.

    Parameters
    ----------
    quantity : str
        What it is.
    got : float
        Not negative.
    limit : float
        Largest value allowed.
    unit, order, note
        As for `compare`.

    Examples
    --------
    >>> stays_below("largest error", float("nan"), 0.1, unit="K").verdict
    'miss'
    """
    size = abs(float(got))
    return Check(
        quantity, unit, "below", _passes(size <= limit), got=size, error=size, tolerance=limit, order=order, note=note
    )


def observed_order(sizes: Sequence[float], errors: Sequence[float]) -> float:
    """Order of convergence of the last refinement.

    Parameters
    ----------
    sizes : sequence of float
        Mesh sizes or time steps, falling.
    errors : sequence of float
        Error on each, above zero.

    Examples
    --------
    >>> observed_order([2.0, 1.0, 0.5], [0.9, 0.16, 0.04])
    2.0
    """
    return math.log(errors[-2] / errors[-1]) / math.log(sizes[-2] / sizes[-1])


def converges(
    quantity: str,
    sizes: Sequence[float],
    errors: Sequence[float],
    expected: float,
    *,
    tolerance: float = ORDER_TOLERANCE,
    note: str = "",
) -> Check:
    """Check the order of convergence that the last refinement shows; a higher one passes.

    Parameters
    ----------
    quantity : str
        What converges.
    sizes, errors : sequence of float
        As for `observed_order`.
    expected : float
        Order of the theory.
    tolerance : float, optional
        How far it may fall below.
    note : str, optional
        A sentence to the row.

    Examples
    --------
    >>> converges("L2 error", [2.0, 1.0], [0.4, 0.1], 2.0).order
    2.0
    """
    order = observed_order(sizes, errors)
    return Check(
        quantity=quantity,
        unit="",
        rule="order",
        verdict=_passes(order >= expected - tolerance),
        got=order,
        expected=expected,
        error=max(expected - order, 0.0),
        tolerance=tolerance,
        order=order,
        note=note,
    )


def within_band(quantity: str, got: float, low: float, high: float, *, unit: str = "", note: str = "") -> Check:
    """Hold a number within a published band.

    Parameters
    ----------
    quantity : str
        What it is.
    got : float
        The answer.
    low, high : float
        The band.
    unit, note : str, optional
        As for `compare`.

    Examples
    --------
    >>> within_band("impedance", 55.0, 50.0, 60.0, unit="Ω").verdict
    'pass'
    """
    value = float(got)
    outside = max(low - value, value - high, 0.0)
    return Check(
        quantity, unit, "band", _passes(low <= value <= high), got=value, error=outside, band=(low, high), note=note
    )


def experiment(
    quantity: str,
    got: float,
    measured: float,
    spread: float,
    *,
    tolerance: float,
    span: tuple[float, float],
    unit: str = "",
    note: str = "",
) -> Check:
    """Judge an answer against a measurement.

    Undetermined when the answer's span over what the paper leaves open is wider than twice the standard deviation:
    then neither agreement nor a miss would say anything. Otherwise a pass if it lies within the tolerance.

    Parameters
    ----------
    quantity : str
        What was measured.
    got : float
        Answer with the documented values.
    measured, spread : float
        Mean and standard deviation of the experiment.
    tolerance : float
        Largest difference that passes, chosen before the run.
    span : tuple of float
        Lowest and highest answer over what the paper leaves open.
    unit, note : str, optional
        As for `compare`.

    Examples
    --------
    >>> experiment("short axis", 30.0, 30.2, 2.0, tolerance=4.0, span=(29.0, 31.0), unit="mm").verdict
    'pass'
    >>> experiment("short axis", 30.0, 30.2, 2.0, tolerance=4.0, span=(22.0, 31.0), unit="mm").verdict
    'undetermined'
    """
    value, error = float(got), abs(float(got) - measured)
    low, high = min(*span, value), max(*span, value)
    verdict: Verdict = "undetermined" if high - low > 2.0 * spread else _passes(error <= tolerance)
    return Check(
        quantity=quantity,
        unit=unit,
        rule="experiment",
        verdict=verdict if math.isfinite(value) else "miss",
        got=value,
        expected=measured,
        error=error,
        tolerance=tolerance,
        span=(float(low), float(high)),
        spread=spread,
        note=note,
    )


def states(quantity: str, holds: bool, *, note: str = "") -> Check:
    """Check a statement that is true or false, such as an order of sizes.

    Parameters
    ----------
    quantity : str
        The statement.
    holds : bool
        Whether it is true.
    note : str, optional
        The numbers behind it.
    """
    return Check(quantity, "", "statement", _passes(bool(holds)), note=note)


def context(
    quantity: str,
    got: float,
    *,
    expected: float | None = None,
    unit: str = "",
    note: str = "",
    order: float | None = None,
) -> Check:
    """Show a number beside others without judging it.

    Parameters
    ----------
    quantity : str
        What it is.
    got : float
        The number.
    expected : float, optional
        What a source gives.
    unit, note, order
        As for `compare`.
    """
    return Check(quantity, unit, "context", "context", got=float(got), expected=expected, note=note, order=order)


def _passes(holds: bool) -> Verdict:
    return "pass" if holds else "miss"
