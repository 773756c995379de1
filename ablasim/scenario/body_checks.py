"""Whether the bodies of a scenario can be where it puts them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np

from ablasim.geometry.layers import axis_of
from ablasim.geometry.segments import point_polyline_distance, segment_distance
from ablasim.scenario.anatomy import BoxOrgan, SurfaceTumour, Vessel
from ablasim.scenario.applicators import MwAntenna
from ablasim.scenario.electrodes import IreBipolar, IreNeedle
from ablasim.scenario.located import Problem, join
from ablasim.scenario.move_checks import problems_of_track, share_a_track
from ablasim.scenario.moves import movable
from ablasim.scenario.patterns import MwPattern, MwSarMap
from ablasim.scenario.placement import (
    Floats,
    Segment,
    active_end,
    height_above,
    shaft_segments,
    shortest_distance,
    tine_lines,
    vessel_segments,
)
from ablasim.scenario.plate_checks import problems_between_plates, problems_of_crossing
from ablasim.scenario.radiofrequency import RfBipolar, RfNeedle
from ablasim.scenario.schema import Scenario
from ablasim.scenario.shafts import Shaft
from ablasim.scenario.tines import RfTines

SMALLEST_GAP_MM = 0.2
"""Narrowest gap between two bodies that a mesh of ordinary size resolves, mm."""


_ACTIVE_PARTS: dict[type[Shaft], tuple[str, str]] = {
    RfNeedle: ("active_length_mm", "active part"),
    RfTines: ("active_length_mm", "bare tip"),
    RfBipolar: ("proximal_length_mm", "upper pole"),
    MwAntenna: ("radiator", "radiator"),
    IreNeedle: ("exposure_mm", "exposed part"),
    IreBipolar: ("proximal_length_mm", "upper pole"),
}
"""Key that says how long the part that heats is, and what to call that part."""


@dataclass(frozen=True, eq=False)
class Body:
    """A vessel, a needle, an antenna or the tines of a needle as they lie in the organ.

    Parameters
    ----------
    path : str
        Dotted path of the key that places it.
    name : str
        Its name.
    kind : str
        What to call it before its name: vessel, needle, antenna, a tine of.
    radius_mm : float
        Its radius, mm.
    segments : list of (ndarray, ndarray)
        Its axis within the organ, mm.
    """

    path: str
    name: str
    kind: str
    radius_mm: float
    segments: list[Segment]


def problems_of_bodies(scenario: Scenario) -> Iterator[Problem]:
    """Find bodies outside the organ, through each other, or too near each other.

    Parameters
    ----------
    scenario : Scenario
        A scenario whose names and references hold.

    Yields
    ------
    Problem
        The path of the key that places the body, and what is wrong.
    """
    outside = [*_tumour(scenario), *_shafts(scenario), *_tines(scenario), *_patterns(scenario), *_vessels(scenario)]
    yield from outside
    vessels = [_vessel_body(vessel, scenario) for vessel in scenario.vessels]
    shafts = [_shaft_body(applicator, scenario) for applicator in _shafts_of(scenario)]
    tines = [_tines_body(item) for item in scenario.applicators if isinstance(item, RfTines)]
    yield from _junctions(scenario)
    joined, tracks = _joined_pairs(scenario), _tracks(scenario)
    for one, other in tracks:
        yield from problems_of_track(one, other, scenario, SMALLEST_GAP_MM)
    joined |= {frozenset((one.name, other.name)) for one, other in tracks}
    moved = movable(scenario)
    lines = {vessel.name for vessel in scenario.vessels if vessel.model == "line"}
    for first, second in combinations([*shafts, *vessels, *tines], 2):
        if first.name == second.name:
            continue
        a_line_joins = first.kind == second.kind == "vessel" and not lines.isdisjoint((first.name, second.name))
        if not a_line_joins and frozenset((first.name, second.name)) not in joined:
            yield from _clearance(first, second, are_moved={first.name, second.name} <= moved)
    for body in (*shafts, *vessels, *tines):
        yield from _below_layers(body, scenario)
    yield from problems_between_plates(scenario)
    for body in shafts:
        yield from problems_of_crossing(body.path, body.name, body.radius_mm, body.segments, scenario)


def _junctions(scenario: Scenario) -> Iterator[Problem]:
    """Ends of vessels that do not lie in the vessel they are joined to."""
    vessels = {vessel.name: vessel for vessel in scenario.vessels}
    for vessel in scenario.vessels:
        for key, corner, name in (("branches_from", 0, vessel.branches_from), ("flows_into", -1, vessel.flows_into)):
            if name is None:
                continue
            other, end = vessels[name], np.asarray(vessel.points_mm[corner], dtype=float)
            distance = float(point_polyline_distance(end[None], np.asarray(other.points_mm, dtype=float))[0][0])
            if distance > 0.5 * other.diameter_mm:
                which = "first" if corner == 0 else "last"
                yield Problem(
                    join("vessels", vessel.name, key),
                    f"'{name}': the {which} point lies {distance:.3g} mm from its axis: must lie in it, within "
                    f"{0.5 * other.diameter_mm:g} mm",
                )


def _joined_pairs(scenario: Scenario) -> set[frozenset[str]]:
    """Pairs of vessels that may overlap: joined to each other, or both to the same vessel."""
    ends = [
        (vessel.name, other)
        for vessel in scenario.vessels
        for other in (vessel.branches_from, vessel.flows_into)
        if other is not None
    ]
    siblings = {frozenset((a, b)) for a, onto_a in ends for b, onto_b in ends if onto_a == onto_b and a != b}
    return siblings | {frozenset(pair) for pair in ends}


def _tracks(scenario: Scenario) -> list[tuple[Shaft, Shaft]]:
    """Pairs of positions of one needle that is pulled back or pushed on."""
    return [pair for pair in combinations(_shafts_of(scenario), 2) if share_a_track(*pair, scenario)]


def _shafts_of(scenario: Scenario) -> list[Shaft]:
    return [applicator for applicator in scenario.applicators if isinstance(applicator, Shaft)]


def _tumour(scenario: Scenario) -> Iterator[Problem]:
    tumour = scenario.tumour
    if tumour is None or isinstance(tumour, SurfaceTumour):
        return
    height = height_above(scenario.organ, tumour.centre_mm)
    if height >= 0.0:
        yield Problem("tumour.centre_mm", _outside("the tumour's centre", tumour.centre_mm, height))


def _shafts(scenario: Scenario) -> Iterator[Problem]:
    for applicator in _shafts_of(scenario):
        here = join("applicators", applicator.name)
        tip_height = height_above(scenario.organ, applicator.tip_mm)
        end = active_end(applicator)
        end_height = height_above(scenario.organ, end)
        if tip_height > -SMALLEST_GAP_MM:
            yield Problem(join(here, "tip_mm"), _outside("the tip", applicator.tip_mm, tip_height))
        elif end_height > -SMALLEST_GAP_MM:
            key, what = _ACTIVE_PARTS[type(applicator)]
            given = f"{applicator.heating_length_mm:g} mm"
            yield Problem(join(here, key), f"{given}: {_outside(f'the end of the {what}', end, end_height)}")


def _tines(scenario: Scenario) -> Iterator[Problem]:
    """Tines that leave the organ, said of the key that gives their length."""
    for item in scenario.applicators:
        if isinstance(item, RfTines):
            places = np.concatenate([line[1:] for line in tine_lines(item)])
            heights = [height_above(scenario.organ, place) for place in places]
            worst = int(np.argmax(heights))
            if heights[worst] > -SMALLEST_GAP_MM - 0.5 * item.tine_diameter_mm:
                key = "bend_radius_mm" if item.tine_length_mm is None else "tine_length_mm"
                least = SMALLEST_GAP_MM + 0.5 * item.tine_diameter_mm
                where = _outside("the axis of a tine at", places[worst], heights[worst], least)
                yield Problem(join("applicators", item.name, key), f"{getattr(item, key):g} mm: {where}")


def _patterns(scenario: Scenario) -> Iterator[Problem]:
    for source in scenario.applicators:
        if isinstance(source, MwSarMap | MwPattern):
            height = height_above(scenario.organ, source.tip_mm)
            if height > -SMALLEST_GAP_MM:
                yield Problem(join("applicators", source.name, "tip_mm"), _outside("the tip", source.tip_mm, height))


def _vessels(scenario: Scenario) -> Iterator[Problem]:
    for vessel in scenario.vessels:
        yield from _crossing_itself(vessel)
        stretches = vessel_segments(vessel, scenario.organ)
        deepest = max((_depth(scenario, segment) for segment in stretches), default=0.0)
        if deepest < SMALLEST_GAP_MM:
            yield Problem(
                join("vessels", vessel.name, "points_mm"),
                "the centre line does not enter the organ: must pass through it, or be left out",
            )


def _crossing_itself(vessel: Vessel) -> Iterator[Problem]:
    """A vessel that comes back to where it has been before.

    Stretches nearer than a diameter, with more than two diameters of the path between them: a bend so tight would have
    turned by more than 200°.
    """
    points = np.asarray(vessel.points_mm, dtype=float)
    segments = list(pairwise(points))
    passed = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    diameter = vessel.outer_diameter_mm
    for (i, first), (j, second) in combinations(enumerate(segments), 2):
        if passed[j] - passed[i + 1] > 2.0 * diameter and segment_distance(*first, *second) < diameter:
            yield Problem(
                join("vessels", vessel.name, "points_mm", j),
                f"{[float(value) for value in points[j]]}: from here the vessel runs into its own stretch from point "
                f"{i + 1} to {i + 2}: must keep a diameter, {diameter:g} mm, away from it",
            )
            return


def _depth(scenario: Scenario, segment: Segment) -> float:
    """Depth of the middle of a stretch below the organ's outside, mm; along a face it is 0."""
    middle = 0.5 * (segment[0] + segment[1])
    return -height_above(scenario.organ, middle)


