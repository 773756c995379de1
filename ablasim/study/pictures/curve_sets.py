"""The curves of a study: over what, and a line for what."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ablasim.study.names import result_label
from ablasim.study.pictures.curves import MOST_CURVES, Curve, curves
from ablasim.study.pictures.marks import LEVELS
from ablasim.study.pictures.studied import Input, Studied
from ablasim.study.pictures.words import base_words, fixed_words, heading, mesh_words, noise_words, number, own_words

_WIDE = 84


def draw_curves(studied: Studied, result: str, target: Path) -> list[Path]:
    """Draw a result over the first input that is crossed.

    A line for each base; in a study of one base, for each level of the second input, if those are few.

    Parameters
    ----------
    studied : Studied
        The study.
    result : str
        Column of the result.
    target : Path
        Folder to write to.

    Returns
    -------
    list of Path
        What was written: nothing where no input is crossed, more inputs are than lines can tell, or nothing was done.
    """
    crossed = studied.crossed()
    n_lines = len(studied.bases) if len(crossed) == 1 else 0
    if len(crossed) == 2 and len(studied.bases) == 1:
        n_lines = len(studied.levels(crossed[1]))
    if studied.one_at_a_time or not 1 <= n_lines <= MOST_CURVES:
        return []
    if not np.isfinite(studied.numbers(result)).any():
        return []
    if len(crossed) == 1:
        lines = _of_bases(studied, crossed[0], result)
    else:
        lines = _of_levels(studied, crossed[0], crossed[1], result)
    label = result_label(result)
    path = target / f"curve_{result.replace('.', '_')}.png"
    curves(
        path,
        crossed[0].label,
        lines,
        label=label,
        levels=LEVELS.get(result, ()),
        is_log=crossed[0].is_log,
        title=studied.title,
        subtitle=_subtitle(studied, result, label.unit),
    )
    return [path]


def _of_bases(studied: Studied, item: Input, result: str) -> list[Curve]:
    names, lines = base_words(studied), []
    for base in studied.bases:
        of_base, floor, fixed = studied.of_base(base), studied.floor(base, result), own_words(studied, base)
        words = f"{names[base]}: {fixed}" if fixed else names[base]
        if floor is not None:
            words += f"; standard deviation over meshes {number(floor.sd, 2)} {result_label(result).unit}"
        lines.append(_curve(of_base, item, result, words, None if floor is None else floor.sd))
    return lines


def _of_levels(studied: Studied, item: Input, second: Input, result: str) -> list[Curve]:
    (base,) = studied.bases
    floor = studied.floor(base, result)
    return [
        _curve(
            studied.rows(studied.numbers(second.name) == level),
            item,
            result,
            f"{second.label.words} {number(level)} {second.label.unit}",
            None if floor is None else floor.sd,
        )
        for level in studied.levels(second)[::-1]
    ]


def _curve(part: Studied, item: Input, result: str, words: str, sd: float | None) -> Curve:
    inputs, values = part.numbers(item.name), part.numbers(result)
    x = np.unique(inputs[np.isfinite(inputs)])
    middle, low, high = np.full((3, len(x)), np.nan)
    for i, place in enumerate(x):
        found = values[(inputs == place) & np.isfinite(values)]
        if found.size:
            middle[i], low[i], high[i] = np.median(found), found.min(), found.max()
    return Curve(words, x, middle, low, high, sd)


def _subtitle(studied: Studied, result: str, unit: str) -> str:
    fixed = fixed_words(studied, list(studied.bases))
    if len(studied.bases) > 1:
        return heading(fixed, mesh_words(studied), width=_WIDE)
    (base,) = studied.bases
    return heading(fixed, mesh_words(studied), noise_words(studied.floor(base, result), unit), width=_WIDE)
