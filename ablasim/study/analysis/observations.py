"""From the folder of a study to inputs and one result, point by point of its design."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ablasim.errors import AnalysisError
from ablasim.scenario.messages import did_you_mean
from ablasim.study.analysis.inputs import Input, input_of
from ablasim.study.counts import how_many
from ablasim.study.schema import Study
from ablasim.study.store import StudyFolder
from ablasim.study.table import INVALID, build_table
from ablasim.units import Floats

Place = Mapping[str, float | str]
"""Values that inputs are held at, by their name; the base by `base`."""


@dataclass(frozen=True, eq=False)
class Observations:
    """Points of a study's design with one of their results.

    Parameters
    ----------
    study : Study
        The study.
    result : str
        Column of the table.
    inputs : tuple of Input, length n_inputs
        What varies.
    x : ndarray, shape (n_points, n_inputs)
        Values of the inputs at every point, in the order of the design; points that share a case are all here.
    y : ndarray, shape (n_points,)
        The result; NaN where there is none.
    state : tuple of str, length n_points
        ``done``, ``failed``, ``waiting`` or ``invalid``.
    held : mapping of str to float or str
        What the base, inputs that are words, and crossed inputs with results at one value alone are held at.
    """

    study: Study
    result: str
    inputs: tuple[Input, ...]
    x: Floats
    y: Floats
    state: tuple[str, ...]
    held: Place

    @property
    def known(self) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        """Which points have a result, shape (n_points,)."""
        return np.isfinite(self.y)

    @property
    def chosen(self) -> tuple[Input, ...]:
        """Inputs that are chosen, such as a power."""
        return tuple(each for each in self.inputs if not each.uncertain)

    @property
    def uncertain(self) -> tuple[Input, ...]:
        """Inputs with a distribution."""
        return tuple(each for each in self.inputs if each.uncertain)

    def left_out(self) -> str:
        """How many points have no result, and why, in words; '' if all have one."""
        words = {"done": "done without this result", "failed": "failed", "waiting": "not yet run", INVALID: "cannot be"}
        counts = Counter(words[state] for state, known in zip(self.state, self.known, strict=True) if not known)
        return ", ".join(f"{n} {what}" for what, n in counts.items())


def observe(folder: StudyFolder, result: str, at: Place) -> Observations:
    """Read inputs and a result of every point of a study's design.

    Parameters
    ----------
    folder : StudyFolder
        The folder.
    result : str
        Column of its table, a number.
    at : mapping of str to float or str
        What inputs are held at. Points with another base, or another word as value of an input, are left out; an input
        with numbers stays one.

    Raises
    ------
    AnalysisError
        If the study varies one thing at a time, if there is no such column or input, or if several bases or words are
        left to choose from.
    """
    asked = folder.asked()
    study = Study.model_validate(asked["study"])
    if study.design == "one_at_a_time":
        message = (
            f"{folder.path}: the study varies one thing at a time, which says nothing of what inputs do together; its "
            "tornado plot answers (`ablasim results DIR --pictures`)"
        )
        raise AnalysisError(message)
    table = build_table(folder)
    numbers = _numbers(table, result, [variable.name for variable in study.vary])
    cases = dict(zip(table["case"], zip(numbers, table["status"], strict=True), strict=True))
    points, held = _chosen_points(asked["points"], study, at)
    rows = [cases[point["case"]] if point["case"] is not None else (np.nan, INVALID) for point in points]
    y = np.array([row[0] for row in rows], dtype=float)
    columns = {name: np.array([point["inputs"][name] for point in points], dtype=float) for name in _numeric(points)}
    inputs, here = [], np.ones(len(y), dtype=bool)
    for variable in study.vary:
        if variable.name not in columns or variable.linked_to is not None:
            continue
        values = columns[variable.name]
        found = np.unique(values[np.isfinite(y)])
        if len(found) > 1:
            inputs.append(input_of(variable, found))
        elif len(found) == 1 and variable.drawn_from is None:
            held[variable.name] = float(found[0])
            here &= values == found[0]
    x = np.column_stack([columns[each.name][here] for each in inputs]) if inputs else np.empty((int(here.sum()), 0))
    state = tuple(str(row[1]) for row, kept in zip(rows, here, strict=True) if kept)
    return Observations(study, result, tuple(inputs), x, y[here], state, held)


def _numbers(table: Any, result: str, inputs: Sequence[str]) -> Floats:
    """Column of a result, numbers."""
    results = [
        str(name)
        for name in table.columns
        if table[name].dtype == "float64" and name not in ("base", "status", "error", *inputs)
    ]
    if result not in results:
        hint = did_you_mean(result, tuple(results)) if results else "; no case is done yet"
        if hint.startswith("; known"):
            hint = "; `ablasim results DIR --csv FILE` writes all columns"
        message = f"'{result}': must be a column of the table with numbers as results{hint}"
        raise AnalysisError(message)
    numbers: Floats = table[result].to_numpy(dtype=float)
    return numbers


def _chosen_points(points: Sequence[Any], study: Study, at: Place) -> tuple[list[Any], dict[str, float | str]]:
    """Points of one base and of one word for each input that has words."""
    known = ("base", *(variable.name for variable in study.vary))
    for name in at:
        if name not in known:
            message = f"--at {name}: no such input{did_you_mean(name, known)}"
            raise AnalysisError(message)
    kept, held = list(points), {}
    for name in known:
        numeric = name != "base" and name in _numeric(kept)
        if numeric or (name not in at and len(_words(kept, name)) < 2):
            continue
        words = _words(kept, name)
        if str(at.get(name)) not in words:
            given = f"{at[name]}: " if name in at else ""
            message = f"--at {name}={given or '…: '}must be one of {', '.join(words)}"
            raise AnalysisError(message)
        held[name] = at[name]
        kept = [point for point in kept if str(_value(point, name)) == str(at[name])]
    return kept, held


def _value(point: Any, name: str) -> Any:
    return point["base"] if name == "base" else point["inputs"].get(name)


def _words(points: Sequence[Any], name: str) -> list[str]:
    return list(dict.fromkeys(str(value) for point in points if (value := _value(point, name)) is not None))


def _numeric(points: Sequence[Any]) -> list[str]:
    """Inputs that are numbers at every point."""
    names = dict.fromkeys(name for point in points for name in point["inputs"])

    def is_number(value: Any) -> bool:
        return isinstance(value, int | float) and not isinstance(value, bool)

    return [name for name in names if all(is_number(point["inputs"].get(name)) for point in points)]


def check_varies(observations: Observations) -> None:
    """Check that the result is not the same everywhere.

    Raises
    ------
    AnalysisError
        If it is: nothing acts on it.
    """
    known = observations.y[observations.known]
    if len(known) and np.ptp(known) == 0.0:
        message = f"{observations.result} is {known[0]:g} in all of {how_many(len(known), 'case')}: nothing acts on it"
        raise AnalysisError(message)


def kept_at(observations: Observations, place: Mapping[str, float]) -> Observations:
    """Points whose crossed inputs have these values; those inputs vary no longer.

    Raises
    ------
    AnalysisError
        If no point has such a value.
    """
    kept = np.ones(len(observations.y), dtype=bool)
    left = []
    for each, values in zip(observations.inputs, observations.x.T, strict=True):
        if each.name not in place or each.drawn_from is not None:
            left.append(each)
            continue
        kept &= np.isclose(values, place[each.name], rtol=1e-9, atol=0.0)
        if not kept.any():
            message = (
                f"--at {each.name}={place[each.name]:g}: no case has it; real runs were made at "
                f"{', '.join(f'{level:g}' for level in each.levels)}"
            )
            raise AnalysisError(message)
    columns = [observations.inputs.index(each) for each in left]
    return replace(
        observations,
        inputs=tuple(left),
        x=observations.x[kept][:, columns],
        y=observations.y[kept],
        state=tuple(state for state, keep in zip(observations.state, kept, strict=True) if keep),
        held={**observations.held, **{name: value for name, value in place.items() if name not in observations.held}},
    )


def placed(observations: Observations, at: Place) -> dict[str, float]:
    """Numbers that chosen inputs are held at, of what `--at` says.

    Raises
    ------
    AnalysisError
        If one is no number, or belongs to an input that is uncertain or does not vary.
    """
    place = {}
    for name, value in at.items():
        if name in observations.held:
            if value != observations.held[name]:
                message = f"--at {name}={value}: the cases with a result have {observations.held[name]:g} alone"
                raise AnalysisError(message)
            continue
        known = tuple(each.name for each in observations.chosen)
        if name not in known:
            message = f"--at {name}: must be an input that is chosen{did_you_mean(name, known) or '; there is none'}"
            raise AnalysisError(message)
        try:
            place[name] = float(value)
        except ValueError as error:
            message = f"--at {name}={value}: must be a number"
            raise AnalysisError(message) from error
    return place
