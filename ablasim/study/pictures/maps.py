"""The response maps of a study: which, over what, with what fixed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ablasim.errors import OutputError
from ablasim.study.names import result_label
from ablasim.study.pictures.map_values import linear_between
from ablasim.study.pictures.marks import LEVELS
from ablasim.study.pictures.response_map import Axis, response_map
from ablasim.study.pictures.studied import Input, Studied
from ablasim.study.pictures.words import base_words, fixed_words, heading, mesh_words, noise_words, number
from ablasim.units import Floats

MOST_MAPS = 12
"""Maps of one result: of a study with more levels of further inputs, the first are drawn."""

_WIDE = 100


def draw_maps(studied: Studied, result: str, target: Path) -> list[Path]:
    """Draw a result over the first two inputs that are crossed, one map for each base and level of the others.

    Where several cases lie at one point, because other inputs are drawn, their median is shown.

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
        What was written: nothing where fewer than two inputs are crossed, or too few points have a value.
    """
    if studied.one_at_a_time:
        return []
    written: list[Path] = []
    for base in studied.bases:
        of_base = studied.of_base(base)
        if len(of_base.crossed()) < 2:
            continue
        for part, words in _parts(of_base):
            suffix = f"_{base}" if len(studied.bases) > 1 else ""
            suffix += f"_{len(written) + 1}" if len(of_base.crossed()) > 2 else ""
            path = target / f"map_{result.replace('.', '_')}{suffix}.png"
            try:
                _draw(studied, part, base, words, result, path)
            except OutputError:
                continue
            written.append(path)
            if len(written) == MOST_MAPS:
                return written
    return written


def _parts(studied: Studied) -> Iterator[tuple[Studied, str]]:
    """Rows at each combination of levels of the inputs beyond the first two, and these levels in words."""
    others = studied.crossed()[2:]
    for levels in product(*(studied.levels(item) for item in others)):
        here: NDArray[np.bool_] = np.ones(len(studied.table), dtype=bool)
        for item, level in zip(others, levels, strict=True):
            here &= studied.numbers(item.name) == level
        words = [f"{item.label.words} {number(v)} {item.label.unit}" for item, v in zip(others, levels, strict=True)]
        yield studied.rows(here), ", ".join(words)


def _draw(studied: Studied, part: Studied, base: str, words: str, result: str, path: Path) -> None:
    first, second = studied.of_base(base).crossed()[:2]
    x, y, values, status, many = _points(part, first, second, result)
    label, floor = result_label(result), studied.floor(base, result)
    of_base = f"{base_words(studied)[base]}: " if len(studied.bases) > 1 else ""
    fixed = ", ".join(filter(None, (words, fixed_words(studied, [base]))))
    drawn = f"median of up to {many} cases at each point, in which other inputs are drawn" if many > 1 else ""
    noise = noise_words(floor, label.unit)
    subtitle = heading(f"{of_base}{fixed}", drawn, mesh_words(part), noise, width=_WIDE)
    all_values = studied.numbers(result)
    response_map(
        path,
        Axis(first.label, x, first.is_log),
        Axis(second.label, y, second.is_log),
        values,
        status,
        label=label,
        fill_map=partial(linear_between, log_x=first.is_log, log_y=second.is_log),
        levels=LEVELS.get(result, ()),
        floor=floor,
        limits=(float(np.nanmin(all_values)), float(np.nanmax(all_values))),
        title=studied.title,
        subtitle=subtitle,
    )


def _points(part: Studied, first: Input, second: Input, result: str) -> tuple[Floats, Floats, Floats, list[str], int]:
    """Both inputs, the result and the status at each different point, and the largest number of cases at one."""
    places = np.column_stack([part.numbers(first.name), part.numbers(second.name)])
    values, status = part.numbers(result), part.status
    unique, number_of = np.unique(places, axis=0, return_inverse=True)
    number_of = number_of.ravel()
    median, worst = np.full(len(unique), np.nan), []
    for i in range(len(unique)):
        here = number_of == i
        found = values[here][np.isfinite(values[here])]
        if found.size:
            median[i] = np.median(found)
        of_point = set(status[here].tolist())
        worst.append("done" if found.size else sorted(of_point - {"done"} or of_point)[0])
    return unique[:, 0], unique[:, 1], median, worst, int(np.bincount(number_of).max())
