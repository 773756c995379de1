"""A result over two inputs, as a map with the levels that part its classes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import fill
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator

from ablasim.study.names import Label
from ablasim.study.noise_floor import Spread
from ablasim.study.pictures.map_values import MapValues
from ablasim.study.pictures.marks import LEVEL_STYLES, MARKS, kinds, mark_handle
from ablasim.study.pictures.words import NOISE_WIDTH, number
from ablasim.units import Floats
from ablasim.views.frame import label_contours, save

_COLOURS = ListedColormap(colormaps["cividis"](np.linspace(0.2, 1.0, 256)))
"""Even in lightness, for grey prints and for the colour-blind; its darkest fifth would hide black lines."""

_STEPS = 12
_WIDE = 78  # letters of a heading
_LEAST_SHARE = 1e-6  # of the largest deviation, in place of 0


@dataclass(frozen=True, eq=False)
class Axis:
    """An input along an axis.

    Parameters
    ----------
    label : Label
        What it is.
    values : ndarray, shape (n,)
        Its value at each point.
    is_log : bool
        Whether the axis is logarithmic.
    """

    label: Label
    values: Floats
    is_log: bool = False


def response_map(
    path: Path,
    x: Axis,
    y: Axis,
    values: Floats,
    status: Sequence[str],
    *,
    label: Label,
    filled: MapValues,
    levels: Sequence[float] = (),
    floor: Spread | None = None,
    limits: tuple[float, float] | None = None,
    title: str,
    subtitle: str,
) -> None:
    """Draw a result over two inputs.

    Parameters
    ----------
    path : Path
        PNG file to write.
    x, y : Axis
        Both inputs, shape (n,) each.
    values : ndarray, shape (n,)
        Result at each point, NaN where there is none.
    status : sequence of str
        Status of each point, as in the table.
    label : Label
        What the result is.
    filled : MapValues
        The values between the points.
    levels : sequence of float, optional
        Levels that are drawn as lines, in the unit of the result.
    floor : Spread, optional
        Spread over meshes: the levels get bands of twice it to either side, together with the deviation that the map
        itself states.
    limits : tuple of float, optional
        Lowest and highest colour, so that several maps compare; by default those of the values.
    title, subtitle : str
        Above the map: the study; and what is fixed, a line each.
    """
    figure = Figure(figsize=(8.6, 5.8), layout="constrained")
    axes = figure.add_subplot()
    low, high = limits or (float(np.nanmin(values)), float(np.nanmax(values)))
    steps = MaxNLocator(_STEPS, steps=[1, 2, 5, 10]).tick_values(low, high if high > low else low + 1.0)
    colours = axes.tricontourf(filled.triangles, filled.values, levels=steps, cmap=_COLOURS)
    bar = figure.colorbar(colours, ax=axes, label=label.axis, pad=0.02)
    bar.set_ticks(steps)
    bar.ax.yaxis.set_major_formatter(lambda value, _: number(value))
    handles = [*_points(axes, x, y, values, status), *_levels(axes, filled, levels, label, floor)]
    _frame(axes, x, y)
    figure.suptitle(fill(title, _WIDE), fontsize=12)
    axes.set_title(subtitle, fontsize=8.5, color="0.25", loc="left")
    between = Patch(facecolor=_COLOURS(0.6), label=f"colours: {filled.how}")
    figure.legend(handles=[*handles, between], loc="outside lower center", ncols=2, frameon=False, fontsize=9)
    save(figure, path)


def _points(axes: Axes, x: Axis, y: Axis, values: Floats, status: Sequence[str]) -> list[Any]:
    """Mark every point by what became of it."""
    found = np.array(kinds(status, values))
    handles = []
    for kind in MARKS:
        here = found == kind
        if here.any():
            axes.plot(x.values[here], y.values[here], linestyle="", zorder=4, clip_on=False, **MARKS[kind][1])
            handles.append(mark_handle(kind, int(here.sum())))
    return handles


def _levels(axes: Axes, filled: MapValues, levels: Sequence[float], label: Label, floor: Spread | None) -> list[Any]:
    """Lines of the levels, each with the band in which remeshing, and what the map does not know, may put it."""
    used, sd = filled.shown, _deviation(filled, floor)
    handles: list[Any] = []
    for level, style in zip(levels, LEVEL_STYLES, strict=False):
        if not used.min() < level < used.max():
            side = "above" if used.min() >= level else "below"
            words = f"{number(level)} {label.unit}: everywhere {side}"
            handles.append(Line2D([], [], linestyle="", label=words))
            continue
        if sd is not None and sd.max() > 0.0:
            away = (filled.values - level) / np.maximum(sd, _LEAST_SHARE * sd.max())
            edges = [-NOISE_WIDTH, NOISE_WIDTH]
            axes.tricontourf(filled.triangles, away, levels=edges, colors=["white"], alpha=0.65, zorder=2)
        lines = axes.tricontour(
            filled.triangles, filled.values, levels=[level], colors="black", linewidths=1.8, linestyles=style, zorder=3
        )
        lines.set_path_effects([withStroke(linewidth=3.0, foreground="white")])
        label_contours(axes, lines, lambda value: f"{number(value)} {label.unit}", fontsize=9)
        for text in lines.labelTexts:
            text.set_path_effects([withStroke(linewidth=3.0, foreground="white")])
            text.set_clip_on(False)
        handles.append(
            Line2D([], [], color="black", linewidth=1.8, linestyle=style, label=f"{number(level)} {label.unit}")
        )
    if handles and sd is not None:
        sources = ("the surrogate" if filled.sd is not None else "", "remeshing" if floor is not None else "")
        words = f"level ± {NOISE_WIDTH:g} standard deviations of {' and '.join(filter(None, sources))}"
        handles.append(Patch(facecolor="white", edgecolor="0.5", label=words))
    return handles


def _deviation(filled: MapValues, floor: Spread | None) -> Floats | None:
    """Standard deviation at each corner, that of the map and that over meshes together; None if neither is known."""
    if filled.sd is None and floor is None:
        return None
    of_map = np.zeros_like(filled.values) if filled.sd is None else filled.sd
    deviation: Floats = np.hypot(of_map, 0.0 if floor is None else floor.sd)
    return deviation


def _frame(axes: Axes, x: Axis, y: Axis) -> None:
    axes.set_xlabel(x.label.axis)
    axes.set_ylabel(y.label.axis)
    for axis, scale, limit in ((x, axes.set_xscale, axes.set_xlim), (y, axes.set_yscale, axes.set_ylim)):
        if axis.is_log:
            scale("log")
            limit(axis.values.min() / 1.05, axis.values.max() * 1.05)
        else:
            beyond = 0.03 * np.ptp(axis.values)
            limit(axis.values.min() - beyond, axis.values.max() + beyond)
    axes.set_facecolor("0.93")
