"""Exact distances from points to triangles, and which tetrahedron a point lies in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ablasim.margins.boxes import BoxTree, build_tree
from ablasim.margins.clip import Floats, Indices, Integers
from ablasim.margins.kernels import locate_in_cells, nearest_triangle


@dataclass(frozen=True, eq=False)
class TriangleSearch:
    """Triangles prepared for the search of the nearest one.

    Parameters
    ----------
    corners : ndarray, shape (n_triangles, 3, 3)
        Corners of the triangles, m.
    tree : BoxTree
        Their boxes.
    """

    corners: Floats
    tree: BoxTree

    @classmethod
    def of(cls, corners: Floats) -> TriangleSearch:
        """Prepare triangles given by their corners, m, shape (n_triangles, 3, 3)."""
        return cls(corners, build_tree(corners))

    def distance(self, points: Floats) -> Floats:
        """Distance from each point to the nearest triangle.

        Parameters
        ----------
        points : ndarray, shape (n_points, 3)
            Coordinates, m.

        Returns
        -------
        ndarray, shape (n_points,)
            Distances, m; exact to rounding; infinite if there are no triangles.
        """
        return self.nearest(points)[0]

    def nearest(self, points: Floats) -> tuple[Floats, Indices]:
        """Distance from each point to the nearest triangle, m, and the row of that triangle (-1 without any)."""
        tree = self.tree
        squared, triangle = nearest_triangle(
            np.ascontiguousarray(points),
            np.ascontiguousarray(self.corners),
            tree.low,
            tree.high,
            tree.items,
            tree.leaf_size,
        )
        return np.sqrt(squared), triangle


@dataclass(frozen=True, eq=False)
class CellSearch:
    """Tetrahedra prepared for point location.

    Parameters
    ----------
    corners : ndarray, shape (n_cells, 4, 3)
        Corners of the tetrahedra, m.
    tree : BoxTree
        Their boxes.
    """

    corners: Floats
    tree: BoxTree

    @classmethod
    def of(cls, points: Floats, cells: Integers) -> CellSearch:
        """Prepare the tetrahedra of a mesh."""
        corners: Floats = points[cells]
        return cls(corners, build_tree(corners))

    def locate(self, points: Floats) -> tuple[Indices, Floats]:
        """Tetrahedron each point lies in.

        Parameters
        ----------
        points : ndarray, shape (n_points, 3)
            Coordinates, m.

        Returns
        -------
        cell : ndarray of int, shape (n_points,)
            Row of the tetrahedron; -1 outside all of them.
        barycentric : ndarray, shape (n_points, 4)
            Barycentric coordinates in it; NaN outside.
        """
        tree = self.tree
        cell, barycentric = locate_in_cells(
            np.ascontiguousarray(points),
            np.ascontiguousarray(self.corners),
            tree.low,
            tree.high,
            tree.items,
            tree.leaf_size,
        )
        return cell, barycentric


def interpolate(cells: Integers, nodal: Floats, cell: Indices, barycentric: Floats) -> Floats:
    """Values of a nodal field at located points.

    Parameters
    ----------
    cells : ndarray of int, shape (n_cells, 4)
        Point indices of the tetrahedra.
    nodal : ndarray, shape (n_points,)
        Field at the mesh points.
    cell, barycentric : ndarray
        As `CellSearch.locate` returns them.

    Returns
    -------
    ndarray, shape (n,)
        Values; NaN for points outside all tetrahedra.
    """
    values: Floats = np.einsum("ij,ij->i", barycentric, nodal[cells[cell]])
    return values
