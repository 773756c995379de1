"""Which input moves a result how far, and in which direction: a tornado plot."""

from __future__ import annotations

from pathlib import Path
from textwrap import fill
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from ablasim.study.names import Label
from ablasim.study.pictures.effects import INTERVAL_PERCENT, SHARES, Effect, Effects
from ablasim.study.pictures.words import NOISE_WIDTH, number
from ablasim.views.frame import save

_LOW: dict[str, Any] = {"facecolor": "#9ecae1", "edgecolor": "black", "hatch": "///", "linewidth": 0.8}
_HIGH: dict[str, Any] = {"facecolor": "#08519c", "edgecolor": "black", "linewidth": 0.8}
_THICK = 0.55
_BESIDE = 0.1  # of an interval from the middle of its bar
_WIDE, _NAME = 78, 34  # letters of a heading, and of the name of an input


def tornado(
    path: Path,
    found: Effects,
    *,
    label: Label,
    sd: float | None = None,
    title: str,
    subtitle: str,
) -> None:
    """Draw how far each input moves a result.

    Parameters
    ----------
    path : Path
        PNG file to write.
    found : Effects
        What the inputs do.
    label : Label
        What the result is.
    sd : float, optional
        Noise floor of remeshing, standard deviation: a bar within twice it of the middle tells nothing.
    title, subtitle : str
        Above the picture: the study; and what is fixed and how it was found, a line each.
    """
    n = len(found.effects)
    figure = Figure(figsize=(9.4, 2.6 + 0.62 * n), layout="constrained")
    axes = figure.add_subplot()
    if sd is not None:
        axes.axvspan(found.middle - NOISE_WIDTH * sd, found.middle + NOISE_WIDTH * sd, color="0.85", zorder=0)
    for row, effect in enumerate(found.effects):
        _draw(axes, row, effect, found.middle)
    axes.axvline(found.middle, color="black", linewidth=1.2, zorder=3)
    axes.set_yticks(range(n), [_input_words(effect) for effect in found.effects], fontsize=9)
    axes.set_ylim(n - 0.4, -0.6)
    axes.margins(x=0.08)
    axes.set_xlabel(label.axis)
    axes.grid(axis="x", alpha=0.25)
    _correlations(axes, found)
    figure.suptitle(fill(title, _WIDE), fontsize=12)
    axes.set_title(subtitle, fontsize=8.5, color="0.25", loc="left")
    figure.legend(handles=_legend(found, label, sd), loc="outside lower center", ncols=2, frameon=False, fontsize=9)
    save(figure, path)


def _draw(axes: Axes, row: int, effect: Effect, middle: float) -> None:
    """Both bars of an input; on one side of the middle the shorter lies before the longer."""
    ends = sorted(((effect.low, _LOW), (effect.high, _HIGH)), key=lambda end: -abs(end[0] - middle))
    for value, style in ends:
        axes.barh(row, value - middle, left=middle, height=_THICK, zorder=2, **style)
    for value in effect.others:
        axes.plot(value, row, marker="o", markersize=5, color="white", markeredgecolor="black", zorder=4)
    for (low, high), beside in zip(effect.intervals or (), (-_BESIDE, _BESIDE), strict=False):
        at, half = 0.5 * (low + high), 0.5 * (high - low)
        axes.errorbar(at, row + beside, xerr=half, fmt="none", ecolor="black", elinewidth=3.6, zorder=4)
        axes.errorbar(at, row + beside, xerr=half, fmt="none", ecolor="#E69F00", elinewidth=2.0, zorder=5)


def _input_words(effect: Effect) -> str:
    label = effect.item.label
    ends = f"{number(effect.low_input)} to {number(effect.high_input)} {label.unit}".strip()
    return f"{fill(label.words, _NAME)}\n{ends}"


def _correlations(axes: Axes, found: Effects) -> None:
    """The rank correlations, at the right of the frame."""
    told = [effect.rank_correlation for effect in found.effects]
    if any(value is None for value in told):
        return
    right = axes.secondary_yaxis("right")
    right.set_yticks(range(len(told)), [f"{value:+.2f}".replace("-", "−") for value in told if value is not None])
    right.set_ylabel("partial rank correlation", fontsize=9)
    right.tick_params(length=0, labelsize=9)


def _legend(found: Effects, label: Label, sd: float | None) -> list[Any]:
    if found.explained is None:
        low, high, middle = "lowest value of the input", "highest value of the input", "nothing changed"
    else:
        low, middle, high = (f"{100.0 * share:.0f} % quantile" for share in SHARES)
        drawn = [effect.item.is_drawn for effect in found.effects]
        if not all(drawn):
            low, high = (
                ("lowest value", "highest value")
                if not any(drawn)
                else (f"{low} or lowest value", f"{high} or highest")
            )
        low, high, middle = f"input at its {low}", f"input at its {high}", "all inputs at their middle"
    handles: list[Any] = [
        Patch(label=low, **_LOW),
        Patch(label=high, **_HIGH),
        Line2D([], [], color="black", label=f"{middle}: {number(found.middle)} {label.unit}"),
    ]
    if any(effect.intervals for effect in found.effects):
        words = f"{INTERVAL_PERCENT:.0f} % interval of each end (upper: of the low value)"
        handles.append(Line2D([], [], color="#E69F00", linewidth=2.5, label=words))
    if any(effect.others for effect in found.effects):
        style: dict[str, Any] = {"marker": "o", "markersize": 5, "color": "white", "markeredgecolor": "black"}
        handles.append(Line2D([], [], linestyle="", label="values between", **style))
    if sd is not None:
        handles.append(Patch(color="0.85", label=f"± {NOISE_WIDTH:g} standard deviations of remeshing"))
    return handles
