"""From sets of needles to the needles that they stand for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from ablasim.geometry.electrodes import across, array_offsets, tilted
from ablasim.scenario.applicators import Applicator
from ablasim.scenario.arrays import NeedleSet
from ablasim.scenario.electrodes import IreNeedle
from ablasim.scenario.located import Problem, item_label, join
from ablasim.scenario.protocol import Drive, Step
from ablasim.scenario.radiofrequency import RfNeedle, RfNeedles
from ablasim.scenario.schema import Scenario
from ablasim.scenario.terminals import Terminals

Floats = NDArray[np.float64]

_OWN = ("name", "kind", "tip_mm", "direction", "device")  # keys of a needle that it does not have of its set

FEWEST_CORNERS = 3
"""Needles of the smallest polygon."""

FEWEST_ROUND_A_CENTRE = 4
"""Needles of the smallest polygon with one more in its middle: a triangle and its centre."""


def problems_of_sets(scenario: Scenario) -> Iterator[Problem]:
    """Find what cannot be within sets of needles.

    Yields
    ------
    Problem
        The path of the key to mend, and what is wrong.
    """
    items = scenario.applicators
    for i, item in enumerate(items):
        if not isinstance(item, NeedleSet):
            continue
        here = join("applicators", item_label(items, i))
        if not np.linalg.norm(item.direction) > 0.0:
            yield Problem(join(here, "direction"), "[0, 0, 0]: must have a length, such as [0, 0, 1]")
        if item.layout == "polygon_with_centre" and item.count < FEWEST_ROUND_A_CENTRE:
            yield Problem(
                join(here, "count"),
                f"{item.count}: must be at least {FEWEST_ROUND_A_CENTRE} for a polygon with a needle in its middle",
            )
        if item.layout == "polygon" and "layout" in item.model_fields_set and item.count < FEWEST_CORNERS:
            yield Problem(
                join(here, "layout"),
                f"'polygon' of {item.count} needles: must be line, or left out, or of at least {FEWEST_CORNERS}",
            )
        offsets = item.depth_offsets_mm
        if offsets is not None and len(offsets) != item.count:
            yield Problem(
                join(here, "depth_offsets_mm"), f"{len(offsets)} values: must be {item.count}, one for each needle"
            )
        numbers = [tilt.needle for tilt in item.tilts]
        for place, number in enumerate(numbers):
            path = join(here, "tilts", place, "needle")
            if number > item.count:
                yield Problem(path, f"{number}: must be a needle of the set, 1 to {item.count}")
            elif number in numbers[:place]:
                yield Problem(path, f"{number}: must not be tilted twice")
        taken = {other.name for other in items if other is not item} | {vessel.name for vessel in scenario.vessels}
        taken |= {name for other in items[:i] if isinstance(other, NeedleSet) for name in other.needle_names}
        for j, step in enumerate(scenario.protocol):
            if both := [name for name in item.needle_names if name in step.drive and item.name in step.drive]:
                message = f"'{both[0]}': must not be driven beside '{item.name}', the set that it is part of"
                yield Problem(join("protocol", j, "drive"), message)
        if clash := sorted(taken & {item.name, *item.needle_names}):
            yield Problem(join(here, "name"), f"'{item.name}': '{clash[0]}' is already the name of something else")


def with_needles(scenario: Scenario) -> Scenario:
    """Scenario in which every set of needles is replaced by its needles; errors about them point at the set.

    Parameters
    ----------
    scenario : Scenario
        A scenario whose sets have no problems.
    """
    sets = [item for item in scenario.applicators if isinstance(item, NeedleSet)]
    if not sets:
        return scenario
    plain: tuple[Applicator, ...] = tuple(
        needle
        for item in scenario.applicators
        for needle in (_needles(item) if isinstance(item, NeedleSet) else [item])
    )
    members = {item.name: item.needle_names for item in sets if isinstance(item, RfNeedles)}
    aliases: dict[str, str] = {}
    for item in sets:
        here = join("applicators", item.name)
        for name in item.needle_names:
            there = join("applicators", name)
            aliases |= {join(there, "tip_mm"): join(here, "centre_mm"), there: here}
    for i, step in enumerate(scenario.protocol):
        aliases |= _aliases_of_step(step, join("protocol", i), members)
    update = {"applicators": plain, "protocol": tuple(_of_needles(step, members) for step in scenario.protocol)}
    return scenario.model_copy(update=update).with_source(scenario.source.standing_for(aliases))


def _aliases_of_step(step: Step, here: str, members: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Parts of a step with sets spelt out, and the part of the file that stands for each."""
    in_place = join(here, "in_place")
    aliases = _aliases_of_names(step.in_place, 0, in_place, in_place, members)
    for name, drive in step.drive.items():
        first, *others = members.get(name, (name,))
        there, said = join(here, "drive", first), join(here, "drive", name)
        if isinstance(drive, Terminals):
            for key, names, before in (
                ("together_with", drive.together_with, len(others)),
                ("against", drive.against, 0),
            ):
                aliases |= _aliases_of_names(names, before, join(there, key), join(said, key), members)
        if first != name:
            aliases[there] = said
    return aliases


