"""Exact clipping of tetrahedra by a nodal field that is linear in each (dead where positive)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from ablasim.mesh.corners import dead_corners
from ablasim.mesh.tetrahedra import tetrahedron_volumes

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Mask = NDArray[np.bool_]
Integers = NDArray[np.integer]

_CORNERS = 4
_NODE_BITS = np.array([1, 2, 4, 8])

# The dead part of a tetrahedron as tetrahedra, by number of dead corners (which come first in the order). A
# vertex (u, v) lies on the edge from dead corner u to living corner v where the field is zero; (u, u) is
# corner u itself.
_PARTS: dict[int, tuple[tuple[tuple[int, int], ...], ...]] = {
    1: (((0, 0), (0, 1), (0, 2), (0, 3)),),
    2: (
        ((0, 0), (0, 2), (0, 3), (1, 1)),
        ((1, 1), (1, 2), (1, 3), (0, 2)),
        ((1, 1), (0, 2), (0, 3), (1, 3)),
    ),
    3: (
        ((0, 0), (1, 1), (2, 2), (2, 3)),
        ((0, 0), (1, 1), (1, 3), (2, 3)),
        ((0, 0), (0, 3), (1, 3), (2, 3)),
    ),
    4: (((0, 0), (1, 1), (2, 2), (3, 3)),),
}


def _is_even(order: tuple[int, ...]) -> bool:
    swaps = sum(order[i] > order[j] for i in range(4) for j in range(i + 1, 4))
    return swaps % 2 == 0


def _dead_first_orders() -> Indices:
    """Even permutation of corners that puts the dead ones first, for each of the 16 patterns."""
    orders = np.zeros((16, 4), dtype=np.int64)
    for code in range(16):
        dead = [bool(code & bit) for bit in _NODE_BITS]
        n_dead = sum(dead)
        orders[code] = next(
            order
            for order in permutations(range(4))
            if _is_even(order) and all(dead[corner] for corner in order[:n_dead])
        )
    return orders


_DEAD_FIRST = _dead_first_orders()


def dead_first(level: Floats) -> tuple[Indices, Indices]:
    """Order of the corners of each tetrahedron with the dead ones first, and how many are dead.

    Parameters
    ----------
    level : ndarray, shape (n_cells, 4)
        Field at the corners; dead where positive.

    Returns
    -------
    order : ndarray of int, shape (n_cells, 4)
        Even permutations: a positively oriented tetrahedron stays so.
    n_dead : ndarray of int, shape (n_cells,)
        Number of dead corners.
    """
    dead = level > 0.0
    order: Indices = _DEAD_FIRST[dead @ _NODE_BITS]
    return order, dead.sum(axis=1)


def crossing(dead: Floats, alive: Floats) -> Floats:
    """Where a linear field is zero between a dead (positive) and a living end, 0 to 1 from the dead.

    Examples
    --------
    >>> crossing(np.array([1.0, 2.0]), np.array([-1.0, 0.0])).tolist()
    [0.5, 1.0]
    """
    fraction: Floats = dead / (dead - alive)
    return fraction


def dead_fraction(level: Floats) -> Floats:
    """Share of each tetrahedron in which a linear field is positive, exact.

    Parameters
    ----------
    level : ndarray, shape (n_cells, 4)
        Field at the corners.

    Returns
    -------
    ndarray, shape (n_cells,)
        Share of the volume, 0 to 1.

    Examples
    --------
    >>> dead_fraction(np.array([[1.0, -1.0, -1.0, -1.0], [1.0, 1.0, -1.0, -1.0]])).tolist()
    [0.125, 0.5]
    """
    n_dead = dead_corners(level)
    fraction: Floats = (n_dead == _CORNERS).astype(float)
    cut = np.flatnonzero((n_dead > 0) & (n_dead < _CORNERS))
    fraction[cut] = _cut_fraction(level[cut])
    return fraction


def _cut_fraction(level: Floats) -> Floats:
    order, n_dead = dead_first(level)
    ordered = np.take_along_axis(level, order, axis=1)
    one, two, three = (ordered[n_dead == count] for count in (1, 2, 3))
    fraction = np.empty(len(level))
    fraction[n_dead == 1] = np.prod(crossing(one[:, :1], one[:, 1:]), axis=1)
    fraction[n_dead == 3] = 1.0 - np.prod(1.0 - crossing(three[:, :3], three[:, 3:]), axis=1)
    a, b = crossing(two[:, 0], two[:, 2]), crossing(two[:, 0], two[:, 3])
    c, d = crossing(two[:, 1], two[:, 2]), crossing(two[:, 1], two[:, 3])
    fraction[n_dead == 2] = a * b + c * d * (1.0 - a) + a * d * (1.0 - b)
    return fraction


def dead_volume(points: Floats, cells: Integers, level: Floats) -> Floats:
    """Volume of each tetrahedron in which a nodal field is positive.

    Parameters
    ----------
    points : ndarray, shape (n_points, 3)
        Coordinates, m.
    cells : ndarray of int, shape (n_cells, 4)
        Point indices of the tetrahedra.
    level : ndarray, shape (n_points,)
        Nodal field, linear in each tetrahedron, dead where positive; finite at every point of `cells`.

    Returns
    -------
    ndarray, shape (n_cells,)
        Dead volume, m³, exact for the linear field.
    """
    volumes: Floats = cell_volumes(points, cells) * dead_fraction(level[cells])
    return volumes


def cell_volumes(points: Floats, cells: Integers) -> Floats:
    """Volumes of tetrahedra, m³, shape (n_cells,)."""
    volumes: Floats = np.abs(tetrahedron_volumes(points, cells))
    return volumes


def common_volumes(volumes: Floats, levels: Sequence[Floats]) -> Floats:
    """Volume of each tetrahedron in which several linear fields are all positive, exact.

    Parameters
    ----------
    volumes : ndarray, shape (n_cells,)
        Volumes of the tetrahedra, m³.
    levels : sequence of ndarray, shape (n_cells, 4)
        The fields at the corners, one at least.

    Returns
    -------
    ndarray, shape (n_cells,)
        Volumes, m³.

    Examples
    --------
    >>> x, y = np.array([[1.0, -1.0, -1.0, -1.0]]), np.array([[1.0, 1.0, 1.0, 1.0]])
    >>> common_volumes(np.ones(1), [x, y]).round(9).tolist()
    [0.125]
    """
    first, *rest = levels
    if not rest:
        return volumes * dead_fraction(first)
    n_positive = dead_corners(first)
    whole = n_positive == _CORNERS
    common = np.zeros(len(volumes))
    common[whole] = common_volumes(volumes[whole], [level[whole] for level in rest])
    rows = np.flatnonzero((n_positive > 0) & ~whole)
    parent, weights = positive_parts(first[rows])
    parts = np.abs(np.linalg.det(weights)) * volumes[rows[parent]]
    inside = [np.einsum("nij,nj->ni", weights, level[rows[parent]]) for level in rest]
    np.add.at(common, rows[parent], common_volumes(parts, inside))
    return common


def positive_parts(level: Floats) -> tuple[Indices, Floats]:
    """Cut out where a linear field is positive, as tetrahedra.

    Parameters
    ----------
    level : ndarray, shape (n_cells, 4)
        Field at the corners.

    Returns
    -------
    parent : ndarray of int, shape (n_parts,)
        Tetrahedron each part was cut from.
    weights : ndarray, shape (n_parts, 4, 4)
        Barycentric coordinates of each part's vertices (rows) in its parent; ``abs(det)`` is its share of the
        volume.
    """
    order, n_dead = dead_first(level)
    parents: list[Indices] = []
    weights: list[Floats] = []
    for count, parts in _PARTS.items():
        rows = np.flatnonzero(n_dead == count)
        ordered = np.take_along_axis(level[rows], order[rows], axis=1)
        for part in parts:
            parents.append(rows)
            weights.append(_vertex_weights(part, order[rows], ordered))
    return np.concatenate(parents), np.concatenate(weights)


def _vertex_weights(part: tuple[tuple[int, int], ...], order: Indices, level: Floats) -> Floats:
    weights = np.zeros((len(order), 4, 4))
    rows = np.arange(len(order))
    for vertex, (dead, alive) in enumerate(part):
        fraction = crossing(level[:, dead], level[:, alive]) if dead != alive else np.zeros(len(order))
        weights[rows, vertex, order[:, alive]] += fraction
        weights[rows, vertex, order[:, dead]] += 1.0 - fraction
    return weights
