"""Pictures of the ablation zone and of the set-up, in three dimensions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ablasim.geometry import Layer, Plate
from ablasim.units import millimetres
from ablasim.views.frame import View, oblique, rendered, save_panels
from ablasim.views.margin_scene import margin_picture
from ablasim.views.shapes import (
    LAYER_COLOUR,
    ORGAN_COLOUR,
    SENSOR_COLOUR,
    STRUCTURE_COLOUR,
    TUMOUR_COLOUR,
    ZONE_COLOUR,
    Needles,
    SurfaceLike,
    Vessels,
    needle_shapes,
    plate_bounds,
    surface_mesh,
    vessel_shapes,
)
from ablasim.views.staging import add_bodies, add_mesh, add_plates, focus, front, legend_of, runs_through

SENSOR_RADIUS_MM = 0.8

__all__ = ["geometry_picture", "margin_picture", "zone_picture"]


def zone_picture(
    path: Path,
    *,
    zone: SurfaceLike,
    tumour: SurfaceLike | None = None,
    vessels: Vessels = (),
    needles: Needles = (),
    plates: Sequence[Plate] = (),
    title: str = "Ablation zone",
) -> None:
    """Draw the ablation zone, see-through, with tumour, vessels and needles, from two sides.

    Parameters
    ----------
    path : Path
        PNG file to write.
    zone : (points, triangles)
        Surface of the ablation zone, m; without triangles if nothing died.
    tumour : (points, triangles), optional
        Surface of the tumour, m.
    vessels : sequence of VesselShape or (name, points, diameter), optional
        Lengths in m.
    needles : sequence of NeedleShape or (name, tip, direction, diameter, active_length, shaft_end), optional
        Lengths in m.
    plates : sequence of Plate, optional
        Plates on the organ's faces.
    title : str, optional
        Above the picture.
    """
    tubes, shafts = vessel_shapes(vessels), needle_shapes(needles)
    is_empty = len(zone[1]) == 0

    def fill(plotter: Any) -> None:
        if not is_empty:
            add_mesh(plotter, surface_mesh(zone), ZONE_COLOUR, opacity=0.5, smooth=True)
        if tumour is not None:
            add_mesh(plotter, surface_mesh(tumour), TUMOUR_COLOUR, opacity=0.85, smooth=True)
        add_plates(plotter, plates, opacity=0.2)  # the zone lies between them
        add_bodies(plotter, tubes, shafts)

    shown = [surface[0] for surface in (zone, tumour) if surface is not None and len(surface[1])]
    shown += [needle.active_corners for needle in shafts]
    shown += [plate_bounds(plate) for plate in plates]
    centre, half = focus(shown or [np.asarray(tube.points) for tube in tubes])
    forward, up = front(tubes, shafts, centre)
    views = [View(centre, oblique(forward, up, turn_deg=turn, raise_deg=12.0), up, half) for turn in (-20.0, -110.0)]
    is_beside = bool(tubes) and not runs_through(tubes, shafts, centre)
    headings = ("nearest vessel to the right" if is_beside else "front", "turned by 90°")
    legend = [] if is_empty else [(ZONE_COLOUR, "ablation zone")]
    legend += [] if tumour is None else [(TUMOUR_COLOUR, "tumour")]
    save_panels(
        path,
        [(heading, rendered(fill, view), view) for heading, view in zip(headings, views, strict=True)],
        title=f"{title}: nothing is ablated" if is_empty else title,
        legend=legend + legend_of(tubes, shafts, plates),
    )


def geometry_picture(
    path: Path,
    *,
    organ_bounds: tuple[ArrayLike, ArrayLike],
    tumour: SurfaceLike | None = None,
    vessels: Vessels = (),
    needles: Needles = (),
    layers: Sequence[Layer] = (),
    plates: Sequence[Plate] = (),
    structures: Sequence[NDArray[np.floating]] = (),
    sensors: NDArray[np.floating] | None = None,
    title: str = "Set-up",
) -> None:
    """Draw the set-up before anything is computed: the whole organ and a close view.

    Parameters
    ----------
    path : Path
        PNG file to write.
    organ_bounds : (lower corner, upper corner)
        Box round the organ, m.
    tumour, vessels, needles, title
        As for `zone_picture`.
    layers : sequence of Layer, optional
        Layers outside the organ.
    plates : sequence of Plate, optional
        Plates on the organ's faces.
    structures : sequence of ndarray, shape (n, 3), optional
        Points on each critical structure, m.
    sensors : ndarray, shape (n, 3), optional
        Sensors, m.
    """
    tubes, shafts = vessel_shapes(vessels), needle_shapes(needles)
    read = np.empty((0, 3)) if sensors is None else sensors
    corners = np.asarray(organ_bounds, dtype=float)

    def fill(plotter: Any) -> None:
        import pyvista as pv

        box = pv.Box(bounds=tuple(millimetres(corners).T.ravel()))
        plotter.add_mesh(box, style="wireframe", color=ORGAN_COLOUR, line_width=2, lighting=False)
        for layer in layers:
            slab = pv.Box(bounds=tuple(millimetres(np.array(layer.box.bounds)).T.ravel()))
            add_mesh(plotter, slab, LAYER_COLOUR, opacity=0.12)
            plotter.add_mesh(slab, style="wireframe", color=LAYER_COLOUR, line_width=2, lighting=False)
        add_plates(plotter, plates)
        for points in structures:
            plotter.add_mesh(pv.PolyData(millimetres(points)), color=STRUCTURE_COLOUR, point_size=3, lighting=False)
        if tumour is not None:
            add_mesh(plotter, surface_mesh(tumour), TUMOUR_COLOUR, opacity=0.35 if len(read) else 0.7, smooth=True)
        add_bodies(plotter, tubes, shafts)
        for point in millimetres(read):
            add_mesh(plotter, pv.Sphere(radius=SENSOR_RADIUS_MM, center=tuple(point)), SENSOR_COLOUR)

    close = [] if tumour is None else [tumour[0]]
    close += [needle.active_corners for needle in shafts]
    near, near_half = focus(close or [corners])
    forward, up = front(tubes, shafts, near)
    towards = oblique(forward, up, turn_deg=-25.0, raise_deg=18.0)
    whole, whole_half = focus([corners, *(np.array(layer.box.bounds) for layer in layers)])
    views = [View(whole, towards, up, 0.95 * whole_half), View(near, towards, up, 1.3 * near_half)]
    size = " × ".join(f"{length:g}" for length in millimetres(corners[1] - corners[0]))
    save_panels(
        path,
        [
            (heading, rendered(fill, view), view)
            for heading, view in zip((f"the organ's box, {size} mm", "close view"), views, strict=True)
        ],
        title=title,
        legend=[
            *([] if tumour is None else [(TUMOUR_COLOUR, "tumour")]),
            *legend_of(tubes, shafts, plates),
            *([(LAYER_COLOUR, f"layers: {', '.join(layer.name for layer in layers)}")] if layers else []),
            *([(STRUCTURE_COLOUR, "critical structures")] if structures else []),
            *([(SENSOR_COLOUR, "sensors")] if len(read) else []),
        ],
    )
