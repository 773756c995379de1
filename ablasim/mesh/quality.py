"""How well shaped a mesh's tetrahedra are."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ablasim.compiled import compiled
from ablasim.errors import MeshError
from ablasim.mesh.tetrahedra import Mesh
from ablasim.units import millimetres

Floats = NDArray[np.float64]
Vector = tuple[float, float, float]

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
    quality = np.empty(mesh.n_cells)
    _radius_ratios(mesh.points, mesh.cells, quality)
    return quality


@compiled()
def _edge(points: Floats, start: int, end: int) -> Vector:
    return (
        points[end, 0] - points[start, 0],
        points[end, 1] - points[start, 1],
        points[end, 2] - points[start, 2],
    )


@compiled()
def _cross(a: Vector, b: Vector) -> Vector:
    return a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]


@compiled()
def _dot(a: Vector, b: Vector) -> float:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


@compiled()
def _sum(p: float, a: Vector, q: float, b: Vector, r: float, c: Vector) -> Vector:
    return p * a[0] + q * b[0] + r * c[0], p * a[1] + q * b[1] + r * c[1], p * a[2] + q * b[2] + r * c[2]


@compiled()
def _radius_ratios(points: Floats, cells: NDArray[np.int32], quality: Floats) -> None:
    """With edges a, b, c from a corner: inradius 3 V / area, circumradius |a² b×c + b² c×a + c² a×b| / 12 V."""
    for cell in range(len(cells)):
        origin = cells[cell, 0]
        a, b, c = (
            _edge(points, origin, cells[cell, 1]),
            _edge(points, origin, cells[cell, 2]),
            _edge(points, origin, cells[cell, 3]),
        )
        bc, ca, ab = _cross(b, c), _cross(c, a), _cross(a, b)
        opposite = _sum(1.0, bc, 1.0, ca, 1.0, ab)
        area = 0.5 * (
            math.sqrt(_dot(bc, bc))
            + math.sqrt(_dot(ca, ca))
            + math.sqrt(_dot(ab, ab))
            + math.sqrt(_dot(opposite, opposite))
        )
        volume = _dot(a, bc) / 6.0
        normal = _sum(_dot(a, a), bc, _dot(b, b), ca, _dot(c, c), ab)
        inscribed = 3.0 * volume / area
        circumscribed = math.sqrt(_dot(normal, normal)) / (12.0 * volume)
        quality[cell] = 3.0 * inscribed / circumscribed


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
