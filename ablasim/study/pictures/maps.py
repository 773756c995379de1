"""The response maps of a study: which, over what, with what fixed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ablasim.errors import OutputError
from ablasim.study.names import result_label
from ablasim.study.pictures.map_values import MapValues, linear_between
from ablasim.study.pictures.marks import LEVELS
from ablasim.study.pictures.response_map import Axis, response_map
from ablasim.study.pictures.studied import Input, Studied
from ablasim.study.pictures.words import base_words, fixed_words, heading, mesh_words, noise_words, number
from ablasim.units import Floats

MOST_MAPS = 12
"""Maps of one result: of a study with more levels of further inputs, the first are drawn."""

_WIDE = 100


@dataclass(frozen=True, eq=False)
class Points:
    """The different points of one map.

    Parameters
    ----------
    rows : Studied
        Rows of the table that belong to it.
    base : str
        Their base.
    first, second : Input
        What goes across and up.
    others : tuple of (Input, float)
        Levels of further inputs that are crossed.
    x, y, values : ndarray, shape (n,)
        Both inputs, and the result: the median of the cases at a point, NaN where there is none.
    status : list of str, length n
        Status of each point.
    most : int
        Largest number of cases at one point.
    """

    rows: Studied
    base: str
    first: Input
    second: Input
    others: tuple[tuple[Input, float], ...]
    x: Floats
    y: Floats
    values: Floats
    status: list[str]
    most: int


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
    found = studied.numbers(result)
    limits = (float(np.nanmin(found)), float(np.nanmax(found)))
    written: list[Path] = []
    for points in points_of_maps(studied, result):
        first, second = points.first, points.second
        try:
            filled = linear_between(points.x, points.y, points.values, log_x=first.is_log, log_y=second.is_log)
        except OutputError:
            continue
        drawn = "median of up to {} cases at each point, in which other inputs are drawn"
        path = target / map_name("map", studied, points, result, len(written) + 1)
        said = drawn.format(points.most) if points.most > 1 else ""
        draw_map(path, studied, points, result, filled, limits, said)
        written.append(path)
        if len(written) == MOST_MAPS:
            break
    return written


def points_of_maps(studied: Studied, result: str, *, smooth: bool = False) -> Iterator[Points]:
    """The points of each map of a study: for each base, at each combination of levels of inputs beyond the first two.

    Smooth maps go over inputs between bounds too, and have no level of such an input beyond the first two.

    Parameters
    ----------
    studied : Studied
        The study.
    result : str
        Column of the result.
    smooth : bool, optional
        Whether the maps are smooth, by a function of all inputs.

    Yields
    ------
    Points
        Nothing where inputs vary one at a time, or fewer than two are crossed.
    """
    if studied.one_at_a_time:
        return
    for base in studied.bases:
        of_base = studied.of_base(base)
        across = of_base.chosen() if smooth else of_base.crossed()
        if len(across) < 2:
            continue
        first, second, *others = across
        if smooth:
            others = [item for item in others if not item.is_between]
        for levels in product(*(of_base.levels(item) for item in others)):
            here: NDArray[np.bool_] = np.ones(len(of_base.table), dtype=bool)
            for item, level in zip(others, levels, strict=True):
                here &= of_base.numbers(item.name) == level
            part = of_base.rows(here)
            if here.any():
                held = tuple((item, float(level)) for item, level in zip(others, levels, strict=True))
                yield Points(part, base, first, second, held, *_points(part, first, second, result))


def map_name(kind: str, studied: Studied, points: Points, result: str, count: int) -> str:
    """Name of the file of a map, the count-th of its result."""
    suffix = f"_{points.base}" if len(studied.bases) > 1 else ""
    suffix += f"_{count}" if points.others else ""
    return f"{kind}_{result.replace('.', '_')}{suffix}.png"


def draw_map(
    path: Path,
    studied: Studied,
    points: Points,
    result: str,
    filled: MapValues,
    limits: tuple[float, float],
    *said: str,
) -> None:
    """Draw one map.

    Parameters
    ----------
    path : Path
        PNG file.
    studied : Studied
        The study.
    points : Points
        Points of the map.
    result : str
        Column of the result.
    filled : MapValues
        Values between the points.
    limits : tuple of float
        Lowest and highest colour.
    *said : str
        Lines above the map, after what is fixed.
    """
    first, second, base = points.first, points.second, points.base
    label, floor = result_label(result), studied.floor(base, result)
    words = [f"{item.label.words} {number(v)} {item.label.unit}".strip() for item, v in points.others]
    of_base = f"{base_words(studied)[base]}: " if len(studied.bases) > 1 else ""
    fixed = ", ".join(filter(None, (*words, fixed_words(studied, [base]))))
    noise = noise_words(floor, label.unit)
    response_map(
        path,
        Axis(first.label, points.x, first.is_log),
        Axis(second.label, points.y, second.is_log),
        points.values,
        points.status,
        label=label,
        filled=filled,
        levels=LEVELS.get(result, ()),
        floor=floor,
        limits=limits,
        title=studied.title,
        subtitle=heading(f"{of_base}{fixed}", *said, mesh_words(points.rows), noise, width=_WIDE),
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
