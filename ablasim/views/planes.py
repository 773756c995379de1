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
from matplotlib.patches import Patch
from matplotlib.tri import Triangulation
from numpy.typing import ArrayLike, NDArray

from ablasim.constants import BODY_TEMPERATURE_C
from ablasim.geometry import Layer
from ablasim.geometry.segments import point_polyline_distance
from ablasim.units import Floats, millimetres
from ablasim.views.cut import Plane, cut_mesh, cut_surface, plane_through
from ablasim.views.frame import save
from ablasim.views.shapes import LAYER_COLOUR, Needles, SurfaceLike, Vessels, needle_shapes, vessel_shapes

LineStyle = Literal["-.", "--", ":"]
ISOTHERMS_C: dict[float, LineStyle] = {50.0: ":", 60.0: "--", 100.0: "-."}
HEAT_COLOURS = ["#F7F3EA", "#FBD98C", "#F39A3D", "#D94B2B", "#8A1230", "#3D0A2A"]  # light at 37 °C
COOLED_COLOUR = "#BBD7EA"
ZONE_LINE, TUMOUR_LINE = "black", "#00795A"
LUMEN_COLOUR, NEEDLE_COLOUR = "#0072B2", "#6E6E6E"
GRID_PIXELS = 500
SMALLEST_HALF_WIDTH_MM, MARGIN_MM = 20.0, 6.0
WARM_C = 45.0
NEGLIGIBLE_MM = 1e-3


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
    top = max(60.0, 10.0 * np.ceil(np.nanmax(temperature) / 10.0))
    levels = np.linspace(BODY_TEMPERATURE_C, top, 49)
    shown = _where_finite(triangulation, temperature)
    finite = np.nan_to_num(temperature)
    filled = axes.tricontourf(shown, finite, levels=levels, cmap=_heat_map(), extend="both")
    entries = _draw_isotherms(axes, shown, finite)
    entries += _draw_zone(axes, triangulation, values.get("level"))
    if outline is not None:
        for piece in outline:
            axes.plot(*piece.T, color=TUMOUR_LINE, linewidth=2.2)
        entries.append(Line2D([], [], color=TUMOUR_LINE, linewidth=2.2, label="tumour"))
    entries += _draw_bodies(axes, plane, half, vessels, needles)
    _draw_layers(axes, plane, half, layers)
    _label(axes, half, title, plane)
    bar = figure.colorbar(filled, cax=figure.add_axes((0.855, 0.15, 0.025, 0.77)), format="%g")
    bar.set_ticks(_ticks(top))
    bar.set_label("temperature / °C")
    figure.legend(handles=entries, loc="lower center", ncols=min(4, len(entries)), frameon=False, fontsize=9)
    save(figure, path)


def _triple(values: Floats) -> str:
    return "({:.3g}, {:.3g}, {:.3g})".format(*(values.round(6) + 0.0)).replace("-", "−")


def _heat_map() -> Colormap:
    heat = LinearSegmentedColormap.from_list("heat", HEAT_COLOURS)
    return heat.with_extremes(under=COOLED_COLOUR, over=HEAT_COLOURS[-1])


def _ticks(top_c: float) -> list[float]:
    step = 10.0 if top_c <= 110.0 else 20.0
    return [BODY_TEMPERATURE_C, *np.arange(40.0 + step, top_c + 0.1, step).tolist()]


def _half_width(triangulation: Triangulation, values: Mapping[str, Floats], outline: Sequence[Floats] | None) -> float:
    """Half of the size shown, mm: what is warm or dead and the tumour, but not beyond the mesh."""
    places = np.column_stack([triangulation.x, triangulation.y])
    of_interest = values["temperature"] > WARM_C
    if "level" in values:
        of_interest = of_interest | (values["level"] > 0.0)
    pieces = [places[of_interest], *(outline or [])]
    reach = max((float(np.abs(piece).max()) for piece in pieces if piece.size), default=0.0)
    return min(max(reach + MARGIN_MM, SMALLEST_HALF_WIDTH_MM), float(np.abs(places).max()))


