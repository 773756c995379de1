"""What must hold for the terminals that a step drives its electrodes by."""

from __future__ import annotations

from collections.abc import Iterator

from ablasim.scenario.applicators import RF_ELECTRODES, Applicator
from ablasim.scenario.located import Problem, join
from ablasim.scenario.messages import did_you_mean
from ablasim.scenario.protocol import Step
from ablasim.scenario.radiofrequency import RfBipolar
from ablasim.scenario.schema import Scenario
from ablasim.scenario.terminal_pairs import metals_of, terminal_pairs
from ablasim.scenario.terminals import Terminals


def problems_of_terminals(scenario: Scenario, step: Step, here: str) -> Iterator[Problem]:
    """Find terminals that cannot be: unknown metal, metal on both sides, nowhere for the current to go.

    Parameters
    ----------
    scenario : Scenario
        The scenario, in which sets stand as their needles.
    step : Step
        A step that drives known applicators, each by a control that it may have.
    here : str
        The step's dotted path.

    Yields
    ------
    Problem
        The path of the key to mend, and what is wrong.
    """
    applicators = {item.name: item for item in scenario.applicators}
    for name, drive in step.drive.items():
        if isinstance(drive, Terminals) and name in applicators:
            yield from _drive(applicators[name], drive, join(here, "drive", name), scenario)


def _drive(applicator: Applicator, drive: Terminals, here: str, scenario: Scenario) -> Iterator[Problem]:
    for key in ("together_with", "against", "switching"):
        if getattr(drive, key) is None:
            continue
        if isinstance(applicator, RfBipolar):
            yield Problem(join(here, key), "must be left out: a bipolar needle is driven between its own two poles")
            return
        if not isinstance(applicator, RF_ELECTRODES):
            yield Problem(join(here, key), f"must be left out: '{applicator.name}' is no radiofrequency electrode")
            return
    problems = [*_together(applicator, drive, here, scenario), *_against(applicator, drive, here, scenario)]
    problems += _switching(drive, here, scenario)
    yield from problems
    if isinstance(applicator, RF_ELECTRODES) and not problems:
        yield from _return(applicator, drive, scenario)


def _together(applicator: Applicator, drive: Terminals, here: str, scenario: Scenario) -> Iterator[Problem]:
    known = tuple(name for name in metals_of(scenario, pads=False) if "." not in name)
    others = drive.together_with or ()
    for place, name in enumerate(others):
        path = join(here, "together_with", place)
        if name not in known:
            hint = did_you_mean(name, known)
            yield Problem(path, f"'{name}': must be another radiofrequency electrode, not bipolar{hint}")
        elif name == applicator.name or name in others[:place]:
            yield Problem(path, f"'{name}': must not be named twice: the step drives '{applicator.name}'")


def _against(applicator: Applicator, drive: Terminals, here: str, scenario: Scenario) -> Iterator[Problem]:
    known, active = metals_of(scenario), (applicator.name, *(drive.together_with or ()))
    others = drive.against or ()
    for place, name in enumerate(others):
        path = join(here, "against", place)
        if name not in known:
            hint = did_you_mean(name, known)
            yield Problem(path, f"'{name}': must be another electrode, a pole of one, or a ground pad{hint}")
        elif name in active or name in others[:place]:
            yield Problem(path, f"'{name}': must not be named twice: the current goes from {' and '.join(active)}")
    if others and drive.switching is not None:
        yield Problem(join(here, "against"), "must be left out: switching says the pairs")


def _switching(drive: Terminals, here: str, scenario: Scenario) -> Iterator[Problem]:
    if drive.switching is None:
        return
    path, known = join(here, "switching.pairs"), metals_of(scenario)
    if drive.switching.pairs == "all":
        if not drive.together_with:
            yield Problem(path, "'all': must be pairs: there is but one electrode; drive a set, or give together_with")
        return
    for index, pair in enumerate(drive.switching.pairs):
        for place, name in enumerate(pair):
            if name not in known:
                hint = did_you_mean(name, known)
                yield Problem(
                    join(path, index, place), f"'{name}': must be an electrode, a pole of one, or a ground pad{hint}"
                )
        if pair[0] == pair[1]:
            yield Problem(join(path, index), f"'{pair[0]}' twice: must be two: the current goes between them")


def _return(applicator: Applicator, drive: Terminals, scenario: Scenario) -> Iterator[Problem]:
    pairs = terminal_pairs(scenario, applicator.name, drive)
    if scenario.boundary.electric == "insulated" and any(not pair.back for pair in pairs):
        yield Problem(
            "boundary.electric",
            f"'insulated': must be 'ground' for '{applicator.name}': its current must go somewhere",
        )