def _outside(
    what: str, place: tuple[float, float, float] | Floats, height: float, depth_mm: float = SMALLEST_GAP_MM
) -> str:
    where = "[{:g}, {:g}, {:g}] mm".format(*(np.round(place, 6) + 0.0))
    if height > 0.0:
        return f"{what} {where} lies {height:.3g} mm outside the organ: must lie inside"
    depth = f"{abs(height):.3g} mm below the organ's outside"
    return f"{what} {where} lies {depth}: must lie deeper than {depth_mm:g} mm"


def _vessel_body(vessel: Vessel, scenario: Scenario) -> Body:
    path = join("vessels", vessel.name, "points_mm")
    return Body(path, vessel.name, "vessel", 0.5 * vessel.outer_diameter_mm, vessel_segments(vessel, scenario.organ))


def _shaft_body(applicator: Shaft, scenario: Scenario) -> Body:
    path = join("applicators", applicator.name, "tip_mm")
    kind = "antenna" if isinstance(applicator, MwAntenna) else "needle"
    segments = shaft_segments(applicator, scenario.organ)
    return Body(path, applicator.name, kind, 0.5 * applicator.outer_diameter_mm, segments)


def _tines_body(item: RfTines) -> Body:
    """The tines of an electrode; where they lie is said by its tip."""
    segments = [segment for line in tine_lines(item) for segment in pairwise(line)]
    path = join("applicators", item.name, "tip_mm")
    return Body(path, item.name, "a tine of", 0.5 * item.tine_diameter_mm, segments)


