"""How long the mesh's edges are, as a function of place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from math import inf, sqrt
from typing import ClassVar

import numpy as np

from ablasim.errors import MeshError
from ablasim.geometry.applicators import Needle
from ablasim.geometry.layers import Layer
from ablasim.geometry.organ import Box, Organ
from ablasim.geometry.plates import Plate
from ablasim.geometry.surface import Surface
from ablasim.geometry.tines import Tines
from ablasim.geometry.tumour import Tumour
from ablasim.geometry.vessels import Vessel
from ablasim.mesh.distances import (
    PlaceFunction,
    distance_to_active,
    distance_to_box,
    distance_to_cylinder,
    distance_to_line,
    distance_to_rims,
    distance_to_tines,
    distance_to_tumour,
)

SizeFunction = PlaceFunction

SHELL_THICKNESS = 10e-3  # m; the wider of the two clinical margins: the zone's surface lies in it
HEATED_REACH = 20e-3  # m from tumour and active parts; vessels beyond it may be meshed coarser
_LARGEST_SHARE_OF_RADIUS = 0.7  # nine edges round a cylinder; coarser ones make its facets overlap
COARSENING = 2.0  # at most, of shafts and of vessels beyond the heated reach
_LARGEST_SHARE_OF_ORGAN = 0.2
PLATE_SHARE = 0.1  # of the least extent of a plate, at its rim
_LARGEST_SHARE_OF_LAYER = 1.0 / 3.0
_STEEPER_AT_TINES = 2.5  # the same round tines: what a thin tube makes falls over its own radius
_STEEPER_AT_EDGES = 7.0  # growth at the rims of active parts over the growth elsewhere
_STEEPEST = 1.0  # growth that mesh generators follow
_STEEPEST_AT_TINES = 0.5  # from 0.7 on most cells round long thin tubes are flat, and mending them takes minutes


@dataclass(frozen=True)
class MeshSizes:
    """Edge lengths aimed at.

    Parameters
    ----------
    needle : float
        On the active surface of needles, m.
    vessel : float
        On vessel walls, m.
    tumour : float
        On the tumour's surface, m.
    shell : float
        10 mm inside and outside the tumour's surface, m.
    far : float
        Anywhere at most, m.
    growth : float
        Growth of the edge length per distance from the surfaces above (dimensionless).
    edge : float or None
        On the two rims of the active part of needles, where field and temperature are singular, m; None: as on its
        surface. See `_edge_size` for its growth.
    layer : float
        In layers outside the organ, m.
    tine : float
        On the surface of tines, m.

    Raises
    ------
    MeshError
        If a size or the growth is not above zero.

    Examples
    --------
    >>> round(MeshSizes.preset("coarse").needle / MeshSizes.preset("normal").needle, 6)
    1.414214
    """

    needle: float
    vessel: float
    tumour: float
    shell: float
    far: float
    growth: float
    edge: float | None = None
    layer: float = 2e-3
    tine: float = 0.14e-3

    PRESETS: ClassVar[dict[str, float]] = {"coarse": sqrt(2.0), "normal": 1.0, "fine": sqrt(0.5)}

    def __post_init__(self) -> None:
        for name, value in self._given().items():
            if not (np.isfinite(value) and value > 0.0):
                message = f"mesh size {name} = {value:g}: must be above 0"
                raise MeshError(message)

    @classmethod
    def preset(cls, name: str) -> MeshSizes:
        """Sizes by name, each finer than the one before by √2.

        Parameters
        ----------
        name : {"coarse", "normal", "fine"}
            Name of the preset.

        Raises
        ------
        MeshError
            If there is no preset of that name.
        """
        if name not in cls.PRESETS:
            message = f"mesh '{name}': must be one of {', '.join(cls.PRESETS)}"
            raise MeshError(message)
        return _NORMAL.scaled(cls.PRESETS[name])

    def scaled(self, factor: float) -> MeshSizes:
        """Sizes and growth times `factor`, so that every edge of the mesh changes by the same factor."""
        return MeshSizes(**{name: value * factor for name, value in self._given().items()})

    def on_needle(self, needle: Needle) -> float:
        """Edge length on the active surface of a needle, m."""
        return min(self.needle, _LARGEST_SHARE_OF_RADIUS * needle.radius)

    def on_tines(self, tines: Tines) -> float:
        """Edge length on the surface of tines, m."""
        return min(self.tine, _LARGEST_SHARE_OF_RADIUS * tines.radius)

    def in_layer(self, layer: Layer) -> float:
        """Edge length in a layer outside the organ, m."""
        return min(self.layer, _LARGEST_SHARE_OF_LAYER * layer.thickness)

    def on_vessel(self, vessel: Vessel) -> float:
        """Edge length on the wall of a vessel, m."""
        return min(self.vessel, _LARGEST_SHARE_OF_RADIUS * vessel.radius)

    def on_plate(self, plate: Plate) -> float:
        """Edge length at the rim of a plate, m."""
        return min(COARSENING * self.vessel, PLATE_SHARE * min(plate.size))

    def far_in(self, organ: Organ) -> float:
        """Edge length at most in an organ, m."""
        low, high = organ.bounds
        return min(self.far, _LARGEST_SHARE_OF_ORGAN * float(np.min(high - low)))

    def _given(self) -> dict[str, float]:
        return {name: value for name, value in asdict(self).items() if value is not None}

    def on_tumour(self, tumour: Tumour) -> float:
        """Edge length on the surface of a tumour, m; triangles of a surface are meshed as they are."""
        if isinstance(tumour, Surface):
            return self.tumour
        return min(self.tumour, _LARGEST_SHARE_OF_RADIUS * tumour.depth)


_NORMAL = MeshSizes(needle=0.32e-3, vessel=0.65e-3, tumour=0.75e-3, shell=0.95e-3, far=6e-3, growth=0.1)


def size_function(
    organ: Organ,
    tumour: Tumour | None,
    vessels: Sequence[Vessel],
    needles: Sequence[Needle],
    sizes: MeshSizes,
    layers: Sequence[Layer] = (),
    plates: Sequence[Plate] = (),
) -> SizeFunction:
    """Edge length as a function of place: the least of what needles, vessels, tumour, layers and organ ask for.

    It depends on the shapes alone, so a small change of a shape changes the mesh little.

    Parameters
    ----------
    organ, tumour, vessels, needles
        The shapes, in metres.
    sizes : MeshSizes
        Lengths on their surfaces.
    layers : sequence of Layer, optional
        Layers outside the organ.
    plates : sequence of Plate, optional
        Plates on the organ's faces.

    Returns
    -------
    callable
        Edge length, m, at x, y, z, m. Plain numbers in, a plain number out: mesh generators call it a million
        times.
    """
    heated = [distance_to_active(needle) for needle in needles]
    if tumour is not None:
        heated.append(distance_to_tumour(tumour))
    contributions = [_needle_size(needle, sizes) for needle in needles]
    contributions += [_tine_size(needle, needle.tines, sizes) for needle in needles if needle.tines is not None]
    if sizes.edge is not None:
        contributions += [_edge_size(needle, sizes.edge, sizes.growth) for needle in needles]
    if tumour is not None:
        contributions.append(_tumour_size(tumour, sizes))
    contributions += [_layer_size(layer, sizes, heated) for layer in layers]
    contributions += [_plate_size(plate, sizes) for plate in plates if not _is_face(plate, organ)]
    walls = [_limit_by_wall(vessel, sizes, heated) for vessel in vessels]
    far = sizes.far_in(organ)

    def size(x: float, y: float, z: float) -> float:
        smallest = far
        for contribution in contributions:
            here = contribution(x, y, z)
            if here < smallest:
                smallest = here
        for limit in walls:
            smallest = limit(x, y, z, smallest)
        return smallest

    return size


def _needle_size(needle: Needle, sizes: MeshSizes) -> SizeFunction:
    """Fine on the active part; along the shaft coarser with distance from it, but not above the radius."""
    on_active, growth = sizes.on_needle(needle), sizes.growth
    on_shaft = min(COARSENING * on_active, _LARGEST_SHARE_OF_RADIUS * needle.radius)
    to_active = distance_to_cylinder(needle.tip, needle.direction, needle.active_length, needle.radius)
    shaft_base = needle.active_segment[1]
    to_shaft = distance_to_cylinder(
        (float(shaft_base[0]), float(shaft_base[1]), float(shaft_base[2])),
        needle.direction,
        inf if needle.shaft_length is None else needle.shaft_length,
        needle.radius,
    )

    def size(x: float, y: float, z: float) -> float:
        by_active, by_shaft = on_active + growth * to_active(x, y, z), on_shaft + growth * to_shaft(x, y, z)
        return by_active if by_active < by_shaft else by_shaft

    return size


def _tine_size(needle: Needle, tines: Tines, sizes: MeshSizes) -> SizeFunction:
    """Fine on the tines of a needle, growing steeply from there."""
    on_tines, growth = sizes.on_tines(tines), min(_STEEPER_AT_TINES * sizes.growth, _STEEPEST_AT_TINES)
    to_tines = distance_to_tines(needle, tines)
    return lambda x, y, z: on_tines + growth * to_tines(x, y, z)


def _edge_size(needle: Needle, on_edge: float, growth: float) -> SizeFunction:
    """Very fine on the rims of the active part, growing with the root of the distance, steeply at first.

    At the boundary of active part and shaft the potential goes with the root of the distance, so that it then changes
    by the same amount over every edge of the mesh; at the rim of the tip it does so with a higher power. From a few
    tenths of a millimetre on the size grows like the others.
    """
    to_rims = distance_to_rims(needle)
    steepness = min(_STEEPER_AT_EDGES * growth, _STEEPEST)

    def size(x: float, y: float, z: float) -> float:
        distance = to_rims(x, y, z)
        return on_edge * sqrt(1.0 + 2.0 * steepness * distance / on_edge) + growth * distance

    return size


def _limit_by_wall(
    vessel: Vessel, sizes: MeshSizes, heated: Sequence[SizeFunction]
) -> Callable[[float, float, float, float], float]:
    """Lesser of a given size and what a wall asks for: fine within `HEATED_REACH` of heat, coarser beyond.

    Takes x, y, z and the size to better, so that places far from the wall cost one distance only.
    """
    on_wall, growth, radius = sizes.on_vessel(vessel), sizes.growth, vessel.radius
    coarsening = min(COARSENING * on_wall, _LARGEST_SHARE_OF_RADIUS * radius) - on_wall
    to_line = distance_to_line(vessel)

    def limit(x: float, y: float, z: float, smallest: float) -> float:
        size = on_wall + growth * abs(to_line(x, y, z) - radius)
        if size >= smallest:
            return smallest
        nearest_heat = min([distance(x, y, z) for distance in heated], default=0.0)
        return min(smallest, size + min(growth * max(nearest_heat - HEATED_REACH, 0.0), coarsening))

    return limit


def _layer_size(layer: Layer, sizes: MeshSizes, heated: Sequence[SizeFunction]) -> SizeFunction:
    """Several cells through a layer within `HEATED_REACH` of heat, fewer beyond, one at least."""
    to_layer, in_layer, growth = distance_to_box(*layer.box.bounds), sizes.in_layer(layer), sizes.growth
    coarsening = layer.thickness - in_layer

    def size(x: float, y: float, z: float) -> float:
        nearest_heat = min([distance(x, y, z) for distance in heated], default=0.0)
        beyond = growth * max(nearest_heat - HEATED_REACH, 0.0)
        return in_layer + min(beyond, coarsening) + growth * to_layer(x, y, z)

    return size


def _is_face(plate: Plate, organ: Organ) -> bool:
    """Whether a plate covers a whole face of the organ: current then leaves it evenly, without a rim to resolve."""
    return isinstance(organ, Box) and plate.covers_face(organ)


def _plate_size(plate: Plate, sizes: MeshSizes) -> SizeFunction:
    """Fine at the rim of a plate, where the field is singular."""
    on_rim, growth = sizes.on_plate(plate), sizes.growth
    return lambda x, y, z: on_rim + growth * plate.distance_to_rim(x, y, z)


def _tumour_size(tumour: Tumour, sizes: MeshSizes) -> SizeFunction:
    to_surface, growth = distance_to_tumour(tumour), sizes.growth
    on_surface = sizes.on_tumour(tumour)
    widening = (sizes.shell - on_surface) / SHELL_THICKNESS

    def size(x: float, y: float, z: float) -> float:
        away = abs(to_surface(x, y, z))
        if away > SHELL_THICKNESS:
            return on_surface + widening * SHELL_THICKNESS + growth * (away - SHELL_THICKNESS)
        return on_surface + widening * away

    return size
