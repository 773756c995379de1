"""Pictures of a film in a plane: temperature and zone at each saved time, in one scale from body heat to 100 °C."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.cm import ScalarMappable
from matplotlib.colors import BoundaryNorm, Colormap, LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.tri import Triangulation
from PIL import Image

from ablasim.constants import BODY_TEMPERATURE_C
from ablasim.damage.electroporation import REVERSIBLE
from ablasim.units import Floats, millimetres
from ablasim.variants import Names, Variant
from ablasim.views.cut import cut_mesh, cut_surface
from ablasim.views.handout.bodies import kept_in_view, tumour_with_margin
from ablasim.views.handout.replay import Replay
from ablasim.views.handout.times import DISCLAIMER, clock_words
from ablasim.views.plane_drawing import draw_bodies, draw_layers, draw_plates, draw_tumour, label_axes, where_finite
from ablasim.views.planes import COOLED_COLOUR, HEAT_COLOURS, ZONE_LINE
from ablasim.views.publish import shapes_of
from ablasim.views.shapes import SENSOR_COLOUR
from ablasim.views.viewing import viewing_plane

HOTTEST_C = 100.0
LEVELS_C = (BODY_TEMPERATURE_C, *np.arange(40.0, HOTTEST_C + 1.0, 5.0).tolist())
TWIN_LINE, OPENED_LINE = "#5B2A86", "#4D4D00"
SIZE_INCHES, DOTS = (7.6, 7.2), 90
LEGEND_AT = (0.5, 0.03)
ROOM_MM = 6.0
NEAR_PLANE_MM = 2.0  # sensors that are shown


class PlaneFilm:
    """A film in the plane of applicator and nearest vessel.

    Parameters
    ----------
    replay : Replay
        The run.
    """

    def __init__(self, replay: Replay) -> None:
        self.replay = replay
        self.plane = viewing_plane(replay.run.anatomy)
        mesh = replay.fields.mesh
        heights = ((mesh.points - self.plane.origin) @ self.plane.normal)[mesh.cells]
        crossed = mesh.cells[(heights.min(axis=1) <= 0.0) & (heights.max(axis=1) >= 0.0)]
        self._used, cells = np.unique(crossed, return_inverse=True)
        self._cells = cells.reshape(-1, 4)
        self._title: Any = None
        self._drawn: list[Any] = []
        self._out: Names | None = None
        self._axes: Axes | None = None

    def pictures(self, indices: Sequence[int]) -> Iterator[Image.Image]:
        """Pictures of some saved times, all of one size."""
        for index in indices:
            out = self.replay.out_at(self.replay.fields.times[index])
            if self._axes is None or out != self._out:
                self._axes, self._out = self._stage(out), out
            self._draw(self._axes, index)
            yield image_of(self._axes.figure)

    @cached_property
    def half(self) -> float:
        """Half of the size shown, mm."""
        end = self.replay.end()
        box = kept_in_view(self.replay, [end.zone, end.twin])
        corners = np.array([[box[k >> axis & 1][axis] for axis in range(3)] for k in range(8)])
        reach = float(np.abs(self.plane.flat(corners / millimetres(1.0))).max()) + ROOM_MM
        return min(reach, float(np.abs(self.plane.flat(self.replay.fields.mesh.points[self._used])).max()))

    def cut(self, fields: dict[str, Floats | None]) -> tuple[Triangulation, dict[str, Floats]]:
        """Triangles of the plane, mm, with nodal fields at their corners."""
        here = {name: None if field is None else field[self._used] for name, field in fields.items()}
        return cut_mesh(self.plane, self.replay.fields.mesh.points[self._used], self._cells, here)

    def level(self, index: int, variant: Variant) -> Floats | None:
        """Nodal level of a zone at a saved time; None where it is not kept."""
        fields = self.replay.fields
        return fields.level(index, variant) if fields.has_levels(variant) else None

    def words(self, index: int, hottest_c: float) -> str:
        """Clock, power and highest temperature at a saved time."""
        time = self.replay.fields.times[index]
        power = self.replay.power_w(time)
        driven = "" if power is None else f"  {power:3.0f} W" if power > 0.0 else "  power off"
        return f"{clock_words(time):>10}{driven}  up to {hottest_c:3.0f} °C"

    def _stage(self, out: Names) -> Axes:
        """Figure with all that does not change while some electrodes are out of the body."""
        anatomy = self.replay.run.anatomy
        figure = Figure(figsize=SIZE_INCHES, dpi=DOTS)
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0.1, 0.2, 0.74, 0.72))
        colours, norm = heat_colours()
        shapes = shapes_of(anatomy, out)
        tumour, _ = tumour_with_margin(self.replay)
        entries = [Line2D([], [], color=ZONE_LINE, linewidth=2.4, label="edge of the zone so far")]
        if self.replay.fields.has_levels("no_vessel"):
            label = "the same without vessels"
            entries.append(Line2D([], [], color=TWIN_LINE, linewidth=1.8, linestyle="--", label=label))
        entries += self._draw_opened(axes)
        entries += draw_tumour(axes, None if tumour is None else cut_surface(self.plane, tumour))
        entries += draw_bodies(axes, self.plane, self.half, shapes["vessels"], shapes["needles"])
        entries += draw_plates(axes, self.plane, list(anatomy.plates.values()))
        entries += self._draw_sensors(axes)
        draw_layers(axes, self.plane, self.half, anatomy.layers)
        label_axes(axes, self.half, "", self.plane)
        self._title = axes.set_title("", fontsize=12, family="DejaVu Sans Mono")
        bar = figure.add_axes((0.865, 0.2, 0.025, 0.72))
        scale = figure.colorbar(ScalarMappable(norm, colours), cax=bar, extend="both", ticks=[37, *range(40, 101, 10)])
        scale.set_label("temperature / °C")
        figure.legend(
            handles=entries, loc="lower center", ncols=3, frameon=False, fontsize=8.5, bbox_to_anchor=(0.5, 0.03)
        )
        figure.text(0.5, 0.012, DISCLAIMER, ha="center", fontsize=8, color="0.3")
        self._drawn = []
        return axes

    def _draw(self, axes: Axes, index: int) -> None:
        for artist in self._drawn:
            artist.remove()
        temperature = self.replay.fields.temperature_c(index)
        triangles, values = self.cut(
            {
                "temperature": temperature,
                "zone": self.level(index, "actual"),
                "twin": self.level(index, "no_vessel"),
            }
        )
        colours, norm = heat_colours()
        self._drawn = [
            axes.tricontourf(
                triangles, values["temperature"], levels=LEVELS_C, cmap=colours, norm=norm, extend="both", zorder=0.5
            )
        ]
        for name, look in (("twin", {"colors": TWIN_LINE, "linestyles": "--"}), ("zone", {"colors": ZONE_LINE})):
            self._drawn += edge_lines(axes, triangles, values.get(name), **look)
        self._title.set_text(self.words(index, float(temperature.max())))

    def _draw_opened(self, axes: Axes) -> list[Any]:
        """Edge of where pulses open cells, over all pulses; nothing in a run without them."""
        level = self.replay.fields.constant(f"level_{REVERSIBLE.name}")
        if level is None:
            return []
        triangles, values = self.cut({"opened": level})
        edge_lines(axes, triangles, values["opened"], colors=OPENED_LINE, linestyles=":")
        label = "cells opened for a while, by all pulses"
        return [Line2D([], [], color=OPENED_LINE, linewidth=1.8, linestyle=":", label=label)]

    def _draw_sensors(self, axes: Axes) -> list[Any]:
        """Sensors near the plane, with their names."""
        read = self.replay.run.summary.get("sensors") or {}
        places = {name: np.asarray(block["at_mm"]) / millimetres(1.0) for name, block in read.items()}
        drawn = False
        for name, place in places.items():
            if abs(float(millimetres((place - self.plane.origin) @ self.plane.normal))) > NEAR_PLANE_MM:
                continue
            x, y = self.plane.flat(place[None])[0]
            axes.plot(x, y, "o", color=SENSOR_COLOUR, markeredgecolor="black", markersize=7, zorder=7)
            away = (6, 6) if x >= 0.0 else (-6, -12)
            text = axes.annotate(
                name.replace("_", " "), (x, y), xytext=away, textcoords="offset points", fontsize=8, zorder=8
            )
            text.set_horizontalalignment("left" if x >= 0.0 else "right")
            text.set_bbox({"facecolor": "white", "alpha": 0.7, "edgecolor": "none", "pad": 0.8})
            drawn = True
        mark = Line2D([], [], marker="o", linestyle="", label="sensors", color=SENSOR_COLOUR, markeredgecolor="black")
        return [mark] if drawn else []


def heat_colours() -> tuple[Colormap, BoundaryNorm]:
    """Colours of the temperature, light at body heat, and the steps between them."""
    heat = LinearSegmentedColormap.from_list("heat", HEAT_COLOURS)
    colours = heat.with_extremes(under=COOLED_COLOUR, over=HEAT_COLOURS[-1])
    return colours, BoundaryNorm(LEVELS_C, colours.N)


def edge_lines(axes: Axes, triangles: Triangulation, level: Floats | None, **look: Any) -> list[Any]:
    """Lines where a level is zero; none where there are none."""
    if level is None or not (np.nanmax(level) > 0.0 > np.nanmin(level)):
        return []
    shown = where_finite(triangles, level)
    return [axes.tricontour(shown, np.nan_to_num(level), [0.0], linewidths=2.2, zorder=3, **look)]


def image_of(figure: Any) -> Image.Image:
    """A figure as an image."""
    figure.canvas.draw()
    return Image.fromarray(np.asarray(figure.canvas.buffer_rgba())[..., :3].copy())