def _below_layers(body: Body, scenario: Scenario) -> Iterator[Problem]:
    """Problem of a body that reaches, or nearly reaches, a face that layers lie on."""
    organ = scenario.organ
    if not isinstance(organ, BoxOrgan):
        return
    for face in dict.fromkeys(layer.face for layer in scenario.layers):
        axis, sign = axis_of(face)
        surface = sign * organ.centre_mm[axis] + 0.5 * organ.size_mm[axis]
        highest = max((sign * float(end[axis]) for segment in body.segments for end in segment), default=-np.inf)
        depth = surface - highest - body.radius_mm
        if depth < SMALLEST_GAP_MM:
            where = f"comes within {max(depth, 0.0):.2g} mm of the face {face}, which layers lie on"
            message = f"{body.kind} '{body.name}' {where}: must stay {SMALLEST_GAP_MM} mm below it"
            yield Problem(body.path, message)


def _clearance(first: Body, second: Body, *, are_moved: bool) -> Iterator[Problem]:
    """Problem of two bodies that touch or nearly touch, said of the second."""
    distance = shortest_distance(first.segments, second.segments)
    radii = first.radius_mm + second.radius_mm
    one, other = f"{second.kind} '{second.name}'", f"{first.kind} '{first.name}'"
    if distance <= radii:
        both_vessels = first.kind == second.kind == "vessel"
        verb = "crosses" if both_vessels else "passes through"
        advice = "; join them with branches_from or flows_into, or move one" if both_vessels else ""
        if are_moved:
            advice = "; positions may overlap only on one axis, with the same direction, as of a needle pulled back"
        message = (
            f"{one} {verb} {other}: their axes come as near as {round(distance, 6):.3g} mm: "
            f"must be more than the sum of their radii, {radii:g} mm{advice}"
        )
        yield Problem(second.path, message)
    elif distance - radii < SMALLEST_GAP_MM:
        gap = f"the gap between {one} and {other} is {distance - radii:.2g} mm"
        yield Problem(second.path, f"{gap}: must be at least {SMALLEST_GAP_MM} mm for the mesh to resolve it")
