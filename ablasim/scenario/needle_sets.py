"""From sets of needles to the needles that they stand for."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ablasim.geometry.electrodes import across, array_offsets, tilted
from ablasim.scenario.applicators import Applicator
from ablasim.scenario.electrodes import IreNeedle, IreNeedles
from ablasim.scenario.located import Problem, item_label, join
from ablasim.scenario.schema import Scenario

Floats = NDArray[np.float64]

_SHARED = ("diameter_mm", "exposure_mm", "shaft_length_mm", "body", "material")

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
        if not isinstance(item, IreNeedles):
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
        taken |= {name for other in items[:i] if isinstance(other, IreNeedles) for name in other.needle_names}
        if clash := sorted(taken & {item.name, *item.needle_names}):
            yield Problem(join(here, "name"), f"'{item.name}': '{clash[0]}' is already the name of something else")


def with_needles(scenario: Scenario) -> Scenario:
    """Scenario in which every set of needles is replaced by its needles; errors about them point at the set.

    Parameters
    ----------
    scenario : Scenario
        A scenario whose sets have no problems.
    """
    sets = [item for item in scenario.applicators if isinstance(item, IreNeedles)]
    if not sets:
        return scenario
    plain: tuple[Applicator, ...] = tuple(
        needle
        for item in scenario.applicators
        for needle in (_needles(item) if isinstance(item, IreNeedles) else [item])
    )
    aliases = {join("applicators", name): join("applicators", item.name) for item in sets for name in item.needle_names}
    return scenario.model_copy(update={"applicators": plain}).with_source(scenario.source.standing_for(aliases))


def _needles(item: IreNeedles) -> list[IreNeedle]:
    along = np.array(item.direction) / np.linalg.norm(item.direction)
    axes = np.stack(across(along))
    places = (
        np.array(item.centre_mm) + array_offsets(item.layout, item.count, item.spacing_mm, item.rotation_deg) @ axes
    )
    depths = np.zeros(item.count) if item.depth_offsets_mm is None else np.array(item.depth_offsets_mm)
    directions = np.tile(along, (item.count, 1))
    for tilt in item.tilts:
        directions[tilt.needle - 1] = tilted(along, tilt.angle_deg, tilt.towards_deg)
    tips = places - depths[:, None] * along - 0.5 * item.exposure_mm * directions
    shared = {key: getattr(item, key) for key in _SHARED}
    return [
        IreNeedle(name=name, kind="ire_needle", tip_mm=tip, direction=direction, **shared)
        for name, tip, direction in zip(item.needle_names, _rounded(tips), _rounded(directions), strict=True)
    ]


def _rounded(vectors: Floats) -> list[tuple[float, float, float]]:
    """Vectors without the last digits, which are but rounding: 1e-9 mm says nothing."""
    return [(x, y, z) for x, y, z in (np.round(vectors, 9) + 0.0).tolist()]
