"""How long the mesh's edges are, as a function of place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from math import hypot, inf, sqrt
from typing import ClassVar

import numpy as np

from ablasim.errors import MeshError
from ablasim.geometry.applicators import Needle
from ablasim.geometry.checks import Vector
from ablasim.geometry.organ import Organ
from ablasim.geometry.surface import Surface
from ablasim.geometry.tumour import Tumour
from ablasim.geometry.vessels import Vessel

SizeFunction = Callable[[float, float, float], float]

SHELL_THICKNESS = 10e-3  # m; the wider of the two clinical margins: the zone's surface lies in it
HEATED_REACH = 20e-3  # m from tumour and active parts; vessels beyond it may be meshed coarser
_LARGEST_SHARE_OF_RADIUS = 0.7  # nine edges round a cylinder; coarser ones make its facets overlap
COARSENING = 2.0  # at most, of shafts and of vessels beyond the heated reach
_LARGEST_SHARE_OF_ORGAN = 0.2


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

    PRESETS: ClassVar[dict[str, float]] = {"coarse": sqrt(2.0), "normal": 1.0, "fine": sqrt(0.5)}

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
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
        return MeshSizes(**{name: value * factor for name, value in asdict(self).items()})

    def on_needle(self, needle: Needle) -> float:
        """Edge length on the active surface of a needle, m."""
        return min(self.needle, _LARGEST_SHARE_OF_RADIUS * needle.radius)

    def on_vessel(self, vessel: Vessel) -> float:
        """Edge length on the wall of a vessel, m."""
        return min(self.vessel, _LARGEST_SHARE_OF_RADIUS * vessel.radius)

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
) -> SizeFunction:
    """Edge length as a function of place: the least of what needles, vessels, tumour and organ ask for.

    It depends on the shapes alone, so a small change of a shape changes the mesh little.

    Parameters
    ----------
    organ, tumour, vessels, needles
        The shapes, in metres.
    sizes : MeshSizes
        Lengths on their surfaces.

    Returns
    -------
    callable
        Edge length, m, at x, y, z, m. Plain numbers in, a plain number out: mesh generators call it a million
        times.
    """
    heated = [_distance_to_active(needle) for needle in needles]
    if tumour is not None:
        heated.append(_distance_to_tumour(tumour))
    contributions = [_needle_size(needle, sizes) for needle in needles]
    if tumour is not None:
        contributions.append(_tumour_size(tumour, sizes))
    walls = [_limit_by_wall(vessel, sizes, heated) for vessel in vessels]
    low, high = organ.bounds
    far = min(sizes.far, _LARGEST_SHARE_OF_ORGAN * float(np.min(high - low)))

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


def _distance_to_cylinder(base: Vector, axis: Vector, length: float, radius: float) -> SizeFunction:
    """Distance to a solid cylinder; 0 inside."""
    bx, by, bz = base
    ax, ay, az = axis

    def distance(x: float, y: float, z: float) -> float:
        x, y, z = x - bx, y - by, z - bz
        along = x * ax + y * ay + z * az
        across = sqrt(max(x * x + y * y + z * z - along * along, 0.0))
        return hypot(max(-along, along - length, 0.0), max(across - radius, 0.0))

    return distance


def _distance_to_active(needle: Needle) -> SizeFunction:
    return _distance_to_cylinder(needle.tip, needle.direction, needle.active_length, needle.radius)


def _needle_size(needle: Needle, sizes: MeshSizes) -> SizeFunction:
    """Fine on the active part; along the shaft coarser with distance from it, but not above the radius."""
    on_active, growth = sizes.on_needle(needle), sizes.growth
    on_shaft = min(COARSENING * on_active, _LARGEST_SHARE_OF_RADIUS * needle.radius)
    to_active = _distance_to_active(needle)
    shaft_base = needle.active_segment[1]
    to_shaft = _distance_to_cylinder(
        (float(shaft_base[0]), float(shaft_base[1]), float(shaft_base[2])),
        needle.direction,
        inf if needle.shaft_length is None else needle.shaft_length,
        needle.radius,
    )
    return lambda x, y, z: min(on_active + growth * to_active(x, y, z), on_shaft + growth * to_shaft(x, y, z))


def _distance_to_line(vessel: Vessel) -> SizeFunction:
    """Distance to the centre-line of a vessel."""
    starts, ends = vessel.points[:-1], vessel.points[1:]
    tangents = (ends - starts) / vessel.segment_lengths[:, None]
    pieces = [
        _distance_to_cylinder(tuple(start), tuple(tangent), float(length), 0.0)
        for start, tangent, length in zip(
            starts.tolist(), tangents.tolist(), vessel.segment_lengths.tolist(), strict=True
        )
    ]
    return pieces[0] if len(pieces) == 1 else lambda x, y, z: min(piece(x, y, z) for piece in pieces)


def _limit_by_wall(
    vessel: Vessel, sizes: MeshSizes, heated: Sequence[SizeFunction]
) -> Callable[[float, float, float, float], float]:
    """Lesser of a given size and what a wall asks for: fine within `HEATED_REACH` of heat, coarser beyond.

    Takes x, y, z and the size to better, so that places far from the wall cost one distance only.
    """
    on_wall, growth, radius = sizes.on_vessel(vessel), sizes.growth, vessel.radius
    coarsening = min(COARSENING * on_wall, _LARGEST_SHARE_OF_RADIUS * radius) - on_wall
    to_line = _distance_to_line(vessel)

    def limit(x: float, y: float, z: float, smallest: float) -> float:
        size = on_wall + growth * abs(to_line(x, y, z) - radius)
        if size >= smallest:
            return smallest
        nearest_heat = min([distance(x, y, z) for distance in heated], default=0.0)
        return min(smallest, size + min(growth * max(nearest_heat - HEATED_REACH, 0.0), coarsening))

    return limit


def _distance_to_tumour(tumour: Tumour) -> SizeFunction:
    """Distance to the tumour's surface as sizes need it.

    Exact for a sphere and to first order for an ellipsoid (negative inside); for a triangle surface the
    distance to its enclosing box, 0 inside.
    """
    cx, cy, cz = tumour.centre
    if isinstance(tumour, Surface):
        low, high = tumour.bounds
        (lx, ly, lz), (hx, hy, hz) = low.tolist(), high.tolist()
        return lambda x, y, z: hypot(max(lx - x, x - hx, 0.0), max(ly - y, y - hy, 0.0), max(lz - z, z - hz, 0.0))
    a, b, c = tumour.semi_axes.tolist()

    def distance(x: float, y: float, z: float) -> float:
        x, y, z = (x - cx) / a, (y - cy) / b, (z - cz) / c
        slope = hypot(x / a, y / b, z / c)
        level = hypot(x, y, z)
        return level * (level - 1.0) / slope if slope > 0.0 else -min(a, b, c)

    return distance


def _tumour_size(tumour: Tumour, sizes: MeshSizes) -> SizeFunction:
    to_surface, growth = _distance_to_tumour(tumour), sizes.growth
    on_surface = sizes.on_tumour(tumour)
    widening = (sizes.shell - on_surface) / SHELL_THICKNESS

    def size(x: float, y: float, z: float) -> float:
        away = abs(to_surface(x, y, z))
        beyond = max(away - SHELL_THICKNESS, 0.0)
        return on_surface + widening * min(away, SHELL_THICKNESS) + growth * beyond

    return size
