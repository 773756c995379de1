"""Pulses in two planes, across the needles and along them: the largest field, and what died of what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Colormap, LogNorm
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.tri import Triangulation
from numpy.typing import NDArray

from ablasim.geometry import Plate
from ablasim.units import Floats
from ablasim.views.cut import Plane, cut_mesh, cut_surface
from ablasim.views.frame import save
from ablasim.views.plane_drawing import (
    draw_bodies,
    draw_plates,
    draw_tumour,
    label_axes,
    name_needles,
    plate_lines,
    where_finite,
)
from ablasim.views.shapes import Needles, SurfaceLike, Vessels

LOWEST_V_PER_CM, HIGHEST_V_PER_CM = 100.0, 5000.0
TICKS_V_PER_CM = (100, 200, 500, 1000, 2000, 5000)
FIELD_MAP = "YlGnBu"
TISSUE, OPENED, DEAD, HOT = "#F6F1EC", "#CFE3F2", "#E69F00", "#8A1230"
SMALLEST_HALF_WIDTH_MM, ROOM_MM, BESIDE_PLATE_MM = 15.0, 5.0, 1.5
_ABOVE_ALL = 1e9
_BOTTOM, _HEIGHT = 0.18, 0.75  # of a panel, shares of the figure


@dataclass(frozen=True, eq=False)
class PulseScene:
    """What the pictures show.

    Parameters
    ----------
    points, cells : ndarray, shape (n_points, 3) and (n_cells, 4)
        The mesh, m.
    largest_field : ndarray, shape (n_points,)
        Largest field over the sequence, V/cm; NaN where there is no tissue.
    opened, dead, hot, twin : ndarray, shape (n_points,), or None
        Levels, positive inside, NaN where there is no tissue: of where cells are opened, of where pulses kill, of where
        heat kills, and of where pulses would kill without vessels.
    hot_label : str
        What the model of heat says.
    tumour, vessels, needles, plates
        As for `ablasim.views.scenes.zone_picture`.
    planes : mapping of str to Plane
        The planes, by their headings.
    """

    points: NDArray[np.floating]
    cells: NDArray[np.integer]
    largest_field: NDArray[np.floating]
    planes: Mapping[str, Plane]
    opened: NDArray[np.floating] | None = None
    dead: NDArray[np.floating] | None = None
    hot: NDArray[np.floating] | None = None
    twin: NDArray[np.floating] | None = None
    hot_label: str = ""
    tumour: SurfaceLike | None = None
    vessels: Vessels = ()
    needles: Needles = field(default_factory=tuple)
    plates: Sequence[Plate] = ()


def field_picture(path: Path, scene: PulseScene) -> None:
    """Draw the largest field with the edges of where cells are opened and where they die.

    Parameters
    ----------
    path : Path
        PNG file to write.
    scene : PulseScene
        What is shown.
    """
    cuts = _cuts(scene)
    half = _half(cuts)
    figure, panels = _panels(len(cuts), with_bar=True)
    norm, entries = LogNorm(LOWEST_V_PER_CM, HIGHEST_V_PER_CM), []
    for axes, (heading, cut) in zip(panels, cuts.items(), strict=True):
        shown = where_finite(cut.triangulation, cut.values["field"])
        strength = np.clip(np.nan_to_num(cut.values["field"]), 1.0, None)
        axes.tricontourf(
            shown,
            strength,
            levels=np.geomspace(LOWEST_V_PER_CM, HIGHEST_V_PER_CM, 60),
            cmap=_field_map(),
            norm=norm,
            extend="both",
        )
        edges = [
            *_edge(axes, cut, "opened", "reversible threshold", color="black", linestyle="--", linewidth=1.6),
            *_edge(axes, cut, "dead", "irreversible threshold", color="black", linestyle="-", linewidth=2.2),
        ]
        entries += edges + _finish(axes, scene, cut, half, heading)
    bar = figure.colorbar(
        ScalarMappable(norm, _field_map()), cax=figure.add_axes((0.925, _BOTTOM, 0.016, _HEIGHT)), extend="both"
    )
    bar.set_ticks(list(TICKS_V_PER_CM), labels=[f"{tick:g}" for tick in TICKS_V_PER_CM])
    bar.ax.minorticks_off()
    bar.set_label("largest field over the sequence / V/cm")
    _legend(figure, entries)
    save(figure, path)


def effect_picture(path: Path, scene: PulseScene) -> None:
    """Draw where cells are opened, where pulses kill and where heat does.

    Parameters
    ----------
    path : Path
        PNG file to write.
    scene : PulseScene
        What is shown.
    """
    cuts = _cuts(scene)
    half = _half(cuts)
    figure, panels = _panels(len(cuts), with_bar=False)
    entries: list[Any] = []
    for axes, (heading, cut) in zip(panels, cuts.items(), strict=True):
        shown = where_finite(cut.triangulation, cut.values["field"])
        axes.tricontourf(shown, np.nan_to_num(cut.values["field"]), [-1.0, _ABOVE_ALL], colors=[TISSUE])
        entries += _area(axes, cut, "opened", OPENED, "opened for a while (reversible)")
        entries += _area(axes, cut, "dead", DEAD, "dead by pulses (irreversible)")
        entries += _area(axes, cut, "hot", HOT, f"heat would kill: {scene.hot_label}")
        _edge(axes, cut, "dead", "", color="#7A4A00", linestyle="-", linewidth=1.8)
        if scene.vessels:
            entries += _edge(axes, cut, "twin", "dead without vessels", color="black", linestyle="--", linewidth=1.6)
        entries += _finish(axes, scene, cut, half, heading)
    _legend(figure, entries)
    save(figure, path)


@dataclass(frozen=True, eq=False)
class _Cut:
    plane: Plane
    triangulation: Triangulation
    values: Mapping[str, Floats]
    outline: Sequence[Floats]
    plates: Sequence[Floats]


def _cuts(scene: PulseScene) -> dict[str, _Cut]:
    fields = {
        "field": scene.largest_field,
        "opened": scene.opened,
        "dead": scene.dead,
        "hot": scene.hot,
        "twin": scene.twin,
    }
    found = {}
    for heading, plane in scene.planes.items():
        triangulation, values = cut_mesh(plane, scene.points, scene.cells, fields)
        outline = [] if scene.tumour is None else cut_surface(plane, scene.tumour)
        found[heading] = _Cut(plane, triangulation, values, outline, plate_lines(plane, scene.plates))
    return found


def _half(cuts: Mapping[str, _Cut]) -> float:
    """Half of the size that all panels show, mm: what was opened or died, tumour, plates, but not beyond the mesh."""
    reach, most = SMALLEST_HALF_WIDTH_MM, 0.0
    for cut in cuts.values():
        places = np.column_stack([cut.triangulation.x, cut.triangulation.y])
        most = max(most, float(np.abs(places).max()))
        inside = np.zeros(len(places), dtype=bool)
        for name in ("opened", "dead", "hot", "twin"):
            if name in cut.values:
                inside |= cut.values[name] > 0.0
        for piece in (places[inside], *cut.outline):
            reach = max(reach, float(np.abs(piece).max(initial=0.0)) + ROOM_MM)
    at_plates = max((float(np.abs(line).max()) for cut in cuts.values() for line in cut.plates), default=0.0)
    return max(min(reach, most), at_plates + BESIDE_PLATE_MM if at_plates else 0.0)


def _panels(count: int, *, with_bar: bool) -> tuple[Figure, list[Axes]]:
    figure = Figure(figsize=(5.7 * count + (1.2 if with_bar else 0.2), 6.1))
    right = 0.905 if with_bar else 0.985
    left, gap = 0.065, 0.075
    width = (right - left - gap * (count - 1)) / count
    return figure, [figure.add_axes((left + index * (width + gap), _BOTTOM, width, _HEIGHT)) for index in range(count)]


def _edge(axes: Axes, cut: _Cut, name: str, label: str, **style: Any) -> list[Any]:
    """Line on which a level is zero; returns its entry of the legend, none where it is not there."""
    level = cut.values.get(name)
    if level is None or not (np.nanmax(level) > 0.0 > np.nanmin(level)):
        return []
    shown = where_finite(cut.triangulation, level)
    axes.tricontour(
        shown,
        np.nan_to_num(level),
        [0.0],
        colors=style["color"],
        linestyles=style["linestyle"],
        linewidths=style["linewidth"],
    )
    return [Line2D([], [], label=label, **style)]


def _area(axes: Axes, cut: _Cut, name: str, colour: str, label: str) -> list[Any]:
    """Fill where a level is positive; returns its entry of the legend, none where it is nowhere."""
    level = cut.values.get(name)
    if level is None or not np.nanmax(level) > 0.0:
        return []
    axes.tricontourf(where_finite(cut.triangulation, level), np.nan_to_num(level), [0.0, _ABOVE_ALL], colors=[colour])
    return [Patch(facecolor=colour, edgecolor="0.5", label=label)]


def _finish(axes: Axes, scene: PulseScene, cut: _Cut, half: float, heading: str) -> list[Any]:
    entries = draw_tumour(axes, cut.outline)
    entries += draw_bodies(axes, cut.plane, half, scene.vessels, scene.needles, names_needles=False)
    entries += draw_plates(axes, cut.plane, scene.plates)
    name_needles(axes, cut.plane, scene.needles)
    label_axes(axes, half, heading, cut.plane)
    return entries


def _legend(figure: Figure, entries: Sequence[Any]) -> None:
    once = {entry.get_label(): entry for entry in entries}
    figure.legend(handles=list(once.values()), loc="lower center", ncols=min(5, len(once)), frameon=False, fontsize=9)


def _field_map() -> Colormap:
    from matplotlib import colormaps

    return colormaps[FIELD_MAP].with_extremes(under="#FFFFEE", over="#04123F")
