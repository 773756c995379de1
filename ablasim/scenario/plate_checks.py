"""What must hold for plates: a face to lie on, and nothing in their way."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from math import hypot
from typing import NamedTuple

import numpy as np

from ablasim.geometry.layers import axis_of
from ablasim.scenario.anatomy import BoxOrgan
from ablasim.scenario.located import Problem, join
from ablasim.scenario.placement import Floats, Segment
from ablasim.scenario.plates import DiscPatch, FacePlate
from ablasim.scenario.schema import Scenario

LEAST_GAP_MM = 1.0
"""Narrowest gap between two plates, a plate and a needle that leaves beside it, or a plate and its face's edge, mm."""

_ROUNDING = 1e-9  # of an extent
_ON_FACE_MM = 1e-6


class _Outline(NamedTuple):
    """All places of a face within a radius of a rectangle: its centre and half edges, each of shape (2,), mm."""

    centre: Floats
    half: Floats
    radius: float


_AXES = {"x": 0, "y": 1, "z": 2}


def problems_of_plate(plate: FacePlate, here: str, scenario: Scenario) -> Iterator[Problem]:
    """Find what cannot be of a plate: no face for it, layers on its face, or a part beyond the face.

    Parameters
    ----------
    plate : FacePlate
        The plate.
    here : str
        Its dotted path.
    scenario : Scenario
        The scenario.

    Yields
    ------
    Problem
        The path of the key to mend, and what is wrong.
    """
    organ = scenario.organ
    if not isinstance(organ, BoxOrgan):
        yield Problem(
            join(here, "face"), f"'{plate.face}': a {organ.shape} has no faces: the organ must be of shape box"
        )
        return
    if any(layer.face == plate.face for layer in scenario.layers):
        yield Problem(join(here, "face"), f"'{plate.face}': layers lie on it: a plate must lie on the organ itself")
    if plate.patch is None:
        return
    axes = [axis for axis in "xyz" if axis != plate.face[1]]
    for axis, centre, extent in zip(axes, plate.patch.centre_mm, plate.patch.extent_mm, strict=True):
        low, high = (organ.centre_mm[_AXES[axis]] + sign * 0.5 * organ.size_mm[_AXES[axis]] for sign in (-1.0, 1.0))
        ends = low - (centre - 0.5 * extent), centre + 0.5 * extent - high  # below 0 within the face
        beyond = max(ends)
        is_disc = isinstance(plate.patch, DiscPatch)  # one that ends on the edge would touch it in a point
        on_edge = (1.0 if is_disc else -1.0) * _ROUNDING * extent
        if any(-LEAST_GAP_MM < end < on_edge for end in ends):
            may_end_on_it = "" if is_disc else f"end on it, {low:g} or {high:g} mm, or "
            yield Problem(
                join(here, "patch"),
                f"the plate nearly reaches the edge of the face along {axis}: must {may_end_on_it}stay "
                f"{LEAST_GAP_MM:g} mm away from it",
            )
        if beyond > _ROUNDING * extent:
            yield Problem(
                join(here, "patch"),
                f"the plate reaches {beyond:.3g} mm beyond the face along {axis}: must lie within it, {low:g} to "
                f"{high:g} mm",
            )


def problems_between_plates(scenario: Scenario) -> Iterator[Problem]:
    """Find plates on one face that touch or nearly touch, said of the second."""
    if not isinstance(scenario.organ, BoxOrgan):
        return
    plates = [item for item in scenario.applicators if isinstance(item, FacePlate)]
    for one, other in combinations(plates, 2):
        if one.face == other.face:
            gap = _gap(_outline(one, scenario.organ), _outline(other, scenario.organ))
            if gap < LEAST_GAP_MM:
                yield Problem(
                    join("applicators", other.name, "face"),
                    f"'{other.face}': '{one.name}' lies on it too, and the gap between them is {max(gap, 0.0):.3g} mm: "
                    f"must be at least {LEAST_GAP_MM:g} mm",
                )


def problems_of_crossing(
    path: str, name: str, radius_mm: float, segments: list[Segment], scenario: Scenario
) -> Iterator[Problem]:
    """Find plates that a needle leaves the organ through.

    Parameters
    ----------
    path : str
        Dotted path of the key that places the needle.
    name : str
        Its name.
    radius_mm : float
        Its radius, mm.
    segments : list of (ndarray, ndarray)
        Its axis within the organ, mm.
    scenario : Scenario
        The scenario.

    Yields
    ------
    Problem
        Path of the needle, and what is wrong.
    """
    organ = scenario.organ
    if not isinstance(organ, BoxOrgan):
        return
    for plate in (item for item in scenario.applicators if isinstance(item, FacePlate)):
        axis, sign = axis_of(plate.face)
        surface = organ.centre_mm[axis] + 0.5 * sign * organ.size_mm[axis]
        for end in (end for segment in segments for end in segment if abs(end[axis] - surface) < _ON_FACE_MM):
            gap = _gap(_Outline(np.delete(end, axis), np.zeros(2), radius_mm), _outline(plate, organ))
            if gap < LEAST_GAP_MM:
                yield Problem(
                    path,
                    f"needle '{name}' leaves the organ through plate '{plate.name}', or within {LEAST_GAP_MM:g} mm "
                    "of it: must keep farther away",
                )


def _outline(plate: FacePlate, organ: BoxOrgan) -> _Outline:
    """What a plate covers of its face."""
    patch = plate.patch
    if patch is None:
        axis, _ = axis_of(plate.face)
        return _Outline(np.delete(organ.centre_mm, axis), 0.5 * np.delete(organ.size_mm, axis), 0.0)
    if isinstance(patch, DiscPatch):
        return _Outline(np.array(patch.centre_mm), np.zeros(2), 0.5 * patch.diameter_mm)
    return _Outline(np.array(patch.centre_mm), 0.5 * np.array(patch.size_mm), 0.0)


def _gap(one: _Outline, other: _Outline) -> float:
    """Distance between two outlines, mm; not above zero where they touch or overlap."""
    beyond = np.abs(one.centre - other.centre) - one.half - other.half
    return hypot(*np.maximum(beyond, 0.0)) - one.radius - other.radius
