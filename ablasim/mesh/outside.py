"""Where vessels and needles reach the outside of the organ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ablasim.geometry.applicators import Needle
from ablasim.geometry.layers import Layer
from ablasim.geometry.organ import Organ
from ablasim.geometry.vessels import Vessel

Floats = NDArray[np.float64]

_PAST = 1e-3  # m
_ALONG_A_FACE = 1e-9  # component of a unit vector that runs along a face


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


def needle_length(needle: Needle, organ: Organ, layers: Sequence[Layer] = ()) -> float:
    """Length of a needle that is worth modelling, m: the whole, or one that is surely past organ and layers.

    It is where the axis leaves the box round them, widened by the needle's radius, so that the end lies outside whole.
    """
    boxes = [organ.bounds, *(layer.box.bounds for layer in layers)]
    low, high = np.min([box[0] for box in boxes], axis=0), np.max([box[1] for box in boxes], axis=0)
    tip, direction = np.array(needle.tip), np.array(needle.direction)
    rises = np.abs(direction) > _ALONG_A_FACE
    way = np.where(direction > 0.0, high + needle.radius - tip, tip - low + needle.radius)[rises]
    leaves = float(np.min(way / np.abs(direction[rises])))
    return min(needle.length, max(leaves, needle.active_length) + _PAST)


def _outward(vessel: Vessel) -> tuple[Floats, Floats]:
    """Find the unit vectors out of the first and the last end."""
    first, last = vessel.points[0] - vessel.points[1], vessel.points[-1] - vessel.points[-2]
    return first / np.linalg.norm(first), last / np.linalg.norm(last)
