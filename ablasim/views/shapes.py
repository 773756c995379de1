"""What pictures are made of: plain shapes in metres, their colours, and their meshes in millimetres."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ablasim.geometry import Plate
from ablasim.geometry import Surface as TumourSurface
from ablasim.geometry import Tumour as TumourShape
from ablasim.units import Floats, millimetres

# Okabe and Ito's colour-blind safe palette, https://jfly.uni-koeln.de/color/
ZONE_COLOUR = "#E69F00"
TUMOUR_COLOUR = "#009E73"
VESSEL_COLOUR = "#0072B2"
ACTIVE_COLOUR = "#CC79A7"
SHAFT_COLOUR = "#8C8C8C"
ORGAN_COLOUR = "#B0B0B0"
LAYER_COLOUR = "#6A3D9A"
STRUCTURE_COLOUR = "#D55E00"
SENSOR_COLOUR = "#F0E442"

_MITRED_BELOW_DEG = 40.0  # sharper bends would pinch a tube


class Surface(NamedTuple):
    """A triangle surface: points, m, shape (n, 3), and triangles, shape (m, 3)."""

    points: NDArray[np.floating]
    triangles: NDArray[np.integer]


class VesselShape(NamedTuple):
    """A vessel: its name, centre line, m, shape (n, 3), and diameter, m."""

    name: str
    points: ArrayLike
    diameter: float


class NeedleShape(NamedTuple):
    """A needle: name, tip, m, direction up the shaft, diameter, active length, and end of the shaft, m.

    Of a needle with two poles also the heights above the tip between which it is insulated, m; of one with tines the
    polylines of their axes, m, and their diameter, m; and whether it is out of the body in the moment that is drawn.
    """

    name: str
    tip: ArrayLike
    direction: ArrayLike
    diameter: float
    active_length: float
    shaft_end: ArrayLike
    gap: tuple[float, float] | None = None
    tines: Sequence[Floats] | Floats = ()
    tine_diameter: float = 0.0
    is_out: bool = False

    @property
    def active_corners(self) -> Floats:
        """Ends of the active part and corners of the tines, m, shape (n, 3)."""
        ends = np.stack([np.asarray(self.tip, dtype=float), self.active_end])
        return np.concatenate([ends, *self.tines])

    @property
    def active_end(self) -> Floats:
        """Upper end of the active part, m."""
        direction = np.asarray(self.direction, dtype=float)
        end: Floats = np.asarray(self.tip) + self.active_length * direction / np.linalg.norm(direction)
        return end


Vessels = Sequence[VesselShape | tuple[str, ArrayLike, float]]
Needles = Sequence[NeedleShape | tuple[str, ArrayLike, ArrayLike, float, float, ArrayLike]]
SurfaceLike = Surface | tuple[NDArray[np.floating], NDArray[np.integer]]


def vessel_shapes(vessels: Vessels) -> list[VesselShape]:
    """Vessels as `VesselShape`, from those or plain tuples."""
    return [VesselShape(*vessel) for vessel in vessels]


def needle_shapes(needles: Needles) -> list[NeedleShape]:
    """Needles as `NeedleShape`, from those or plain tuples."""
    return [NeedleShape(*needle) for needle in needles]


def surface_mesh(surface: SurfaceLike) -> Any:
    """Surface as pyvista mesh, mm."""
    import pyvista as pv

    points, triangles = surface
    faces = np.column_stack([np.full(len(triangles), 3), triangles])
    return pv.PolyData(millimetres(points), faces=faces.ravel())


def vessel_mesh(vessel: VesselShape) -> Any:
    """Tube of a vessel as pyvista mesh, mm."""
    return _tube(millimetres(vessel.points), float(millimetres(vessel.diameter)))


def needle_meshes(needle: NeedleShape) -> tuple[Any, Any]:
    """Active part and insulated shaft of a needle as pyvista meshes, mm."""
    diameter = float(millimetres(needle.diameter))
    tip, middle, end = (millimetres(point) for point in (needle.tip, needle.active_end, needle.shaft_end))
    bare, insulated = [(tip, middle)], [(middle, end)]
    if needle.gap is not None:
        below, above = (tip + height / needle.active_length * (middle - tip) for height in needle.gap)
        bare, insulated = [(tip, below), (above, middle)], [(below, above), (middle, end)]
    metal = _tubes(bare, diameter)
    if len(needle.tines):
        import pyvista as pv

        tine = float(millimetres(needle.tine_diameter))
        metal = pv.merge([metal, *(_tube(millimetres(line), tine) for line in needle.tines)])
    return metal, _tubes(insulated, diameter * 0.98)


def plate_mesh(plate: Plate) -> Any:
    """Sheet of a plate as pyvista mesh, mm."""
    import pyvista as pv

    if plate.outline == "disc":
        centre, outer = tuple(millimetres(plate.centre)), 0.5 * float(millimetres(plate.size[0]))
        return pv.Disc(center=centre, inner=0.0, outer=outer, normal=tuple(plate.normal), c_res=90)
    return pv.Box(bounds=tuple(millimetres(plate_bounds(plate)).T.ravel()))


def plate_bounds(plate: Plate) -> Floats:
    """Lower and upper corner of a plate, m, shape (2, 3)."""
    half = 0.5 * np.insert(np.asarray(plate.size, dtype=float), plate.axis, 0.0)
    return np.stack([plate.centre - half, plate.centre + half])


def _tubes(stretches: list[tuple[Floats, Floats]], diameter: float) -> Any:
    import pyvista as pv

    return pv.merge([_tube(np.stack(stretch), diameter) for stretch in stretches])


def tumour_outline(tumour: TumourShape) -> Surface:
    """Surface of a tumour's shape, m, before there is a mesh."""
    if isinstance(tumour, TumourSurface):
        return Surface(tumour.points, tumour.triangles)
    import pyvista as pv

    ball = pv.Icosphere(nsub=4)
    triangles = ball.faces.reshape(-1, 4)[:, 1:]
    return Surface(np.asarray(tumour.centre) + np.asarray(ball.points) * tumour.semi_axes, triangles)


def box_around(points: Iterable[NDArray[np.floating]]) -> tuple[Floats, Floats]:
    """Lower and upper corner of the smallest box round all arrays of points that are not empty."""
    everything = np.vstack([np.asarray(array, dtype=float).reshape(-1, 3) for array in points])
    return everything.min(axis=0), everything.max(axis=0)


def _sharpest_bend_deg(line: Floats) -> float:
    ways = np.diff(line, axis=0)
    ways /= np.linalg.norm(ways, axis=1)[:, None]
    cosines = (ways[:-1] * ways[1:]).sum(axis=1)
    return float(np.degrees(np.arccos(np.clip(cosines.min(initial=1.0), -1.0, 1.0))))


def _tube(line: Floats, diameter: float) -> Any:
    """Tube along a polyline; where it bends sharply, cylinders joined by spheres."""
    import pyvista as pv

    radius = diameter / 2.0
    if _sharpest_bend_deg(line) < _MITRED_BELOW_DEG:
        return pv.MultipleLines(points=line).tube(radius=radius, n_sides=48, capping=True)
    parts = [pv.Line(start, end).tube(radius=radius, n_sides=48, capping=True) for start, end in pairwise(line)]
    parts += [pv.Sphere(radius=radius, center=bend) for bend in line[1:-1]]
    return pv.merge(parts)
