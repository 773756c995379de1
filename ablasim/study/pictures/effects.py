"""How far each input moves a result: from its low to its high value, with its direction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from pydantic import TypeAdapter
from scipy.stats import rankdata

from ablasim.study.distributions import Distribution
from ablasim.study.pictures.studied import Input, Studied
from ablasim.units import Floats

SHARES = (0.05, 0.5, 0.95)
"""Quantiles of a distribution that stand for low, middle and high."""

LEAST_PER_TERM = 3
"""Cases for each term below which no regression is made."""

INTERVAL_PERCENT = 95.0
_PERCENTILES = (0.5 * (100.0 - INTERVAL_PERCENT), 0.5 * (100.0 + INTERVAL_PERCENT))
_RESAMPLES, _SEED = 1000, 1


@dataclass(frozen=True, eq=False)
class Effect:
    """What an input does to a result.

    Parameters
    ----------
    item : Input
        The input.
    low_input, high_input : float
        Its low and its high value.
    low, high : float
        Result there.
    intervals : tuple of ((float, float), (float, float)) or None
        95 % intervals of the results at both ends; None where they are those of single runs.
    rank_correlation : float or None
        Partial rank correlation coefficient.
    others : tuple of float
        Results at further values of the input.
    """

    item: Input
    low_input: float
    high_input: float
    low: float
    high: float
    intervals: tuple[tuple[float, float], tuple[float, float]] | None = None
    rank_correlation: float | None = None
    others: tuple[float, ...] = ()

    def reach(self, middle: float) -> float:
        """Range of the result over both ends and the middle."""
        return max(self.low, self.high, middle) - min(self.low, self.high, middle)


@dataclass(frozen=True, eq=False)
class Effects:
    """What every input does to a result.

    Parameters
    ----------
    middle : float
        Result in the middle.
    effects : tuple of Effect
        The one with the largest reach first.
    n_cases : int
        Cases that went in.
    explained : float or None
        Share of the variance of cases left out, one after the other, that a regression on the others explains; None
        where results are those of single runs.
    is_curved : bool
        Whether the regression has squares of the inputs.
    """

    middle: float
    effects: tuple[Effect, ...]
    n_cases: int
    explained: float | None = None
    is_curved: bool = False


def alone(studied: Studied, result: str) -> Effects | None:
    """Effects in a study whose inputs vary one at a time: the results of its own runs.

    The middle is the base, in which nothing is changed.

    Returns
    -------
    Effects or None
        None where the base, or every other case, has no result.
    """
    values = studied.numbers(result)
    inputs = [item for item in studied.inputs if not (item.is_linked or item.is_drawn)]
    is_changed = np.array([np.isfinite(studied.numbers(item.name)) for item in inputs])
    of_base = values[~is_changed.any(axis=0) & np.isfinite(values)] if inputs else values[:0]
    if not of_base.size:
        return None
    found = []
    for item in inputs:
        column = studied.numbers(item.name)
        here = np.isfinite(column) & np.isfinite(values)
        if not here.any():
            continue
        order = np.argsort(column[here], kind="stable")
        x, y = column[here][order], values[here][order]
        found.append(Effect(item, x[0], x[-1], y[0], y[-1], others=tuple(y[1:-1].tolist())))
    if not found:
        return None
    middle = float(of_base[0])
    return Effects(middle, _sorted(found, middle), int(np.isfinite(values).sum()))


def by_regression(studied: Studied, result: str) -> Effects | None:
    """Effects by multiple regression over all cases that were done.

    On the inputs, or also on their squares, whichever foretells cases left out better; on squares only where there are
    three cases for each term and three values of each input. Inputs that are log-normal, or at equal ratios, go in by
    their logarithm: half and double the median are then equally far from it. Low and high are the 5 % and 95 % quantile
    of an input's distribution, or the ends of its values; the other inputs are held at their middle. Intervals are
    percentiles over 1000 resamples of the cases (bootstrap). The partial rank correlation says how far the result rises
    (1) or falls (−1) with the input, the others accounted for, whether straight or not [1]_.

    Returns
    -------
    Effects or None
        None where there are fewer than three cases for each input, or the inputs are not independent.

    References
    ----------
    .. [1] Marino, Hogue, Ray and Kirschner, J. Theor. Biol. 254:178-196, 2008 (from memory; sums up regression and
       partial rank correlation as measures of sensitivity).
    """
    inputs = [item for item in studied.numeric(studied.inputs) if not item.is_linked]
    if not inputs:
        return None
    columns = np.column_stack([_along(item, studied.numbers(item.name)) for item in inputs])
    values = studied.numbers(result)
    here = np.isfinite(values) & np.isfinite(columns).all(axis=1)
    x, y, n = columns[here], values[here], len(inputs)
    if len(y) < max(LEAST_PER_TERM * n, n + 2) or np.ptp(y) == 0.0:
        return None
    ends = np.array([_ends(item, studied) for item in inputs])
    scaled = (x - ends[:, 1]) / (ends[:, 2] - ends[:, 0])
    terms, is_curved = _terms(scaled, False), False
    if np.linalg.matrix_rank(terms) < terms.shape[1]:
        return None
    with_squares = _terms(scaled, True)
    if len(y) >= 2 * LEAST_PER_TERM * n and np.linalg.matrix_rank(with_squares) == with_squares.shape[1]:
        is_curved = _explained(with_squares, y) > _explained(terms, y)
        terms = with_squares if is_curved else terms
    away = (ends[:, [0, 2]] - ends[:, [1]]) / (ends[:, [2]] - ends[:, [0]])
    resampled, ranks = _resampled(terms, y), _partial_rank_correlations(x, y)
    fitted = _fitted(terms, y)
    found = []
    for i, item in enumerate(inputs):
        at = np.zeros((2, n))
        at[:, i] = away[i]
        here_terms = _terms(at, is_curved)
        low, high = here_terms @ fitted
        edges = np.percentile(resampled @ here_terms.T, _PERCENTILES, axis=0).T.tolist()
        intervals = ((edges[0][0], edges[0][1]), (edges[1][0], edges[1][1]))
        low_input, high_input = (float(np.exp(end) if item.is_log else end) for end in ends[i, [0, 2]])
        found.append(Effect(item, low_input, high_input, low, high, intervals, float(ranks[i])))
    middle = float(fitted[0])
    return Effects(middle, _sorted(found, middle), len(y), _explained(terms, y), is_curved)


def _sorted(found: Sequence[Effect], middle: float) -> tuple[Effect, ...]:
    return tuple(sorted(found, key=lambda effect: -effect.reach(middle)))


def _along(item: Input, values: Floats) -> Floats:
    """Values of an input on the scale of the regression."""
    return np.log(values) if item.is_log else values


def _ends(item: Input, studied: Studied) -> tuple[float, float, float]:
    """Low, middle and high value of an input, on the scale of the regression."""
    if item.is_drawn:
        said: Any = TypeAdapter(Distribution).validate_python(item.said["distribution"])
        low, middle, high = _along(item, said.quantile(np.array(SHARES))).tolist()
        return low, middle, high
    levels = _along(item, studied.levels(item))
    return float(levels[0]), float(np.median(levels)), float(levels[-1])


def _terms(scaled: Floats, is_curved: bool) -> Floats:
    """Terms of a regression: a constant, the inputs, and their squares; shape (n_cases, n_terms)."""
    squares = [scaled**2] if is_curved else []
    terms: Floats = np.column_stack([np.ones(len(scaled)), scaled, *squares]).astype(float)
    return terms


def _fitted(terms: Floats, y: Floats) -> Floats:
    """Coefficients of a regression, shape (n_terms,)."""
    coefficients: Floats = np.asarray(np.linalg.lstsq(terms, y, rcond=None)[0], dtype=float)
    return coefficients


def _resampled(terms: Floats, y: Floats) -> Floats:
    """Coefficients of regressions on cases drawn with replacement, shape (n_resamples, n_terms)."""
    draws = np.random.default_rng(_SEED).integers(len(y), size=(_RESAMPLES, len(y)))
    return np.array([_fitted(terms[draw], y[draw]) for draw in draws])


def _explained(terms: Floats, y: Floats) -> float:
    """Share of the variance of each case, left out, that the regression on the others explains."""
    leverage = np.einsum("ij,ji->i", terms, np.linalg.pinv(terms))
    missed = (y - terms @ _fitted(terms, y)) / np.maximum(1.0 - leverage, 1e-9)
    return float(1.0 - (missed @ missed) / ((y - y.mean()) @ (y - y.mean())))


def _partial_rank_correlations(x: Floats, y: Floats) -> Floats:
    """Correlation of the ranks of each input and of the result, both without what the other inputs' ranks explain."""
    ranked, of_result = np.apply_along_axis(rankdata, 0, x), rankdata(y)
    found = []
    for i in range(x.shape[1]):
        others = np.column_stack([np.ones(len(y)), np.delete(ranked, i, axis=1)])
        both = np.column_stack([ranked[:, i], of_result])
        left = both - others @ np.linalg.lstsq(others, both, rcond=None)[0]
        found.append(np.corrcoef(left.T)[0, 1])
    return np.array(found)
