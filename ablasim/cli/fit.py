"""``ablasim fit``: values of a scenario from measured temperatures."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ablasim.fit.load import load_fit
from ablasim.fit.outcome import content, courses, residuals
from ablasim.fit.problem import FitProblem
from ablasim.fit.run import FitResult, run_fit
from ablasim.results.files import plain, write_columns_csv, write_json
from ablasim.results.folder import ResultFolder
from ablasim.scenario.write import write_resolved
from ablasim.study.cluster import default_workers, local_client
from ablasim.study.counts import how_many
from ablasim.study.extra import check_extra
from ablasim.views.fit_curves import FittedCurve, fit_figure

FIT, CURVES, PICTURE, SCENARIO = "fit.json", "curves.csv", "fit.png", "fitted.yaml"
NOT_CONVERGED = 3


def fit_readings(
    file: Path, output: Path | None, *, overwrite: bool, workers: int | None, quiet: bool, as_json: bool
) -> int:
    """Fit the parameters of a fit file and write what was found; returns the exit code, 3 if it has not converged."""
    check_extra()
    console = Console(stderr=True, quiet=quiet or as_json)
    problem = load_fit(file)
    target = Path("results") / file.stem if output is None else output
    with ResultFolder(target, overwrite=overwrite, marker=FIT) as folder:
        result = _run(problem, console, workers)
        write(result, folder.folder)
    if as_json:
        sys.stdout.write(json.dumps(plain(content(result)), ensure_ascii=False) + "\n")
    _show(result, console)
    console.print(Text(f"results: {target}"), soft_wrap=True)
    return 0 if result.solution.converged else NOT_CONVERGED


def write(result: FitResult, folder: Path) -> None:
    """Write what a fit found into a folder: numbers, curves, picture, and the fitted scenario."""
    problem, measured = result.problem, result.problem.measured
    write_columns_csv(folder / CURVES, courses(result))
    told = "uncertainty_k" in problem.fit.data.model_fields_set
    curves = [
        FittedCurve(
            name,
            measured.temperatures[:, k],
            result.solution.predicted[:, k],
            float(problem.uncertainties[k]) if told else None,
        )
        for k, name in enumerate(measured.sensors)
    ]
    fit_figure(folder / PICTURE, problem.fit.title, measured.times, curves)
    found = {
        parameter.name: float(f"{value:.6g}")
        for parameter, value in zip(problem.fit.parameters, result.solution.values, strict=True)
    }
    write_resolved(problem.scenario_at(result.solution.values), folder / SCENARIO, {"fitted": found})
    write_json(folder / FIT, content(result))


def _run(problem: FitProblem, console: Console, workers: int | None) -> FitResult:
    fit, measured = problem.fit, problem.measured
    runs = 2 * len(fit.parameters) + 1
    processes = min(default_workers() if workers is None else workers, runs)
    console.print(Text(fit.title, style="bold"))
    console.print(
        f"{how_many(len(fit.parameters), 'parameter')}, {how_many(len(measured.sensors), 'sensor')}, "
        f"{how_many(len(measured.times), 'time')}; {runs} runs an iteration on {how_many(processes, 'process')}"
    )

    def tell(number: int, values: NDArray[np.float64], rms: float) -> None:
        pairs = zip(fit.parameters, values, strict=True)
        at = ", ".join(f"{parameter.name} {value:.4g}" for parameter, value in pairs)
        console.print(Text(f"{number}: {rms:.3g} K between readings and run; {at}"), soft_wrap=True)

    with local_client(processes) as client:
        return run_fit(problem, client, observe=tell)


def _show(result: FitResult, console: Console) -> None:
    solution, found = result.solution, result.intervals
    table = Table("parameter", "value", "95 % interval (local)", "bounds", box=None, pad_edge=False)
    for k, parameter in enumerate(result.problem.fit.parameters):
        reach = "at its bound" if solution.at_bound[k] else f"{found.low[k]:.4g} to {found.high[k]:.4g}"
        table.add_row(parameter.name, f"{solution.values[k]:.4g}", reach, f"{parameter.low:g} to {parameter.high:g}")
    console.print(table)
    table = Table("sensor", "readings", "rms, K", "mean, K", "largest, K", box=None, pad_edge=False)
    for name, told in residuals(result).items():
        numbers = (f"{told[key]:.2g}" for key in ("rms_k", "mean_k", "largest_k"))
        table.add_row(name, str(told["readings"]), *numbers)
    console.print(table)
    for words in result.warnings:
        console.print(Text.assemble(("warning: ", "yellow"), words), soft_wrap=True)
