"""Check that a mesh has the regions, areas and volumes of the geometry it stands for."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from ablasim.errors import MeshError
from ablasim.geometry.organ import Box
from ablasim.geometry.segments import segment_distance
from ablasim.mesh.assemble import boundary_faces
from ablasim.mesh.expected import Shapes, expected_areas, expected_volumes
from ablasim.mesh.outside import cut_by_outside, needle_length
from ablasim.mesh.sizes import COARSENING, PLATE_SHARE, MeshSizes
from ablasim.mesh.tetrahedra import ORGAN, OUTER, TUMOUR, Mesh, triangle_areas

_LONGEST_CHORD = 0.7  # of the radius
_PLATE_EDGES = 1.0 / PLATE_SHARE  # across a plate, at least
_SLACK = 0.02  # of quadrature, and of meshing where surfaces cross


def check_needles_apart(shapes: Shapes) -> None:
    """Check that no two needles touch.

    Parameters
    ----------
    shapes : Shapes
        The geometry.

    Raises
    ------
    MeshError
        If two do, naming them.
    """
    axes = {
        needle: (np.array(needle.tip), needle_length(needle, shapes.organ, shapes.layers) * np.array(needle.direction))
        for needle in shapes.needles
    }
    for one, other in combinations(axes, 2):
        (a, along_a), (b, along_b) = axes[one], axes[other]
        if segment_distance(a, a + along_a, b, b + along_b) <= one.radius + other.radius:
            message = f"applicators {one.name} and {other.name} overlap or touch"
            raise MeshError(message)


def check_plates(shapes: Shapes) -> None:
    """Check that plates lie on faces of a box, and on nothing else.

    Parameters
    ----------
    shapes : Shapes
        The geometry.

    Raises
    ------
    MeshError
        If the organ is no box, a plate reaches beyond its face, or a layer lies on that face.
    """
    for plate in shapes.plates:
        if not isinstance(shapes.organ, Box) or not plate.lies_on(shapes.organ):
            message = f"plate {plate.name}: must lie on the face {plate.face} of a box, as a whole"
            raise MeshError(message)
        if any(layer.face == plate.face for layer in shapes.layers):
            message = f"plate {plate.name}: layers lie on the face {plate.face}: it must lie on the organ itself"
            raise MeshError(message)


def check_against_geometry(mesh: Mesh, shapes: Shapes, sizes: MeshSizes) -> None:
    """Check areas of facet regions and volumes of cell regions against the geometry.

    A region may differ by 2 % of the body it is part of, beside what chords cost: edges of length h take
    (h/r)²/6 of the volume and a quarter of that of the area of a cylinder of radius r, and 3/8 (h/r)² of the
    volume of a sphere.

    Parameters
    ----------
    mesh : Mesh
        The mesh.
    shapes : Shapes
        The shapes it was made from.
    sizes : MeshSizes
        The edge lengths it was made with.

    Raises
    ------
    MeshError
        If one differs by more, naming it; a region that was lost differs by all it should have.
    """
    chords = _chords(shapes, sizes)
    volumes = expected_volumes(shapes)
    actual = np.bincount(mesh.cell_region, weights=mesh.cell_volumes, minlength=len(mesh.cell_region_names))
    meshed = dict(zip(mesh.cell_region_names, actual.tolist(), strict=True))
    for name, expected in volumes.items():
        body = name.rpartition(".")[0]
        whole = sum(volumes[key] for key in volumes if key.rpartition(".")[0] == body) if body else expected
        allowed = (_SLACK + chords[body or name]) * whole
        _check(name, "volume", meshed.pop(name, 0.0), expected, allowed, 1e9, "mm³")
    areas = expected_areas(shapes)
    for name, expected in areas.items():
        allowed = (_SLACK + chords[name.rpartition(".")[0] or name] / 4.0) * expected
        _check(name, "area", _area(mesh, name), expected, allowed, 1e6, "mm²")
    _check_outside(mesh, shapes, chords)
    if meshed:
        message = f"mesh has regions that the geometry does not: {', '.join(sorted(meshed))}"
        raise MeshError(message)


def _chords(shapes: Shapes, sizes: MeshSizes) -> dict[str, float]:
    """Share of the volume that straight edges cut off, by body and tissue."""
    low, high = shapes.organ.bounds
    lengths = {needle.name: COARSENING * sizes.on_needle(needle) / needle.radius for needle in shapes.needles}
    lengths |= {lumen.name: COARSENING * sizes.on_vessel(lumen) / lumen.radius for lumen in shapes.lumens}
    shares = {name: min(length, _LONGEST_CHORD) ** 2 / 6.0 for name, length in lengths.items()}
    rounds = {ORGAN: 0.0 if isinstance(shapes.organ, Box) else 2.0 * sizes.far / float(np.min(high - low))}
    if shapes.tumour is not None:
        rounds[TUMOUR] = sizes.tumour / shapes.tumour.depth
    shares |= {layer.name: 0.0 for layer in shapes.layers}
    shares |= {plate.name: _PLATE_EDGES**-2 for plate in shapes.plates}
    return shares | {name: 3.0 / 8.0 * min(length, _LONGEST_CHORD) ** 2 for name, length in rounds.items()}


def _check_outside(mesh: Mesh, shapes: Shapes, chords: dict[str, float]) -> None:
    """Check the whole outside against the organ's, and the cuts of lumens against their cross-sections."""
    outside = float(triangle_areas(mesh.points, boundary_faces(mesh.cells)).sum())
    expected = shapes.organ.area + sum(layer.side_area for layer in shapes.layers)
    _check("the outside", "area", outside, expected, (_SLACK + chords[ORGAN]) * expected, 1e6, "mm²")
    if not mesh.has_facets(OUTER):
        message = "mesh has no facet region 'outer': the organ's outside was lost"
        raise MeshError(message)
    for vessel in shapes.vessels:
        cuts = sum(cut_by_outside(vessel, shapes.organ))
        least = (1.0 - _SLACK - chords[vessel.name]) * cuts * np.pi * vessel.radius**2
        found = _area(mesh, f"{vessel.name}.end")
        if found < least:
            message = (
                f"{vessel.name}.end: the outside cuts {1e6 * found:.3g} mm² out of the lumen, less than its "
                f"{cuts} cross-sections, {1e6 * least:.3g} mm²; let the vessel leave in one piece"
            )
            raise MeshError(message)


def _area(mesh: Mesh, name: str) -> float:
    if not mesh.has_facets(name):
        return 0.0
    return float(triangle_areas(mesh.points, mesh.facets_of(name)).sum())


def _check(name: str, what: str, found: float, expected: float, allowed: float, scale: float, unit: str) -> None:
    if abs(found - expected) > allowed:
        message = (
            f"{name}: the mesh has {what} {scale * found:.4g} {unit}, the geometry {scale * expected:.4g} "
            f"{unit} (may differ by {scale * allowed:.2g})"
        )
        raise MeshError(message)
