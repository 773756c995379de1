"""A fit from its file to its answer: runs that go side by side, least squares, intervals, doubts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ablasim.errors import ModelError
from ablasim.fit.doubts import doubts
from ablasim.fit.intervals import Intervals, intervals
from ablasim.fit.model import Request, make_mesh, predict
from ablasim.fit.problem import FitProblem
from ablasim.fit.solve import Evaluate, Observer, Solution, solve
from ablasim.study.calls import call_each

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class FitResult:
    """What a fit found.

    Parameters
    ----------
    problem : FitProblem
        What was asked.
    solution : Solution
        The values.
    intervals : Intervals
        How sure they are.
    warnings : tuple of str
        What makes them doubtful.
    n_runs : int
        Runs that it took.
    """

    problem: FitProblem
    solution: Solution
    intervals: Intervals
    warnings: tuple[str, ...]
    n_runs: int


def run_fit(
    problem: FitProblem,
    client: Any,
    *,
    mesh_cache: Path | None = None,
    observe: Observer = lambda *_: None,
) -> FitResult:
    """Fit the parameters of a problem to its readings.

    Parameters
    ----------
    problem : FitProblem
        A checked problem.
    client : distributed.Client
        Client of a scheduler; see `ablasim.study.cluster`.
    mesh_cache : Path, optional
        Folder of cached meshes; each user's own by default.
    observe : callable, optional
        Told of every place that is tried.

    Raises
    ------
    ModelError
        If a run fails, or parameters have no effect, or the same.
    """
    requests: list[Request] = []

    def evaluate(places: Sequence[Floats]) -> Sequence[Floats]:
        asked = [_request(problem, values, mesh_cache) for values in places]
        if not requests and (words := call_each(client, make_mesh, asked[:1])[0]):
            raise ModelError(words)
        requests.extend(asked)
        answers = call_each(client, predict, asked)
        return [_checked(problem, values, answer) for values, answer in zip(places, answers, strict=True)]

    return fit_with(problem, evaluate, observe=observe, n_runs=lambda: len(requests))


def fit_with(
    problem: FitProblem, evaluate: Evaluate, *, observe: Observer = lambda *_: None, n_runs: Callable[[], int]
) -> FitResult:
    """Fit with any function that predicts the readings; parameters as for `run_fit`."""
    fit, measured = problem.fit, problem.measured
    solution = solve(
        fit.parameters,
        measured.temperatures,
        problem.uncertainties,
        evaluate,
        most_iterations=fit.most_iterations,
        observe=observe,
    )
    found = intervals(fit.parameters, solution)
    told = "uncertainty_k" in fit.data.model_fields_set
    warnings = tuple(doubts(fit.parameters, measured, solution, found, told=told))
    return FitResult(problem, solution, found, warnings, n_runs())


def _request(problem: FitProblem, values: Floats, mesh_cache: Path | None) -> Request:
    return Request(
        data=problem.run_data(values),
        folder=str(problem.folder),
        sensors=problem.measured.sensors,
        times=tuple(problem.measured.times.tolist()),
        mesh_cache=None if mesh_cache is None else str(mesh_cache),
    )


def _checked(problem: FitProblem, values: Floats, answer: Floats | str) -> Floats:
    if isinstance(answer, str):
        pairs = zip(problem.fit.parameters, values, strict=True)
        at = ", ".join(f"{parameter.name} = {value:g}" for parameter, value in pairs)
        message = f"the run with {at} failed: {answer}; narrower bounds may keep clear of it"
        raise ModelError(message)
    return answer
