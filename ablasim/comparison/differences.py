"""Where runs differ apart from what is compared: the patient, the models and the numerics."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ablasim.comparison.courses import NEAR_MM, reach_of_agreement
from ablasim.comparison.runs import Case, FinishedRun
from ablasim.scenario import plain_scenario
from ablasim.units import millimetres

COMPARED = ("schema_version", "title", "applicators", "protocol", "pulse_generator", "cool_down_s", "outputs")
"""Parts of a scenario that comparisons are made for, or that move no number."""

PATIENT = ("body", "tissues", "layers", "organ.tissue", "tumour.tissue")
"""Parts that are the patient: where they differ, or one case alone has a tumour, a comparison of treatments is none."""

ANATOMY = ("tumour", "vessels", "vessel_trees")
"""Parts that a treatment is aimed at or disturbed by: where they differ, not the treatments alone do."""

_NOT_THERE = "not there"


@dataclass(frozen=True)
class Difference:
    """Something that is not the same in all runs.

    Parameters
    ----------
    path : str
        Dotted path in the scenario, or ``versions.{package}``.
    of_patient : bool
        Whether it makes them different patients: other tissues, another blood supply, other organs beside.
    of_anatomy : bool
        Whether else a tumour or a vessel differs.
    text : str
        What each run has.
    """

    path: str
    of_patient: bool
    of_anatomy: bool
    text: str


def differences(runs: Sequence[FinishedRun]) -> tuple[Difference, ...]:
    """What is not the same in all runs, the patient first, then tumour and vessels; device and treatment are left out.

    Parameters
    ----------
    runs : sequence of FinishedRun
        The runs.
    """
    versions = [run.summary["versions"] for run in runs]
    return (*differences_of_scenarios(runs), *_differences("versions", versions, runs))


def differences_of_scenarios(cases: Sequence[Case]) -> tuple[Difference, ...]:
    """The same for scenarios, run or not: all but versions.

    Parameters
    ----------
    cases : sequence of Case
        The scenarios.
    """
    return _differences("", [_compared_part(case) for case in cases], cases)


def _differences(path: str, values: Sequence[Any], cases: Sequence[Case]) -> tuple[Difference, ...]:
    found = [_difference(below, unlike, cases) for below, unlike in _unlike(path, values)]
    return tuple(sorted(found, key=lambda difference: (not difference.of_patient, not difference.of_anatomy)))


def _compared_part(case: Case) -> dict[str, Any]:
    return {key: value for key, value in plain_scenario(case.scenario).items() if key not in COMPARED}


def _unlike(path: str, values: Sequence[Any]) -> Iterator[tuple[str, Sequence[Any]]]:
    """Deepest paths at which the values are not all equal; items of a list go by their names."""
    if all(value == values[0] for value in values):
        return
    parts = [_by_name(value) for value in values]
    if all(isinstance(part, Mapping) for part in parts):
        for key in dict.fromkeys(key for part in parts for key in part):
            yield from _unlike(f"{path}.{key}".lstrip("."), [part.get(key, _NOT_THERE) for part in parts])
    else:
        yield path, values


def _by_name(value: Any) -> Any:
    """A list of named parts as a mapping; anything else as it is."""
    if isinstance(value, list) and all(isinstance(item, Mapping) and "name" in item for item in value):
        return {item["name"]: item for item in value}
    return value


def _difference(path: str, values: Sequence[Any], cases: Sequence[Case]) -> Difference:
    of_patient = path == "tumour" or _is_in(path, PATIENT)
    text = f"{path}: {_grouped(values, cases)}"
    tumour = cases[0].anatomy.tumour
    is_course = path.startswith("vessels.") and path.endswith(".points_mm")
    if is_course and tumour is not None and reach_of_agreement(values, millimetres(tumour.centre)) >= NEAR_MM:
        return Difference(path, False, False, f"{text}; the same course within {NEAR_MM:g} mm of the tumour's centre")
    return Difference(path, of_patient, not of_patient and _is_in(path, ANATOMY), text)


def _is_in(path: str, parts: Sequence[str]) -> bool:
    return any(path == part or path.startswith(f"{part}.") for part in parts)


def _grouped(values: Sequence[Any], cases: Sequence[Case]) -> str:
    """Each value with the cases that have it."""
    groups: dict[str, list[str]] = {}
    for value, case in zip(values, cases, strict=True):
        groups.setdefault(_said(value), []).append(case.name)
    return "; ".join(f"{value} in {' and '.join(names)}" for value, names in groups.items())


def _said(value: Any) -> str:
    if isinstance(value, list):
        return "(" + ", ".join(_said(item) for item in value) + ")"
    if isinstance(value, Mapping):
        return "there" if "name" in value else "{" + ", ".join(f"{key}: {_said(v)}" for key, v in value.items()) + "}"
    if isinstance(value, bool) or value is None:
        return {None: "null", True: "true", False: "false"}[value]
    return f"{value:g}".replace("-", "−") if isinstance(value, float | int) else str(value)
