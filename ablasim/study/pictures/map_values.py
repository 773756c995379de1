"""The values of a response map between computed points: linear, or by a function of both inputs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from matplotlib.tri import Triangulation, UniformTriRefiner
from numpy.typing import NDArray
from scipy.spatial import Delaunay, QhullError

from ablasim.errors import OutputError
from ablasim.study.counts import how_many
from ablasim.units import Floats

_HALVINGS = 4
"""How often edges between computed points are halved for a smooth map: 16 pieces each."""


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
    sd : ndarray, shape (n_corners,), optional
        Standard deviation of the values, where it is known.
    """

    triangles: Triangulation
    values: Floats
    how: str
    sd: Floats | None = None

    @property
    def shown(self) -> Floats:
        """Values at the corners of triangles that are not masked."""
        found: Floats = self.values[self.triangles.get_masked_triangles()]
        return found


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
    corners, is_blank = _between(x, y, values, log_x, log_y)
    triangles = Triangulation(x, y, corners, mask=is_blank)
    return MapValues(
        triangles, np.where(np.isfinite(values), values, np.nanmean(values)), "linear between these points"
    )


def smooth_between(
    x: Floats,
    y: Floats,
    values: Floats,
    smooth: Callable[[Floats, Floats], tuple[Floats, Floats]],
    how: str,
    *,
    log_x: bool = False,
    log_y: bool = False,
) -> MapValues:
    """Values of a function where `linear_between` has some: nothing beyond the points, nor across one without a value.

    Parameters
    ----------
    x, y, values : ndarray, shape (n,)
        Both inputs and the result at each computed point, as for `linear_between`.
    smooth : callable
        Gives result and standard deviation, shape (n_places,) each, from both inputs; NaN where it knows none.
    how : str
        What it is, in a few words.
    log_x, log_y : bool, optional
        Whether an input is at equal ratios.

    Returns
    -------
    MapValues
        The map, with its standard deviation.

    Raises
    ------
    OutputError
        If no triangle has a value at all its corners.
    """
    corners, is_blank = _between(x, y, values, log_x, log_y)
    coarse = Triangulation(np.log(x) if log_x else x, np.log(y) if log_y else y, corners, mask=is_blank)
    fine = UniformTriRefiner(coarse).refine_triangulation(subdiv=_HALVINGS)
    fine_x = np.clip(np.exp(fine.x) if log_x else fine.x, x.min(), x.max())
    fine_y = np.clip(np.exp(fine.y) if log_y else fine.y, y.min(), y.max())
    mean, sd = smooth(fine_x, fine_y)
    is_known = np.isfinite(mean) & np.isfinite(sd)
    mask = ~is_known[fine.triangles].all(axis=1)
    if fine.mask is not None:
        mask |= fine.mask
    if mask.all():
        raise _too_few(values)
    triangles = Triangulation(fine_x, fine_y, fine.triangles, mask=mask)
    return MapValues(triangles, np.where(is_known, mean, 0.0), how, np.where(is_known, sd, 0.0))


def _between(
    x: Floats, y: Floats, values: Floats, log_x: bool, log_y: bool
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Corners of Delaunay's triangles, and which have a corner without a value."""
    if not np.isfinite(values).any():
        raise _too_few(values)
    plane = np.column_stack([_scaled(x, log_x), _scaled(y, log_y)])
    try:
        corners: NDArray[np.int64] = Delaunay(plane).simplices
    except (QhullError, ValueError) as error:
        raise _too_few(values) from error
    is_blank: NDArray[np.bool_] = np.any(~np.isfinite(values)[corners], axis=1)
    if is_blank.all():
        raise _too_few(values)
    return corners, is_blank


def _scaled(values: Floats, is_log: bool) -> Floats:
    along = np.log(values) if is_log else values
    span = np.ptp(along)
    scaled: Floats = (along - along.min()) / (span or 1.0)
    return scaled


def _too_few(values: Floats) -> OutputError:
    n = int(np.isfinite(values).sum())
    return OutputError(
        f"{how_many(n, 'point')} with a value: a map needs three next to each other that do not lie on a line"
    )
