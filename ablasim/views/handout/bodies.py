"""What stands still in the scene of a hand-out: tumour, vessels, applicators, sensors, the organ's box."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ablasim.damage.electroporation import REVERSIBLE
from ablasim.mesh.tetrahedra import LAYER
from ablasim.units import Floats, metres, millimetres
from ablasim.views.handout.replay import Replay
from ablasim.views.handout.thinning import packed, text_of, thinned
from ablasim.views.publish import shapes_of
from ablasim.views.publish_margin import TUMOUR_MARGIN
from ablasim.views.scenes import SENSOR_RADIUS_MM
from ablasim.views.shapes import (
    ACTIVE_COLOUR,
    LAYER_COLOUR,
    ORGAN_COLOUR,
    SENSOR_COLOUR,
    SHAFT_COLOUR,
    TUMOUR_COLOUR,
    VESSEL_COLOUR,
    Surface,
    needle_meshes,
    plate_mesh,
    vessel_mesh,
)
from ablasim.views.surface_files import read_surface

OPENED_COLOUR = "#999933"
MARGIN_NAME = "margin_mm"

_EDGE_MM = 0.25  # thickness of lines that stand for boxes
_TRIANGLES = 6000  # of a body, at most
_CORNERS = (((0, 1), (2, 3), (4, 5), (6, 7)), ((0, 2), (1, 3), (4, 6), (5, 7)), ((0, 4), (1, 5), (2, 6), (3, 7)))


@dataclass(frozen=True, eq=False)
class Body:
    """A body of the scene.

    Parameters
    ----------
    group : str
        Key of the switch that shows and hides it, with others.
    label : str
        Words at that switch.
    colour : str
        ``#rrggbb``.
    surface : Surface
        Its surface, m.
    opacity : float
        1 where nothing shines through.
    needle : str, optional
        Electrode it is a part of.
    margin_mm : ndarray, shape (n_points,), optional
        Margin to be painted on it, NaN where there is none.
    shown : bool
        Whether it is shown at first.
    """

    group: str
    label: str
    colour: str
    surface: Surface
    opacity: float = 1.0
    needle: str = ""
    margin_mm: Floats | None = field(default=None)
    shown: bool = True

    def as_plain(self) -> dict[str, Any]:
        """For the page."""
        plain: dict[str, Any] = {
            "group": self.group,
            "label": self.label,
            "colour": self.colour,
            "opacity": self.opacity,
            "needle": self.needle,
            "shown": self.shown,
            **packed(self.surface),
        }
        if self.margin_mm is not None:
            known = np.isfinite(self.margin_mm)
            values = np.column_stack([np.where(known, self.margin_mm, 0.0), known])
            plain["margin"] = text_of(values, "<f4")
        return plain


def bodies_of(replay: Replay) -> list[Body]:
    """Bodies of a run that do not change, those inside others first."""
    anatomy, summary = replay.run.anatomy, replay.run.summary
    shapes = shapes_of(anatomy)
    found: list[Body] = []
    tumour, margin_mm = tumour_with_margin(replay)
    if tumour is not None:
        found.append(Body("tumour", "tumour", TUMOUR_COLOUR, tumour, margin_mm=margin_mm))
    for vessel in shapes["vessels"]:
        found.append(Body(f"vessel {vessel.name}", vessel.name, VESSEL_COLOUR, _surface(vessel_mesh(vessel))))
    for needle in shapes["needles"]:
        for mesh, colour in zip(needle_meshes(needle), (ACTIVE_COLOUR, SHAFT_COLOUR), strict=True):
            if mesh.n_points:
                found.append(Body("applicators", "applicators", colour, _surface(mesh), needle=needle.name))
    for plate in anatomy.plates.values():
        found.append(Body("applicators", "applicators", ACTIVE_COLOUR, _surface(plate_mesh(plate)), opacity=0.35))
    sensors = [sensor["at_mm"] for sensor in (summary.get("sensors") or {}).values()]
    found += [Body("sensors", "sensors", SENSOR_COLOUR, _ball(place)) for place in sensors]
    if (opened := opened_for_a_while(replay)) is not None:
        found.append(
            Body("opened", "cells opened for a while, at the end", OPENED_COLOUR, opened, opacity=0.25, shown=False)
        )
    for layer in anatomy.layers:
        found.append(Body("layers", "layers outside the organ", LAYER_COLOUR, _edges(np.array(layer.box.bounds))))
    found.append(Body("organ", "box round the organ", ORGAN_COLOUR, _edges(bounds_of(replay)), shown=False))
    return found


def tumour_with_margin(replay: Replay) -> tuple[Surface | None, Floats | None]:
    """The tumour's surface, m, and the margin at its points, mm, as the run has written them; None without a tumour."""
    file = replay.folder / TUMOUR_MARGIN
    if not file.is_file():
        return None, None
    return read_surface(file, MARGIN_NAME)


def opened_for_a_while(replay: Replay) -> Surface | None:
    """Surface round the cells that pulses open, for a while at least; None in a run without pulses."""
    level = replay.fields.constant(f"level_{REVERSIBLE.name}")
    if level is None:
        return None
    surface = replay.zone_of(level).surface
    return thinned(Surface(surface.points, surface.triangles), _TRIANGLES)


def bounds_of(replay: Replay) -> Floats:
    """Lower and upper corner of the organ, m, shape (2, 3), without the layers outside."""
    mesh = replay.fields.mesh
    points = mesh.points[np.unique(mesh.cells[~mesh.cells_of_tissue(LAYER)])]
    return np.stack([points.min(axis=0), points.max(axis=0)])


def _surface(mesh: Any) -> Surface:
    """Surface of a pyvista mesh in mm, m."""
    triangles = mesh.extract_surface(algorithm=None).triangulate()
    faces = np.asarray(triangles.faces).reshape(-1, 4)[:, 1:]
    return Surface(metres(np.asarray(triangles.points)), faces)


def _ball(place_mm: Sequence[float]) -> Surface:
    import pyvista as pv

    ball = pv.Sphere(radius=SENSOR_RADIUS_MM, center=tuple(place_mm), theta_resolution=16, phi_resolution=12)
    return _surface(ball)


def _edges(bounds: Floats) -> Surface:
    """The twelve edges of a box as thin bars."""
    import pyvista as pv

    low, high = millimetres(bounds)
    corners = np.array([[(low, high)[(k >> axis) & 1][axis] for axis in range(3)] for k in range(8)])
    pairs = [pair for along in _CORNERS for pair in along]
    bars = [pv.Line(*corners[list(pair)]).tube(radius=0.5 * _EDGE_MM, n_sides=6, capping=True) for pair in pairs]
    return _surface(pv.merge(bars))


def kept_in_view(replay: Replay, zones: Sequence[Surface | None]) -> Floats:
    """Corners of the smallest box round tumour, zones and active parts, mm, shape (2, 3)."""
    tumour, _ = tumour_with_margin(replay)
    sets = [surface.points for surface in (*zones, tumour) if surface is not None and len(surface.triangles)]
    sets += [needle.active_corners for needle in shapes_of(replay.run.anatomy)["needles"]]
    points = np.concatenate([np.asarray(points) for points in sets] or [bounds_of(replay)])
    return millimetres(np.stack([points.min(axis=0), points.max(axis=0)]))
