"""Closed surfaces in several pieces: which triangles belong together, and which way each piece must be wound."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from ablasim.errors import ModelError
from ablasim.geometry.triangles import TriangleDistance

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def signed_volume(points: Floats, triangles: Ints) -> float:
    """Volume within triangles, m³; negative if they are wound inwards."""
    return float(np.linalg.det(points[triangles] - points.mean(axis=0)).sum() / 6.0)


def piece_numbers(triangles: Ints) -> Ints:
    """Number of the piece that each triangle belongs to, from 0; pieces share no corner.

    Examples
    --------
    >>> piece_numbers(np.array([[0, 1, 2], [3, 4, 5], [2, 1, 6]])).tolist()
    [0, 1, 0]
    """
    size = int(triangles.max()) + 1
    ends = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]]])
    links = coo_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(size, size))
    labels = connected_components(links, directed=False)[1]
    numbers: Ints = np.unique(labels[triangles[:, 0]], return_inverse=True)[1]
    return numbers


def wound_outwards(points: Floats, triangles: Ints, name: str) -> Ints:
    """Wind every piece of a closed surface so that its normals point away from what the surface encloses.

    A piece that lies in an odd number of others bounds a cavity, and is wound the other way round.

    Parameters
    ----------
    points : ndarray, shape (n_points, 3)
        Corners, m.
    triangles : ndarray of int, shape (n_triangles, 3)
        Closed, each piece wound one way.
    name : str
        What the surface is, for the message.

    Returns
    -------
    ndarray of int, shape (n_triangles, 3)
        The triangles, some of them turned.

    Raises
    ------
    ModelError
        If two pieces intersect.
    """
    wound = triangles.copy()
    numbers = piece_numbers(triangles)
    for piece in range(numbers.max() + 1):
        rows = numbers == piece
        if signed_volume(points, wound[rows]) < 0.0:
            wound[rows] = wound[rows][:, ::-1]
    if numbers.max() == 0:
        return wound
    bounds = _bounds(points, wound, numbers)
    depth = np.zeros(numbers.max() + 1, dtype=int)
    for outer in range(len(depth)):
        search = None
        for inner in range(len(depth)):
            if inner == outer or not _boxes_touch(bounds[inner], bounds[outer]):
                continue
            search = search or TriangleDistance(points, wound[numbers == outer])
            inside = search.signed(points[np.unique(wound[numbers == inner])]) < 0.0
            if inside.any() and not inside.all():
                message = f"{name}: two of its {len(depth)} pieces intersect; unite them into one surface first"
                raise ModelError(message)
            depth[inner] += inside.all()
    is_cavity = depth[numbers] % 2 == 1
    wound[is_cavity] = wound[is_cavity][:, ::-1]
    return wound


def _bounds(points: Floats, triangles: Ints, numbers: Ints) -> list[tuple[Floats, Floats]]:
    pieces = [points[triangles[numbers == piece]].reshape(-1, 3) for piece in range(numbers.max() + 1)]
    return [(corners.min(axis=0), corners.max(axis=0)) for corners in pieces]


def _boxes_touch(one: tuple[Floats, Floats], other: tuple[Floats, Floats]) -> bool:
    return bool((one[0] <= other[1]).all() and (other[0] <= one[1]).all())
