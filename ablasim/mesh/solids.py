"""The CAD model: organ, tumour, vessels and needles as solids that fit together, and what each of them is.

Every function takes gmsh or its OpenCASCADE kernel as an argument: gmsh itself is imported elsewhere. Lengths
handed to it are in mm, so that features of a tenth of a millimetre stand well above its tolerances.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ablasim.errors import MeshError
from ablasim.geometry.applicators import NEEDLE_PARTS, Needle
from ablasim.geometry.checks import Vector
from ablasim.geometry.layers import Layer
from ablasim.geometry.organ import Ball, Box, Organ
from ablasim.geometry.plates import Plate
from ablasim.geometry.surface import Surface
from ablasim.geometry.tumour import Ellipsoid, Tumour
from ablasim.geometry.vessels import Vessel, joined_groups
from ablasim.mesh.outside import needle_length, reaching_outside
from ablasim.mesh.tetrahedra import LAYER, ORGAN, OUTER, TUMOUR
from ablasim.units import millimetres

MOST_SURFACE_TRIANGLES = 3000
"""Triangles a tumour surface may have; each becomes a face of the CAD model."""

_KINDS = (LAYER, *NEEDLE_PARTS, "vessel", ORGAN)  # the first that applies owns a solid or a face
_Z = 2

DimTag = tuple[int, int]
Pole: TypeAlias = Literal["between", "before", "behind"]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Body:
    """What a solid is.

    Parameters
    ----------
    kind : {"layer", "active", "distal", "proximal", "shaft", "vessel", "tumour", "organ"}
        Layer outside the organ, part of a needle, lumen of a vessel, or tissue.
    name : str
        Name of the layer or needle, or of the vessel, of joined vessels the first; '' for tissue.
    depth : int
        Place of a layer in its stack, 0 on the organ.
    """

    kind: str
    name: str
    depth: int = 0


TUMOUR_BODY = Body(TUMOUR, "")
_TISSUE = Body(ORGAN, "")


class Solids(NamedTuple):
    """A finished model: the bodies that each solid is part of, and the plate on each face under one, by gmsh's tags."""

    bodies: dict[int, frozenset[Body]]
    plates: dict[int, str]


def build_solids(
    gmsh: Any,
    organ: Organ,
    tumour: Tumour | None,
    vessels: Sequence[Vessel],
    needles: Sequence[Needle],
    layers: Sequence[Layer] = (),
    plates: Sequence[Plate] = (),
    *,
    pole: Pole = "between",
) -> Solids:
    """Cut organ and layers by every body, the tumour by the needles, and the organ's faces by plates.

    The tumour's surface is not carried on inside needles: where a needle ends close to it, that would leave
    slivers, for a division that means nothing there.

    Parameters
    ----------
    gmsh : module
        gmsh, initialised, with an empty model.
    organ, tumour, vessels, needles, layers, plates
        The shapes, in metres.
    pole : {"between", "before", "behind"}, optional
        Where the balls at the bends of vessels have their poles: along the mean of the pieces' directions, or
        along the piece before or behind the bend. Now and then OpenCASCADE fails to fuse one of them.

    Returns
    -------
    Solids
        What the solids and the faces under plates are.

    Raises
    ------
    MeshError
        If a tumour surface has too many triangles or a vessel does not become one lumen.
    """
    occ = gmsh.model.occ
    bodies = _needle_bodies(occ, needles, organ, layers)
    cutters = [tag for _, tag in bodies]
    if tumour is not None:
        whole_tumour = [(3, _add_tumour(occ, tumour, needles))]
        pieces = occ.cut(whole_tumour, cutters, removeTool=False)[0] if cutters else whole_tumour
        bodies += [(TUMOUR_BODY, piece) for piece in pieces]
    for group in joined_groups(vessels):
        lumens = [reaching_outside(vessel, organ) for vessel in group]
        bodies.append((Body("vessel", group[0].name), (3, _add_lumen(gmsh, lumens, pole))))
    whole = [(3, _add_organ(occ, organ, needles))]
    slabs = [(Body(LAYER, layer.name, layer.depth), (3, _add_organ(occ, layer.box, needles))) for layer in layers]
    whole += [tag for _, tag in slabs]
    sheets = [(2, _add_plate(occ, plate)) for plate in plates]
    if not bodies and not slabs and not sheets:
        occ.synchronize()
        return Solids({whole[0][1]: frozenset()}, {})
    fragments, children = occ.fragment(whole, [tag for _, tag in bodies] + sheets)
    inside = {tag for pieces in children[: len(whole)] for _, tag in pieces}
    occ.remove([(dim, tag) for dim, tag in fragments if dim == 3 and tag not in inside], recursive=True)
    occ.synchronize()
    solids, faces = [*slabs, *bodies], children[len(children) - len(sheets) :]
    parts = list(zip(solids, children[1 : 1 + len(solids)], strict=True))
    owned = {solid: frozenset(body for (body, _), pieces in parts if (3, solid) in pieces) for solid in sorted(inside)}
    covered = {tag: plate.name for plate, pieces in zip(plates, faces, strict=True) for _, tag in pieces}
    return Solids(owned, covered)


