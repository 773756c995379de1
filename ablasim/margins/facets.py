"""Triangles on the outside of a set of tetrahedra, and the dead part of triangles."""

from __future__ import annotations

import numpy as np

from ablasim.compiled import compiled
from ablasim.margins.clip import Floats, Indices, Integers, Mask, crossing
from ablasim.mesh.corners import corners_in

_FACES = np.array([[1, 2, 3], [0, 3, 2], [0, 1, 3], [0, 2, 1]])


def boundary_facets(cells: Integers, member: Mask) -> Indices:
    """Facets with a member among their points that belong to one cell only.

    Parameters
    ----------
    cells : ndarray of int, shape (n_cells, 4)
        Point indices of positively oriented tetrahedra.
    member : ndarray of bool, shape (n_points,)
        Points of interest.

    Returns
    -------
    ndarray of int, shape (n_facets, 3)
        Point indices, the normal pointing out of the cells.
    """
    near = cells[corners_in(cells, member) > 0]
    cell, face = np.nonzero(_alone(near, member))
    facets: Indices = near[cell[:, None], _FACES[face]].astype(np.int64)
    return facets


@compiled()
def _alone(cells: Integers, member: Mask) -> Mask:
    """Facets with a member that no other cell has, shape (n_cells, 4); facet k lies opposite to point k."""
    n = len(cells)
    alone = np.zeros((n, 4), dtype=np.bool_)
    latest = np.full(len(member), -1, dtype=np.int32)  # by a point: the last facet of which it is the lowest
    earlier = np.empty(4 * n, dtype=np.int32)  # by a facet: the one before it with the same lowest point
    others = np.empty((4 * n, 2), dtype=np.int32)  # by a facet: its two other points
    for c in range(n):
        a, b, d, e = cells[c]
        for k in range(4):
            one, two, three = (b, d, e) if k == 0 else (a, d, e) if k == 1 else (a, b, e) if k == 2 else (a, b, d)
            if not (member[one] or member[two] or member[three]):
                continue
            low, high = min(one, two, three), max(one, two, three)
            middle = one + two + three - low - high
            alone[c, k] = True
            other = latest[low]
            while other >= 0:
                if others[other, 0] == middle and others[other, 1] == high:
                    alone[c, k] = alone[other // 4, other % 4] = False
                other = earlier[other]
            facet = 4 * c + k
            others[facet, 0], others[facet, 1] = middle, high
            earlier[facet], latest[low] = latest[low], facet
    return alone


def dead_facets(points: Floats, triangles: Integers, level: Floats) -> Floats:
    """Cut out the dead part of triangles, as triangles.

    Parameters
    ----------
    points : ndarray, shape (n_points, 3)
        Coordinates, m.
    triangles : ndarray of int, shape (n_triangles, 3)
        Point indices.
    level : ndarray, shape (n_points,)
        Nodal field, linear in each triangle, dead where positive.

    Returns
    -------
    ndarray, shape (n_parts, 3, 3)
        Corners of the parts, m, oriented as the triangles they were cut from.
    """
    dead = level[triangles] > 0.0
    n_dead = dead.sum(axis=1)
    # Turn each triangle, keeping its orientation, so that its one dead (or its one living) corner comes
    # first.
    first = np.where(n_dead == 1, dead.argmax(axis=1), (~dead).argmax(axis=1))
    turned = np.take_along_axis(triangles, (first[:, None] + np.arange(3)) % 3, axis=1)
    corners, values = points[turned], level[turned]

    def cut(rows: Mask, dead_corner: int, alive_corner: int) -> Floats:
        start, end = corners[rows, dead_corner], corners[rows, alive_corner]
        fraction = crossing(values[rows, dead_corner], values[rows, alive_corner])
        edge: Floats = start + fraction[:, None] * (end - start)
        return edge

    one, two = n_dead == 1, n_dead == 2
    second, third = corners[two, 1], corners[two, 2]
    after, before = cut(two, 1, 0), cut(two, 2, 0)
    parts = [
        corners[n_dead == 3],
        np.stack([corners[one, 0], cut(one, 0, 1), cut(one, 0, 2)], axis=1),
        np.stack([second, third, after], axis=1),
        np.stack([third, before, after], axis=1),
    ]
    return np.concatenate(parts)


def soup_areas(corners: Floats) -> Floats:
    """Areas of triangles given by their corners, shape (n_triangles, 3, 3); m²."""
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    areas: Floats = 0.5 * np.linalg.norm(normals, axis=1)
    return areas
