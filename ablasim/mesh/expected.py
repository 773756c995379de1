"""Areas and volumes that a mesh should have, found from the geometry by quadrature, not from the mesh."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ablasim.geometry.applicators import Needle
from ablasim.geometry.inside import length_inside
from ablasim.geometry.layers import Layer
from ablasim.geometry.organ import Organ
from ablasim.geometry.plates import Plate
from ablasim.geometry.segments import point_polyline_distance
from ablasim.geometry.tumour import Sphere, Tumour
from ablasim.geometry.vessels import Vessel
from ablasim.mesh.outside import cut_by_outside, needle_length, reaching_outside
from ablasim.mesh.tetrahedra import LAYER, ORGAN, TUMOUR
from ablasim.mesh.tine_samples import tine_area, tine_volumes

Floats = NDArray[np.float64]
Samples = tuple[Floats, Floats]  # places (n, 3), m, and the area or volume each stands for

_ROUND, _OUTWARDS = 32, 8  # samples round a cylinder, and along its radius
_LEAST_INSIDE, _MOST_ALONG = 400, 2000  # samples along the axis of a solid cylinder
_STEP = 0.25  # at most between samples along a mantle, of the radius
_SHARE_OF_ORGAN = 0.01  # at most between samples, of the organ's least extent: it may cut a long body short
_CUBE = 40  # samples along each edge of the box round a tumour
_ON_WALL = 1e-9  # relative
_ACROSS_PLATE = 200  # samples along each edge of a plate


@dataclass(frozen=True)
class Shapes:
    """The shapes a mesh is made of.

    Parameters
    ----------
    organ, tumour, vessels, needles, layers, plates
        The shapes, in metres; vessels are put in alphabetical order.
    lumens : tuple of Vessel
        The vessels drawn out past the organ's outside where it cuts them; found from the others.
    """

    organ: Organ
    tumour: Tumour | None
    vessels: Sequence[Vessel]
    needles: Sequence[Needle]
    layers: Sequence[Layer] = ()
    plates: Sequence[Plate] = ()
    lumens: tuple[Vessel, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "vessels", sorted(self.vessels, key=lambda vessel: vessel.name))
        lumens = tuple(reaching_outside(vessel, self.organ) for vessel in self.vessels)
        object.__setattr__(self, "lumens", lumens)

    @property
    def bodies(self) -> list[Needle | Vessel]:
        """Needles, then lumens: a body counts before those after it where they overlap."""
        return [*self.needles, *self.lumens]

    def owners(self, places: Floats) -> NDArray[np.int64]:
        """Body each place belongs to: needles, then lumens, in order; -1 is tissue, -2 outside the organ."""
        owner = np.full(len(places), -1, dtype=np.int64)
        for index, body in reversed(list(enumerate(self.bodies))):
            owner[body.contains(places)] = index
        owner[~self.organ.contains(places)] = -2
        return owner


def expected_volumes(shapes: Shapes) -> dict[str, float]:
    """Volumes of the cell regions that the geometry asks for.

    Parameters
    ----------
    shapes : Shapes
        The geometry.

    Returns
    -------
    dict
        Volume by region name, m³, to about one per cent of the body that a region is part of.
    """
    volumes: dict[str, float] = {}
    in_tumour = 0.0
    for index, body in enumerate(shapes.bodies):
        share = {TUMOUR: 0.0, ORGAN: 0.0}
        for places, weights in _body_samples(body, shapes.organ):
            mine = shapes.owners(places) == index
            inside = _in_tumour(shapes.tumour, places[mine])
            share[TUMOUR] += float(weights[mine][inside].sum())
            share[ORGAN] += float(weights[mine][~inside].sum())
        in_tumour += share[TUMOUR]
        volumes.update({f"{body.name}.{tissue}": volume for tissue, volume in share.items()})
    if shapes.tumour is not None:
        volumes[TUMOUR] = _volume_within(shapes.tumour, shapes.organ) - in_tumour
    volumes[ORGAN] = shapes.organ.volume - sum(volumes.values())
    return volumes | {f"{layer.name}.{LAYER}": layer.box.volume for layer in shapes.layers}


def expected_areas(shapes: Shapes) -> dict[str, float]:
    """Areas of vessel walls, bare parts and shafts of needles, and plates that the geometry asks for.

    Parameters
    ----------
    shapes : Shapes
        The geometry.

    Returns
    -------
    dict
        Area by facet region name, m², to about one per cent.
    """
    areas: dict[str, float] = {}
    n_needles = len(shapes.needles)
    for index, lumen in enumerate(shapes.lumens):
        cut = cut_by_outside(shapes.vessels[index], shapes.organ)
        round_samples, flat_samples = _wall_samples(lumen, cut, _finest_step(shapes.organ))
        skin = lumen.centre_line_distance(round_samples[0]) >= lumen.radius * (1.0 - _ON_WALL)
        skin |= ~lumen.contains(round_samples[0])
        areas[lumen.name] = 0.0
        for (places, weights), kept in ((round_samples, skin), (flat_samples, np.ones(len(flat_samples[0]), bool))):
            free = shapes.organ.contains(places)
            for number, other in enumerate(shapes.bodies):
                if number != n_needles + index:
                    free &= ~other.contains(places)
            areas[lumen.name] += float(weights[free & kept].sum())
    for needle in shapes.needles:
        areas.update(_needle_areas(needle, shapes.organ))
    for plate in shapes.plates:
        places, weight = _plate_samples(plate)
        free = plate.covers(places)
        for body in shapes.bodies:
            free &= ~body.contains(places)
        areas[plate.name] = weight * float(free.sum())
    return areas


def _plate_samples(plate: Plate) -> tuple[Floats, float]:
    """Places on the smallest rectangle round a plate, and the area each stands for."""
    shares = (np.arange(_ACROSS_PLATE) + 0.5) / _ACROSS_PLATE - 0.5
    flat = np.stack(np.meshgrid(shares, shares), axis=-1).reshape(-1, 2) * np.array(plate.size)
    places: Floats = np.array(plate.centre) + np.insert(flat, plate.axis, 0.0, axis=1)
    return places, plate.size[0] * plate.size[1] / len(places)


def _needle_areas(needle: Needle, organ: Organ) -> dict[str, float]:
    """Areas of the parts of a needle, m², from lines along the mantle that end where they leave the organ."""
    tip, direction = np.array(needle.tip), np.array(needle.direction)
    around = tip + needle.radius * _across(direction)
    lengths = np.array([length_inside(replace(needle, tip=tuple(start)), organ) for start in around])
    girth = 2.0 * np.pi * needle.radius
    cap = np.pi * needle.radius**2
    end = tip + needle.length * direction if needle.shaft_length is not None else None
    is_blunt = end is not None and bool(organ.contains(end[None, :])[0])
    areas = {f"{needle.name}.{part.kind}": 0.0 for part in needle.parts}
    for part in needle.parts:
        stretch = np.minimum(lengths, part.end) - np.minimum(lengths, part.start)
        areas[f"{needle.name}.{part.kind}"] += girth * float(stretch.mean())
    areas[f"{needle.name}.{needle.parts[0].kind}"] += cap
    if needle.tines is not None:
        areas[f"{needle.name}.{needle.parts[0].kind}"] += tine_area(needle, needle.tines)
    areas[f"{needle.name}.{needle.parts[-1].kind}"] += cap * is_blunt
    return areas


def _in_tumour(tumour: Tumour | None, places: Floats) -> NDArray[np.bool_]:
    return np.zeros(len(places), dtype=bool) if tumour is None else tumour.contains(places)


def _volume_within(tumour: Tumour, organ: Organ) -> float:
    """Volume of the tumour inside the organ, m³; sampled only where the organ's outside may cut it."""
    low, high = tumour.bounds
    corners = np.stack(np.meshgrid(*zip(low, high, strict=True)), axis=-1).reshape(-1, 3)
    if organ.contains(corners).all():
        return tumour.volume
    unit = (np.arange(_CUBE) + 0.5) / _CUBE
    grid = low + (high - low) * np.stack(np.meshgrid(unit, unit, unit), axis=-1).reshape(-1, 3)
    inside = tumour.contains(grid)
    return tumour.volume * float(np.mean(organ.contains(grid[inside])))