def owner(bodies: frozenset[Body]) -> Body:
    """Body that a solid belongs to where several overlap: layer, needle, then vessel by name, then tissue."""
    owners = [body for body in bodies if body.kind in _KINDS]
    return min(owners, key=lambda body: (_KINDS.index(body.kind), body.name), default=_TISSUE)


def facet_name(beside: Sequence[Body]) -> str | None:
    """Name of the facet region between the owners of the solids beside a face, None for no name."""
    if len(beside) == 1:
        return {ORGAN: OUTER, LAYER: OUTER, "vessel": f"{beside[0].name}.end"}.get(beside[0].kind)
    one, other = sorted(beside, key=lambda body: _KINDS.index(body.kind))
    if one.kind == LAYER:
        return None if one == other else max((one, other), key=lambda body: (body.kind == LAYER, body.depth)).name
    if one.kind == ORGAN or (one.kind == "vessel" == other.kind) or one.name == other.name:
        return None
    return one.name if one.kind == "vessel" else f"{one.name}.{one.kind}"


def _needle_bodies(
    occ: Any, needles: Sequence[Needle], organ: Organ, layers: Sequence[Layer]
) -> list[tuple[Body, DimTag]]:
    bodies = []
    for needle in needles:
        tip, direction = np.array(needle.tip), np.array(needle.direction)
        length = needle_length(needle, organ, layers)
        for part in needle.parts:
            start, end = (tip + min(at, length) * direction for at in (part.start, part.end))
            bodies.append((Body(part.kind, needle.name), (3, _add_cylinder(occ, start, end, needle.radius))))
    return bodies


def _add_organ(occ: Any, organ: Organ, needles: Sequence[Needle]) -> int:
    if isinstance(organ, Ball):
        return _add_ball(occ, organ.centre, 0.5 * organ.diameter, needles)
    if isinstance(organ, Box):
        size = millimetres(organ.size)
        return int(occ.addBox(*(millimetres(organ.centre) - 0.5 * size), *size))
    half = 0.5 * organ.length * np.array(organ.axis)
    return _add_cylinder(occ, np.array(organ.centre) - half, np.array(organ.centre) + half, 0.5 * organ.diameter)


def _add_cylinder(occ: Any, start: Floats, end: Floats, radius: float) -> int:
    return int(occ.addCylinder(*millimetres(start), *millimetres(end - start), float(millimetres(radius))))


def _add_ball(occ: Any, centre: Vector, radius: float, needles: Sequence[Needle]) -> int:
    """Ball whose poles, where triangles crowd, are turned away from where needles leave it."""
    tag = int(occ.addSphere(*millimetres(centre), float(millimetres(radius))))
    along = np.abs([needle.direction for needle in needles]).sum(axis=0) if needles else np.zeros(3)
    pole = int(np.argmin(along))
    if pole != _Z:
        occ.rotate([(3, tag)], *millimetres(centre), *np.eye(3)[1 - pole], 0.5 * np.pi)
    return tag


def _add_tumour(occ: Any, tumour: Tumour, needles: Sequence[Needle]) -> int:
    if isinstance(tumour, Surface):
        return _add_surface(occ, tumour)
    largest = float(tumour.semi_axes.max())
    tag = _add_ball(occ, tumour.centre, largest, needles)
    if isinstance(tumour, Ellipsoid):
        occ.dilate([(3, tag)], *millimetres(tumour.centre), *(tumour.semi_axes / largest))
    return tag