def _aliases_of_names(
    names: tuple[str, ...] | None, before: int, there: str, said: str, members: Mapping[str, tuple[str, ...]]
) -> dict[str, str]:
    """Items of a list of names with sets spelt out, `before` others in front of them, and the file's item of each."""
    places = [place for place, name in enumerate(names or ()) for _ in members.get(name, (name,))]
    return {join(there, before + i): join(said, place) for i, place in enumerate(places)}


def _of_needles(step: Step, members: Mapping[str, tuple[str, ...]]) -> Step:
    """Step in which the name of a set stands for its needles: driven, they are one electrode."""
    drive = dict(_drive_of_needles(name, drive, members) for name, drive in step.drive.items())
    in_place = None if step.in_place is None else _spelt_out(step.in_place, members)
    return step.model_copy(update={"drive": drive, "in_place": in_place})


def _drive_of_needles(name: str, drive: Drive, members: Mapping[str, tuple[str, ...]]) -> tuple[str, Drive]:
    if not isinstance(drive, Terminals):
        return name, drive
    first, *others = members.get(name, (name,))
    update = {
        "together_with": (*others, *_spelt_out(drive.together_with or (), members)) or None,
        "against": None if drive.against is None else _spelt_out(drive.against, members),
    }
    return first, drive.model_copy(update=update)


def _spelt_out(names: tuple[str, ...], members: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(needle for name in names for needle in members.get(name, (name,)))


def _needles(item: NeedleSet) -> list[IreNeedle] | list[RfNeedle]:
    along = np.array(item.direction) / np.linalg.norm(item.direction)
    axes = np.stack(across(along))
    places = (
        np.array(item.centre_mm) + array_offsets(item.layout, item.count, item.spacing_mm, item.rotation_deg) @ axes
    )
    depths = np.zeros(item.count) if item.depth_offsets_mm is None else np.array(item.depth_offsets_mm)
    directions = np.tile(along, (item.count, 1))
    for tilt in item.tilts:
        directions[tilt.needle - 1] = tilted(along, tilt.angle_deg, tilt.towards_deg)
    tips = places - depths[:, None] * along - 0.5 * item.bare_length_mm * directions
    placed = list(zip(item.needle_names, _rounded(tips), _rounded(directions), strict=True))
    if isinstance(item, RfNeedles):
        shared = {key: getattr(item, key) for key in RfNeedle.model_fields if key not in _OWN}
        return [RfNeedle(name=name, kind="rf_needle", tip_mm=tip, direction=way, **shared) for name, tip, way in placed]
    shared = {key: getattr(item, key) for key in IreNeedle.model_fields if key not in _OWN}
    return [IreNeedle(name=name, kind="ire_needle", tip_mm=tip, direction=way, **shared) for name, tip, way in placed]


def _rounded(vectors: Floats) -> list[tuple[float, float, float]]:
    """Vectors without the last digits, which are but rounding: 1e-9 mm says nothing."""
    return [(x, y, z) for x, y, z in (np.round(vectors, 9) + 0.0).tolist()]
