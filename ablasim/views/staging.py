"""What the scenes share: bodies and their legend, and where the camera best looks from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ablasim.geometry import Plate
from ablasim.geometry.segments import point_polyline_distance
from ablasim.units import Floats, millimetres
from ablasim.views.frame import unit
from ablasim.views.shapes import (
    ACTIVE_COLOUR,
    SHAFT_COLOUR,
    VESSEL_COLOUR,
    NeedleShape,
    VesselShape,
    box_around,
    needle_meshes,
    plate_mesh,
    vessel_mesh,
)

MATERIAL = {"ambient": 0.3, "diffuse": 0.8, "specular": 0.1}
ROOM = 1.15  # empty space round what is shown
_SAME = 1e-3  # m: ways shorter than this have no direction to speak of
VERTICAL = np.array([0.0, 0.0, 1.0])


def add_mesh(plotter: Any, mesh: Any, colour: str, *, opacity: float = 1.0, smooth: bool = False) -> None:
    """Add a mesh in one colour: nothing of an empty one, only the near side of a see-through one."""
    if mesh.n_points:
        look = {"opacity": opacity, "culling": "back" if opacity < 1.0 else None, **MATERIAL}
        plotter.add_mesh(mesh, color=colour, smooth_shading=smooth, **look)


def add_bodies(
    plotter: Any,
    vessels: Sequence[VesselShape],
    needles: Sequence[NeedleShape],
    *,
    vessel_opacity: float = 1.0,
) -> None:
    """Add vessels and needles."""
    for vessel in vessels:
        add_mesh(plotter, vessel_mesh(vessel), VESSEL_COLOUR, opacity=vessel_opacity, smooth=True)
    for needle in needles:
        for mesh, colour in zip(needle_meshes(needle), (ACTIVE_COLOUR, SHAFT_COLOUR), strict=True):
            add_mesh(plotter, mesh, colour)


def add_plates(plotter: Any, plates: Sequence[Plate], *, opacity: float = 0.6) -> None:
    """Add plates on the organ's faces."""
    for plate in plates:
        plotter.add_mesh(plate_mesh(plate), color=ACTIVE_COLOUR, opacity=opacity, lighting=False)


def legend_of(
    vessels: Sequence[VesselShape], needles: Sequence[NeedleShape], plates: Sequence[Plate] = ()
) -> list[tuple[str, str]]:
    """Colours and words for vessels, named with their diameter, needles and plates."""
    diameters: dict[str, list[float]] = {}
    for vessel in vessels:  # the branches of a tree share its name
        diameters.setdefault(vessel.name, []).append(float(millimetres(vessel.diameter)))
    named = ", ".join(f"{name} ({_span(sizes)} mm)" for name, sizes in diameters.items())
    entries = [(VESSEL_COLOUR, named)] if vessels else []
    if needles:
        entries += [(ACTIVE_COLOUR, "active part"), (SHAFT_COLOUR, "shaft")]
    if plates:
        entries.append((ACTIVE_COLOUR, f"plates: {', '.join(plate.name for plate in plates)}"))
    return entries


def _span(sizes: Sequence[float]) -> str:
    low, high = f"{min(sizes):.2g}", f"{max(sizes):.2g}"
    return f"{sizes[0]:.3g}" if len(sizes) == 1 else low if low == high else f"{low} to {high}"


def focus(point_sets: Sequence[NDArray[np.floating]]) -> tuple[Floats, float]:
    """Middle of some points and half of the size to be shown, both mm."""
    lower, upper = box_around(point_sets)
    half = 0.5 * ROOM * float(np.linalg.norm(upper - lower))
    return millimetres(0.5 * (lower + upper)), float(millimetres(half))


def upward(needles: Sequence[NeedleShape]) -> Floats:
    """Direction up in the picture: up the first needle's shaft, or z."""
    return unit(needles[0].direction) if needles else VERTICAL


def front(vessels: Sequence[VesselShape], needles: Sequence[NeedleShape], centre_mm: Floats) -> tuple[Floats, Floats]:
    """Direction to a viewer who sees the nearest vessel on the right, and the direction up.

    If a vessel runs through the middle, or there is none, the last of several needles lies on the right.

    Parameters
    ----------
    vessels, needles : sequences
        What is in the scene.
    centre_mm : ndarray, shape (3,)
        Middle of the picture, mm.

    Returns
    -------
    towards_viewer, up : ndarray, shape (3,)
        Square to each other.
    """
    up, centre = upward(needles), np.asarray(centre_mm) / millimetres(1.0)
    ways = [_way_to_nearest(vessels, centre)] if vessels and not runs_through(vessels, needles, centre_mm) else []
    if len(needles) > 1:
        ways += [needle.active_corners[:2].mean(axis=0) - centre for needle in needles[::-1]]
    ways.append(np.cross(up, np.eye(3)[np.argmin(np.abs(up))]))
    across = (way - (way @ up) * up for way in ways)
    right = next(way for way in across if np.linalg.norm(way) > _SAME)
    return np.cross(unit(right), up), up


def runs_through(vessels: Sequence[VesselShape], needles: Sequence[NeedleShape], centre_mm: Floats) -> bool:
    """Whether the nearest vessel runs through a place, mm, as seen along the needles."""
    if not vessels:
        return False
    centre, up = np.asarray(centre_mm) / millimetres(1.0), upward(needles)
    nearest = min(vessels, key=lambda vessel: float(np.linalg.norm(_foot(vessel, centre) - centre)))
    way = _foot(nearest, centre) - centre
    return float(np.linalg.norm(way - (way @ up) * up)) < 0.5 * nearest.diameter


def _way_to_nearest(vessels: Sequence[VesselShape], point: Floats) -> Floats:
    feet = [_foot(vessel, point) for vessel in vessels]
    return min(feet, key=lambda foot: float(np.linalg.norm(foot - point))) - point


def _foot(vessel: VesselShape, point: Floats) -> Floats:
    """Point of a vessel's centre line nearest to a point, m."""
    _, _, feet = point_polyline_distance(point[None, :], np.asarray(vessel.points, dtype=float))
    nearest: Floats = feet[0]
    return nearest
