"""Critical structures as points in the mesh, which itself knows nothing of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ablasim.errors import ModelError
from ablasim.geometry import Sphere, Vessel, read_stl
from ablasim.geometry.triangles import split_centroids
from ablasim.geometry.tubes import sample_tube
from ablasim.margins.distance import CellSearch
from ablasim.mesh import Mesh
from ablasim.scenario import Scenario, located_error
from ablasim.scenario.structures import (
    CriticalStructure,
    FaceStructure,
    LayerStructure,
    SphereStructure,
    SurfaceStructure,
    TubeStructure,
    WallStructure,
)
from ablasim.units import metres

Floats = NDArray[np.float64]
Ints = NDArray[np.integer]

SPACING = 0.5e-3
"""Largest distance between neighbouring points on a structure, m."""

_POINTS_ACROSS = 12.0  # at least this many points along the diameter of a ball or tube


@dataclass(frozen=True, eq=False)
class SampledStructure:
    """Points on a structure, and how a nodal field is read there.

    Parameters
    ----------
    name : str
        Of the structure.
    points : ndarray, shape (n, 3)
        Those that lie in the mesh, m.
    areas : ndarray, shape (n,)
        Area that each stands for, m²; corners of the mesh's own facets stand for none.
    nodes, weights : ndarray, shape (n, 4)
        Nodes of the cell or facet each lies in, and their weights: fields are linear there.
    share_in_mesh : float
        Share of the structure's surface that lies in the mesh.
    """

    name: str
    points: Floats
    areas: Floats
    nodes: Ints
    weights: Floats
    share_in_mesh: float

    def at(self, nodal: Floats) -> Floats:
        """A nodal field at the points, shape (n,)."""
        values: Floats = np.einsum("ij,ij->i", self.weights, nodal[self.nodes])
        return values


def sample_structures(
    scenario: Scenario, mesh: Mesh, face_triangles: Callable[[str], Ints]
) -> tuple[SampledStructure, ...]:
    """Place points on the critical structures of a scenario.

    Layers, faces and walls are surfaces of the mesh: their points are the corners of its facets and the middles of
    the parts they are split into. Balls, tubes and surfaces from files are no part of the mesh: their points lie
    anywhere in its cells.

    Parameters
    ----------
    scenario : Scenario
        The scenario.
    mesh : Mesh
        Its mesh.
    face_triangles : callable
        Triangles of the mesh on a face of the organ, by its name.

    Raises
    ------
    ScenarioError
        If no point of a structure lies in the mesh, or its file cannot be read.
    """
    structures = scenario.critical_structures
    is_free = [isinstance(item, SphereStructure | TubeStructure | SurfaceStructure) for item in structures]
    search = CellSearch.of(mesh.points, mesh.cells) if any(is_free) else None
    found = []
    for structure in structures:
        triangles = _triangles(structure, mesh, face_triangles)
        if triangles is not None:
            found.append(_on_facets(structure.name, mesh, triangles))
        elif search is not None:
            found.append(_in_cells(scenario, structure, mesh, search))
    return tuple(found)


def _triangles(structure: CriticalStructure, mesh: Mesh, face_triangles: Callable[[str], Ints]) -> Ints | None:
    match structure:
        case LayerStructure():
            return mesh.facets_of(structure.layer)
        case WallStructure():
            return mesh.facets_of(structure.vessel)
        case FaceStructure():
            return face_triangles(structure.face)
    return None


def _on_facets(name: str, mesh: Mesh, triangles: Ints) -> SampledStructure:
    corners = mesh.points[triangles]
    areas = 0.5 * np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
    longest = np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2).max(axis=1)
    splits = np.maximum(1, np.ceil(longest / SPACING)).astype(int)
    nodes, weights, shares = [np.unique(triangles)[:, None].repeat(3, axis=1)], [], []
    weights.append(np.tile([1.0, 0.0, 0.0], (len(nodes[0]), 1)))
    shares.append(np.zeros(len(nodes[0])))
    for k in np.unique(splits):
        of_k = splits == k
        parts = split_centroids(int(k))
        nodes.append(np.repeat(triangles[of_k], len(parts), axis=0))
        weights.append(np.tile(parts, (int(of_k.sum()), 1)))
        shares.append(np.repeat(areas[of_k] / k**2, len(parts)))
    three, shape = np.concatenate(nodes), np.concatenate(weights)
    four = np.column_stack([three, three[:, :1]])
    points = np.einsum("ij,ijk->ik", shape, mesh.points[three])
    padded = np.column_stack([shape, np.zeros(len(shape))])
    return SampledStructure(name, points, np.concatenate(shares), four, padded, 1.0)


def _in_cells(scenario: Scenario, structure: CriticalStructure, mesh: Mesh, search: CellSearch) -> SampledStructure:
    points, areas = _free_points(scenario, structure)
    cell, barycentric = search.locate(points)
    inside = cell >= 0
    if not inside.any():
        message = "no point of it lies in the organ or its layers: must reach into them, or be left out"
        raise located_error(scenario, f"critical_structures.{structure.name}", message)
    return SampledStructure(
        structure.name,
        points[inside],
        areas[inside],
        mesh.cells[cell[inside]],
        barycentric[inside],
        float(areas[inside].sum() / areas.sum()),
    )


def _free_points(scenario: Scenario, structure: CriticalStructure) -> tuple[Floats, Floats]:
    match structure:
        case SphereStructure():
            diameter = float(metres(structure.diameter_mm))
            ball = Sphere(tuple(metres(structure.centre_mm)), diameter)
            points, areas, _ = ball.sample_surface(min(SPACING, diameter / _POINTS_ACROSS))
            return points, areas
        case TubeStructure():
            diameter = float(metres(structure.diameter_mm))
            tube = Vessel(structure.name, metres(structure.points_mm), diameter)
            return sample_tube(tube, min(SPACING, diameter / _POINTS_ACROSS))
        case SurfaceStructure():
            try:
                surface = read_stl(scenario.resolve(structure.file), structure.unit)
            except ModelError as error:
                raise located_error(scenario, f"critical_structures.{structure.name}.file", str(error)) from error
            points, areas, _ = surface.sample_surface(SPACING)
            return points, areas
    message = f"{structure.name}: a {structure.shape} lies on facets of the mesh"
    raise ModelError(message)
