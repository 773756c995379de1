"""How points, contours and bands are drawn, the same on every picture of a study."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from matplotlib.lines import Line2D

from ablasim.study.table import INVALID, WAITING
from ablasim.units import Floats
from ablasim.views.plots import COLOURS

LEVELS = {"margin.minimum_mm": (0.0, 5.0, 10.0)}
"""Levels of a result that classes are parted by, in its own unit."""

MARKS: dict[str, tuple[str, dict[str, Any]]] = {
    "done": ("computed", {"marker": "o", "markersize": 4.5, "color": "white", "markeredgecolor": "black"}),
    "failed": ("failed", {"marker": "X", "markersize": 9, "color": COLOURS[1], "markeredgecolor": "black"}),
    INVALID: ("cannot be", {"marker": "s", "markersize": 8, "color": "none", "markeredgecolor": "black"}),
    WAITING: ("not run yet", {"marker": "P", "markersize": 7, "color": "0.8", "markeredgecolor": "black"}),
    "none": ("without such a result", {"marker": "v", "markersize": 7, "color": "0.8", "markeredgecolor": "black"}),
}
"""What each kind of point is called, and its mark."""

LEVEL_STYLES: tuple[Literal["-", "--", "-.", ":"], ...] = ("-", "--", "-.", ":")


def kinds(status: Sequence[str], values: Floats) -> list[str]:
    """Kind of each point: its status, or ``none`` for a case that was done and has no such result."""
    return [
        "none" if word == "done" and not np.isfinite(value) else word
        for word, value in zip(status, values, strict=True)
    ]


def mark_handle(kind: str, count: int) -> Line2D:
    """Entry of a legend for a kind of point."""
    words, style = MARKS[kind]
    return Line2D([], [], linestyle="", label=f"{words} ({count})", **style)
