"""What lies still in the scene: vessel, applicators and the colours of everything."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyvista as pv
from numpy.typing import NDArray

from ablasim.active_parts import active_parts
from ablasim.anatomy import build_anatomy
from ablasim.scenario import Scenario
from ablasim.units import millimetres
from ablasim.views.margin_scene import MARGIN_CLASSES
from ablasim.views.planes import HEAT_COLOURS
from ablasim.views.shapes import ACTIVE_COLOUR, SHAFT_COLOUR, VESSEL_COLOUR, ZONE_COLOUR

Floats = NDArray[np.float64]
Colours = NDArray[np.uint8]

VESSEL, SHAFT, ACTIVE, ZONE = VESSEL_COLOUR, SHAFT_COLOUR, ACTIVE_COLOUR, ZONE_COLOUR
GHOST = "#7A7A7A"
LOST = "#009E73"
HALF_HEIGHT_MM = 34.0
HOTTEST_SHOWN_C = 100.0
COLDEST_SHOWN_C = 37.0


@dataclass(frozen=True)
class Needle:
    """A straight applicator along z.

    Parameters
    ----------
    x, y : float
        Place of its axis, mm.
    bottom, top : float
        Ends of its active part, mm.
    radius : float
        mm.
    """

    x: float
    y: float
    bottom: float
    top: float
    radius: float


def needles_of(scenario: Scenario) -> tuple[Needle, ...]:
    """Applicators of a scenario of the app, as the scene shows them."""
    anatomy = build_anatomy(scenario)
    found = []
    for needle, part in zip(anatomy.needles.values(), active_parts(scenario, anatomy), strict=True):
        ends = np.asarray(millimetres(part.reshape(-1, 3)))
        found.append(
            Needle(ends[0, 0], ends[0, 1], ends[:, 2].min(), ends[:, 2].max(), float(millimetres(needle.radius)))
        )
    return tuple(found)


def tube(x: float, y: float, bottom: float, top: float, radius: float) -> pv.PolyData:
    """A closed cylinder along z, mm."""
    found = _unit_tube().copy()
    places = found.points * [radius, radius, top - bottom] + [x, y, 0.5 * (bottom + top)]
    found.points = places.astype(np.float32)
    return found


@lru_cache(maxsize=1)
def _unit_tube() -> pv.PolyData:
    return pv.Cylinder(direction=(0, 0, 1), radius=1.0, height=1.0, resolution=32).triangulate()


def margin_colours(margin_mm: Floats) -> Colours:
    """Colour of each margin by its class; grey where there is none."""
    colours = np.array([_rgb(colour) for colour, _ in MARGIN_CLASSES] + [(217, 217, 217)], dtype=np.uint8)
    classes = np.digitize(margin_mm, (0.0, 5.0, 10.0))
    return np.asarray(colours[np.where(np.isnan(margin_mm), len(MARGIN_CLASSES), classes)])


def heat_colours(temperature_c: Floats) -> Colours:
    """Colours of temperatures, light at that of the body; blood, where it is NaN, in that of vessels."""
    stops = np.array([_rgb(colour) for colour in HEAT_COLOURS], dtype=float)
    places = np.linspace(COLDEST_SHOWN_C, HOTTEST_SHOWN_C, len(stops))
    known = np.nan_to_num(temperature_c, nan=COLDEST_SHOWN_C)
    colours = np.stack([np.interp(known, places, stops[:, k]) for k in range(3)], axis=-1)
    colours[np.isnan(temperature_c)] = _rgb(VESSEL)
    bytes_of: Colours = np.rint(colours).astype(np.uint8)
    return bytes_of


def mixed(colours: Colours, other: str, share: float) -> Colours:
    """Colours with a share of another one."""
    found: Colours = np.rint((1.0 - share) * colours + share * np.array(_rgb(other))).astype(np.uint8)
    return found


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
