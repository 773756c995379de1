"""Currents over the trains of a sequence of pulses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from ablasim.views.frame import save

FIRST, LAST, LIMIT = "#0072B2", "#D55E00", "#B2182B"
_NARROWEST, _PER_TRAIN = 5.5, 0.95  # inches


def train_plot(path: Path, trains: Sequence[Mapping[str, Any]], limit_a: float) -> None:
    """Draw the current of every train at its first and its last pulse, and the generator's limit if it is near.

    Parameters
    ----------
    path : Path
        PNG file to write.
    trains : sequence of mapping
        As in the summary, ``source.trains``.
    limit_a : float
        Highest current of the generator, A.
    """
    figure = Figure(figsize=(max(_NARROWEST, 1.5 + _PER_TRAIN * len(trains)), 4.4), layout="constrained")
    axes = figure.add_subplot()
    places = range(1, len(trains) + 1)
    first, last = ([train["current_a"][moment] for train in trains] for moment in ("start", "end"))
    axes.vlines(places, first, last, color="0.6", linewidth=2.0, zorder=1)
    axes.scatter(places, first, color=FIRST, s=45, zorder=2, label="first pulse of the train")
    axes.scatter(places, last, color=LAST, s=45, zorder=2, label="last pulse")
    highest = max([*first, *last])
    if highest > 0.6 * limit_a:
        axes.axhline(limit_a, color=LIMIT, linestyle="--", linewidth=1.4, label=f"generator's limit, {limit_a:g} A")
        highest = max(highest, limit_a)
    axes.set_xticks(list(places), labels=[_words(train) for train in trains], fontsize=8)
    axes.set_xlim(0.4, len(trains) + 0.6)
    axes.set_ylim(0.0, 1.12 * highest)
    axes.set_xlabel("anode, cathode, voltage of each train")
    axes.set_ylabel("current while a pulse is on / A")
    axes.set_title("Currents in the order of the trains", fontsize=11)
    axes.grid(axis="y", alpha=0.25)
    axes.legend(frameon=False, fontsize=9, loc="lower left" if min([*first, *last]) > 0.45 * highest else "best")
    save(figure, path)


def _words(train: Mapping[str, Any]) -> str:
    goes_on = "" if train.get("goes_on_after") is None else "\n(goes on)"
    return f"{train['anode']}\n{train['cathode']}\n{train['voltage_v']:.0f} V{goes_on}"
