"""Picture of an answer over what an experiment's paper leaves open, beside the measurement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ablasim.views.frame import save
from ablasim.views.plots import COLOURS

_PANEL_WIDTH, _ROW_HEIGHT, _FRAME_HEIGHT, _LABEL_WIDTH = 3.6, 0.38, 1.6, 2.6


@dataclass(frozen=True)
class OpenPanel:
    """One quantity: its measurement, the answer, and how each open input moves it.

    Parameters
    ----------
    label : str
        Of the axis, with the unit.
    nominal : float
        Answer with the documented values.
    bars : sequence of (str, float, float)
        An open input in words, and the answer at the low and the high end of its range.
    measured, spread : float, optional
        Mean and standard deviation of the experiment.
    """

    label: str
    nominal: float
    bars: Sequence[tuple[str, float, float]]
    measured: float | None = None
    spread: float | None = None


def openness_figure(path: Path, panels: Sequence[OpenPanel]) -> None:
    """Draw a bar for each open input from the answer at its low end to that at its high end.

    Parameters
    ----------
    path : Path
        PNG file.
    panels : sequence of OpenPanel
        Side by side; all have the same open inputs.

    Raises
    ------
    ValueError
        If there is no panel, or the panels have different inputs.
    """
    names = [[words for words, _, _ in panel.bars] for panel in panels]
    if not names or any(other != names[0] for other in names):
        message = f"panels with the open inputs {names}: there must be some, the same in each"
        raise ValueError(message)
    rows = max(len(names[0]), 1)
    size = (_LABEL_WIDTH + _PANEL_WIDTH * len(panels), _FRAME_HEIGHT + _ROW_HEIGHT * rows)
    figure = Figure(figsize=size, layout="constrained")
    first = figure.add_subplot(1, len(panels), 1)
    for index, panel in enumerate(panels):
        axes = first if index == 0 else figure.add_subplot(1, len(panels), index + 1, sharey=first)
        _draw(axes, panel)
        if index:
            axes.tick_params(labelleft=False)
    first.set_yticks(range(rows), names[0])
    first.set_ylim(rows - 0.5, -0.5)
    handles, labels = first.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2 * len(panels) + 1, frameon=False, fontsize=9)
    save(figure, path)


def _draw(axes: Axes, panel: OpenPanel) -> None:
    if panel.measured is not None:
        if panel.spread is not None:
            low, high = panel.measured - panel.spread, panel.measured + panel.spread
            axes.axvspan(low, high, color="0.85", label="measured, ± SD", zorder=0)
        axes.axvline(panel.measured, color="0.35", linewidth=1.4, label="measured, mean", zorder=1)
    axes.axvline(panel.nominal, color=COLOURS[0], linewidth=1.4, linestyle="--", label="computed", zorder=2)
    for row, (_, low, high) in enumerate(panel.bars):
        axes.plot([low, high], [row, row], color=COLOURS[0], linewidth=5.0, alpha=0.45, solid_capstyle="butt", zorder=3)
        for value, filling, words in ((low, "white", "low end of the range"), (high, COLOURS[1], "high end")):
            axes.plot(
                value, row, linestyle="none", marker="o", markersize=7, color=COLOURS[1], markerfacecolor=filling,
                zorder=4, label=words if row == 0 else "_nolegend_",
            )  # fmt: skip
    axes.set_xlabel(panel.label)
    axes.margins(x=0.08)
    axes.grid(alpha=0.25, axis="x")
