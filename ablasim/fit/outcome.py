"""A fit as the content of its file, and its courses as a table."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ablasim.fit.doubts import following
from ablasim.fit.measured import TIME
from ablasim.fit.run import FitResult
from ablasim.results.summary import package_versions
from ablasim.scenario import scenario_hash

FORMAT = 1


def content(result: FitResult) -> dict[str, Any]:
    """What is kept of a fit in ``fit.json``."""
    problem, solution, found = result.problem, result.solution, result.intervals
    fit, measured = problem.fit, problem.measured
    return {
        "format": FORMAT,
        "title": fit.title,
        "versions": package_versions(),
        "scenario_hash": scenario_hash(problem.scenario_at(solution.values)),
        "fit": fit.model_dump(mode="json", by_alias=True),
        "data_sha256": hashlib.sha256(measured.file.read_bytes()).hexdigest(),
        "converged": solution.converged,
        "warnings": list(result.warnings),
        "parameters": {
            parameter.name: {
                "value": solution.values[k],
                "low_95": found.low[k],
                "high_95": found.high[k],
                "at_bound": bool(solution.at_bound[k]),
            }
            for k, parameter in enumerate(fit.parameters)
        },
        "correlation": found.correlation,
        "condition": found.condition,
        "residuals": residuals(result),
        "reduced_chi_square": found.reduced_chi_square,
        "degrees_of_freedom": found.degrees_of_freedom,
        "solver_noise_k": solution.noise,
        "iterations": solution.iterations,
        "runs": result.n_runs,
    }


def residuals(result: FitResult) -> dict[str, dict[str, Any]]:
    """Predicted less measured of each sensor in numbers, K."""
    measured, solution = result.problem.measured, result.solution
    told = {}
    lags = following(measured, solution)
    for k, name in enumerate(measured.sensors):
        course = solution.predicted[:, k] - measured.temperatures[:, k]
        there = course[np.isfinite(course)]
        told[name] = {
            "readings": len(there),
            "rms_k": float(np.sqrt(np.mean(there**2))),
            "mean_k": float(there.mean()),
            "largest_k": float(there[np.argmax(np.abs(there))]),
            "correlation_to_next": lags[k],
        }
    return told


def courses(result: FitResult) -> dict[str, NDArray[Any]]:
    """Columns of ``curves.csv``: measured and fitted temperature of each sensor, °C."""
    measured, predicted = result.problem.measured, result.solution.predicted
    columns = {TIME: measured.times}
    for k, name in enumerate(measured.sensors):
        columns[f"{name}_measured_c"] = measured.temperatures[:, k]
        columns[f"{name}_fitted_c"] = predicted[:, k]
    return columns
