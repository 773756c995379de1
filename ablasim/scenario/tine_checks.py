"""What must hold within an expandable electrode."""

from __future__ import annotations

from collections.abc import Iterator

from ablasim.errors import ModelError
from ablasim.scenario.located import Problem, join
from ablasim.scenario.tines import RfTines

LEAST_GAP_MM = 0.1
"""Narrowest gap between two tines that a mesh resolves, mm."""

THINNEST_WALL_MM = 0.05
"""Thinnest wall between a tine and the outside of the trocar, where it begins, mm."""

TIGHTEST_BEND = 3.0
"""Smallest radius that a tine may turn on, over its own."""

_ROUNDING = 1e-9


def problems_of_tines(item: RfTines, here: str) -> Iterator[Problem]:
    """Find what cannot be of an expandable electrode by itself: lengths that contradict, tines that meet.

    Parameters
    ----------
    item : RfTines
        The electrode.
    here : str
        Its dotted path.

    Yields
    ------
    Problem
        The path of the key to mend, and what is wrong.
    """
    problems = [*_lengths(item, here), *_exit(item, here)]
    yield from problems
    if problems:
        return
    try:
        tines = item.tines()
    except ModelError as error:
        yield Problem(join(here, "turn_deg"), f"{item.angles_deg[1]:g}°: {error}")
        return
    radius = 0.5 * item.diameter_mm
    bend = tines.bend_radius
    if tines.turn_deg and bend < TIGHTEST_BEND * tines.radius:
        key = "tine_length_mm" if item.bend_radius_mm is None else "bend_radius_mm"
        given = f"{item.tine_length_mm or item.bend_radius_mm:g} mm: the tines turn on a radius of {bend:.2g} mm"
        yield Problem(join(here, key), f"{given}: must be at least {TIGHTEST_BEND:g} times their own, {tines.radius:g}")
        return
    between = tines.least_gap_between(radius)
    if between < LEAST_GAP_MM:
        yield Problem(
            join(here, "tine_count"),
            f"{item.tine_count}: the gap between two tines outside the trocar is {max(between, 0.0):.2g} mm: must be "
            f"at least {LEAST_GAP_MM:g} mm: fewer or thinner tines, or a larger exit_distance_mm or exit_angle_deg",
        )
    back = tines.least_gap_to(radius, LEAST_GAP_MM)
    if back < LEAST_GAP_MM:
        given = f"{item.angles_deg[1]:g}°: the tines come back to within {max(back, 0.0):.2g} mm of the trocar"
        yield Problem(join(here, "turn_deg"), f"{given}: must stay {LEAST_GAP_MM:g} mm away from it")


def _lengths(item: RfTines, here: str) -> Iterator[Problem]:
    turns = item.angles_deg[1]
    if item.tine_length_mm is None and item.bend_radius_mm is None:
        yield Problem(join(here, "tine_length_mm"), "missing: tines need their length, or bend_radius_mm")
    elif item.tine_length_mm is not None and item.bend_radius_mm is not None:
        given = f"{item.bend_radius_mm:g} mm: must not come with tine_length_mm, {item.tine_length_mm:g} mm"
        yield Problem(join(here, "bend_radius_mm"), f"{given}: give one of them")
    elif item.bend_radius_mm is not None and turns == 0.0:
        yield Problem(
            join(here, "bend_radius_mm"), f"{item.bend_radius_mm:g} mm: the tines do not turn: give tine_length_mm"
        )
    elif turns and item.straight_mm >= item.whole_length_mm:
        given = f"{item.straight_mm:g} mm: must be below {item.whole_length_mm:g} mm, the length of a tine"
        yield Problem(join(here, "straight_mm"), f"{given}, or turn_deg 0")


def _exit(item: RfTines, here: str) -> Iterator[Problem]:
    most = 0.5 * (item.diameter_mm - item.tine_diameter_mm) - THINNEST_WALL_MM
    if item.exit_mm > most + _ROUNDING or item.exit_mm < 0.0:
        said = item.exit_distance_mm is not None
        key, given = (
            ("exit_distance_mm", f"{item.exit_mm:g} mm")
            if said
            else ("tine_diameter_mm", f"{item.tine_diameter_mm:g} mm")
        )
        allowed = (
            f"must be at most {max(most, 0.0):g} mm, so that a tine begins within the trocar of {item.diameter_mm:g} mm"
            if said
            else f"must fit into the trocar of {item.diameter_mm:g} mm"
        )
        yield Problem(join(here, key), f"{given}: {allowed}")
    if item.exit_height_mm > item.active_length_mm:
        yield Problem(
            join(here, "exit_height_mm"),
            f"{item.exit_height_mm:g} mm: must be at most active_length_mm, {item.active_length_mm:g} mm: tines leave "
            "the bare tip",
        )
