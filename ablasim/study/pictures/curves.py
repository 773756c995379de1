"""A result over one input, a line for each modality or each level of a second input."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import fill
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from ablasim.study.names import Label
from ablasim.study.pictures.marks import MARKS
from ablasim.study.pictures.words import NOISE_WIDTH, number
from ablasim.units import Floats
from ablasim.views.frame import save
from ablasim.views.plots import COLOURS

_WIDE = 78  # letters of a heading
_LEGEND = 44  # letters of an entry of the legend
_MARKERS = ("o", "s", "^", "D", "v", "P")
_STYLES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (1, 1)))

MOST_CURVES = len(_MARKERS)
"""More lines than this cannot be told apart."""


@dataclass(frozen=True, eq=False)
class Curve:
    """A line.

    Parameters
    ----------
    words : str
        What it stands for.
    x, values : ndarray, shape (n,)
        Input, ascending, and result; NaN where there is none.
    low, high : ndarray, shape (n,)
        Lowest and highest result there, where other inputs are drawn; equal to the values elsewhere.
    sd : float or None
        Noise floor of remeshing, standard deviation; None if it was not estimated.
    """

    words: str
    x: Floats
    values: Floats
    low: Floats
    high: Floats
    sd: float | None


def curves(
    path: Path,
    label_x: Label,
    lines: Sequence[Curve],
    *,
    label: Label,
    levels: Sequence[float] = (),
    is_log: bool = False,
    title: str,
    subtitle: str,
) -> None:
    """Draw lines over an input.

    Parameters
    ----------
    path : Path
        PNG file to write.
    label_x, label : Label
        What the input and the result are.
    lines : sequence of Curve
        At most `MOST_CURVES`.
    levels : sequence of float, optional
        Levels of the result that part classes.
    is_log : bool, optional
        Whether the input's axis is logarithmic.
    title, subtitle : str
        Above the picture: the study; and what is fixed, a line each.
    """
    figure = Figure(figsize=(9.4, 5.2), layout="constrained")
    axes = figure.add_subplot()
    if is_log:
        axes.set_xscale("log")
    shown = _levels(axes, lines, levels)
    handles = [_draw(axes, line, number_of) for number_of, line in enumerate(lines)]
    handles += _explained(lines)
    if any(not np.isfinite(line.values).all() for line in lines):
        style = MARKS["failed"][1] | {"color": "0.8"}
        handles.append(
            Line2D([], [], linestyle="", label="no result, in the line's colour:\nfailed or cannot be", **style)
        )
    if shown:
        words = f"levels {' and '.join(map(number, shown))} {label.unit}"
        handles.append(Line2D([], [], color="0.45", linewidth=1.0, linestyle="-", label=words))
    axes.set_xlabel(label_x.axis)
    axes.set_ylabel(label.axis)
    axes.grid(alpha=0.25)
    figure.suptitle(fill(title, _WIDE), fontsize=12)
    axes.set_title(subtitle, fontsize=8.5, color="0.25", loc="left")
    figure.legend(handles=handles, loc="outside right center", frameon=False, fontsize=9, labelspacing=0.9)
    save(figure, path)


def _levels(axes: Axes, lines: Sequence[Curve], levels: Sequence[float]) -> list[float]:
    """Draw and give the levels near the values: those far away would flatten the curves."""
    values = np.concatenate([np.concatenate([line.low, line.high]) for line in lines])
    low, high = np.nanmin(values), np.nanmax(values)
    room = 0.25 * (high - low) + 0.5
    shown = [level for level in levels if low - room < level < high + room]
    for level in shown:
        axes.axhline(level, color="0.45", linewidth=1.0, zorder=1)
    return shown


def _draw(axes: Axes, line: Curve, number_of: int) -> Line2D:
    colour, marker, style = COLOURS[number_of], _MARKERS[number_of], _STYLES[number_of]
    is_there = np.isfinite(line.values)
    if line.sd is not None:
        half = NOISE_WIDTH * line.sd
        axes.fill_between(line.x, line.values - half, line.values + half, color=colour, alpha=0.25, linewidth=0.0)
    if (line.high > line.low).any():
        reach = [line.values[is_there] - line.low[is_there], line.high[is_there] - line.values[is_there]]
        axes.errorbar(line.x[is_there], line.values[is_there], yerr=reach, fmt="none", ecolor=colour, capsize=3)
    if not is_there.all():
        foot, mark = np.full((~is_there).sum(), 0.025 + 0.04 * number_of), MARKS["failed"][1] | {"color": colour}
        axes.plot(line.x[~is_there], foot, linestyle="", transform=axes.get_xaxis_transform(), zorder=4, **mark)
    words = fill(line.words, _LEGEND)
    (handle,) = axes.plot(
        line.x, line.values, linestyle=style, marker=marker, markersize=6, color=colour, linewidth=1.8, label=words
    )
    return handle


def _explained(lines: Sequence[Curve]) -> list[Any]:
    """What bands and bars are."""
    handles: list[Any] = []
    floors = [line.sd for line in lines if line.sd is not None]
    if floors:
        handles.append(Patch(color="0.75", label=f"± {NOISE_WIDTH:g} standard deviations of remeshing"))
    if any((line.high > line.low).any() for line in lines):
        bar: dict[str, Any] = {"marker": "|", "markersize": 12, "linestyle": "", "color": "0.3"}
        handles.append(
            Line2D([], [], label="median; lowest and highest of the\ncases in which other inputs are drawn", **bar)
        )
    return handles
