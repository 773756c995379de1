"""Runs side by side in one plane and at one scale: tumour, vessels, applicators, zone with and without the vessels."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from textwrap import wrap
from typing import Any, NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from ablasim.views.compare_drawing import (
    DASHES,
    DOTS,
    EDGE,
    LOST,
    RING_MM,
    common_window,
    draw_panel,
    is_in_plane,
)
from ablasim.views.compare_panels import Panel
from ablasim.views.frame import save
from ablasim.views.shapes import ACTIVE_COLOUR, TUMOUR_COLOUR, VESSEL_COLOUR, ZONE_COLOUR

MOST_COLUMNS = 4
_PANEL_WIDTH = 5.0  # inches
_TITLE_CHARACTERS, _LINE_CHARACTERS = 50, 50  # that fit into a panel
_ABOVE, _BELOW = 1.05, 0.45  # inches, for words


class Captioned(NamedTuple):
    """A panel with its words: heading, title, and the line below."""

    heading: str
    title: str
    line: str
    panel: Panel


def compare_picture(path: Path, captioned: Sequence[Captioned], *, footnote: str, alarm: str = "") -> None:
    """Draw a panel for each run.

    Parameters
    ----------
    path : Path
        PNG file to write.
    captioned : sequence of Captioned
        The panels, all cut by the same plane.
    footnote : str
        Last line.
    alarm : str, optional
        What must not be overlooked; above the footnote, in red.
    """
    window = common_window([item.panel for item in captioned])
    columns = min(len(captioned), MOST_COLUMNS)
    rows = -(-len(captioned) // columns)
    across, along = window.high - window.low
    panel_height = _PANEL_WIDTH * along / across
    legend = _legend([item.panel for item in captioned])
    words = 0.2 * (1 + footnote.count("\n")) + (0.3 if alarm else 0.0)  # inches below the legend
    foot = words + 0.3 + 0.27 * -(-len(legend) // _legend_columns(columns))
    smallness = min(1.0, _LINE_CHARACTERS / max(len(item.line) for item in captioned))
    width, height = _PANEL_WIDTH * columns + 0.2, rows * (panel_height + _ABOVE + _BELOW) + foot
    figure = Figure(figsize=(width, height))
    for index, item in enumerate(captioned):
        row, column = divmod(index, columns)
        left = 0.15 + column * _PANEL_WIDTH
        bottom = height - (row + 1) * (panel_height + _ABOVE + _BELOW) + _BELOW
        box = (left / width, bottom / height, (_PANEL_WIDTH - 0.1) / width, panel_height / height)
        axes = figure.add_axes(box)
        draw_panel(axes, item.panel, window)
        _caption(axes, item, smallness)
    middle: dict[str, Any] = {"ha": "center", "va": "bottom"}
    figure.text(0.5, 0.06 / height, footnote, fontsize=10, color="0.35", **middle)
    if alarm:
        figure.text(0.5, (words - 0.22) / height, alarm, fontsize=12, color="#B2182B", weight="bold", **middle)
    figure.legend(
        handles=legend,
        loc="lower center",
        ncols=_legend_columns(columns),
        frameon=False,
        fontsize=12,
        handlelength=2.2,
        bbox_to_anchor=(0.5, (words + 0.03) / height),
    )
    save(figure, path)


def _caption(axes: Axes, item: Captioned, smallness: float) -> None:
    title = "\n".join(wrap(item.title, _TITLE_CHARACTERS)[:2])
    words = (
        (item.heading, 1.0, 46, "bottom", {"fontsize": 19, "weight": "bold"}),
        (title, 1.0, 43, "top", {"fontsize": 12, "color": "0.25"}),
        (item.line, 0.0, -8, "top", {"fontsize": 13.5 * smallness}),
    )
    for text, height, points, vertical, style in words:
        axes.annotate(
            text,
            (0.5, height),
            xycoords="axes fraction",
            xytext=(0, points),
            textcoords="offset points",
            ha="center",
            va=vertical,
            **style,
        )


def _legend_columns(columns: int) -> int:
    return {1: 2, 2: 3, 3: 4}.get(columns, 8)


def _legend(panels: Sequence[Panel]) -> list[Any]:
    entries: list[Any] = [Patch(facecolor=ZONE_COLOUR, edgecolor=EDGE, linewidth=2.0, label="ablation zone")]
    if any(panel.twin for panel in panels):
        entries.append(Line2D([], [], color="black", linewidth=1.8, linestyle=DASHES, label="zone without vessels"))
        entries.append(Patch(facecolor=LOST, edgecolor="0.6", label="lost to vessels"))
    if any(panel.tumour is not None for panel in panels):
        entries.append(Patch(facecolor="none", edgecolor=TUMOUR_COLOUR, linewidth=2.4, label="tumour"))
        ring = Line2D([], [], color=TUMOUR_COLOUR, linewidth=2.4, linestyle=DOTS)
        ring.set_label(f"margin of {RING_MM:g} mm")
        entries.append(ring)
    if any(panel.vessels for panel in panels):
        entries.append(Patch(facecolor=VESSEL_COLOUR, label="vessel"))
    if any(panel.needles for panel in panels):
        entries.append(Patch(facecolor=ACTIVE_COLOUR, edgecolor="#333333", label="applicator, active part"))
    if any(not is_in_plane(panel, needle) for panel in panels for needle in panel.needles):
        entries.append(Patch(facecolor="none", edgecolor=ACTIVE_COLOUR, label="… before or behind the plane"))
    return entries