def _add_surface(occ: Any, surface: Surface) -> int:
    """Solid inside a closed surface, each triangle a plane face."""
    if len(surface.triangles) > MOST_SURFACE_TRIANGLES:
        message = (
            f"tumour surface has {len(surface.triangles)} triangles: at most {MOST_SURFACE_TRIANGLES} can be "
            "meshed; decimate it first"
        )
        raise MeshError(message)
    corners = {int(i): occ.addPoint(*millimetres(surface.points[i])) for i in np.unique(surface.triangles)}
    lines: dict[tuple[int, int], int] = {}
    faces = []
    for triangle in surface.triangles.tolist():
        loop = []
        for start, end in pairwise([*triangle, triangle[0]]):
            edge = (min(start, end), max(start, end))
            if edge not in lines:
                lines[edge] = occ.addLine(corners[edge[0]], corners[edge[1]])
            loop.append(lines[edge] if start < end else -lines[edge])
        faces.append(occ.addPlaneSurface([occ.addCurveLoop(loop)]))
    return int(occ.addVolume([occ.addSurfaceLoop(faces)]))


def _add_plate(occ: Any, plate: Plate) -> int:
    """Sheet under a plate."""
    centre = millimetres(plate.centre)
    if plate.outline == "disc":
        radius = 0.5 * float(millimetres(plate.size[0]))
        return int(occ.addDisk(*centre, radius, radius, zAxis=np.abs(plate.normal).tolist()))
    one, other = (axis for axis in range(3) if axis != plate.axis)
    half = 0.5 * np.array(millimetres(plate.size))
    corners = []
    for sign, turn in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
        corner = np.array(centre)
        corner[[one, other]] += (sign, turn) * half
        corners.append(occ.addPoint(*corner))
    lines = [occ.addLine(start, end) for start, end in pairwise([*corners, corners[0]])]
    return int(occ.addPlaneSurface([occ.addCurveLoop(lines)]))


def _add_lumen(gmsh: Any, vessels: Sequence[Vessel], pole: Pole) -> int:
    """One solid of joined vessels: a cylinder along each straight piece, a ball at each bend and round end, fused.

    Ball and cylinders touch along circles without crossing there, which OpenCASCADE's fusion bears only without any
    tolerance and with the poles of the ball near those circles' axes.
    """
    occ = gmsh.model.occ
    pieces = [piece for vessel in vessels for piece in _vessel_pieces(occ, vessel, pole)]
    if len(pieces) == 1:
        return pieces[0][1]
    with _without_tolerance(gmsh):
        fused, _ = occ.fuse(pieces[:1], pieces[1:])
    if len(fused) != 1:
        names = ", ".join(vessel.name for vessel in vessels)
        message = f"vessel {names}: the pieces do not join into one lumen ({len(fused)} solids)"
        raise MeshError(message)
    return int(fused[0][1])


def _vessel_pieces(occ: Any, vessel: Vessel, pole: Pole) -> list[DimTag]:
    pieces = [(3, _add_cylinder(occ, start, end, vessel.radius)) for start, end in pairwise(vessel.points)]
    tangents = np.diff(vessel.points, axis=0) / vessel.segment_lengths[:, None]
    for bend, before, behind in zip(vessel.points[1:-1], tangents[:-1], tangents[1:], strict=True):
        axis = {"between": before + behind, "before": before, "behind": behind}[pole]
        pieces.append((3, _add_ball_along(occ, bend, vessel.radius, axis)))
    for is_round, end in ((vessel.round_start, 0), (vessel.round_end, -1)):
        if is_round:
            pieces.append((3, _add_ball_along(occ, vessel.points[end], vessel.radius, tangents[end])))
    return pieces


def _add_ball_along(occ: Any, centre: Floats, radius: float, axis: Floats) -> int:
    """Ball with its poles along an axis."""
    tag = int(occ.addSphere(*millimetres(centre), float(millimetres(radius))))
    turn = np.cross(np.eye(3)[_Z], axis)
    angle = float(np.arctan2(np.linalg.norm(turn), axis[_Z]))
    if np.any(turn != 0.0):
        occ.rotate([(3, tag)], *millimetres(centre), *turn, angle)
    return tag


@contextmanager
def _without_tolerance(gmsh: Any) -> Iterator[None]:
    """Let a boolean operation merge nothing but what coincides."""
    option = "Geometry.ToleranceBoolean"
    before = gmsh.option.getNumber(option)
    gmsh.option.setNumber(option, 0.0)
    try:
        yield
    finally:
        gmsh.option.setNumber(option, before)
