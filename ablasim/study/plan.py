"""The cases of a study: every point of its design as a scenario, checked before anything runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from hashlib import sha256
from json import dumps
from pathlib import Path
from typing import Any

from ablasim.anatomy import MOST_POINTS as MOST_MESH_POINTS
from ablasim.anatomy import build_anatomy, expected_points, key_of_mesh
from ablasim.cost import expected_seconds
from ablasim.errors import AblasimError, MeshError
from ablasim.flow_plans import conduits, plan_vessels
from ablasim.patterns import check_patterns
from ablasim.refine import check_refinable
from ablasim.resolve import check_names
from ablasim.results.files import plain
from ablasim.scenario import scenario_hash
from ablasim.scenario.changes import with_changes
from ablasim.scenario.load import checked_scenario, typed_scenario
from ablasim.scenario.located import Problem, Source
from ablasim.study.load import BaseCase, LoadedStudy
from ablasim.study.offsets import changes_of_offset
from ablasim.study.repeats import Repeat, chosen, shifted, shifts
from ablasim.study.sampling import Inputs, design
from ablasim.study.schema import MOST_POINTS, Study


@dataclass(frozen=True)
class Point:
    """A point of the design.

    Parameters
    ----------
    base : str
        Name of its base.
    inputs : mapping of str to object
        Value of each variable that belongs to the base.
    case : str or None
        Hash of its case; None if it cannot be.
    problem : str
        Why it cannot be, else ''.
    """

    base: str
    inputs: Mapping[str, Any]
    case: str | None
    problem: str = ""


@dataclass(frozen=True, eq=False)
class Case:
    """A scenario to run.

    Parameters
    ----------
    key : str
        Hash of the resolved scenario.
    data : mapping
        Its plain data.
    folder : Path
        Where relative names of files start.
    mesh : str or None
        Key of its mesh; None if that is read from a file.
    expected_s : float
        Seconds that it takes, roughly.
    """

    key: str
    data: Mapping[str, Any]
    folder: Path
    mesh: str | None
    expected_s: float


@dataclass(frozen=True, eq=False)
class Plan:
    """All that a study will run.

    Parameters
    ----------
    study : Study
        The study.
    identity : str
        Hash of the study and its bases: equal hashes, equal cases.
    points : tuple of Point
        The design; points with equal scenarios share a case.
    cases : mapping of str to Case
        Cases by their hash, each once; repeats are among them.
    repeats : tuple of Repeat
        Cases that ask the same as a point's case, on another mesh.
    bases : mapping of str to mapping
        Each base with its defaults filled in, as plain data.
    """

    study: Study
    identity: str
    points: tuple[Point, ...]
    cases: Mapping[str, Case]
    repeats: tuple[Repeat, ...]
    bases: Mapping[str, Mapping[str, Any]]

    @property
    def invalid(self) -> tuple[Point, ...]:
        """Points that cannot be."""
        return tuple(point for point in self.points if point.case is None)

    @property
    def n_merged(self) -> int:
        """Points beyond the first that share a case."""
        possible = [point.case for point in self.points if point.case is not None]
        return len(possible) - len(set(possible))


def make_plan(loaded: LoadedStudy, progress: Callable[[int], None] = lambda _: None) -> Plan:
    """Make the cases of a study.

    Parameters
    ----------
    loaded : LoadedStudy
        A checked study.
    progress : callable, optional
        Told how many points have been checked.

    Returns
    -------
    Plan
        The plan.

    Raises
    ------
    ScenarioError
        If the design has too many points, none of them can be, or its noise floor cannot be estimated.
    """
    points: list[Point] = []
    cases: dict[str, Case] = {}
    for base, inputs in _design(loaded):
        if len(points) == MOST_POINTS:
            raise loaded.source.error([Problem("vary", f"more than {MOST_POINTS} points: must be fewer")])
        try:
            case = _case(changed_data(base, inputs, loaded.study), base.folder, loaded.study)
        except AblasimError as error:
            points.append(Point(base.name, inputs, None, str(error)))
        else:
            cases.setdefault(case.key, case)
            points.append(Point(base.name, inputs, case.key))
        progress(len(points))
    if not cases:
        first = f"; the first: {points[0].problem}" if points else ""
        raise loaded.source.error([Problem("vary", f"no point of the design can be{first}")])
    repeats = []
    for repeat, case in list(_repeated(loaded, points, cases)):
        cases.setdefault(case.key, case)
        repeats.append(repeat)
    bases = {base.name: base.scenario.model_dump(mode="json", by_alias=True) for base in loaded.bases}
    return Plan(loaded.study, identity(loaded), tuple(points), cases, tuple(repeats), bases)


def identity(loaded: LoadedStudy) -> str:
    """Hash of a study and its bases, files by their content."""
    said = {
        "study": plain(loaded.study.model_dump(mode="json", by_alias=True)),
        "bases": {base.name: scenario_hash(base.scenario) for base in loaded.bases},
    }
    return sha256(dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _design(loaded: LoadedStudy) -> Iterator[tuple[BaseCase, Inputs]]:
    for base in loaded.bases:
        for inputs in design(loaded.study, base.name):
            yield base, inputs


def changed_data(base: BaseCase, inputs: Mapping[str, Any], study: Study) -> dict[str, Any]:
    """Plain data of a base with the values of a point: keys first, then offsets in the order of the study.

    Raises
    ------
    ScenarioError
        If a value cannot be set.
    """
    here = [variable for variable in study.vary if variable.name in inputs]
    data = with_changes(
        base.data, {path: deepcopy(inputs[variable.name]) for variable in here for path in variable.paths}
    )
    for variable in here:
        if variable.offset is not None:
            said = typed_scenario(data, Source(folder=base.folder))
            data = with_changes(data, changes_of_offset(variable.offset, float(inputs[variable.name]), said))
    return data


def _repeated(loaded: LoadedStudy, points: Sequence[Point], cases: Mapping[str, Case]) -> Iterator[tuple[Repeat, Case]]:
    """Cases that are asked again on another mesh, for the noise floor.

    Raises
    ------
    ScenarioError
        If a base cannot be repeated.
    """
    said = loaded.study.noise_floor
    if said is None:
        return
    for base in loaded.bases:
        possible = {point.case: point for point in points if point.base == base.name and point.case is not None}
        if not possible:
            continue
        keys = list(possible)
        for place in chosen([possible[key].inputs for key in keys], said.cases):
            data = cases[keys[place]].data
            scenario = checked_scenario(data, Source(folder=base.folder))
            try:
                for shift in shifts(scenario, said.shift_mm, said.repeats):
                    case = _case(shifted(data, scenario, shift), base.folder, loaded.study)
                    yield Repeat(base.name, keys[place], shift, case.key), case
            except AblasimError as error:
                raise loaded.source.error([Problem("noise_floor", f"base {base.name}: {error}")]) from error


def _case(data: Mapping[str, Any], folder: Path, study: Study) -> Case:
    scenario = checked_scenario(data, Source(folder=folder))
    check_names(scenario)
    anatomy = build_anatomy(scenario)
    plan_vessels(scenario, conduits(scenario, anatomy))
    check_patterns(scenario)
    n_points = float(expected_points(scenario, anatomy))
    if scenario.numerics.mesh_file is None and n_points > MOST_MESH_POINTS:
        message = f"the mesh would have about {n_points / 1e6:.1f} million points: must be below {MOST_MESH_POINTS:,}"
        raise MeshError(message)
    if study.verify:
        check_refinable(scenario)
    mesh = key_of_mesh(scenario, anatomy)
    return Case(scenario_hash(scenario), data, folder.absolute(), mesh, expected_seconds(scenario, n_points, warm=True))
