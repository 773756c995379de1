"""A polyline moved as a whole until it lies a given distance from a tumour."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ablasim.errors import ScenarioError
from ablasim.geometry import Ellipsoid, Sphere

Floats = NDArray[np.float64]
Solid = Sphere | Ellipsoid
"""A tumour, in any unit of length that its line has too."""

_EXACT = 1e-4  # mm, of the distance that is met
_GOLDEN = (np.sqrt(5.0) - 1.0) / 2.0
_SHRINKS = 60
_ROUNDS = 50
_STATIONS = 21  # of a move, at which its distance is looked at


def moved_to_distance(line: ArrayLike, tumour: Solid, distance: float) -> Floats:
    """A polyline moved as a whole until its least distance from a tumour's surface is a given one.

    It is moved along the line of least distance: the outward normal of the tumour at the line's nearest place.

    Parameters
    ----------
    line : array_like, shape (n, 3)
        Corners, mm.
    tumour : Sphere or Ellipsoid
        The tumour, mm.
    distance : float
        Least distance of the line from the surface, mm; negative inside.

    Returns
    -------
    ndarray, shape (n, 3)
        Corners, mm.

    Raises
    ------
    ScenarioError
        If the line runs through the tumour's middle, or goes round the tumour so that another part of it comes nearer.

    Examples
    --------
    >>> moved_to_distance([[16, 0, -50], [16, 0, 50]], Sphere((0, 0, 0), 20), 8.0).tolist()
    [[18.0, 0.0, -50.0], [18.0, 0.0, 50.0]]
    """
    corners = np.asarray(line, dtype=float)
    place, found = nearest_place(corners, tumour)
    way = _normal(place, tumour)
    for _ in range(_ROUNDS):
        if abs(found - distance) < 1e-10:
            break
        corners = corners + (distance - found) * way
        _, found = nearest_place(corners, tumour)
    if abs(found - distance) > _EXACT or not _steadily(np.asarray(line, dtype=float), corners, tumour):
        message = (
            f"no place along its line of least distance lies {distance:g} mm from the tumour (centre-line to surface): "
            "the vessel goes round the tumour, and another part of it comes nearer"
        )
        raise ScenarioError(message)
    return corners


def _steadily(before: Floats, after: Floats, tumour: Solid) -> bool:
    """Whether the least distance only grows, or only falls, on the way."""
    ways = np.linspace(0.0, 1.0, _STATIONS)
    found = [nearest_place(before + share * (after - before), tumour)[1] for share in ways]
    changes = np.diff(found)
    return bool((changes > -_EXACT).all() or (changes < _EXACT).all())


def nearest_place(line: Floats, tumour: Solid) -> tuple[Floats, float]:
    """Place on a polyline nearest to a tumour, and its signed distance from the surface, mm.

    The signed distance from a convex body is a convex function along a straight piece: golden sections find its least.
    Where a whole stretch is equally near, the place nearest to the tumour's centre is taken.
    """
    found = [_nearest_on_piece(start, end, tumour) for start, end in pairwise(line)]
    place, distance = min(found, key=lambda item: item[1])
    return place, distance


def _nearest_on_piece(start: Floats, end: Floats, tumour: Solid) -> tuple[Floats, float]:
    foot = _foot(np.array(tumour.centre), start, end)
    if isinstance(tumour, Sphere):
        return foot, _height(foot, tumour)

    def at(share: float) -> Floats:
        place: Floats = start + share * (end - start)
        return place

    share = _least(lambda share: _height(at(share), tumour))
    candidates = [foot, at(share), start, end]
    heights = [_height(place, tumour) for place in candidates]
    best = int(np.argmin(np.round(heights, 12)))  # the foot, where it is as near as the others
    return candidates[best], heights[best]


def _foot(point: Floats, start: Floats, end: Floats) -> Floats:
    along = end - start
    share = np.clip((point - start) @ along / (along @ along), 0.0, 1.0) if along @ along > 0.0 else 0.0
    foot: Floats = start + share * along
    return foot


def _least(height: Callable[[float], float]) -> float:
    """Place of the least value of a convex function on [0, 1], by golden sections."""
    low, high = 0.0, 1.0
    first, second = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    below, above = height(first), height(second)
    for _ in range(_SHRINKS):
        if below <= above:
            high, second, above = second, first, below
            first = high - _GOLDEN * (high - low)
            below = height(first)
        else:
            low, first, below = first, second, above
            second = low + _GOLDEN * (high - low)
            above = height(second)
    return 0.5 * (low + high)


def _height(place: Floats, tumour: Solid) -> float:
    return float(tumour.signed_distance(place[None])[0])


def _normal(place: Floats, tumour: Solid) -> Floats:
    """Direction in which the signed distance grows fastest."""
    if isinstance(tumour, Sphere):
        away = place - np.array(tumour.centre)
    else:
        step = 1e-5
        sides = place + step * np.concatenate([np.eye(3), -np.eye(3)])
        heights = tumour.signed_distance(sides)
        away = (heights[:3] - heights[3:]) / (2.0 * step)
    length = float(np.linalg.norm(away))
    if length < 1e-6:
        message = "the vessel runs through the middle of the tumour: it has no side on which to be moved away"
        raise ScenarioError(message)
    normal: Floats = away / length
    return normal
