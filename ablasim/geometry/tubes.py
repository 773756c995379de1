"""Points on the outside of a tube along a polyline."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ablasim.geometry.tumour import Sphere
from ablasim.geometry.vessels import Vessel

Floats = NDArray[np.float64]

_FEWEST_ROUND = 12
_ON_WALL = 1e-9  # relative


def sample_tube(tube: Vessel, spacing: float) -> tuple[Floats, Floats]:
    """Points on the mantle of a tube, balls at its bends included, open at its ends.

    Parameters
    ----------
    tube : Vessel
        The tube.
    spacing : float
        Distance between neighbours at most, m; around the tube there are twelve points at least.

    Returns
    -------
    points : ndarray, shape (n, 3)
        Places on the mantle, m.
    areas : ndarray, shape (n,)
        Area that each stands for, m².
    """
    radius = tube.radius
    pieces = [_mantle(start, end, radius, spacing) for start, end in pairwise(tube.points)]
    for bend in tube.points[1:-1].tolist():
        points, areas, _ = Sphere(tuple(bend), tube.diameter).sample_surface(min(spacing, 0.5 * radius))
        pieces.append((points, areas))
    points = np.concatenate([piece[0] for piece in pieces])
    areas = np.concatenate([piece[1] for piece in pieces])
    on_skin = tube.centre_line_distance(points) >= radius * (1.0 - _ON_WALL)
    return points[on_skin], areas[on_skin]


def _mantle(start: Floats, end: Floats, radius: float, spacing: float) -> tuple[Floats, Floats]:
    """Rings on a cylinder, those at its ends included: they stand for half a stretch."""
    length = float(np.linalg.norm(end - start))
    direction = (end - start) / length
    helper = np.eye(3)[np.argmin(np.abs(direction))]
    one = np.cross(direction, helper)
    one /= np.linalg.norm(one)
    n_round = max(_FEWEST_ROUND, int(np.ceil(2.0 * np.pi * radius / spacing)))
    n_along = max(1, int(np.ceil(length / spacing)))
    angle = 2.0 * np.pi * np.arange(n_round) / n_round
    ring = radius * (np.outer(np.cos(angle), one) + np.outer(np.sin(angle), np.cross(direction, one)))
    along = np.linspace(0.0, 1.0, n_along + 1)
    points = (start + along[:, None] * (end - start))[:, None, :] + ring[None]
    share = np.full(n_along + 1, length / n_along)
    share[[0, -1]] *= 0.5
    areas = np.repeat(share * 2.0 * np.pi * radius / n_round, n_round)
    return points.reshape(-1, 3), areas
