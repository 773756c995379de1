"""Marks of what a generator did, in plots over time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from ablasim.units import Floats

EVENTS = "generator_event"
"""Column of a history that tells events."""

_MOST_DRAWN = 60  # closer together, lines would hide the curves


class Mark(NamedTuple):
    """How a kind of event is drawn: its words, colour and line style."""

    label: str
    colour: str
    style: str


MARKS = {
    "roll_off": Mark("roll-off", "#D55E00", ":"),
    "pair_switched": Mark("pair switched", "#888888", ":"),
    "target_reached": Mark("target reached", "#009E73", "--"),
    "hold_done": Mark("held long enough", "#009E73", ":"),
    "end": Mark("end of the step", "#000000", "--"),
}


def draw_events(axes: Axes, time: Floats, history: Mapping[str, ArrayLike]) -> None:
    """Draw a vertical line at each event of the generator; a kind with very many is told in the legend alone.

    Parameters
    ----------
    axes : Axes
        Where to draw.
    time : ndarray, shape (n_times,)
        Times of the history in the unit of the axis.
    history : mapping of str to array, shape (n_times,)
        Columns as in ``history.csv``; without ``generator_event`` nothing is drawn.
    """
    said = [str(words) for words in np.asarray(history.get(EVENTS, ()))]
    for kind, mark in MARKS.items():
        times = [now for now, words in zip(time, said, strict=False) if kind in _kinds(words)]
        if len(times) > _MOST_DRAWN:
            axes.plot([], [], " ", label=f"{mark.label} {len(times)} times")
            continue
        for place, now in enumerate(times):
            label = mark.label if place == 0 else None
            axes.axvline(now, color=mark.colour, linestyle=mark.style, linewidth=1.0, label=label, zorder=1.0)


def _kinds(words: str) -> set[str]:
    """Kinds of the events of a row."""
    return {event.split(":")[0] for event in words.split("; ")}