def _body_samples(body: Needle | Vessel, organ: Organ) -> Iterator[Samples]:
    """Sample the inside of a body, no place twice; some samples may lie outside it."""
    if isinstance(body, Needle):
        top = np.array(body.tip) + needle_length(body, organ) * np.array(body.direction)
        yield _cylinder(np.array(body.tip), top, body.radius, _finest_step(organ))
        if body.tines is not None:
            yield from tine_volumes(body, body.tines)
        return
    passed = np.concatenate([[0.0], np.cumsum(body.segment_lengths)])
    for index, (start, end) in enumerate(pairwise(body.points)):
        overlap = body.radius * (end - start) / np.linalg.norm(end - start)  # covers the wedges at bends
        places, weights = _cylinder(start - overlap, end + overlap, body.radius, _finest_step(organ))
        arc_length = point_polyline_distance(places, body.points)[1]
        nearest = (arc_length <= passed[index + 1]) & ((arc_length > passed[index]) | (index == 0))
        yield places[nearest], weights[nearest]


def _finest_step(organ: Organ) -> float:
    """Distance between samples that resolves where the organ's outside cuts a body, m."""
    low, high = organ.bounds
    return _SHARE_OF_ORGAN * float(np.min(high - low))


def _wall_samples(lumen: Vessel, cut: tuple[bool, bool], step: float) -> tuple[Samples, Samples]:
    """Sample mantles and balls at bends and round ends, partly in the lumen; and apart the flat ends in the organ."""
    points, radius = lumen.points, lumen.radius
    pieces = [_mantle(start, end, radius, step) for start, end in pairwise(points)]
    balls = [*points[1:-1], *points[:1][[lumen.round_start]], *points[-1:][[lumen.round_end]]]
    for bend in np.array(balls).tolist():
        places, weights, _ = Sphere(tuple(bend), lumen.diameter).sample_surface(0.1 * radius)
        pieces.append((places, weights))
    ends = [(np.empty((0, 3)), np.empty(0))]
    if not (cut[0] or lumen.round_start):
        ends.append(_disk(points[0], points[1], radius))
    if not (cut[1] or lumen.round_end):
        ends.append(_disk(points[-1], points[-2], radius))
    return _joined(pieces), _joined(ends)


