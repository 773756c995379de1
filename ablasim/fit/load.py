"""From a fit file to a checked problem: scenario, readings, and what is sought."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from ablasim.anatomy import build_anatomy, key_of_mesh
from ablasim.errors import AblasimError, ScenarioError
from ablasim.fit.checks import problems_across, problems_of_paths
from ablasim.fit.measured import Measured, check_plausible, read_measured
from ablasim.fit.problem import FitProblem, end_of_protocol
from ablasim.fit.schema import Fit, Parameter
from ablasim.resolve import check_names
from ablasim.scenario import Scenario
from ablasim.scenario.changes import with_changes
from ablasim.scenario.document import read_document
from ablasim.scenario.load import checked_scenario, typed_scenario
from ablasim.scenario.located import Problem, Source, join
from ablasim.scenario.messages import did_you_mean, problems_of
from ablasim.study.counts import how_many

Floats = NDArray[np.float64]


def load_fit(path: Path) -> FitProblem:
    """Read and check a fit file, its scenario and its readings.

    Raises
    ------
    ScenarioError
        If something cannot be; the message says where, what was given and what is allowed.
    """
    data, source = read_document(path, "fit")
    try:
        fit = Fit.model_validate(data)
    except ValidationError as error:
        raise source.error(problems_of(error, Fit, data)) from None
    if problems := list(problems_across(fit)):
        raise source.error(problems)
    plain, folder, scenario = _base(fit, source)
    if problems := list(problems_of_paths(fit, plain, folder)):
        raise source.error(problems)
    if not scenario.sensors:
        raise source.error([Problem("base", f"'{fit.base}': has no sensors: must have one at least")])
    names = [sensor.name for sensor in scenario.sensors]
    measured = read_measured(source.folder / fit.data.file, names, _known(fit, names, source))
    check_plausible(measured, scenario.initial_temperature_c)
    problem = FitProblem(fit, plain, folder, measured, _uncertainties(fit, measured, source))
    _check_time(problem, scenario, source)
    _check_corners(problem, source)
    n_readings = int(np.isfinite(measured.temperatures).sum())
    if n_readings <= len(fit.parameters):
        words = f"{how_many(n_readings, 'reading')} for {how_many(len(fit.parameters), 'parameter')}: must be more"
        raise source.error([Problem("data", words)])
    return problem


def _base(fit: Fit, source: Source) -> tuple[Any, Path, Scenario]:
    file = source.folder / fit.base
    if not file.is_file():
        raise source.error([Problem("base", f"'{fit.base}': no such scenario file")])
    data, of_scenario = read_document(file)
    typed_scenario(data, of_scenario)  # what is wrong in the file itself is told with its lines
    try:
        data = with_changes(data, fit.set)
    except ScenarioError as error:
        raise source.error([Problem("set", str(error))]) from error
    try:
        scenario = checked_scenario(data, Source(folder=file.parent))
        check_names(scenario)
    except ScenarioError as error:
        raise source.error([Problem("base", f"'{fit.base}', with the values set: {error}")]) from error
    return data, file.parent.absolute(), scenario


def _known(fit: Fit, sensors: list[str], source: Source) -> tuple[str, ...] | None:
    """Sensors that the fit names, checked against those of the scenario."""
    said = fit.data.uncertainty_k
    for path, names in (("data.sensors", fit.data.sensors or ()), ("data.uncertainty_k", _keys(said))):
        for name in names:
            if name not in sensors:
                hint = did_you_mean(name, tuple(sensors)) or f"; known: {', '.join(sensors)}"
                raise source.error([Problem(path, f"'{name}': no sensor of the scenario{hint}")])
    return fit.data.sensors


def _keys(said: Mapping[str, float] | float) -> tuple[str, ...]:
    return tuple(said) if isinstance(said, Mapping) else ()


def _uncertainties(fit: Fit, measured: Measured, source: Source) -> Floats:
    said = fit.data.uncertainty_k
    if not isinstance(said, Mapping):
        return np.full(len(measured.sensors), said)
    if missing := [name for name in measured.sensors if name not in said]:
        raise source.error([Problem("data.uncertainty_k", f"{', '.join(missing)} missing: must have every sensor")])
    return np.array([said[name] for name in measured.sensors])


def _check_time(problem: FitProblem, scenario: Scenario, source: Source) -> None:
    """Check that the run has a course in time, and that it reaches the last reading."""
    end, last = end_of_protocol(scenario), float(problem.measured.times[-1])
    if end <= 0.0:
        words = f"'{problem.fit.base}': asks for the steady state: must have a protocol in time"
        raise source.error([Problem("base", words)])
    if last > end + scenario.cool_down_s:
        words = (
            f"'{problem.fit.data.file}': the last reading is at {last:g} s: must be at most "
            f"{end + scenario.cool_down_s:g} s, the protocol's {end:g} s and {scenario.cool_down_s:g} s of cool_down_s"
        )
        raise source.error([Problem("data.file", words)])


def _check_corners(problem: FitProblem, source: Source) -> None:
    """Check that the scenario can be at the bounds of each parameter, and that none of them changes the mesh."""
    starts = np.array([parameter.start for parameter in problem.fit.parameters])
    mesh = _mesh_at_starts(problem, starts, source)
    for place, parameter in enumerate(problem.fit.parameters):
        for bound in ("low", "high"):
            values = starts.copy()
            values[place] = getattr(parameter, bound)
            here = join("parameters", parameter.name)
            try:
                scenario = problem.scenario_at(values)
                check_names(scenario)
                moved = _mesh(scenario) != mesh
            except AblasimError as error:
                raise source.error([Problem(join(here, bound), f"{values[place]:g} cannot be: {error}")]) from error
            if moved:
                raise source.error([Problem(join(here, "path"), _changes_mesh(parameter))])


def _mesh_at_starts(problem: FitProblem, starts: Floats, source: Source) -> str | None:
    try:
        scenario = problem.scenario_at(starts)
        check_names(scenario)
        return _mesh(scenario)
    except AblasimError as error:
        named = [each.name for each in problem.fit.parameters if any(path in str(error) for path in each.paths)]
        here = join("parameters", named[0], "start") if named else "parameters"
        raise source.error([Problem(here, f"with the values to begin with: {error}")]) from error


def _mesh(scenario: Scenario) -> str | None:
    return key_of_mesh(scenario, build_anatomy(scenario))


def _changes_mesh(parameter: Parameter) -> str:
    return (
        f"'{parameter.path}': changes the mesh, whose noise would drown the differences that a fit goes by: must be a "
        "value that leaves shapes and mesh sizes alone; compare geometries by fits of their own"
    )
