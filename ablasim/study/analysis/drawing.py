"""Pictures of what a study's analysis found: bars of indices, and a probability along a chosen input."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from textwrap import fill
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ablasim.errors import OutputError
from ablasim.views.frame import save
from ablasim.views.plots import COLOURS

_MARKERS, _STYLES = ("o", "s", "^", "D", "v"), ("-", "--", "-.", ":")
_HEIGHT_OF_BAR, _TITLE_WIDTH = 0.45, 80
_ASIDE = 0.008  # of the axis, by which points of one value stand apart

Rows = Sequence[Mapping[str, Any]]


def draw_sensitivity(path: Path, rows: Rows, *, result: str, title: str, missed: float = 0.0) -> None:
    """Draw Sobol indices, or sizes and spreads of elementary effects, as bars with their 95 % intervals.

    Parameters
    ----------
    path : Path
        PNG file.
    rows : sequence of mapping
        `SobolIndex` or `ElementaryEffect` as mappings, the largest first, each with a ``label``.
    result, title : str
        The result with its unit, and what stands above.
    missed : float, optional
        Share of the variance that the surrogate misses, drawn as a line.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    figure = Figure(figsize=(7.5, 1.8 + 2.0 * _HEIGHT_OF_BAR * len(rows)), layout="constrained")
    axes = figure.add_subplot()
    places = np.arange(len(rows), dtype=float)[::-1]
    if "first" in rows[0]:
        axes.axvline(missed, color="0.3", linestyle=":", label="missed by the surrogate")
        _bars(axes, places + 0.2, rows, ("total", "total_half_width"), "with others, ST", COLOURS[0])
        _bars(axes, places - 0.2, rows, ("first", "first_half_width"), "by itself, S1", COLOURS[4])
        axes.set_xlabel(
            f"share of the variance of {result.partition(' / ')[0]}\n(whiskers: 95 % of the draws on the surrogate)"
        )
    else:
        _bars(axes, places + 0.2, rows, ("mean_size", "mean_size_half_width"), "mean size, μ*", COLOURS[0])
        _bars(axes, places - 0.2, rows, ("spread", None), "spread, σ", COLOURS[4])
        axes.set_xlabel(f"elementary effect on {result}")
    axes.set_yticks(places, [row["label"] for row in rows])
    axes.grid(alpha=0.25, axis="x")
    axes.axvline(0.0, color="0.3", linewidth=0.8)
    figure.legend(loc="outside lower center", ncols=3, fontsize=9)
    axes.set_title(fill(title, _TITLE_WIDTH), fontsize=10)
    _save(figure, path)


def _bars(axes: Axes, places: Any, rows: Rows, columns: tuple[str, str | None], label: str, colour: str) -> None:
    value, half = columns
    lengths = [row[value] for row in rows]
    errors = None if half is None else [row[half] for row in rows]
    axes.barh(places, lengths, 0.38, color=colour, label=label, xerr=errors, error_kw={"capsize": 3, "linewidth": 1.0})


def draw_probability(path: Path, rows: Rows, *, name: str, over: str, result: str, title: str) -> None:
    """Draw the probability of reaching limits along an input: the surrogate's with its band, real runs as points.

    Parameters
    ----------
    path : Path
        PNG file.
    rows : sequence of mapping
        As ``ablasim probability --over`` writes them.
    name, over : str
        Column of the input, and what its axis says.
    result, title : str
        The result with its unit, and what stands above.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    figure = Figure(figsize=(7.5, 4.8), layout="constrained")
    axes = figure.add_subplot()
    aside = _ASIDE * float(np.ptp([row[name] for row in rows]))
    for place, limit in enumerate(dict.fromkeys(row["limit"] for row in rows)):
        colour = COLOURS[place % len(COLOURS)]
        for source, mine in _by_source(rows, limit):
            x, values, low, high = (np.array([row[key] for row in mine]) for key in (name, "value", "low", "high"))
            if source == "surrogate":
                axes.fill_between(x, low, high, color=colour, alpha=0.2, linewidth=0.0)
                style = _STYLES[place % len(_STYLES)]
                axes.plot(x, values, style, color=colour, label=f"≥ {limit:g}, surrogate (band: 95 %)")
            else:
                errors = np.clip([values - low, high - values], 0.0, None)
                marker = _MARKERS[place % len(_MARKERS)]
                axes.errorbar(
                    x + place * aside,
                    values,
                    errors,
                    fmt=marker,
                    color=colour,
                    capsize=3,
                    label=f"≥ {limit:g}, real runs (95 %)",
                )
    axes.set_xlabel(over)
    axes.set_ylabel("probability")
    axes.set_ylim(-0.02, 1.02)
    axes.grid(alpha=0.25)
    figure.legend(loc="outside lower center", ncols=2, fontsize=9, title=result, title_fontsize=9)
    axes.set_title(fill(title, _TITLE_WIDTH), fontsize=10)
    _save(figure, path)


def _by_source(rows: Rows, limit: float) -> list[tuple[str, list[Mapping[str, Any]]]]:
    sources = dict.fromkeys(row["from"] for row in rows)
    found = [(source, [row for row in rows if row["from"] == source and row["limit"] == limit]) for source in sources]
    return [(source, mine) for source, mine in found if mine]


def _save(figure: Figure, path: Path) -> None:
    try:
        save(figure, path)
    except OSError as error:
        message = f"{path}: cannot be written: {error.strerror or error}"
        raise OutputError(message) from error
