"""What a run keeps of its saved times: temperature, and where tissue is dead, with the vessels and without them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ablasim.mesh.corners import corners_in
from ablasim.units import Floats, celsius
from ablasim.variants import Variant

ACTUAL: Variant = "actual"
TWIN: Variant = "no_vessel"
KEPT_VARIANTS = (ACTUAL, TWIN)
"""The run, and the twin whose zone is drawn beside it."""

Halves = NDArray[np.float16]

CUT_OFF = 3.0
"""Level beyond which, away from the edge of the zone, a file says no more than dead or alive."""

_FURTHEST = 6e4  # what half precision holds


Frames = tuple[tuple[float, NDArray[np.float32]], ...]
"""Saved times, s, with the nodal temperature of the run, °C."""

Levels = Mapping[Variant, tuple[Halves, ...]]
"""Nodal level of the headline model of damage at each saved time, dead where positive, of the run and of its twin
without vessels. Half precision places the edge of a zone to a thousandth of a mesh edge."""


class FrameKeeper:
    """Keeps what a run and its twin without vessels are at the saved times; both may march side by side."""

    def __init__(self) -> None:
        self._frames: list[tuple[float, NDArray[np.float32]]] = []
        self._levels: dict[Variant, list[Halves]] = {variant: [] for variant in KEPT_VARIANTS}

    def keep(self, variant: Variant, time: float, temperature: Floats, level: Floats) -> None:
        """Keep a saved time, s, of one of `KEPT_VARIANTS`: nodal temperature, K, and level of damage."""
        self._levels[variant].append(halves(level))
        if variant == ACTUAL:
            self._frames.append((time, celsius(temperature).astype(np.float32)))

    def frames(self) -> Frames:
        """Temperatures at the saved times of the run."""
        return tuple(self._frames)

    def levels(self) -> Levels:
        """Levels at the saved times of the run; a twin that cooled down sooner stays as it was at its end."""
        times = range(len(self._frames))
        return {
            variant: tuple(kept[min(index, len(kept) - 1)] for index in times)
            for variant, kept in self._levels.items()
            if kept
        }


def near_edge(level: NDArray[np.floating], cells: NDArray[np.integer]) -> NDArray[np.float64]:
    """Level cut off at ±3, but not in cells that the edge of the zone cuts: as exact there, and small to store.

    Parameters
    ----------
    level : ndarray, shape (n_points,)
        Level of damage, dead where positive; NaN where there is no tissue.
    cells : ndarray of int, shape (n_cells, 4)
        Cells of tissue.

    Examples
    --------
    >>> near_edge(np.array([9.0, 9.0, 9.0, 9.0, -7.0]), np.array([[0, 1, 2, 3], [1, 2, 3, 4]])).tolist()
    [3.0, 9.0, 9.0, 9.0, -7.0]
    """
    n_dead = corners_in(cells, level > 0.0)
    cut = np.zeros(len(level), dtype=bool)
    cut[cells[(n_dead > 0) & (n_dead < cells.shape[1])]] = True
    return np.where(cut, level, np.clip(level, -CUT_OFF, CUT_OFF))


def halves(level: NDArray[np.floating]) -> Halves:
    """Levels of damage in half precision, cut off at what it holds; NaN stays.

    Examples
    --------
    >>> halves(np.array([0.25, -1e9, np.nan])).tolist()
    [0.25, -60000.0, nan]
    """
    kept: Halves = np.clip(level, -_FURTHEST, _FURTHEST).astype(np.float16)
    return kept
