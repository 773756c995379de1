"""Plane cuts through meshes and surfaces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from matplotlib.tri import Triangulation
from numpy.typing import ArrayLike, NDArray

from ablasim.units import Floats, metres, millimetres
from ablasim.views.frame import unit
from ablasim.views.shapes import SurfaceLike, surface_mesh


@dataclass(frozen=True)
class Plane:
    """A plane with two directions in it.

    Parameters
    ----------
    origin : ndarray, shape (3,)
        Middle of the picture, m.
    right, up : ndarray, shape (3,)
        Unit vectors in the plane.
    """

    origin: Floats
    right: Floats
    up: Floats

    @property
    def normal(self) -> Floats:
        """Unit vector towards the viewer."""
        return np.cross(self.right, self.up)

    def flat(self, points: ArrayLike) -> Floats:
        """Coordinates in the plane, mm, shape (n, 2), of points in m."""
        relative = np.asarray(points, dtype=float) - self.origin
        return millimetres(np.column_stack([relative @ self.right, relative @ self.up]))

    def solid(self, flat_mm: Floats) -> Floats:
        """Points in space, m, of coordinates in the plane, mm."""
        across, along = metres(flat_mm).T
        space: Floats = self.origin + across[:, None] * self.right + along[:, None] * self.up
        return space


def plane_through(origin: ArrayLike, normal: ArrayLike, up: ArrayLike) -> Plane:
    """Plane through a point; `up` is made square to `normal` and points up in the picture.

    Raises
    ------
    ValueError
        If `up` is parallel to `normal`.
    """
    towards = unit(normal)
    upward = np.asarray(up, dtype=float) - np.dot(up, towards) * towards
    if np.linalg.norm(upward) < 1e-9:
        message = "the direction up is square to the plane; choose another"
        raise ValueError(message)
    upward = unit(upward)
    return Plane(np.asarray(origin, dtype=float), np.cross(upward, towards), upward)


def cut_mesh(
    plane: Plane,
    points: NDArray[np.floating],
    cells: NDArray[np.integer],
    fields: Mapping[str, NDArray[np.floating] | None],
) -> tuple[Triangulation, dict[str, Floats]]:
    """Triangles of the cut through the tetrahedra, in mm in the plane, and the fields at their corners."""
    import pyvista as pv

    grid = pv.UnstructuredGrid({pv.CellType.TETRA: np.asarray(cells)}, np.asarray(points, dtype=float))
    given = {name: field for name, field in fields.items() if field is not None}
    for name, field in given.items():
        grid.point_data[name] = np.asarray(field, dtype=float)
    cut = grid.slice(normal=plane.normal, origin=plane.origin, generate_triangles=True)
    triangles = np.asarray(cut.faces).reshape(-1, 4)[:, 1:]
    across, along = plane.flat(np.asarray(cut.points)).T
    values = {name: np.asarray(cut.point_data[name], dtype=float) for name in given}
    return Triangulation(across, along, triangles), values


def cut_surface(plane: Plane, surface: SurfaceLike) -> list[Floats]:
    """Lines in which a plane cuts a surface, each as coordinates in the plane, mm, shape (n, 2)."""
    cut = surface_mesh(surface).slice(normal=plane.normal, origin=millimetres(plane.origin))
    if cut.n_points == 0:
        return []
    joined = cut.strip(join=True)
    lines = (np.asarray(joined.get_cell(index).points) for index in range(joined.n_cells))
    return [plane.flat(metres(line)) for line in lines]
