"""Temperature in a plane through needle and vessel, with isotherms, zone, tumour and lumens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.tri import Triangulation
from numpy.typing import ArrayLike, NDArray

from ablasim.constants import BODY_TEMPERATURE_C
from ablasim.geometry import Layer, Plate
from ablasim.units import Floats
from ablasim.views.cut import cut_mesh, cut_surface, plane_through
from ablasim.views.frame import save
from ablasim.views.plane_drawing import draw_bodies, draw_layers, draw_plates, draw_tumour, label_axes, where_finite
from ablasim.views.shapes import Needles, SurfaceLike, Vessels

LineStyle = Literal["-.", "--", ":"]
ISOTHERMS_C: dict[float, LineStyle] = {50.0: ":", 60.0: "--", 100.0: "-."}
HEAT_COLOURS = ["#F7F3EA", "#FBD98C", "#F39A3D", "#D94B2B", "#8A1230", "#3D0A2A"]  # light at 37 °C
COOLED_COLOUR = "#BBD7EA"
ZONE_LINE = "black"
SMALLEST_HALF_WIDTH_MM, MARGIN_MM = 20.0, 6.0
WARM_C = 45.0
HOTTEST_SHOWN_C = 110.0  # one scale for all runs, so that pictures can be laid side by side


def temperature_plane_picture(
    path: Path,
    *,
    points: NDArray[np.floating],
    cells: NDArray[np.integer],
    temperature_c: NDArray[np.floating],
    level: NDArray[np.floating] | None = None,
    origin: ArrayLike,
    normal: ArrayLike,
    up: ArrayLike = (0.0, 0.0, 1.0),
    tumour: SurfaceLike | None = None,
    vessels: Vessels = (),
    needles: Needles = (),
    layers: Sequence[Layer] = (),
    plates: Sequence[Plate] = (),
    title: str = "Temperature",
) -> None:
    """Draw the temperature in a plane.

    Parameters
    ----------
    path : Path
        PNG file to write.
    points, cells : ndarray, shape (n_points, 3) and (n_cells, 4)
        The mesh, m.
    temperature_c : ndarray, shape (n_points,)
        Temperature, °C; NaN where there is none.
    level : ndarray, shape (n_points,), optional
        Damage level; its zero is the edge of the ablation zone. NaN where there is no tissue.
    origin, normal, up : array, shape (3,)
        A point of the plane, m, the direction towards the viewer, and the one that points up in the picture.
    tumour, vessels, needles
        As for `ablasim.views.scenes.zone_picture`.
    layers : sequence of Layer, optional
        Layers outside the organ.
    plates : sequence of Plate, optional
        Electrodes on the organ's faces.
    title : str, optional
        Above the picture.
    """
    plane = plane_through(origin, normal, up)
    triangulation, values = cut_mesh(plane, points, cells, {"temperature": temperature_c, "level": level})
    outline = None if tumour is None else cut_surface(plane, tumour)
    half = _half_width(triangulation, values, outline)
    figure = Figure(figsize=(8.2, 6.9))
    axes = figure.add_axes((0.09, 0.15, 0.74, 0.77))
    temperature = values["temperature"]
    levels = np.linspace(BODY_TEMPERATURE_C, HOTTEST_SHOWN_C, 49)
    shown = where_finite(triangulation, temperature)
    finite = np.nan_to_num(temperature)
    filled = axes.tricontourf(shown, finite, levels=levels, cmap=_heat_map(), extend="both")
    entries = _draw_isotherms(axes, shown, finite)
    entries += _draw_zone(axes, triangulation, values.get("level"))
    entries += draw_tumour(axes, outline)
    entries += draw_bodies(axes, plane, half, vessels, needles)
    entries += draw_plates(axes, plane, plates)
    draw_layers(axes, plane, half, layers)
    label_axes(axes, half, title, plane)
    bar = figure.colorbar(filled, cax=figure.add_axes((0.855, 0.15, 0.025, 0.77)), format="%g")
    bar.set_ticks([BODY_TEMPERATURE_C, *np.arange(50.0, HOTTEST_SHOWN_C + 0.1, 10.0).tolist()])
    hottest = float(np.nanmax(temperature))
    bar.set_label("temperature / °C" + (f" (up to {hottest:.0f})" if hottest > HOTTEST_SHOWN_C else ""))
    figure.legend(handles=entries, loc="lower center", ncols=min(4, len(entries)), frameon=False, fontsize=9)
    save(figure, path)


def _heat_map() -> Colormap:
    heat = LinearSegmentedColormap.from_list("heat", HEAT_COLOURS)
    return heat.with_extremes(under=COOLED_COLOUR, over=HEAT_COLOURS[-1])


def _half_width(triangulation: Triangulation, values: Mapping[str, Floats], outline: Sequence[Floats] | None) -> float:
    """Half of the size shown, mm: what is warm or dead and the tumour, but not beyond the mesh."""
    places = np.column_stack([triangulation.x, triangulation.y])
    of_interest = values["temperature"] > WARM_C
    if "level" in values:
        of_interest = of_interest | (values["level"] > 0.0)
    pieces = [places[of_interest], *(outline or [])]
    reach = max((float(np.abs(piece).max()) for piece in pieces if piece.size), default=0.0)
    return min(max(reach + MARGIN_MM, SMALLEST_HALF_WIDTH_MM), float(np.abs(places).max()))


def _draw_isotherms(axes: Axes, shown: Triangulation, temperature_c: Floats) -> list[Any]:
    reached = {level: style for level, style in ISOTHERMS_C.items() if temperature_c.max() > level}
    for level, style in reached.items():
        axes.tricontour(shown, temperature_c, [level], colors="#3B3B3B", linestyles=style, linewidths=1.2)
    return [
        Line2D([], [], linestyle=style, label=f"{level:g} °C", color="#3B3B3B", linewidth=1.2)
        for level, style in reached.items()
    ]


def _draw_zone(axes: Axes, triangulation: Triangulation, level: Floats | None) -> list[Any]:
    if level is None or not (np.nanmax(level) > 0.0 > np.nanmin(level)):
        return []
    axes.tricontour(where_finite(triangulation, level), np.nan_to_num(level), [0.0], colors=ZONE_LINE, linewidths=2.2)
    return [Line2D([], [], color=ZONE_LINE, linewidth=2.2, label="edge of the ablation zone")]
