"""Potential of straight line sources: what a tree of thin vessels does to the tissue far from their walls."""

from __future__ import annotations

from math import asinh, pi, sqrt

import numpy as np
from numpy.typing import NDArray

from ablasim.compiled import compiled

Floats = NDArray[np.float64]


def line_potential(points: Floats, starts: Floats, ends: Floats, radii: Floats) -> Floats:
    """Solution of -∇²u = 1 on a set of segments and 0 elsewhere, in free space.

    A segment from z = 0 to L along an axis gives (asinh((L - z)/r) + asinh(z/r)) / 4π at a distance r from the axis.
    Inside the segment's radius r is taken as the radius: there the potential is that of its wall.

    Parameters
    ----------
    points : ndarray, shape (n_points, 3)
        Where, m.
    starts, ends : ndarray, shape (n_segments, 3)
        The segments, m.
    radii : ndarray, shape (n_segments,)
        m.

    Returns
    -------
    ndarray, shape (n_points,)
        u for a source of one per metre, without a unit; a temperature rise is u times W/m over W/(m K).

    Examples
    --------
    >>> where = np.array([[1e-3, 0.0, 0.0], [2e-3, 0.0, 0.0]])
    >>> near, far = line_potential(where, np.array([[0, 0, -1.0]]), np.array([[0, 0, 1.0]]), np.array([1e-3]))
    >>> bool(abs(near - far - np.log(2.0) / (2.0 * np.pi)) < 1e-6)
    True
    """
    potential = np.zeros(len(points))
    _sum_segments(np.ascontiguousarray(points), starts, ends, radii, potential)
    return potential


@compiled()
def _sum_segments(points: Floats, starts: Floats, ends: Floats, radii: Floats, potential: Floats) -> None:
    for s in range(len(starts)):
        x, y, z = ends[s, 0] - starts[s, 0], ends[s, 1] - starts[s, 1], ends[s, 2] - starts[s, 2]
        length = sqrt(x * x + y * y + z * z)
        x, y, z = x / length, y / length, z / length
        for p in range(len(points)):
            u, v, w = points[p, 0] - starts[s, 0], points[p, 1] - starts[s, 1], points[p, 2] - starts[s, 2]
            along = u * x + v * y + w * z
            across = max(sqrt(max(u * u + v * v + w * w - along * along, 0.0)), radii[s])
            potential[p] += (asinh((length - along) / across) + asinh(along / across)) / (4.0 * pi)
