"""Where vessels and needles reach the outside of the organ."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ablasim.geometry.applicators import Needle
from ablasim.geometry.organ import Organ
from ablasim.geometry.vessels import Vessel

Floats = NDArray[np.float64]


def cut_by_outside(vessel: Vessel, organ: Organ) -> tuple[bool, bool]:
    """Whether the first and the last end of a vessel are cut by the organ's outside.

    An end is, if going on straight by one radius from it leaves the organ: a thinner skin of tissue over the
    end is not worth meshing. The other ends are blind: cut flat inside the organ.
    """
    first, last = _outward(vessel)
    ahead = vessel.points[[0, -1]] + vessel.radius * np.stack([first, last])
    inside = organ.contains(ahead)
    return not inside[0], not inside[1]


def reaching_outside(vessel: Vessel, organ: Organ) -> Vessel:
    """Vessel with the ends that the organ's outside cuts drawn straight on, well past the outside."""
    low, high = organ.bounds
    reach = float(np.linalg.norm(high - low)) + vessel.diameter
    first_cut, last_cut = cut_by_outside(vessel, organ)
    first, last = _outward(vessel)
    points = vessel.points.copy()
    if first_cut:
        points[0] += reach * first
    if last_cut:
        points[-1] += reach * last
    return replace(vessel, points=points)


def needle_length(needle: Needle, organ: Organ) -> float:
    """Length of a needle that is worth modelling, m: the whole, or one that is surely past the outside."""
    low, high = organ.bounds
    tip = np.array(needle.tip)
    past = np.linalg.norm(high - low) + np.linalg.norm(0.5 * (low + high) - tip) + needle.active_length
    return min(needle.length, float(past))


def needle_axes(needle: Needle, organ: Organ) -> list[tuple[Floats, float]]:
    """Axis of a needle and those of its tines, polylines, m, shape (n, 3), each with the radius of what is round it."""
    tip = np.array(needle.tip)
    straight = np.stack([tip, tip + needle_length(needle, organ) * np.array(needle.direction)])
    tines = [] if needle.tines is None else [(line, needle.tines.radius) for line in needle.tine_lines()]
    return [(straight, needle.radius), *tines]


def _outward(vessel: Vessel) -> tuple[Floats, Floats]:
    """Find the unit vectors out of the first and the last end."""
    first, last = vessel.points[0] - vessel.points[1], vessel.points[-1] - vessel.points[-2]
    return first / np.linalg.norm(first), last / np.linalg.norm(last)
