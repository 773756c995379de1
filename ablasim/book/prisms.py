"""Meshes of problems in the plane, one cell or a few thick, whose upper and lower faces and sides are insulated."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ablasim.errors import MeshError
from ablasim.mesh import Mesh
from ablasim.mesh.structured import box_mesh

Floats = NDArray[np.float64]


def wedge_mesh(radii: ArrayLike, angle: float, n_around: int, height: float) -> Mesh:
    """A wedge of the space between two concentric cylinders about z.

    Parameters
    ----------
    radii : array_like, shape (n,)
        Increasing radii of the layers of points, above 0, m.
    angle : float
        Opening of the wedge, rad.
    n_around : int
        Cells across the opening; one cell is as high as the wedge.
    height : float
        Height, m.

    Returns
    -------
    Mesh
        Cell region ``organ``; facet regions ``inner`` and ``outer`` and those of the sides of `box_mesh` but x.

    Raises
    ------
    MeshError
        If the radii do not increase from above 0.

    Examples
    --------
    >>> mesh = wedge_mesh([1.0, 2.0, 4.0], 0.1, 1, 0.5)
    >>> np.unique(np.hypot(mesh.points[:, 0], mesh.points[:, 1]).round(12)).tolist()
    [1.0, 2.0, 4.0]
    """
    levels = np.asarray(radii, dtype=float)
    if levels.ndim != 1 or len(levels) < 2 or levels[0] <= 0.0 or np.any(np.diff(levels) <= 0.0):
        message = f"radii of a wedge = {radii!r}: must be two or more, increasing, above 0"
        raise MeshError(message)
    mesh = box_mesh((1.0, 1.0, 1.0), (len(levels) - 1, n_around, 1))
    x, y, z = mesh.points.T
    radius = levels[np.rint((x + 0.5) * (len(levels) - 1)).astype(np.int64)]
    points = np.column_stack([radius * np.cos(angle * y), radius * np.sin(angle * y), height * z])
    names = tuple({"x_min": "inner", "x_max": "outer"}.get(name, name) for name in mesh.facet_region_names)
    return replace(mesh, points=points, facet_region_names=names)
