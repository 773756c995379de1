"""Marching tetrahedra: the surface on which a nodal field is zero."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ablasim.errors import ModelError
from ablasim.margins.clip import Floats, Indices, Integers, crossing, dead_first
from ablasim.margins.facets import soup_areas
from ablasim.mesh.corners import corners_in

# Edges (dead corner, living corner) that carry the triangles, by number of dead corners, with the dead
# corners first; seen from the living side the triangles turn counter-clockwise.
_TRIANGLES: dict[int, tuple[tuple[tuple[int, int], ...], ...]] = {
    1: (((0, 1), (0, 2), (0, 3)),),
    2: (((0, 2), (0, 3), (1, 3)), ((0, 2), (1, 3), (1, 2))),
    3: (((0, 3), (1, 3), (2, 3)),),
}


@dataclass(frozen=True, eq=False)
class Contour:
    """A triangulated surface on which a nodal field is zero.

    Parameters
    ----------
    points : ndarray, shape (n_vertices, 3)
        Vertices, m; each is shared by all the triangles that meet there.
    triangles : ndarray of int, shape (n_triangles, 3)
        Vertex indices; the normal points from dead (positive) to alive.
    cell : ndarray of int, shape (n_triangles,)
        Row in `cells` of the tetrahedron each triangle lies in.
    edges : ndarray of int, shape (n_vertices, 2)
        The mesh edge each vertex lies on: its dead and its living point (equal where the vertex is a mesh
        point).
    fraction : ndarray, shape (n_vertices,)
        Place on that edge, 0 at the dead end, 1 at the living one.
    """

    points: Floats
    triangles: Indices
    cell: Indices
    edges: Indices
    fraction: Floats

    @property
    def is_empty(self) -> bool:
        """Whether there is no surface at all."""
        return len(self.triangles) == 0

    @property
    def corners(self) -> Floats:
        """Corners of the triangles, m, shape (n_triangles, 3, 3)."""
        corners: Floats = self.points[self.triangles]
        return corners

    @property
    def area(self) -> float:
        """Total area, m²."""
        return float(soup_areas(self.corners).sum())

    def interpolate(self, nodal: Floats) -> Floats:
        """Values of another nodal field at the vertices, shape (n_vertices,)."""
        dead, alive = nodal[self.edges[:, 0]], nodal[self.edges[:, 1]]
        values: Floats = dead + self.fraction * (alive - dead)
        return values


def contour(points: Floats, cells: Integers, level: Floats) -> Contour:
    """Surface on which a nodal field, linear in each tetrahedron, is zero.

    Interpolate what is smooth (the logarithm of a dose, not the dose): the surface then lies within O(h²) of
    the exact one: inside it where the field is concave, outside along edges on which it is convex (heat that
    falls off steeply). A crease of the field, as of the maximum of two, is rounded off within the cells it
    crosses. The surface is closed, but for where it meets the outside of `cells`. A point where the field is
    exactly zero counts as alive.

    Parameters
    ----------
    points : ndarray, shape (n_points, 3)
        Coordinates, m.
    cells : ndarray of int, shape (n_cells, 4)
        Point indices of positively oriented tetrahedra.
    level : ndarray, shape (n_points,)
        Nodal field, dead where positive; points outside `cells` may hold anything.

    Returns
    -------
    Contour
        The surface; empty if the field does not change sign.

    Raises
    ------
    ModelError
        If the field is not finite at a point of `cells`.

    Examples
    --------
    >>> corner = np.array([[0.0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]])
    >>> surface = contour(corner, np.array([[0, 1, 2, 3]]), np.array([1.0, -1.0, -1.0, -1.0]))
    >>> round(surface.area, 6)
    0.216506
    """
    check_level(cells, level)
    n_positive = corners_in(cells, level > 0.0)
    cut = np.flatnonzero((n_positive > 0) & (n_positive < cells.shape[1]))
    order, n_dead = dead_first(level[cells[cut]])
    edges, parents = [np.empty((0, 3, 2), dtype=np.int64)], [np.empty(0, dtype=np.int64)]
    for count, triangles in _TRIANGLES.items():
        of_cut = np.flatnonzero(n_dead == count)
        rows = cut[of_cut]
        ordered = np.take_along_axis(cells[rows], order[of_cut], axis=1)
        for triangle in triangles:
            edges.append(ordered[:, np.array(triangle)].astype(np.int64))
            parents.append(rows)
    return _merge(points, level, np.concatenate(edges), np.concatenate(parents))


def check_level(cells: Integers, level: Floats) -> None:
    """Refuse a level that is not finite where it is needed.

    Raises
    ------
    ModelError
        If the field is not finite at a point of `cells`.
    """
    n_bad = int((corners_in(cells, ~np.isfinite(level)) > 0).sum())
    if n_bad:
        message = f"damage level is not finite in {n_bad} of {len(cells)} tetrahedra: must be finite in all tissue"
        raise ModelError(message)


def _merge(points: Floats, level: Floats, edges: Indices, cell: Indices) -> Contour:
    """Give each mesh edge one vertex, and each living point with a field of zero one for all its edges."""
    dead, alive = edges[..., 0], edges[..., 1]
    key = np.where(level[alive] == 0.0, alive, dead) * len(points) + alive
    unique, inverse = np.unique(key, return_inverse=True)
    triangles = inverse.reshape(key.shape)
    is_flat = (triangles == np.roll(triangles, 1, axis=1)).any(axis=1)
    start, end = np.divmod(unique, len(points))
    fraction: NDArray[np.float64] = np.ones(len(unique))
    on_edge = start != end
    fraction[on_edge] = crossing(level[start[on_edge]], level[end[on_edge]])
    vertices = points[start] + fraction[:, None] * (points[end] - points[start])
    return Contour(vertices, triangles[~is_flat], cell[~is_flat], np.column_stack([start, end]), fraction)