def _joined(samples: list[Samples]) -> Samples:
    return np.concatenate([places for places, _ in samples]), np.concatenate([weights for _, weights in samples])


def _across(axis: Floats) -> Floats:
    """Directions round an axis, unit vectors, shape (n, 3)."""
    helper = np.eye(3)[np.argmin(np.abs(axis))]
    one = np.cross(axis, helper)
    one /= np.linalg.norm(one)
    angle = 2.0 * np.pi * (np.arange(_ROUND) + 0.5) / _ROUND
    directions: Floats = np.outer(np.cos(angle), one) + np.outer(np.sin(angle), np.cross(axis, one))
    return directions


def _mantle(start: Floats, end: Floats, radius: float, step: float) -> Samples:
    """Sample the mantle of a cylinder: places and areas."""
    length = float(np.linalg.norm(end - start))
    n_along = int(np.clip(np.ceil(length / min(_STEP * radius, step)), 8, _MOST_ALONG))
    along = start + np.outer((np.arange(n_along) + 0.5) / n_along, end - start)
    places = along[:, None] + radius * _across((end - start) / length)[None]
    n_places = n_along * _ROUND
    return places.reshape(-1, 3), np.full(n_places, 2.0 * np.pi * radius * length / n_places)


def _cylinder(start: Floats, end: Floats, radius: float, step: float) -> Samples:
    """Sample a solid cylinder: places and volumes."""
    length = float(np.linalg.norm(end - start))
    radii = radius * np.sqrt((np.arange(_OUTWARDS) + 0.5) / _OUTWARDS)  # rings of equal area
    n_along = int(np.clip(np.ceil(length / step), _LEAST_INSIDE, _MOST_ALONG))
    axis = start + np.outer((np.arange(n_along) + 0.5) / n_along, end - start)
    spokes = radii[:, None, None] * _across((end - start) / length)[None]
    places = axis[:, None, None] + spokes[None]
    n_places = n_along * _OUTWARDS * _ROUND
    return places.reshape(-1, 3), np.full(n_places, np.pi * radius**2 * length / n_places)


def _disk(centre: Floats, inwards: Floats, radius: float) -> Samples:
    """Sample a disk across the direction to `inwards`, moved that way by a hair: places and areas."""
    axis = (inwards - centre) / np.linalg.norm(inwards - centre)
    radii = radius * np.sqrt((np.arange(_OUTWARDS) + 0.5) / _OUTWARDS)
    places = centre + _ON_WALL * radius * axis + radii[:, None, None] * _across(axis)[None]
    n_places = _OUTWARDS * _ROUND
    return places.reshape(-1, 3), np.full(n_places, np.pi * radius**2 / n_places)
