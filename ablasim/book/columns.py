"""Meshes whose sides are planes of symmetry: insulated, because they belong to no facet region."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ablasim.errors import MeshError
from ablasim.mesh import Mesh
from ablasim.mesh.structured import box_mesh
from ablasim.mesh.tetrahedra import OUTER

Floats = NDArray[np.float64]


def with_outside(mesh: Mesh, *sides: str) -> Mesh:
    """The mesh with some of its facet regions as the organ's outside, and no others.

    Parameters
    ----------
    mesh : Mesh
        Such as `box_mesh` makes.
    sides : str
        Names of the regions that become ``outer``.

    Raises
    ------
    MeshError
        If it has no facet region of that name.

    Examples
    --------
    >>> with_outside(box_mesh((1.0, 1.0, 1.0), (1, 1, 1)), "x_max", "y_max").facets.shape
    (4, 3)
    """
    facets = mesh.facets_of(*sides)
    region = np.zeros(len(facets), dtype=mesh.facet_region.dtype)
    return replace(mesh, facets=facets, facet_region=region, facet_region_names=(OUTER,))


def slab_mesh(depths: ArrayLike, width: float) -> Mesh:
    """A column of square cross-section along x whose first face alone is the organ's outside.

    Parameters
    ----------
    depths : array_like, shape (n,)
        Increasing places of the layers of points, m.
    width : float
        Edge of the cross-section, m.

    Returns
    -------
    Mesh
        Cell region ``organ``; facet region ``outer`` at the first depth.

    Raises
    ------
    MeshError
        If the depths do not increase, or the width is not above 0.

    Examples
    --------
    >>> mesh = slab_mesh([0.0, 1.0, 3.0], 0.5)
    >>> round(float(mesh.cell_volumes.sum()), 12), float(mesh.points[mesh.facets_of("outer")][..., 0].max())
    (0.75, 0.0)
    """
    levels = _checked(depths, width)
    mesh, level, across = _column(len(levels), "x_min")
    return replace(mesh, points=np.column_stack([levels[level], width * across]))


def cone_mesh(radii: ArrayLike, width: float) -> Mesh:
    """A narrow pyramid with its tip, cut off, at the origin, along x: a sector of a ball.

    The points of a layer lie at the same distance from the origin, and the sides are planes through it.

    Parameters
    ----------
    radii : array_like, shape (n,)
        Increasing distances of the layers of points from the origin, above 0, m.
    width : float
        Edge of the square cross-section at the distance 1.

    Returns
    -------
    Mesh
        Cell region ``organ``; facet region ``outer`` at the last radius.

    Raises
    ------
    MeshError
        If the radii do not increase from above 0, or the width is not above 0.

    Examples
    --------
    >>> mesh = cone_mesh([1.0, 2.0, 4.0], 0.01)
    >>> np.unique(np.linalg.norm(mesh.points, axis=1).round(12)).tolist()
    [1.0, 2.0, 4.0]
    """
    levels = _checked(radii, width)
    if levels[0] <= 0.0:
        message = f"the first radius is {levels[0]:g}: must be above 0"
        raise MeshError(message)
    mesh, level, across = _column(len(levels), "x_max")
    directions = np.column_stack([np.ones(mesh.n_points), width * across])
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    return replace(mesh, points=levels[level, None] * directions)


def _checked(levels: ArrayLike, width: float) -> Floats:
    places = np.asarray(levels, dtype=float)
    if places.ndim != 1 or len(places) < 2 or np.any(np.diff(places) <= 0.0) or width <= 0.0:
        message = f"column of width {width:g} through {len(np.atleast_1d(places))} levels: must increase, width above 0"
        raise MeshError(message)
    return places


def _column(n_levels: int, outside: str) -> tuple[Mesh, NDArray[np.int64], Floats]:
    """A column of unit size, one cell across, with the level of each point and its place across, ±½."""
    mesh = with_outside(box_mesh((1.0, 1.0, 1.0), (n_levels - 1, 1, 1)), outside)
    level = np.rint((mesh.points[:, 0] + 0.5) * (n_levels - 1)).astype(np.int64)
    return mesh, level, mesh.points[:, 1:]
