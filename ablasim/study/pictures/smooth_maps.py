"""Response maps by the surrogate: smooth, with what it does not know as a band round each level."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ablasim.errors import AnalysisError, OutputError
from ablasim.study.analysis.held_back import HeldBack, hold_back
from ablasim.study.analysis.maps import middles, surrogate_map
from ablasim.study.analysis.observations import observe
from ablasim.study.analysis.surrogate import USUAL_CASES_PER_INPUT, Surrogate, fit_surrogate
from ablasim.study.names import result_label
from ablasim.study.pictures.map_values import MapValues, smooth_between
from ablasim.study.pictures.maps import MOST_MAPS, Points, draw_map, map_name, points_of_maps
from ablasim.study.pictures.studied import Studied
from ablasim.study.pictures.words import number
from ablasim.study.store import StudyFolder
from ablasim.units import Floats


def draw_smooth_maps(folder: StudyFolder, studied: Studied, result: str, target: Path) -> list[Path]:
    """Draw the maps that `draw_maps` draws, by a Gaussian process over all cases of the base.

    Uncertain inputs are held at their medians, inputs between bounds beyond the first two in the middle. The deviation
    of the surrogate, widened where its held-back errors ask for it, widens the bands of the levels.

    Parameters
    ----------
    folder : StudyFolder
        Folder of the study.
    studied : Studied
        The study, with all rows of its table.
    result : str
        Column of the result.
    target : Path
        Folder to write to.

    Returns
    -------
    list of Path
        What was written.

    Raises
    ------
    AnalysisError
        If there is no map to draw, or the cases do not make a surrogate.
    """
    surrogates: dict[str, tuple[Surrogate, HeldBack]] = {}
    maps: list[tuple[Points, MapValues]] = []
    for points in points_of_maps(studied, result, smooth=True):
        if points.base not in surrogates:
            surrogates[points.base] = _fitted(folder, studied, points.base, result)
        try:
            maps.append((points, _filled(points, *surrogates[points.base])))
        except OutputError:
            continue
        if len(maps) == MOST_MAPS:
            break
    if not maps:
        message = (
            f"{folder.path}: no smooth map of {result}: it needs two inputs with values, range or between, and cases "
            "with the result that do not lie on a line"
        )
        raise AnalysisError(message)
    shown = np.concatenate([filled.shown.ravel() for _, filled in maps])
    limits = (float(shown.min()), float(shown.max()))
    written: list[Path] = []
    for points, filled in maps:
        path = target / map_name("smooth_map", studied, points, result, len(written) + 1)
        said = _said(*surrogates[points.base], studied, points, result)
        draw_map(path, studied, points, result, filled, limits, *said)
        written.append(path)
    return written


def _fitted(folder: StudyFolder, studied: Studied, base: str, result: str) -> tuple[Surrogate, HeldBack]:
    table = studied.of_base(base).table
    words = [item.name for item in studied.inputs if table[item.name].dtype != "float64"]
    if words := [name for name in words if table[name].nunique() > 1]:
        message = f"{folder.path}: {' and '.join(words)}: no numbers, and a surrogate for smooth maps needs numbers"
        raise AnalysisError(message)
    observations = observe(folder, result, {"base": base})
    surrogate = fit_surrogate(observations)
    return surrogate, hold_back(observations, surrogate)


def _filled(points: Points, surrogate: Surrogate, held: HeldBack) -> MapValues:
    known = {each.name for each in surrogate.inputs}
    place = {item.name: level for item, level in points.others if item.name in known}

    def smooth(x: Floats, y: Floats) -> tuple[Floats, Floats]:
        mean, sd = surrogate_map(surrogate, (points.first.name, x), (points.second.name, y), place)
        return mean, held.widening * sd

    log_x, log_y = points.first.is_log, points.second.is_log
    return smooth_between(points.x, points.y, points.values, smooth, "surrogate", log_x=log_x, log_y=log_y)


def _said(surrogate: Surrogate, held: HeldBack, studied: Studied, points: Points, result: str) -> list[str]:
    """How far the surrogate is off, and what it holds still, in words."""
    unit, n_cases = result_label(result).unit, len(held.observed)
    usual = USUAL_CASES_PER_INPUT * len(surrogate.inputs)
    few = f", fewer than the usual {usual}" if n_cases < usual else ""
    error = (
        f"surrogate of {n_cases} cases{few}; its error on cases held back is {number(held.rms_error, 2)} {unit} (rms), "
        f"{number(held.largest_error, 2)} {unit} at most; it foretells {100.0 * held.explained:.1f} % of their variance"
    )
    middle, items = middles(surrogate), {item.name: item for item in studied.inputs}
    still = [items[name] for name in middle if name not in (points.first.name, points.second.name)]
    words = {item.name: f"{item.label.words} {number(middle[item.name])} {item.label.unit}".strip() for item in still}
    of = {
        "held at the median": [words[item.name] for item in still if not item.is_between],
        "in the middle of its bounds": [words[item.name] for item in still if item.is_between],
    }
    return [error, "; ".join(f"{how}: {', '.join(names)}" for how, names in of.items() if names)]
