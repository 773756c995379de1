"""Picture of a fit: measured and fitted temperature of each sensor, and what is left between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from ablasim.views.frame import save
from ablasim.views.plots import COLOURS

Floats = NDArray[np.float64]

_COLUMNS, _WIDTH, _HEIGHT, _HEAD = 3, 4.2, 3.6, 0.5


@dataclass(frozen=True, eq=False)
class FittedCurve:
    """One sensor.

    Parameters
    ----------
    name : str
        Its name.
    measured, fitted : ndarray, shape (n_times,)
        °C; NaN where nothing was measured.
    uncertainty : float or None
        Of a reading, K; None: not told.
    """

    name: str
    measured: Floats
    fitted: Floats
    uncertainty: float | None = None


def fit_figure(path: Path, title: str, times: Floats, curves: Sequence[FittedCurve]) -> None:
    """Draw each sensor in a panel, residuals below it; all panels share their axes.

    Parameters
    ----------
    path : Path
        PNG file.
    title : str
        Above all.
    times : ndarray, shape (n_times,)
        s.
    curves : sequence of FittedCurve
        The sensors.
    """
    columns = min(len(curves), _COLUMNS)
    rows = -(-len(curves) // columns)
    figure = Figure(figsize=(max(_WIDTH * columns, 5.5), _HEIGHT * rows + _HEAD), layout="constrained")
    figure.suptitle(title, fontsize=11, wrap=True)
    largest = max(float(np.nanmax(np.abs(curve.fitted - curve.measured))) for curve in curves)
    reach = 1.15 * max(largest, *(2.0 * (curve.uncertainty or 0.0) for curve in curves), 1e-3)
    grid = figure.add_gridspec(2 * rows, columns, height_ratios=[3, 1] * rows)
    first = None
    for k, curve in enumerate(curves):
        row, column = divmod(k, columns)
        axes = figure.add_subplot(grid[2 * row, column], sharex=first, sharey=first)
        first = axes if first is None else first
        axes.plot(times, curve.measured, ".", color="0.45", label="measured", markersize=5)
        axes.plot(times, curve.fitted, color=COLOURS[0], label="fitted", linewidth=1.8)
        axes.set_title(curve.name, fontsize=10)
        axes.tick_params(labelbottom=False, labelleft=column == 0)
        axes.grid(alpha=0.25)
        below = figure.add_subplot(grid[2 * row + 1, column], sharex=first)
        if curve.uncertainty is not None:
            spread = curve.uncertainty
            below.axhspan(-2.0 * spread, 2.0 * spread, color="0.9", label="± 2 uncertainties", zorder=0)
        below.axhline(0.0, color="0.6", linewidth=0.8)
        below.plot(
            times, curve.fitted - curve.measured, ".", color=COLOURS[1], label="fitted less measured", markersize=5
        )
        below.set_ylim(-reach, reach)
        below.yaxis.set_major_locator(MaxNLocator(3, symmetric=True))
        below.grid(alpha=0.25)
        below.tick_params(labelleft=column == 0)
        below.set_xlabel("time, s")
        if column == 0:
            axes.set_ylabel("temperature, °C")
            below.set_ylabel("left, K")
        shown = [axes, below]
    drawn = [part for axes in shown for part in zip(*axes.get_legend_handles_labels(), strict=True)]
    figure.legend(*zip(*drawn, strict=True), loc="outside lower center", ncols=4, frameon=False, fontsize=9)
    save(figure, path)
