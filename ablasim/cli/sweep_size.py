"""What a sweep says before it runs: what varies, how many cases that makes, and how long they will take."""

from __future__ import annotations

import json
from statistics import median
from typing import Any

from rich.console import Console
from rich.text import Text

from ablasim.study.counts import how_many
from ablasim.study.load import LoadedStudy
from ablasim.study.plan import Plan
from ablasim.study.sampling import levels
from ablasim.study.schema import Morris, Study, Variable
from ablasim.study.store import StudyFolder
from ablasim.study.sweep import count
from ablasim.study.values import doubtful_values

_SHOWN_PROBLEMS = 5
_SHOWN_VALUES = 12
_START_S = 5.0  # of processes


def tell_doubts(loaded: LoadedStudy, console: Console) -> None:
    """Tell of values that may be a slip."""
    for problem in doubtful_values(loaded.study):
        console.print(Text.assemble(("note: ", "yellow"), loaded.source.sentence(problem)), soft_wrap=True)


def tell_variables(study: Study, console: Console) -> None:
    """Tell each variable with its values, or what they are drawn from."""
    wide = max((len(variable.name) for variable in study.vary), default=0)
    for variable in study.vary:
        console.print(Text(f"  {variable.name:{wide}}  {variable_words(variable)}"), soft_wrap=True)
    said = study.sampling
    if isinstance(said, Morris):
        of_morris = f"{said.trajectories} trajectories, {said.levels} levels"
        console.print(f"  drawn together: morris, {of_morris}, seed {said.seed}")
    elif said is not None:
        console.print(f"  drawn together: {said.method}, {how_many(said.count, 'point')}, seed {said.seed}")
    if study.design == "one_at_a_time":
        console.print("  one at a time: the others as in the base")


def variable_words(variable: Variable) -> str:
    """Values of a variable, or what they are drawn from, in words.

    Examples
    --------
    >>> variable_words(Variable(name="power_w", path="protocol.0.drive.ball.power_w", values=(20, 25, 30)))
    '3 values: 20, 25, 30'
    """
    if variable.distribution is not None:
        said = variable.distribution.model_dump()
        words = f"{said.pop('kind')}, {', '.join(f'{key} {value:g}' for key, value in said.items())}"
    elif variable.between is not None:
        words = f"between {variable.between.low:g} and {variable.between.high:g}"
    else:
        values = [_shown(value) for value in levels(variable)]
        left_out = ["…"] if len(values) > _SHOWN_VALUES else []
        values_said = [*values[: _SHOWN_VALUES - 1], *left_out, values[-1]] if left_out else values
        words = f"{how_many(len(values), 'value')}: {', '.join(values_said)}"
    words += f"; in step with {variable.linked_to}" if variable.linked_to is not None else ""
    return words + (f"; of {', '.join(variable.bases)} alone" if variable.bases is not None else "")


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return value
    return f"{value:g}" if isinstance(value, float) else json.dumps(value, default=str)


def tell_invalid(plan: Plan, console: Console) -> None:
    """Tell the first points that cannot be, and why."""
    for point in plan.invalid[:_SHOWN_PROBLEMS]:
        inputs = ", ".join(f"{name} {value}" for name, value in point.inputs.items())
        console.print(
            Text.assemble(("skipped: ", "yellow"), f"{point.base}, {inputs}: {point.problem}"), soft_wrap=True
        )
    if len(plan.invalid) > _SHOWN_PROBLEMS:
        console.print(f"… and {len(plan.invalid) - _SHOWN_PROBLEMS} more; the table has them all with their reasons")


def tell_size(plan: Plan, folder: StudyFolder, console: Console, processes: int | None) -> None:
    """Tell how many cases and meshes there are, and how long those left will take; on a cluster of one core."""
    meshes = len({case.mesh for case in plan.cases.values()})
    notes = [f"{plan.n_merged} that ask the same as another"] if plan.n_merged else []
    notes += [f"{len(plan.invalid)} that cannot be"] if plan.invalid else []
    without = f" ({how_many(len(plan.points), 'point')} without {' and '.join(notes)})" if notes else ""
    repeats = len({repeat.case for repeat in plan.repeats})
    without += f", {repeats} of them repeats for the noise floor" if repeats else ""
    console.print(f"{how_many(len(plan.cases), 'case')}{without}, {how_many(meshes, 'mesh')}")
    ended = count(plan.cases, folder)
    if ended.done + ended.failed:
        console.print(f"{ended.done} done and {ended.failed} failed before")
    left = [case for case in plan.cases.values() if folder.status(case.key) is None]
    if not left:
        console.print("nothing is left to run")
        return
    seconds, how = _expected(plan, folder)
    total = sum(seconds[case.key] for case in left)
    if processes is None:
        console.print(f"{len(left)} to run, about {in_words(total)} of one core ({how})")
    else:
        many = min(processes, len(left))
        processes_said = how_many(many, "process")
        console.print(f"{len(left)} to run, about {in_words(_START_S + total / many)} on {processes_said} ({how})")


def _expected(plan: Plan, folder: StudyFolder) -> tuple[dict[str, float], str]:
    """Seconds of each case, and how they were found: from records of this folder, or from size and duration."""
    guess = {case.key: case.expected_s for case in plan.cases.values()}
    records = {key: folder.record(key) for key in guess}
    shares = [
        record["seconds"] / guess[key] for key, record in records.items() if record and record["status"] == "done"
    ]
    if not shares:
        return guess, "roughly, from the size of the mesh and the length of the protocol"
    share = median(shares)
    return {key: share * value for key, value in guess.items()}, f"from {how_many(len(shares), 'case')} done before"


def in_words(seconds: float) -> str:
    """A length of time as people say it.

    Examples
    --------
    >>> in_words(40.0), in_words(600.0), in_words(9000.0)
    ('40 s', '10 min', '2.5 h')
    """
    if seconds < 90.0:
        return f"{seconds:.0f} s"
    return f"{seconds / 60.0:.0f} min" if seconds < 5400.0 else f"{seconds / 3600.0:.1f} h"
