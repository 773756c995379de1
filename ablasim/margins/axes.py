"""Long and short axes of an ablation zone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import ConvexHull

from ablasim.margins.clip import Floats
from ablasim.margins.zone import Zone


@dataclass(frozen=True)
class Axes:
    """Diameters of a zone, m.

    The terms are those of the reporting criteria for image-guided tumour ablation [1]_: the long axis runs
    along the applicator, the short axis across it. Between needles a zone may be wider than it is long: the words of
    reports say along and across.

    Parameters
    ----------
    long : float
        Extent along the axis of the applicator.
    short : float
        Smallest width across it: of the zone seen along the applicator, the smallest distance of two parallel
        lines that hold it.
    wide : float
        Largest width across it.

    References
    ----------
    .. [1] Ahmed et al., Radiology 273:241-260, 2014, doi:10.1148/radiol.14132958.
    """

    long: float
    short: float
    wide: float


def measure_axes(zone: Zone, axis: Floats | None = None) -> Axes:
    """Diameters of a zone along and across an applicator.

    Parameters
    ----------
    zone : Zone
        The zone, all its pieces together.
    axis : ndarray, shape (3,), optional
        Direction of the applicator (for a cluster, of its common axis); without one, the zone's own principal
        axis.

    Returns
    -------
    Axes
        The diameters; all zero for an empty zone.
    """
    if zone.is_empty:
        return Axes(0.0, 0.0, 0.0)
    direction = zone.principal_axis if axis is None else np.asarray(axis, dtype=float)
    along = direction / np.linalg.norm(direction)
    across = np.linalg.svd(along[None, :])[2][1:]
    short, wide = _widths(zone.vertices @ across.T)
    return Axes(float(np.ptp(zone.vertices @ along)), short, wide)


def _widths(plane_points: Floats) -> tuple[float, float]:
    """Smallest and largest width of points in a plane; the smallest is that across a side of their hull."""
    centred = plane_points - plane_points.mean(axis=0)
    hull = ConvexHull(centred / np.abs(centred).max())
    corners = centred[hull.vertices]
    heights = corners @ hull.equations[:, :2].T
    spans = corners[:, None, :] - corners[None, :, :]
    return float(np.ptp(heights, axis=0).min()), float(np.sqrt((spans**2).sum(axis=2).max()))
