"""Values of a study that the scenario's schema does not allow where they would be set, and such as look like a slip."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from itertools import combinations, pairwise, product
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ablasim.errors import ScenarioError
from ablasim.scenario import Scenario
from ablasim.scenario.changes import with_changes
from ablasim.scenario.located import Problem, Source, item_label, join
from ablasim.scenario.messages import DISCRIMINATORS, problems_of
from ablasim.study.checks import is_number, overlapping
from ablasim.study.sampling import levels
from ablasim.study.schema import Study, Variable

_MOST_SET_RIGHT = 12
"""Values of a list for which a reading with decimal points is looked for."""


def refused_values(
    variable: Variable, others: Sequence[Variable], data: Mapping[str, Any], folder: Path
) -> Iterator[Problem]:
    """Find values, and ends of a range or of bounds, that can stand at a variable's path in no point of the design.

    Each is set in the base and checked by the type and the bounds of its key alone. What no key forbids by itself, such
    as a vessel through the needle, is found point by point. Distributions are left out: some of what they give may be
    impossible, and is skipped.

    Parameters
    ----------
    variable : Variable
        The variable; its paths are there.
    others : sequence of Variable
        The other variables of the base. Where they set the kind of the part that a key belongs to, or the part as a
        whole, a value need only be possible with one of theirs.
    data : mapping
        Plain data of the base.
    folder : Path
        Folder of the base scenario.

    Yields
    ------
    Problem
        Place of the value in the study, and what is allowed.
    """
    here = join("vary", variable.name)
    for path in variable.paths:
        settings = [{}, *_settings(path, others)]
        below = [its for other in others for its in other.paths if its != path and overlapping(its, path)]
        for place, value in _given(variable):
            found = [_problems(path, value, setting, below, data, folder) for setting in settings]
            own = [[problem for problem in problems if overlapping(problem.path, path)] for problems in found]
            if all(found):
                told = next(filter(None, own), [])
                yield from (Problem(join(here, place), f"{each.path}: {each.message}") for each in told)


def _given(variable: Variable) -> Iterator[tuple[str, Any]]:
    """Values that a variable names, each with its key in the study file."""
    values = variable.values or ()
    for i, value in enumerate(values):
        yield join("values", item_label(values, i)), value
    if variable.range is not None:
        yield from (("range.from", variable.range.start), ("range.to", variable.range.stop))
    if variable.between is not None:
        yield from (("between.low", variable.between.low), ("between.high", variable.between.high))


def _settings(path: str, others: Sequence[Variable]) -> Iterator[dict[str, Any]]:
    """Values of other variables on which it hangs what may stand at a path."""
    steering = [
        [{its: value} for value in levels(other)]
        for other in others
        for its in other.paths
        if other.drawn_from is None and its != path and (overlapping(path, its) or _is_kind_of_part(its, path))
    ]
    if steering:
        for chosen in product(*steering):
            yield {its: value for one in chosen for its, value in one.items()}


def _is_kind_of_part(its: str, path: str) -> bool:
    part, _, key = its.rpartition(".")
    return key in DISCRIMINATORS and overlapping(path, part)


def _problems(
    path: str, value: Any, setting: Mapping[str, Any], below: Sequence[str], data: Mapping[str, Any], folder: Path
) -> list[Problem]:
    """What the schema has against a value: on the way to the path, there, or below where no other variable sets it."""
    try:
        changed = with_changes(data, deepcopy({**setting, path: value}))
        Scenario.model_validate(changed, context=Source(folder=folder))
    except ScenarioError:  # a path that is not there: told by itself
        return []
    except ValidationError as error:
        return [
            problem
            for problem in problems_of(error, Scenario, changed)
            if (overlapping(problem.path, path) or overlapping(path, problem.path))
            and not any(overlapping(problem.path, its) for its in below)
        ]
    return []


def doubtful_values(study: Study) -> Iterator[Problem]:
    """Find lists of numbers that neither rise nor fall, as a decimal comma makes them: 20,5 is two values.

    Those of a variable that goes in step with another are left out: there are as many as of the other, in its order.

    Yields
    ------
    Problem
        Place of the list in the study, and what may have been meant.
    """
    for variable in study.vary:
        values = variable.values or ()
        if variable.linked_to is None and all(map(is_number, values)) and not _in_order(values):
            meant = _with_points(values)
            words = f"did you mean {_listed(meant)}?" if meant else "is a number among them written with a comma?"
            yield Problem(
                join("vary", variable.name, "values"),
                f"{_listed(values)}: {len(values)} values that neither rise nor fall; a decimal comma makes two of "
                f"one, numbers are written with a point; {words}",
            )


def _in_order(values: Sequence[float]) -> bool:
    steps = [later - earlier for earlier, later in pairwise(values)]
    return all(step > 0 for step in steps) or all(step < 0 for step in steps)


def _with_points(values: Sequence[float]) -> list[float]:
    """The same with as few pairs as possible read as one number so that all are in order; [] if that cannot be.

    Examples
    --------
    >>> _with_points([20, 5, 29]), _with_points([1, 5, 2, 5, 3]), _with_points([3, 1.5, 2])
    ([20.5, 29], [1.5, 2.5, 3], [])
    """
    pairs = [i for i, pair in enumerate(pairwise(values)) if all(isinstance(each, int) for each in pair)]
    pairs = [i for i in pairs if values[i + 1] >= 0]
    for count in range(1, len(values) // 2 + 1) if len(values) <= _MOST_SET_RIGHT else ():
        for joined in combinations(pairs, count):
            if any(later == earlier + 1 for earlier, later in pairwise(joined)):
                continue
            read = [
                float(f"{value}.{values[i + 1]}") if i in joined else value
                for i, value in enumerate(values)
                if i - 1 not in joined
            ]
            if _in_order(read):
                return read
    return []


def _listed(values: Sequence[float]) -> str:
    return ", ".join(f"{value:g}" for value in values)
