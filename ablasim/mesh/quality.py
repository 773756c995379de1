"""How well shaped a mesh's tetrahedra are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ablasim.errors import MeshError
from ablasim.mesh.assemble import cell_faces
from ablasim.mesh.tetrahedra import Mesh, triangle_areas
from ablasim.units import millimetres

Floats = NDArray[np.float64]

LOWEST_QUALITY = 0.02
"""Radius ratio below which a mesh is refused: fifty times flatter than a regular tetrahedron."""


@dataclass(frozen=True)
class MeshQuality:
    """Figures of a mesh's quality.

    Parameters
    ----------
    n_points, n_cells : int
        Numbers of points and tetrahedra.
    min_quality, mean_quality : float
        Lowest and mean radius ratio, in [0, 1].
    worst_region : str
        Cell region of the worst tetrahedron.
    worst_place : tuple of float
        Its centre, m.
    """

    n_points: int
    n_cells: int
    min_quality: float
    mean_quality: float
    worst_region: str
    worst_place: tuple[float, float, float]


def cell_quality(mesh: Mesh) -> Floats:
    """Radius ratio of each tetrahedron.

    Parameters
    ----------
    mesh : Mesh
        The mesh.

    Returns
    -------
    ndarray, shape (n_cells,)
        Three times the radius of the inscribed over that of the circumscribed sphere [1]_: 1 for a regular
        tetrahedron, 0 for a flat one.

    References
    ----------
    .. [1] Liu and Joe, BIT Numer. Math. 34:268-287, 1994, doi:10.1007/BF01955874.
    """
    corners = mesh.points[mesh.cells]
    a, b, c = (corners[:, i] - corners[:, 0] for i in (1, 2, 3))
    area = triangle_areas(mesh.points, cell_faces(mesh.cells).reshape(-1, 3)).reshape(-1, 4).sum(axis=1)
    inscribed = 3.0 * mesh.cell_volumes / area
    squares = [np.einsum("ij,ij->i", edge, edge)[:, None] for edge in (a, b, c)]
    normal = squares[0] * np.cross(b, c) + squares[1] * np.cross(c, a) + squares[2] * np.cross(a, b)
    circumscribed = np.linalg.norm(normal, axis=1) / (12.0 * mesh.cell_volumes)
    quality: Floats = 3.0 * inscribed / circumscribed
    return quality


def mesh_quality(mesh: Mesh) -> MeshQuality:
    """Figures of the quality of a mesh, and where it is worst."""
    quality = cell_quality(mesh)
    worst = int(np.argmin(quality))
    x, y, z = mesh.points[mesh.cells[worst]].mean(axis=0).tolist()
    return MeshQuality(
        n_points=mesh.n_points,
        n_cells=mesh.n_cells,
        min_quality=float(quality[worst]),
        mean_quality=float(quality.mean()),
        worst_region=mesh.cell_region_names[mesh.cell_region[worst]],
        worst_place=(x, y, z),
    )


def check_quality(mesh: Mesh, limit: float = LOWEST_QUALITY) -> MeshQuality:
    """Check that no tetrahedron is too flat to compute on.

    Parameters
    ----------
    mesh : Mesh
        The mesh.
    limit : float
        Lowest radius ratio allowed.

    Returns
    -------
    MeshQuality
        The figures.

    Raises
    ------
    MeshError
        If one is below `limit`, naming its region and place.
    """
    figures = mesh_quality(mesh)
    if figures.min_quality < limit:
        x, y, z = millimetres(figures.worst_place)
        message = (
            f"mesh quality {figures.min_quality:.2g} is below {limit:g} in {figures.worst_region} at "
            f"({x:.2f}, {y:.2f}, {z:.2f}) mm: two surfaces almost touch there; move one, or refine the mesh"
        )
        raise MeshError(message)
    return figures
