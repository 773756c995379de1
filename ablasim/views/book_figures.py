"""Figures of the verification book: errors over mesh size, answers on exact curves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter, NullLocator
from numpy.typing import ArrayLike

from ablasim.views.frame import save
from ablasim.views.plots import COLOURS

_MARKERS = ("o", "s", "^", "D", "v", "P")
_LINES = ("-", "--", ":")
_SIZE = (7.2, 4.6)


@dataclass(frozen=True)
class Series:
    """Errors of one quantity on falling sizes."""

    label: str
    sizes: ArrayLike
    errors: ArrayLike


@dataclass(frozen=True)
class Curve:
    """A line (exact) or points (computed) of a profile.

    Parameters
    ----------
    label : str
        In the legend; '' leaves it out there.
    x, y : array_like
        Values in the units of the axes' labels.
    kind : {"exact", "computed", "measured"}
        Drawn as a line, as points, or as points with error bars.
    group : int
        Curves of the same group have the same colour.
    spread : array_like, optional
        Half length of the error bars of a measured curve.
    """

    label: str
    x: ArrayLike
    y: ArrayLike
    kind: str = "computed"
    group: int = 0
    spread: ArrayLike | None = None


def convergence_figure(
    path: Path, series: Sequence[Series], *, x_label: str, y_label: str, orders: Sequence[float]
) -> None:
    """Draw errors over size on logarithmic axes, with a slope triangle for each theoretical order.

    Parameters
    ----------
    path : Path
        PNG file.
    series : sequence of Series
        What converges.
    x_label, y_label : str
        Labels of the axes, with units.
    orders : sequence of float
        Order of each triangle; one drawn below each series, or one order for all of them.
    """
    figure = Figure(figsize=_SIZE, layout="constrained")
    axes = figure.add_subplot()
    for i, one in enumerate(series):
        colour, marker = COLOURS[i % len(COLOURS)], _MARKERS[i % len(_MARKERS)]
        axes.loglog(one.sizes, one.errors, color=colour, marker=marker, label=one.label, linewidth=1.5, markersize=6)
    _widen(axes, series)
    drawn: set[float] = set()
    for i, order in enumerate(orders):
        if order not in drawn:
            _triangle(axes, series[min(i, len(series) - 1)], order)
            drawn.add(order)
    axes.set_xlabel(x_label)
    axes.set_ylabel(y_label)
    _few_ticks(axes, series)
    axes.grid(alpha=0.25, which="major")
    axes.legend(frameon=False, fontsize=9)
    save(figure, path)


def profile_figure(
    path: Path,
    curves: Sequence[Curve],
    *,
    x_label: str,
    y_label: str,
    log_x: bool = False,
    log_y: bool = False,
    x_range: tuple[float, float] | None = None,
    y_range: tuple[float, float] | None = None,
) -> None:
    """Draw exact curves as lines and answers as points on them.

    Parameters
    ----------
    path : Path
        PNG file.
    curves : sequence of Curve
        What is shown.
    x_label, y_label : str
        Labels of the axes, with units.
    log_x, log_y : bool, optional
        Logarithmic axes.
    x_range, y_range : tuple of float, optional
        Lowest and highest value shown.
    """
    figure = Figure(figsize=_SIZE, layout="constrained")
    axes = figure.add_subplot()
    for curve in curves:
        colour = COLOURS[curve.group % len(COLOURS)]
        label = curve.label or "_nolegend_"
        if curve.kind == "exact":
            style = _LINES[(curve.group // len(COLOURS)) % len(_LINES)]
            axes.plot(curve.x, curve.y, color=colour, linewidth=1.4, linestyle=style, label=label)
        elif curve.kind == "measured":
            axes.errorbar(
                curve.x, curve.y, yerr=curve.spread, fmt="D", color="black", capsize=4, markersize=6, label=label
            )
        else:
            marker = _MARKERS[curve.group % len(_MARKERS)]
            axes.plot(
                curve.x, curve.y, linestyle="none", marker=marker, markersize=5, markerfacecolor="none", color=colour,
                label=label,
            )  # fmt: skip
    if log_x:
        axes.set_xscale("log")
        _plain_ticks(axes)
    if log_y:
        axes.set_yscale("log")
    if x_range is not None:
        axes.set_xlim(*x_range)
    if y_range is not None:
        axes.set_ylim(*y_range)
    axes.set_xlabel(x_label)
    axes.set_ylabel(y_label)
    axes.grid(alpha=0.25)
    axes.legend(frameon=False, fontsize=9)
    save(figure, path)


def _widen(axes: Axes, series: Sequence[Series]) -> None:
    sizes = np.concatenate([np.asarray(one.sizes, dtype=float) for one in series])
    errors = np.concatenate([np.asarray(one.errors, dtype=float) for one in series])
    errors = errors[errors > 0.0]
    axes.set_xlim(sizes.min() / 1.25, sizes.max() * 1.25)
    axes.set_ylim(errors.min() / 4.0, errors.max() * 2.0)


def _few_ticks(axes: Axes, series: Sequence[Series]) -> None:
    """Tick the sizes that were run; powers of ten alone would leave a narrow axis bare."""
    sizes = np.unique(np.concatenate([np.asarray(one.sizes, dtype=float) for one in series]))
    kept = [sizes[0]]
    for size in sizes[1:]:
        if size > 1.15 * kept[-1]:
            kept.append(size)
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xticks(kept)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.3g}"))
    low, high = axes.get_ylim()
    if high / low < 300.0:
        axes.yaxis.set_major_locator(LogLocator(base=10.0, subs=(1.0, 2.0, 5.0)))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.2g}"))
    axes.yaxis.set_minor_formatter(NullFormatter())


def _plain_ticks(axes: Axes) -> None:
    """Tick a logarithmic axis of a decade or two at 1, 2 and 5, in plain numbers."""
    low, high = axes.get_xlim()
    if high / low < 1e3:
        axes.xaxis.set_major_locator(LogLocator(base=10.0, subs=(1.0, 2.0, 5.0)))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axes.xaxis.set_minor_locator(NullLocator())


def _triangle(axes: Axes, series: Series, order: float) -> None:
    """Right triangle of the theoretical slope below the finer end of a series."""
    sizes, errors = np.asarray(series.sizes, dtype=float), np.asarray(series.errors, dtype=float)
    finest = int(np.argmin(sizes))
    left, bottom = sizes[finest] * 1.06, errors[finest] / 2.5
    right = left * min(1.6, (sizes.max() / sizes.min()) ** 0.6)
    top = bottom * (right / left) ** order
    axes.plot([left, right, right, left], [bottom, bottom, top, bottom], color="0.35", linewidth=1.0)
    axes.annotate(
        f"{order:g}", (right, np.sqrt(bottom * top)), xytext=(4, 0), textcoords="offset points", va="center",
        fontsize=9, color="0.25",
    )  # fmt: skip
    axes.annotate(
        "1", (np.sqrt(left * right), bottom), xytext=(0, -3), textcoords="offset points", va="top", ha="center",
        fontsize=9, color="0.25",
    )  # fmt: skip
