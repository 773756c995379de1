"""What clinics read off the margins all over a tumour: the class, shares of the surface, percentiles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ablasim.margins.clip import Floats, Mask

MarginClass = Literal["residual", "below_5", "5_to_10", "a0"]

SUFFICIENT_MARGIN = 5e-3
"""Margin that clinics ask for, m (class ``below_5`` under it)."""
WIDE_MARGIN = 10e-3
"""Margin above which an ablation is of class A0, m."""
_CURVE_STEP = 1e-4  # m
PERCENTILES = (5, 25, 50, 75, 95)
"""Percentiles of the margin that are reported."""


@dataclass(frozen=True)
class SurfaceShares:
    """Shares of the tumour's surface, 0 to 1, by margin: < 0, 0 ≤ m < 5 mm, 5 ≤ m ≤ 10 mm, > 10 mm."""

    below_0: float
    from_0_to_5: float
    from_5_to_10: float
    above_10: float


def classify(minimum: float, *, has_residual: bool) -> MarginClass:
    """Clinical class of a minimum margin.

    Parameters
    ----------
    minimum : float
        Minimum margin, m.
    has_residual : bool
        Whether tumour lives on inside, whatever the margin at its surface.

    Returns
    -------
    str
        ``residual``, ``below_5``, ``5_to_10`` or ``a0`` (above 10 mm).

    Examples
    --------
    >>> classify(0.0049, has_residual=False), classify(0.01, has_residual=False)
    ('below_5', '5_to_10')
    """
    if minimum < 0.0 or has_residual:
        return "residual"
    if minimum < SUFFICIENT_MARGIN:
        return "below_5"
    return "5_to_10" if minimum <= WIDE_MARGIN else "a0"


def area_percentiles(values: Floats, areas: Floats, percents: Sequence[int] = PERCENTILES) -> dict[int, float]:
    """Percentiles of margins over the surface.

    Parameters
    ----------
    values : ndarray, shape (n,)
        Margins, m.
    areas : ndarray, shape (n,)
        Area each stands for, m²; a value stands at the middle of its share of the area.
    percents : sequence of int, optional
        Which percentiles.

    Returns
    -------
    dict of int to float
        Percentiles, m.

    Examples
    --------
    >>> area_percentiles(np.array([1.0, 3.0]), np.array([1.0, 1.0]))[50]
    2.0
    """
    order = np.argsort(values)
    shares = areas[order] / areas.sum()
    position = 100.0 * (np.cumsum(shares) - 0.5 * shares)
    return {percent: float(np.interp(percent, position, values[order])) for percent in percents}


def surface_shares(values: Floats, areas: Floats) -> SurfaceShares:
    """Shares of the surface by margin.

    Parameters
    ----------
    values : ndarray, shape (n,)
        Margins, m.
    areas : ndarray, shape (n,)
        Area each stands for, m².

    Returns
    -------
    SurfaceShares
        The shares, which add up to 1.
    """

    def share(chosen: Mask) -> float:
        return float(areas[chosen].sum() / areas.sum())

    return SurfaceShares(
        below_0=share(values < 0.0),
        from_0_to_5=share((values >= 0.0) & (values < SUFFICIENT_MARGIN)),
        from_5_to_10=share((values >= SUFFICIENT_MARGIN) & (values <= WIDE_MARGIN)),
        above_10=share(values > WIDE_MARGIN),
    )


def coverage_curve(values: Floats, areas: Floats) -> tuple[Floats, Floats]:
    """Share of the surface that has at least a given margin.

    Parameters
    ----------
    values : ndarray, shape (n,)
        Margins, m.
    areas : ndarray, shape (n,)
        Area each stands for, m².

    Returns
    -------
    thickness : ndarray, shape (k,)
        Margins in steps of 0.1 mm, m, from one that all of the surface has (0 if that is more) to one that none has.
    share : ndarray, shape (k,)
        Share of the area with that margin or more, 0 to 1, falling.

    Examples
    --------
    >>> thickness, share = coverage_curve(np.array([0.00015, 0.0003]), np.array([1.0, 3.0]))
    >>> (1e3 * thickness).round(1).tolist(), share.tolist()
    ([0.0, 0.1, 0.2, 0.3, 0.4], [1.0, 1.0, 0.75, 0.75, 0.0])
    """
    first = min(0, int(np.floor(values.min() / _CURVE_STEP)))
    last = max(0, int(np.floor(values.max() / _CURVE_STEP * (1.0 + 1e-12))) + 1)
    thickness = _CURVE_STEP * np.arange(first, last + 1, dtype=np.float64)
    order = np.argsort(values)
    below = np.concatenate([[0.0], np.cumsum(areas[order])]) / areas.sum()
    position = np.searchsorted(values[order], thickness * (1.0 - 1e-12 * np.sign(thickness)), side="left")
    share: Floats = np.clip(1.0 - below[position], 0.0, 1.0)
    return thickness, share
