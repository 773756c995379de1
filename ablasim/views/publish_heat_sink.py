"""What a run leaves behind about its heat sink: the zone without the vessels, and its outline with and without them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ablasim.margins import HeatSink
from ablasim.results.files import write_columns_csv, write_surface_vtp
from ablasim.results.outcome import Results
from ablasim.units import millimetres
from ablasim.views.outline import outline_plot

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
            },
        )


def draw_outline(results: Results, path: Path) -> dict[str, Path]:
    """Draw the outline; returns the picture by caption, nothing if there is no outline."""
    heat_sink = results.heat_sink
    if heat_sink is None or heat_sink.profile is None:
        return {}
    outline_plot(
        path,
        angles=heat_sink.profile.angles,
        radii_mm=millimetres(heat_sink.profile.radii),
        twin_radii_mm=millimetres(heat_sink.profile.twin_radii),
        vessels=_directions(heat_sink),
    )
    caption = (
        "Extent of the zone across the applicator, in the plane through the middle of its active part, with the "
        "vessels and without them; angle zero points to the nearest vessel."
    )
    return {caption: path}


def _directions(heat_sink: HeatSink) -> dict[str, tuple[float, float]]:
    """Angle, rad, and distance, mm, of each vessel as the outline shows them."""
    profile, found = heat_sink.profile, {}
    if profile is not None:
        for vessel in heat_sink.vessels:
            way = vessel.on_vessel - profile.centre
            way = way - (way @ profile.axis) * profile.axis
            found[vessel.name] = (profile.angle_of(way), float(millimetres(np.linalg.norm(way))))
    return found