def _where_finite(triangulation: Triangulation, values: Floats) -> Triangulation:
    shown = Triangulation(triangulation.x, triangulation.y, triangulation.triangles)
    shown.set_mask(~np.isfinite(values)[triangulation.triangles].all(axis=1))
    return shown


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
    axes.tricontour(_where_finite(triangulation, level), np.nan_to_num(level), [0.0], colors=ZONE_LINE, linewidths=2.2)
    return [Line2D([], [], color=ZONE_LINE, linewidth=2.2, label="edge of the ablation zone")]


def _grid(plane: Plane, half: float) -> tuple[Floats, Floats, Floats]:
    """Places all over the picture, mm, and where they lie in space, m, shape (n, 3)."""
    ticks = np.linspace(-half, half, GRID_PIXELS)
    across, along = np.meshgrid(ticks, ticks)
    return across, along, plane.solid(np.column_stack([across.ravel(), along.ravel()]))


def _draw_layers(axes: Axes, plane: Plane, half: float, layers: Sequence[Layer]) -> None:
    """Outlines and names of the layers that the plane cuts."""
    if not layers:
        return
    across, along, grid = _grid(plane, half)
    for layer in layers:
        beyond = np.abs(grid - np.array(layer.box.centre)) - 0.5 * np.array(layer.box.size)
        outside = beyond.max(axis=1).reshape(across.shape)
        inside = outside < 0.0
        if not inside.any():
            continue
        axes.contour(across, along, outside, [0.0], colors=LAYER_COLOUR, linewidths=1.6)
        x, y = across[inside], along[inside]
        turn = "vertical" if np.ptp(y) > np.ptp(x) else "horizontal"
        place = (0.5 * (x.min() + x.max()), 0.5 * (y.min() + y.max()))
        axes.text(*place, layer.name, rotation=turn, color=LAYER_COLOUR, ha="center", va="center", fontsize=9)


def _draw_bodies(axes: Axes, plane: Plane, half: float, vessels: Vessels, needles: Needles) -> list[Any]:
    """Lumens and needles where the plane cuts them, by distance from their centre lines."""
    across, along, grid = _grid(plane, half)
    lines = [
        (vessel.name, LUMEN_COLOUR, np.asarray(vessel.points, dtype=float), vessel.diameter)
        for vessel in vessel_shapes(vessels)
    ]
    for needle in needle_shapes(needles):
        line = np.stack([np.asarray(needle.tip, dtype=float), np.asarray(needle.shaft_end, dtype=float)])
        lines.append((needle.name, NEEDLE_COLOUR, line, needle.diameter))
    entries: list[Any] = []
    for name, colour, centre_line, diameter in lines:
        height = (centre_line - plane.origin) @ plane.normal
        if height.min() > 0.5 * diameter or height.max() < -0.5 * diameter:
            continue
        outside = point_polyline_distance(grid, centre_line)[0] - 0.5 * diameter
        if outside.min() < 0.0:
            axes.contourf(across, along, outside.reshape(across.shape), [-1.0, 0.0], colors=[colour])
            if all(entry.get_label() != name for entry in entries):  # the branches of a tree share its name
                entries.append(Patch(facecolor=colour, label=name))
    return entries


def _label(axes: Axes, half: float, title: str, plane: Plane) -> None:
    axes.set_xlim(-half, half)
    axes.set_ylim(-half, half)
    axes.set_aspect("equal")
    axes.set_facecolor("#EDEDED")
    origin, up = millimetres(plane.origin), plane.up
    start = f" from {_triple(origin)} mm" if np.abs(origin).max() > NEGLIGIBLE_MM else ""
    axes.set_xlabel(f"across / mm{start}")
    axes.set_ylabel(f"up / mm{start}" if up[2] > 1.0 - 1e-6 else f"along {_triple(up)} / mm{start}")
    axes.set_title(title)
