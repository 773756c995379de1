"""Electrodes that are moved: which of them are out of the body in each step of a protocol."""

from __future__ import annotations

from ablasim.scenario.schema import Scenario

Names = frozenset[str]


def movable(scenario: Scenario) -> Names:
    """Electrodes that a step names as in place: they are out of the body until one does. All others stay in it."""
    return frozenset(name for step in scenario.protocol for name in step.in_place or ())


def absences(scenario: Scenario) -> tuple[Names, ...]:
    """Electrodes that are out of the body in each step of the protocol; the last entry holds for the cool-down too."""
    all_movable = movable(scenario)
    absent, found = all_movable, []
    for step in scenario.protocol:
        if step.in_place is not None:
            absent = all_movable - frozenset(step.in_place)
        found.append(absent)
    return tuple(found)


def are_never_together(one: str, other: str, scenario: Scenario) -> bool:
    """Whether at least one of two applicators is out of the body at any time."""
    return all({one, other} & absent for absent in absences(scenario))
