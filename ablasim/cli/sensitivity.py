"""``ablasim sensitivity``: which inputs of a study act on a result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

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
from ablasim.study.analysis.files import write_files
from ablasim.study.analysis.held_back import hold_back
from ablasim.study.analysis.observations import Observations, kept_at, placed
from ablasim.study.analysis.screening import screen
from ablasim.study.analysis.sobol import SobolIndex, sobol_indices
from ablasim.study.analysis.surrogate import Surrogate, fit_surrogate, held_at
from ablasim.study.schema import Morris
from ablasim.units import Floats


def show_sensitivity(
    path: Path, result: str, at: Sequence[str], *, json: Path | None, csv: Path | None, picture: Path | None
) -> None:
    """Print elementary effects of a study sampled by trajectories, Sobol indices of any other.

    Raises
    ------
    AnalysisError
        If the table cannot answer.
    OutputError
        If it is no folder of a study, or a file cannot be written.
    """
    check_files(json, csv, picture)
    observations = observed(path, result, at)
    console = Console()
    tell_points(console, observations)
    place = placed(observations, pairs(at))
    if isinstance(observations.study.sampling, Morris):
        rows, said = _screened(console, kept_at(observations, place))
    else:
        rows, said = _sobol(console, observations, place)
    write_files(
        {"result": result, "unit": unit_of(result), "at": {**observations.held, **place}, **said}, rows, json, csv
    )
    if picture is not None:
        from ablasim.study.analysis.drawing import draw_sensitivity

        labelled = [{**row, "label": in_words(row["name"]).partition(" / ")[0]} for row in rows]
        missed = said.get("variance_missed", 0.0)
        draw_sensitivity(picture, labelled, result=in_words(result), title=observations.study.title, missed=missed)


def _screened(console: Console, observations: Observations) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    found = screen(observations)
    said = {"method": "morris", "trajectories": found.trajectories, "dropped": found.dropped}
    unit = f" / {unit_of(observations.result)}" if unit_of(observations.result) else ""
    console.print(
        Text(
            f"Morris' screening, real runs: {found.trajectories} whole trajectories"
            + (f", {found.dropped} dropped because a point has no result" if found.dropped else "")
            + f"; change of {observations.result} over the range of levels"
        ),
        soft_wrap=True,
    )
    order = sorted(found.effects, key=lambda effect: -effect.mean_size)
    print_rows(
        console,
        ("input", f"mean size μ*{unit}", "± 95 %", f"mean μ{unit}", f"spread σ{unit}"),
        [
            (
                effect.name,
                told(effect.mean_size),
                told(effect.mean_size_half_width),
                told(effect.mean),
                told(effect.spread),
            )
            for effect in order
        ],
    )
    return [asdict(effect) for effect in order], said


def _sobol(
    console: Console, observations: Observations, place: dict[str, float]
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    if not observations.uncertain:
        message = "no input of the study has a distribution: Sobol indices need what is uncertain"
        raise AnalysisError(message)
    if missing := [each.name for each in observations.chosen if each.name not in place]:
        message = f"{' and '.join(missing)}: chosen, not uncertain: hold with --at {missing[0]}=…"
        raise AnalysisError(message)
    surrogate = fit_surrogate(observations)
    held = hold_back(observations, surrogate)
    tell_surrogate(console, observations, surrogate, held)
    function = _held_function(surrogate, observations, place)
    indices = sobol_indices(function, observations.uncertain)
    missed = max(0.0, 1.0 - held.explained)
    console.print(
        Text(
            f"Sobol indices on the surrogate: shares of the variance of {observations.result}; ± is that of the draws "
            f"on the surrogate. It misses {missed:.3f} of the variance: a smaller index cannot be told from 0"
        ),
        soft_wrap=True,
    )
    order = sorted(indices, key=lambda index: -index.total)
    print_rows(
        console, ("input", "by itself S1", "± 95 %", "with others ST", "± 95 %"), [_row(index) for index in order]
    )
    low_high = {each.name: each.covered_shares() for each in observations.uncertain}
    for name, (low, high) in low_high.items():
        if high - low < 1.0 - 1e-6:
            beyond = (
                f"{name}: cases cover only the shares {low:.2f} to {high:.2f} of its distribution; drawn from those"
            )
            console.print(Text.assemble(("warning: ", "yellow"), beyond), soft_wrap=True)
    said = {"method": "sobol", "surrogate": surrogate_as_data(surrogate, held), "variance_missed": missed}
    return [asdict(index) for index in order], said


def _held_function(surrogate: Surrogate, observations: Observations, place: dict[str, float]) -> Any:
    names = [each.name for each in observations.uncertain]

    def function(x: Floats) -> Floats:
        free = dict(zip(names, x.T, strict=True))
        return np.asarray(surrogate.mean(held_at(surrogate.inputs, place, free)), dtype=float)

    return function


def _row(index: SobolIndex) -> tuple[str, ...]:
    return (
        index.name,
        f"{index.first:.3f}".replace("-", "−"),
        f"{index.first_half_width:.3f}",
        f"{index.total:.3f}".replace("-", "−"),
        f"{index.total_half_width:.3f}",
    )
