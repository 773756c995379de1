"""What must hold for electrodes that are moved: names, what can be moved, and positions on one axis."""

from __future__ import annotations

from collections.abc import Iterator

from ablasim.geometry.coaxial import height_on_axis
from ablasim.scenario.applicators import Prescribed
from ablasim.scenario.located import Problem, join
from ablasim.scenario.messages import did_you_mean
from ablasim.scenario.moves import absences, are_never_together, movable
from ablasim.scenario.placement import unit
from ablasim.scenario.radiofrequency import GroundPad, RfNeedle
from ablasim.scenario.schema import Scenario
from ablasim.scenario.shafts import Shaft
from ablasim.scenario.terminal_pairs import terminal_pairs
from ablasim.scenario.terminals import Terminals

ON_AXIS_MM = 1e-6
"""Distance of a tip from an axis up to which it lies on it, and between two heights on it that are one, mm."""


def problems_of_moves(scenario: Scenario) -> Iterator[Problem]:
    """Find what cannot be of the electrodes that steps name as in place.

    Yields
    ------
    Problem
        The path of the key to mend, and what is wrong.
    """
    if not any(step.in_place is not None for step in scenario.protocol):
        return
    applicators = {applicator.name: applicator for applicator in scenario.applicators}
    needles = tuple(name for name, item in applicators.items() if isinstance(item, RfNeedle))
    for i, step in enumerate(scenario.protocol):
        here, named = join("protocol", i, "in_place"), step.in_place or ()
        if step.steady and step.in_place is not None:
            yield Problem(here, "must be left out of a steady step: nothing moves in it")
        for place, name in enumerate(named):
            item = applicators.get(name)
            if item is None:
                known = did_you_mean(name, needles) or "; the scenario has none"
                yield Problem(join(here, place), f"'{name}': must be the name of a radiofrequency needle{known}")
            elif not isinstance(item, RfNeedle):
                yield Problem(
                    join(here, place), f"'{name}': is of kind {item.kind}: only radiofrequency needles can be moved"
                )
            elif item.body == "left_out":
                yield Problem(
                    join("applicators", name, "body"),
                    "'left_out': must be meshed: tissue takes the place of a needle that is moved",
                )
            if name in named[:place]:
                yield Problem(join(here, place), f"'{name}': must not be named twice")
    if not movable(scenario):
        first = next(i for i, step in enumerate(scenario.protocol) if step.in_place is not None)
        yield Problem(
            join("protocol", first, "in_place"), "[]: must name a needle in one step at least, or be left out"
        )
    for item in scenario.applicators:
        if not isinstance(item, RfNeedle | GroundPad | Prescribed):
            yield Problem(
                join("applicators", item.name),
                f"is of kind {item.kind}: must be left out of a protocol with in_place, which only radiofrequency "
                "needles, ground pads and prescribed heat take part in",
            )


def problems_of_absent_drives(scenario: Scenario) -> Iterator[Problem]:
    """Find steps that drive an electrode that is out of the body, or drive one with or against such a one."""
    for i, (step, absent) in enumerate(zip(scenario.protocol, absences(scenario), strict=True)):
        for name, drive in step.drive.items():
            pairs = terminal_pairs(scenario, name, drive) if isinstance(drive, Terminals) else ()
            metals = (metal.partition(".")[0] for pair in pairs for metal in (*pair.active, *pair.back))
            for other in dict.fromkeys((name, *metals)):
                if other in absent:
                    yield Problem(
                        join("protocol", i, "drive", name),
                        f"'{other}': is out of the body in this step: name it in in_place, here or in a step before",
                    )


def share_a_track(one: Shaft, other: Shaft, scenario: Scenario) -> bool:
    """Whether two applicators are moved, lie on one axis and overlap on it: positions of a needle that is pulled."""
    height = _height_above_tip(one, other)
    return height is not None and {one.name, other.name} <= movable(scenario) and _overlap(one, other, height)


def problems_of_track(one: Shaft, other: Shaft, scenario: Scenario, least_mm: float) -> Iterator[Problem]:
    """Find what cannot be of two applicators that share a track, said of the second.

    Parameters
    ----------
    one, other : Shaft
        Two straight applicators.
    scenario : Scenario
        Whose they are.
    least_mm : float
        Shortest stretch that a mesh resolves, mm.

    Yields
    ------
    Problem
        The path of the key to mend, and what is wrong.
    """
    height = _height_above_tip(one, other)
    assert height is not None  # they share a track
    here = join("applicators", other.name, "tip_mm")
    pair = f"'{other.name}' lies on the axis of '{one.name}'"
    if one.outer_diameter_mm != other.outer_diameter_mm:
        given = f"{other.outer_diameter_mm:g} and {one.outer_diameter_mm:g} mm thick"
        yield Problem(here, f"{pair}: they are {given}: positions of one needle must be of one diameter")
    if not are_never_together(one.name, other.name, scenario):
        yield Problem(here, f"{pair} and overlaps it: must not be in place in the same step")
    gaps = [abs(height + b - a) for a in _ends(one) for b in _ends(other)]
    if bad := [gap for gap in gaps if ON_AXIS_MM < gap < least_mm]:
        yield Problem(
            here,
            f"{pair}: ends of active parts or shafts lie {min(bad):.2g} mm apart: must coincide or be "
            f"{least_mm:g} mm apart for the mesh to resolve it",
        )


def _overlap(one: Shaft, other: Shaft, height: float) -> bool:
    """Whether two needles on one axis share a stretch or touch, the other's tip at a height above the one's."""
    lower = one if height >= 0.0 else other
    return lower.length_mm is None or abs(height) <= lower.length_mm + ON_AXIS_MM


def _ends(shaft: Shaft) -> tuple[float, ...]:
    """Heights above the tip at which something of a needle begins or ends, mm."""
    top = () if shaft.length_mm is None else (shaft.length_mm,)
    return 0.0, shaft.heating_length_mm, *top


def _height_above_tip(one: Shaft, other: Shaft) -> float | None:
    """Height of another needle's tip above a needle's along its axis, mm; None if they do not share one."""
    return height_on_axis(one.tip_mm, unit(one.direction), other.tip_mm, unit(other.direction), within=ON_AXIS_MM)
