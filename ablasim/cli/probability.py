"""``ablasim probability``: how probable it is that a result reaches limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from rich.console import Console
from rich.text import Text

from ablasim.cli.analysed import (
    check_files,
    in_words,
    observed,
    pairs,
    print_rows,
    surrogate_as_data,
    tell_points,
    tell_surrogate,
    told,
    unit_of,
)
from ablasim.errors import AnalysisError
from ablasim.study.analysis.draws import draw
from ablasim.study.analysis.files import write_files
from ablasim.study.analysis.held_back import hold_back
from ablasim.study.analysis.observations import Observations, placed
from ablasim.study.analysis.probability import DRAWS, Probability, chosen_places, counted, foretold
from ablasim.study.analysis.surrogate import fit_surrogate
from ablasim.study.counts import how_many

REAL, SURROGATE = "real runs", "surrogate"
_ALONG = 13


class Found(NamedTuple):
    """A probability, where, and from what."""

    place: Mapping[str, float]
    source: str
    probability: Probability


def show_probability(
    path: Path,
    result: str,
    at_least: str,
    at: Sequence[str],
    over: str | None,
    *,
    json: Path | None,
    csv: Path | None,
    picture: Path | None,
) -> None:
    """Print probabilities at every crossed point of a study, or along a chosen input.

    Raises
    ------
    AnalysisError
        If the table cannot answer.
    OutputError
        If it is no folder of a study, or a file cannot be written.
    """
    limits = _limits(at_least)
    if picture is not None and over is None:
        message = "--picture: draws the probability along an input: say which by --over NAME"
        raise AnalysisError(message)
    check_files(json, csv, picture)
    observations = observed(path, result, at)
    places = _places(observations, placed(observations, pairs(at)), over)
    draws = draw(observations.uncertain, DRAWS)
    console = Console()
    tell_points(console, observations)
    found = [Found(place, REAL, one) for place in places for one in counted(observations, place, limits) or ()]
    content: dict[str, Any] = {"result": result, "unit": unit_of(result), "at": dict(observations.held)}
    try:
        surrogate = fit_surrogate(observations)
    except AnalysisError as error:
        if not found:
            raise
        console.print(Text(f"no surrogate: {error}"), soft_wrap=True)
    else:
        held = hold_back(observations, surrogate)
        tell_surrogate(console, observations, surrogate, held)
        content["surrogate"] = surrogate_as_data(surrogate, held)
        found += [
            Found(place, SURROGATE, one)
            for place in places
            for one in foretold(surrogate, draws, place, limits, widening=held.widening)
        ]
    found.sort(key=lambda one: (*one.place.values(), one.probability.limit, one.source))
    rows = [{**one.place, "from": one.source, **asdict(one.probability)} for one in found]
    _print(console, result, found)
    write_files(content, rows, json, csv)
    if picture is not None and over is not None:
        from ablasim.study.analysis.drawing import draw_probability

        draw_probability(
            picture, rows, over=in_words(over), name=over, result=in_words(result), title=observations.study.title
        )


def _limits(words: str) -> tuple[float, ...]:
    try:
        limits = tuple(float(word) for word in words.split(","))
    except ValueError as error:
        message = f"--at-least {words}: must be numbers with commas between, such as 0,5,10"
        raise AnalysisError(message) from error
    if not np.isfinite(limits).all():
        message = f"--at-least {words}: must be finite numbers, such as 0,5,10"
        raise AnalysisError(message)
    return limits


def _places(observations: Observations, place: dict[str, float], over: str | None) -> list[dict[str, float]]:
    along = {each.name: each for each in observations.chosen}
    if over is not None and (over not in along or over in place):
        known = ", ".join(name for name in along if name not in place) or "none"
        message = f"--over {over}: must be a chosen input that is not held: {known}"
        raise AnalysisError(message)
    free = [
        each.name
        for each in observations.chosen
        if each.drawn_from is not None and each.name not in place and each.name != over
    ]
    if free:
        message = f"{' and '.join(free)}: chosen between bounds: hold with --at {free[0]}=… or go along with --over"
        raise AnalysisError(message)
    if over is None:
        return chosen_places(observations, place)
    steps = np.linspace(*along[over].covered(), _ALONG)
    if along[over].drawn_from is None:
        steps = np.unique(np.concatenate((steps, along[over].levels)))
    return [every for step in steps for every in chosen_places(observations, {**place, over: float(step)})]


def _print(console: Console, result: str, found: Sequence[Found]) -> None:
    names = list(found[0].place)
    limit = f"at least / {unit_of(result)}" if unit_of(result) else "at least"
    console.print(Text(f"probability that {result} is"))
    heads = (*names, limit, "probability", "95 %", "from")
    print_rows(console, heads, [(*(told(one.place[name], 4) for name in names), *_row(one)) for one in found])


def _row(one: Found) -> tuple[str, ...]:
    said = one.probability
    if said.runs is None:
        source = f"{SURROGATE}, {said.without:.1%} of the draws beyond the cases" if said.without else SURROGATE
    else:
        source = how_many(said.runs, "real run") + (f", {said.without:.0f} more without result" if said.without else "")
    return told(said.limit), f"{said.value:.3f}", f"{said.low:.3f}–{said.high:.3f}", source
