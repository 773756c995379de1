"""What a run leaves behind about its heat sink: the zone without the vessels, and its outline with and without them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from ablasim.geometry.segments import point_polyline_distance
from ablasim.margins import AngularProfile, HeatSink
from ablasim.results.files import write_columns_csv, write_surface_vtp
from ablasim.results.outcome import Floats, Results
from ablasim.units import metres, millimetres
from ablasim.views.outline import outline_plot

_SAME = 1e-6  # m
TWIN_ZONE = "zone_without_vessels.vtp"


def write_twin_zone(results: Results, path: Path) -> None:
    """Write the surface of the zone of the twin without vessels, if it ran."""
    twin = results.zones.get("no_vessel")
    if twin is not None:
        write_surface_vtp(path, twin.surface.points, twin.surface.triangles)


def write_outline(results: Results, path: Path) -> None:
    """Write the columns of the outline, if there is one."""
    profile = None if results.heat_sink is None else results.heat_sink.profile
    if profile is not None:
        write_columns_csv(
            path,
            {
                "angle_deg": np.degrees(profile.angles),
                "radius_mm": millimetres(profile.radii),
                "radius_without_vessels_mm": millimetres(profile.twin_radii),
                "tissue_lost_mm": millimetres(profile.tissue_lost),
            },
        )


def draw_outline(results: Results, path: Path) -> None:
    """Draw the outline, if there is one."""
    heat_sink = results.heat_sink
    if heat_sink is None or heat_sink.profile is None:
        return
    outline_plot(
        path,
        angles=heat_sink.profile.angles,
        radii_mm=millimetres(heat_sink.profile.radii),
        twin_radii_mm=millimetres(heat_sink.profile.twin_radii),
        vessels=_directions(heat_sink),
        lumen=_lumens(results, heat_sink.profile),
        applicator=_seen_from(results, heat_sink.profile),
    )


def _seen_from(results: Results, profile: AngularProfile) -> str:
    """Words for the applicator that the outline is seen from: one of several needles by its name."""
    needles = results.case.anatomy.needles
    middles = {name: np.linalg.norm(needle.active_middle - profile.centre) for name, needle in needles.items()}
    return next((name for name, away in middles.items() if len(needles) > 1 and away < _SAME), "the applicator")


def _lumens(results: Results, profile: AngularProfile) -> Callable[[Floats, Floats], Floats] | None:
    """Distance of places in the outline's plane from the nearest wall, mm; None without vessels that have a lumen."""
    vessels = list(results.case.anatomy.vessels.values())
    if not vessels:
        return None
    quarter = np.cross(profile.axis, profile.zero)

    def lumen(angle: Floats, radius: Floats) -> Floats:
        way = np.cos(angle)[..., None] * profile.zero + np.sin(angle)[..., None] * quarter
        places = (profile.centre + metres(radius)[..., None] * way).reshape(-1, 3)
        walls = [point_polyline_distance(places, vessel.points)[0] - vessel.radius for vessel in vessels]
        return millimetres(np.min(walls, axis=0)).reshape(angle.shape)

    return lumen


def _directions(heat_sink: HeatSink) -> dict[str, tuple[float, float]]:
    """Angle, rad, and distance, mm, of each vessel as the outline shows them."""
    profile, found = heat_sink.profile, {}
    if profile is not None:
        for vessel in heat_sink.vessels:
            way = vessel.on_vessel - profile.centre
            way = way - (way @ profile.axis) * profile.axis
            found[vessel.name] = (profile.angle_of(way), float(millimetres(np.linalg.norm(way))))
    return found
