"""Conforming tetrahedral meshes of the anatomy, made by gmsh."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ablasim.errors import MeshError
from ablasim.geometry.applicators import NEEDLE_PARTS, Needle
from ablasim.geometry.checks import Vector
from ablasim.geometry.layers import Layer
from ablasim.geometry.organ import Organ
from ablasim.geometry.plates import Plate
from ablasim.geometry.tumour import Tumour
from ablasim.geometry.vessels import Vessel, deepest_lumen, joined_groups, nearest_wall
from ablasim.mesh.assemble import assemble_mesh
from ablasim.mesh.expected import Shapes
from ablasim.mesh.gmsh_session import gmsh_model, told_as_mesh_errors
from ablasim.mesh.inspection import check_against_geometry, check_needles_apart, check_plates
from ablasim.mesh.quality import mesh_quality
from ablasim.mesh.sizes import MeshSizes, SizeFunction, size_function
from ablasim.mesh.solids import TUMOUR_BODY, Pole, Solids, build_solids, facet_name, owner
from ablasim.mesh.tetrahedra import LAYER, ORGAN, OUTER, TUMOUR, Mesh
from ablasim.mesh.touching import away_from_touching_bodies
from ablasim.mesh.tracks import joined_positions, tell_positions
from ablasim.units import MM_PER_M, metres

MODEL_VERSION = 7
"""Raised whenever the same input would give another mesh: cached meshes are then made anew."""

_TRIANGLE, _TETRAHEDRON = 2, 4  # gmsh's numbers for its elements
_DELAUNAY, _HXT = 1, 10  # and for its 3-D algorithms
_GOOD_QUALITY = 0.05  # lowest radius ratio of a mesh that needs no further attempt
_ASIDE = 0.2e-3  # m, a quarter of an edge: far enough for cells to fit between two surfaces

_logger = logging.getLogger(__name__)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def build_mesh(
    organ: Organ,
    tumour: Tumour | None,
    vessels: Sequence[Vessel],
    needles: Sequence[Needle],
    sizes: MeshSizes,
    layers: Sequence[Layer] = (),
    plates: Sequence[Plate] = (),
) -> Mesh:
    """Mesh an organ with its tumour, vessel lumens, needles and layers as regions of one conforming mesh.

    Where bodies overlap, a needle counts before a vessel, and vessels count in alphabetical order. The cut of
    a needle by the organ's outside belongs to no facet region; a vessel's blind end belongs to its wall. The
    tumour's surface is made of faces of the mesh except inside needles, whose cells are told apart by their
    centres. Where the side of a vessel or needle touches the tumour's surface, the tumour may be meshed 0.2 mm
    aside.

    Parameters
    ----------
    organ : Box, Cylinder or Ball
        Block of organ.
    tumour : Sphere, Ellipsoid, Surface or None
        Tumour; what lies outside the organ is cut off.
    vessels : sequence of Vessel
        Vessels, cut by the organ's outside where they reach it.
    needles : sequence of Needle
        Needles; they may overlap each other on one axis, with one diameter and direction, but not otherwise.
    sizes : MeshSizes
        Edge lengths.
    layers : sequence of Layer, optional
        Layers on the faces of a box; no vessel or needle may reach them, and what reaches into them of the tumour is
        cut off.
    plates : sequence of Plate, optional
        Plates on the faces of a box, whose edges the mesh follows; what a vessel leaves through stays the vessel's.

    Returns
    -------
    Mesh
        The mesh, in metres; the same input gives the same mesh.

    Raises
    ------
    MeshError
        If gmsh fails, needles overlap, a plate lies not on a face, a tumour surface has too many triangles, or the area
        of a facet region or the volume of a cell region differs from the geometry.
    """
    bodies = joined_positions(needles, organ)
    shapes = Shapes(organ, tumour, vessels, bodies, layers, plates)
    check_needles_apart(shapes)
    check_plates(shapes)
    size = size_function(organ, tumour, vessels, needles, sizes, layers, plates)
    best: Mesh | None = None
    best_quality = 0.0
    first_error: MeshError | None = None
    for attempt in _attempts(shapes):
        try:
            mesh = attempt.run(shapes, size)
            check_against_geometry(mesh, shapes, sizes)
        except MeshError as error:
            first_error = first_error or error
            continue
        quality = mesh_quality(mesh).min_quality
        if best is None or quality > best_quality:
            best, best_quality = mesh, quality
        if quality >= _GOOD_QUALITY:
            break
        _logger.info("%s gives a mesh of quality %.2g only", attempt, quality)
    if best is None:
        message = f"no mesh could be made: {first_error}"
        raise MeshError(message) from first_error
    return tell_positions(best, bodies)


@dataclass(frozen=True)
class _Attempt:
    """One way to make a mesh.

    Parameters
    ----------
    tolerance : float
        Surfaces nearer than this are merged, mm: a needle that ends on the tumour's surface then leaves no
        sliver. Too wide a tolerance loses faces, which the check against the geometry finds.
    algorithm : int
        gmsh's 3-D algorithm.
    tumour_shift : tuple of float
        Move of the tumour, m.
    pole : {"between", "before", "behind"}
        Where the balls at the bends of vessels have their poles.
    """

    tolerance: float
    algorithm: int = _HXT
    tumour_shift: Vector = (0.0, 0.0, 0.0)
    pole: Pole = "between"

    def run(self, shapes: Shapes, size: SizeFunction) -> Mesh:
        """Make the mesh."""
        tumour = None if shapes.tumour is None else shapes.tumour.moved(self.tumour_shift)
        with gmsh_model() as gmsh:
            gmsh.option.setNumber("Geometry.ToleranceBoolean", self.tolerance)
            gmsh.option.setNumber("Mesh.Algorithm3D", self.algorithm)
            with told_as_mesh_errors():
                bodies = (shapes.vessels, shapes.needles, shapes.layers, shapes.plates)
                solids = build_solids(gmsh, shapes.organ, tumour, *bodies, pole=self.pole)
                _generate(gmsh, size)
            return _read_out(gmsh, solids, tumour, shapes.vessels)


def _attempts(shapes: Shapes) -> Iterator[_Attempt]:
    """Ways to make a mesh, the usual first.

    A vessel or needle whose side touches the tumour's surface leaves a gap too thin for cells; the tumour is then
    meshed 0.2 mm aside.
    """
    yield _Attempt(0.02)
    yield _Attempt(0.0, pole="before")
    way = away_from_touching_bodies(shapes)
    if way is not None:
        for sign in (-1.0, 1.0):
            x, y, z = (sign * _ASIDE * way).tolist()
            yield _Attempt(0.02, tumour_shift=(x, y, z))
    yield _Attempt(0.05, pole="behind")
    yield _Attempt(0.02, _DELAUNAY, pole="before")


def _generate(gmsh: Any, size: SizeFunction) -> None:
    """Mesh surfaces and solids, and mend the worst cells."""

    def size_mm(_dim: int, _tag: int, x: float, y: float, z: float, _size: float) -> float:
        return MM_PER_M * size(x / MM_PER_M, y / MM_PER_M, z / MM_PER_M)

    gmsh.model.mesh.setSizeCallback(size_mm)
    gmsh.model.mesh.generate(3)
    gmsh.model.mesh.optimize("")


def _read_out(gmsh: Any, solids: Solids, tumour: Tumour | None, vessels: Sequence[Vessel]) -> Mesh:
    """Points, tetrahedra and named triangles of the generated mesh.

    Joined vessels are one solid; which of them a cell or a triangle belongs to follows from its centre.
    """
    joined = {group[0].name: group for group in joined_groups(vessels) if len(group) > 1}
    tags, coordinates, _ = gmsh.model.mesh.getNodes()
    points = metres(coordinates.reshape(-1, 3))
    number = np.zeros(int(tags.max()) + 1, dtype=np.int64)
    number[tags] = np.arange(len(tags))

    def elements(kind: int, tag: int, corners: int) -> Ints:
        _, nodes = gmsh.model.mesh.getElementsByType(kind, tag)
        found: Ints = number[nodes].reshape(-1, corners)
        return found

    owners = {tag: owner(bodies) for tag, bodies in solids.bodies.items()}
    cells = [np.empty((0, 4), dtype=np.int64)]
    cell_names: list[NDArray[np.str_]] = []
    for tag, body in owners.items():
        cells.append(elements(_TETRAHEDRON, tag, 4))
        in_tumour = np.full(len(cells[-1]), TUMOUR_BODY in solids.bodies[tag])
        if body.kind in NEEDLE_PARTS and tumour is not None:
            in_tumour = tumour.contains(points[cells[-1]].mean(axis=1))
        names = np.full(len(cells[-1]), f"{body.name}." if body.name else "")
        if body.kind == "vessel" and body.name in joined:
            group = joined[body.name]
            holder = deepest_lumen(group, points[cells[-1]].mean(axis=1))
            names = np.array([f"{vessel.name}." for vessel in group])[holder]
        tissues = np.full(len(names), LAYER) if body.kind == LAYER else np.where(in_tumour, TUMOUR, ORGAN)
        cell_names.append(np.strings.add(names, tissues))
    facets = [np.empty((0, 3), dtype=np.int64)]
    facet_names: list[NDArray[np.str_]] = []
    for _, tag in gmsh.model.getEntities(2):
        beside, _ = gmsh.model.getAdjacencies(2, tag)
        if name := facet_name([owners[solid] for solid in beside.tolist()]):
            facets.append(elements(_TRIANGLE, tag, 3))
            names = np.full(len(facets[-1]), name)
            first, _, part = name.partition(".")
            if first in joined and part in ("", "end"):
                group = joined[first]
                holder = nearest_wall(group, points[facets[-1]].mean(axis=1))
                names = np.array([vessel.name + name.removeprefix(first) for vessel in group])[holder]
            facet_names.append(names)
        if name == OUTER and tag in solids.plates:
            facets.append(facets[-1])
            facet_names.append(np.full(len(facets[-1]), solids.plates[tag]))
    return assemble_mesh(
        points, np.concatenate(cells), *_indexed(cell_names), np.concatenate(facets), *_indexed(facet_names)
    )


def _indexed(names: Sequence[NDArray[np.str_]]) -> tuple[Ints, list[str]]:
    """Region of each element as an index into the sorted names, and those names."""
    known, region = np.unique(np.concatenate(names), return_inverse=True)
    return region.ravel().astype(np.int64), known.tolist()
