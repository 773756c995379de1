"""One run in the plane of a comparison: zone, tumour, lumens and applicators, and how much of the plane is shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Polygon

from ablasim.geometry import point_polyline_distance
from ablasim.margins.distance import TriangleSearch
from ablasim.units import Floats, millimetres
from ablasim.views.compare_panels import Panel
from ablasim.views.frame import NICE_LENGTHS_MM
from ablasim.views.rings import area_path, closed_rings, inside_rings
from ablasim.views.shapes import ACTIVE_COLOUR, SHAFT_COLOUR, TUMOUR_COLOUR, VESSEL_COLOUR, ZONE_COLOUR, NeedleShape

RING_MM = 5.0
"""Margin that is asked for all round the tumour, mm."""

TISSUE, LOST, EDGE = "#F6F1EC", "#FBE3B4", "#7A4A00"
TUMOUR_OPACITY = 0.45
DASHES, DOTS = (0, (5, 3)), (0, (1.2, 1.8))
_BORDER_MM = 4.0
_GRID_POINTS = 400  # along the longer side


class Window(NamedTuple):
    """What is shown, mm in the plane: lower left and upper right corner."""

    low: Floats
    high: Floats


def common_window(panels: Sequence[Panel]) -> Window:
    """Box round all zones and tumours with their rings, and the lumens beside them."""
    pieces = [line for panel in panels for line in (*panel.zone, *panel.twin)]
    for panel in panels:
        pieces += [np.concatenate([line - RING_MM, line + RING_MM]) for line in panel.tumour_lines]
        pieces += [
            panel.plane.flat(np.asarray(end)[None, :]) for needle in panel.needles for end in needle.active_corners
        ]
    everything = np.concatenate(pieces) if pieces else np.array([[-20.0, -20.0], [20.0, 20.0]])
    low, high = everything.min(axis=0) - _BORDER_MM, everything.max(axis=0) + _BORDER_MM
    return Window(low, _with_lumens(panels, low, high))


def _with_lumens(panels: Sequence[Panel], low: Floats, high: Floats) -> Floats:
    """Upper corner moved to the right until the lumen that is nearest there is seen whole."""
    reach = high.copy()
    for panel in panels:
        for vessel in panel.vessels:
            flat = panel.plane.flat(vessel.points)
            wall = float(flat[:, 0].min() + 0.5 * millimetres(vessel.diameter))
            if low[0] < wall - millimetres(vessel.diameter) < high[0]:
                reach[0] = max(reach[0], wall + 0.5 * _BORDER_MM)
    return reach


def draw_panel(axes: Axes, panel: Panel, window: Window) -> None:
    """Draw a run into axes that show the window."""
    axes.set_facecolor(TISSUE)
    zone, twin = closed_rings(panel.zone), closed_rings(panel.twin)
    axes.add_patch(PathPatch(area_path(twin), facecolor=LOST, linewidth=0.0, zorder=1))
    axes.add_patch(PathPatch(area_path(zone), facecolor=ZONE_COLOUR, linewidth=0.0, zorder=2))
    for line in panel.zone:
        axes.plot(*line.T, color=EDGE, linewidth=2.4, zorder=5)
    grid = _grid(window)
    _draw_tumour(axes, panel, grid)
    _draw_lumens(axes, panel, grid)
    for line in panel.twin:
        axes.plot(*line.T, color="black", linewidth=2.0, linestyle=DASHES, zorder=4.5)
    for needle in panel.needles:
        _draw_needle(axes, panel, needle)
    axes.set_xlim(window.low[0], window.high[0])
    axes.set_ylim(window.low[1], window.high[1])
    axes.set_aspect("equal")
    axes.set_xticks([])
    axes.set_yticks([])
    _scale_bar(axes, window)


def _grid(window: Window) -> tuple[Floats, Floats]:
    size = window.high - window.low
    counts = np.ceil(_GRID_POINTS * size / size.max()).astype(int)
    across, along = (np.linspace(low, high, count) for low, high, count in zip(*window, counts, strict=True))
    return across, along


def _places(grid: tuple[Floats, Floats]) -> Floats:
    across, along = np.meshgrid(*grid)
    return np.column_stack([across.ravel(), along.ravel()])


def _draw_tumour(axes: Axes, panel: Panel, grid: tuple[Floats, Floats]) -> None:
    lines = panel.tumour_lines
    if panel.tumour is None or not lines:
        return
    rings = closed_rings(lines)
    axes.add_patch(PathPatch(area_path(rings), facecolor=TUMOUR_COLOUR, alpha=TUMOUR_OPACITY, linewidth=0.0, zorder=3))
    for line in lines:
        axes.plot(*line.T, color=TUMOUR_COLOUR, linewidth=2.4, zorder=5)
    places = _places(grid)
    points, triangles = panel.tumour
    corners = np.asarray(points, dtype=float)[triangles]
    distance = millimetres(TriangleSearch.of(corners).distance(panel.plane.solid(places)))
    beyond = np.where(inside_rings(places, rings), -distance, distance).reshape(len(grid[1]), len(grid[0]))
    axes.contour(*grid, beyond, [RING_MM], colors=TUMOUR_COLOUR, linestyles=[DOTS], linewidths=2.4, zorder=5)


def _draw_lumens(axes: Axes, panel: Panel, grid: tuple[Floats, Floats]) -> None:
    """Lumens where the plane cuts them, by distance from their centre lines."""
    places = panel.plane.solid(_places(grid))
    for vessel in panel.vessels:
        line = np.asarray(vessel.points, dtype=float)
        height = (line - panel.plane.origin) @ panel.plane.normal
        if height.min() > 0.5 * vessel.diameter or height.max() < -0.5 * vessel.diameter:
            continue
        outside = point_polyline_distance(places, line)[0] - 0.5 * vessel.diameter
        shape = len(grid[1]), len(grid[0])
        axes.contourf(*grid, outside.reshape(shape), [-1.0, 0.0], colors=[VESSEL_COLOUR], zorder=4)


def _draw_needle(axes: Axes, panel: Panel, needle: NeedleShape) -> None:
    """Active part and shaft; only outlined where the needle lies before or behind the plane."""
    in_plane = is_in_plane(panel, needle)
    tip, middle, end = panel.plane.flat(np.array([needle.tip, needle.active_end, needle.shaft_end]))
    for start, stop, colour in ((middle, end, SHAFT_COLOUR), (tip, middle, ACTIVE_COLOUR)):
        corners = _bar(start, stop, float(millimetres(needle.diameter)))
        face = colour if in_plane else "none"
        style: dict[str, Any] = {"edgecolor": "#333333" if in_plane else colour, "linewidth": 0.7 if in_plane else 1.4}
        axes.add_patch(Polygon(corners, facecolor=face, zorder=7 if in_plane else 5.5, **style))
    for line in needle.tines:
        axes.plot(*panel.plane.flat(line).T, color=ACTIVE_COLOUR, linewidth=1.4, zorder=5.5)


def is_in_plane(panel: Panel, needle: NeedleShape) -> bool:
    """Whether the plane holds the axis of a needle's active part, to its radius."""
    ends = np.array([needle.tip, needle.active_end])
    return bool(np.abs((ends - panel.plane.origin) @ panel.plane.normal).max() < 0.5 * needle.diameter)


def _bar(start: Floats, end: Floats, width: float) -> Floats:
    """Corners of a bar of some width from one place to another."""
    way = end - start
    length = float(np.linalg.norm(way))
    across = np.array([-way[1], way[0]]) * (0.5 * width / length if length > 0.0 else 0.0)
    return np.array([start + across, end + across, end - across, start - across])


def _scale_bar(axes: Axes, window: Window) -> None:
    across, along = window.high - window.low
    length = max(nice for nice in NICE_LENGTHS_MM if nice <= max(0.3 * across, NICE_LENGTHS_MM[0]))
    left, bottom = window.low + np.array([0.05 * across, 0.04 * along])
    axes.plot([left, left + length], [bottom, bottom], color="black", linewidth=4, solid_capstyle="butt", zorder=8)
    axes.text(
        left + 0.5 * length, bottom + 0.01 * along, f"{length} mm", fontsize=12, ha="center", va="bottom", zorder=8
    )
