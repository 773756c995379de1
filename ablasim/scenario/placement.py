"""Where bodies lie with respect to the organ and to each other, in the millimetres of the scenario."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from math import hypot
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ablasim.geometry.applicators import Needle
from ablasim.geometry.segments import segment_distance
from ablasim.scenario.anatomy import BoxOrgan, Organ, SphereOrgan, Vessel
from ablasim.scenario.shafts import Shaft
from ablasim.scenario.tines import RfTines

Floats: TypeAlias = NDArray[np.float64]
Segment: TypeAlias = tuple[Floats, Floats]

_HALVINGS = 60
_AXES = {"x": 0, "y": 1, "z": 2}


def height_above(organ: Organ, point: ArrayLike) -> float:
    """Signed distance from the organ's outside to a point, mm: negative inside.

    Every organ is convex, so that this is a convex function of the point.

    Examples
    --------
    >>> height_above(BoxOrgan(shape="box", size_mm=(10, 10, 10), tissue="liver"), [0, 0, 7])
    2.0
    """
    offset = np.asarray(point, dtype=float) - np.array(organ.centre_mm)
    if isinstance(organ, BoxOrgan):
        return _height_above_box(np.abs(offset) - 0.5 * np.array(organ.size_mm))
    if isinstance(organ, SphereOrgan):
        return float(np.linalg.norm(offset)) - 0.5 * organ.diameter_mm
    along = offset[_AXES[organ.axis]]
    across = float(np.linalg.norm(np.delete(offset, _AXES[organ.axis])))
    beyond = np.array([abs(along) - 0.5 * organ.length_mm, across - 0.5 * organ.diameter_mm])
    return _height_above_box(beyond)


def _height_above_box(beyond: Floats) -> float:
    """Signed distance of a box or cylinder from how far a point lies beyond each of its bounds."""
    return hypot(*np.maximum(beyond, 0.0)) + min(float(beyond.max()), 0.0)


def inside_of(organ: Organ, segment: Segment) -> Segment | None:
    """Stretch of a segment that lies in the organ; None if none does."""
    start, end = segment

    def at(parameter: float) -> Floats:
        place: Floats = start + parameter * (end - start)
        return place

    def height(parameter: float) -> float:
        return height_above(organ, at(parameter))

    if height(0.0) <= 0.0 and height(1.0) <= 0.0:
        return segment
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        third = (high - low) / 3.0
        low, high = (low, high - third) if height(low + third) < height(high - third) else (low + third, high)
    deepest = 0.5 * (low + high)
    if height(deepest) > 0.0:
        return None
    ends = [outside if height(outside) <= 0.0 else _crossing(height, deepest, outside) for outside in (0.0, 1.0)]
    return at(ends[0]), at(ends[1])


def _crossing(height: Callable[[float], float], inside: float, outside: float) -> float:
    """Parameter at which a segment that is in the organ at `inside` leaves it towards `outside`."""
    for _ in range(_HALVINGS):
        middle = 0.5 * (inside + outside)
        inside, outside = (middle, outside) if height(middle) <= 0.0 else (inside, middle)
    return inside


def active_end(applicator: Shaft) -> Floats:
    """Place where the part that heats ends and the shaft begins, mm."""
    return np.array(applicator.tip_mm) + applicator.heating_length_mm * unit(applicator.direction)


def shaft_segments(applicator: Shaft, organ: Organ) -> list[Segment]:
    """Stretch of an applicator's axis, shaft included, that lies in the organ: none or one."""
    tip, length = np.array(applicator.tip_mm), applicator.length_mm
    reach = _reach(organ, tip) if length is None else length
    return _present([inside_of(organ, (tip, tip + reach * unit(applicator.direction)))])


def tine_lines(item: RfTines) -> Floats:
    """Polylines along the axes of an electrode's tines, mm, shape (n_tines, n_corners, 3)."""
    diameter, length = item.diameter_mm, item.active_length_mm
    needle = Needle(item.name, item.tip_mm, item.direction, diameter, length, tines=item.tines())
    return needle.tine_lines()


def vessel_segments(vessel: Vessel, organ: Organ) -> list[Segment]:
    """Stretches of a vessel's centre line that lie in the organ."""
    corners = np.array(vessel.points_mm)
    return _present([inside_of(organ, segment) for segment in pairwise(corners)])


def shortest_distance(first: list[Segment], second: list[Segment]) -> float:
    """Shortest distance between two sets of segments, mm; infinite if one is empty."""
    if not first or not second:
        return float("inf")
    (one_middle, one_reach), (other_middle, other_reach) = _balls(first), _balls(second)
    apart = np.linalg.norm(one_middle[:, None] - other_middle, axis=2)
    at_least = apart - one_reach[:, None] - other_reach
    shortest = float("inf")
    for pair in np.argsort(at_least, axis=None):
        i, j = divmod(int(pair), len(second))
        if at_least[i, j] >= shortest:
            break
        shortest = min(shortest, segment_distance(*first[i], *second[j]))
    return shortest


def _balls(segments: list[Segment]) -> tuple[Floats, Floats]:
    """Middle and radius of the smallest ball round each segment."""
    ends = np.array(segments, dtype=float)
    return ends.mean(axis=1), 0.5 * np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1)


def unit(direction: ArrayLike) -> Floats:
    """Direction as a unit vector."""
    vector = np.asarray(direction, dtype=float)
    along: Floats = vector / np.linalg.norm(vector)
    return along


def _reach(organ: Organ, tip: Floats) -> float:
    """Length that leads out of the organ from any place of it, mm."""
    return float(np.linalg.norm(tip - np.array(organ.centre_mm))) + enclosing_diameter(organ)


def enclosing_diameter(organ: Organ) -> float:
    """Diameter of a ball about the organ's centre that holds it, mm."""
    if isinstance(organ, BoxOrgan):
        return hypot(*organ.size_mm)
    if isinstance(organ, SphereOrgan):
        return organ.diameter_mm
    return hypot(organ.diameter_mm, organ.length_mm)


def _present(segments: list[Segment | None]) -> list[Segment]:
    return [segment for segment in segments if segment is not None]
