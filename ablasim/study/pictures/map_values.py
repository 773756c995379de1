"""The values of a response map between computed points: the one door for other ways to fill it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.tri import Triangulation
from numpy.typing import NDArray
from scipy.spatial import Delaunay, QhullError

from ablasim.errors import OutputError
from ablasim.units import Floats


@dataclass(frozen=True, eq=False)
class MapValues:
    """Values on triangles over two inputs.

    Parameters
    ----------
    triangles : Triangulation
        Corners in the plane of both inputs, and triangles between them; masked ones stay blank.
    values : ndarray, shape (n_corners,)
        Result at each corner; what a masked triangle alone uses may be anything finite.
    how : str
        How it was found, in a few words.
    """

    triangles: Triangulation
    values: Floats
    how: str


def linear_between(x: Floats, y: Floats, values: Floats, *, log_x: bool = False, log_y: bool = False) -> MapValues:
    """Values linear on Delaunay's triangles between computed points; nothing beyond their hull.

    Distances are taken after both inputs are scaled to the range from 0 to 1 (their logarithms where they are at equal
    ratios). A triangle with a point that has no value stays blank: nothing is drawn across a failed case.

    Parameters
    ----------
    x, y : ndarray, shape (n,)
        Both inputs at each point, no point twice.
    values : ndarray, shape (n,)
        Result; NaN where there is none.
    log_x, log_y : bool, optional
        Whether an input is at equal ratios.

    Returns
    -------
    MapValues
        The map.

    Raises
    ------
    OutputError
        If no triangle has a value at all its corners.
    """
    if not np.isfinite(values).any():
        raise _too_few(values)
    plane = np.column_stack([_scaled(x, log_x), _scaled(y, log_y)])
    try:
        corners: NDArray[np.int64] = Delaunay(plane).simplices
    except (QhullError, ValueError) as error:
        raise _too_few(values) from error
    is_blank = ~np.isfinite(values)[corners].all(axis=1)
    if is_blank.all():
        raise _too_few(values)
    triangles = Triangulation(x, y, corners, mask=is_blank)
    return MapValues(
        triangles, np.where(np.isfinite(values), values, np.nanmean(values)), "linear between these points"
    )


def _scaled(values: Floats, is_log: bool) -> Floats:
    along = np.log(values) if is_log else values
    span = np.ptp(along)
    scaled: Floats = (along - along.min()) / (span or 1.0)
    return scaled


def _too_few(values: Floats) -> OutputError:
    n = int(np.isfinite(values).sum())
    return OutputError(f"{n} points have a value: a map needs three next to each other that do not lie on a line")
