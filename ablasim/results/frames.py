"""What a run keeps of its saved times: temperature, and where tissue is dead, with the vessels and without them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ablasim.margins.corners import corners_in
from ablasim.units import celsius
from ablasim.variants import Variant
from ablasim.watch import Moment

ACTUAL: Variant = "actual"
TWIN: Variant = "no_vessel"
KEPT_VARIANTS = (ACTUAL, TWIN)
"""The run, and the twin whose zone is drawn beside it."""

Halves = NDArray[np.float16]

CUT_OFF = 3.0
"""Level beyond which, away from the edge of the zone, a file says no more than dead or alive."""

_FURTHEST = 6e4  # what half precision holds


class Frame(NamedTuple):
    """What is kept of a saved time.

    Parameters
    ----------
    time_s : float
        The time, s.
    temperature_c : ndarray of float32, shape (n_points,)
        Temperature of the run, °C.
    levels : mapping of str to ndarray of float16, shape (n_points,)
        Level of the headline model of damage, dead where positive, in the run and in its twin without vessels. Half
        precision places the edge of a zone to a thousandth of a mesh edge.
    """

    time_s: float
    temperature_c: NDArray[np.float32]
    levels: Mapping[Variant, Halves]


Frames = tuple[Frame, ...]


class FrameKeeper:
    """Keeps what a run and its twin without vessels are at the saved times; both may march side by side."""

    def __init__(self) -> None:
        self._temperatures: list[NDArray[np.float32]] = []
        self._times: list[float] = []
        self._levels: dict[Variant, list[Halves]] = {variant: [] for variant in KEPT_VARIANTS}

    def keep(self, variant: Variant, moment: Moment) -> None:
        """Keep a saved time of one of `KEPT_VARIANTS`."""
        self._levels[variant].append(halves(moment.level))
        if variant == ACTUAL:
            self._times.append(moment.time)
            self._temperatures.append(celsius(moment.temperature).astype(np.float32))

    def frames(self) -> Frames:
        """Frames at the saved times of the run; a twin that cooled down sooner stays as it was at its end."""
        twin = self._levels[TWIN]
        return tuple(
            Frame(
                time,
                temperature,
                {ACTUAL: self._levels[ACTUAL][index]} | ({TWIN: twin[min(index, len(twin) - 1)]} if twin else {}),
            )
            for index, (time, temperature) in enumerate(zip(self._times, self._temperatures, strict=True))
        )


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
