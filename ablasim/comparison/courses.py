"""Whether vessels run the same course where it matters."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from ablasim.geometry import point_polyline_distance
from ablasim.units import Floats

SAME_WITHIN_MM = 0.05
"""Distance below which two courses are one, mm: half of what the position of a zone's surface can be told to."""

NEAR_MM = 40.0
"""Distance from the tumour's centre within which courses must be one, mm: no zone of one treatment reaches so far."""

_STEP_MM = 0.25


def reach_of_agreement(courses: Sequence[ArrayLike], centre_mm: ArrayLike) -> float:
    """How far from a place courses agree: distance to the nearest point of one that lies beside another, mm.

    Parameters
    ----------
    courses : sequence of array_like, shape (n, 3)
        Corners of each course, mm.
    centre_mm : array_like, shape (3,)
        The place, mm.

    Returns
    -------
    float
        To the 0.25 mm at which courses are sampled; infinite if they agree everywhere.

    Examples
    --------
    >>> long, short = [[4, 0, -50], [4, 0, 50]], [[4, 0, -30], [4, 0, 30]]
    >>> round(reach_of_agreement([long, short], [0, 0, 0]), 1)
    30.5
    """
    lines = [np.asarray(course, dtype=float) for course in courses]
    apart = [_apart(one, other) for one in lines for other in lines if one is not other]
    beside = np.concatenate([np.zeros((0, 3)), *apart])
    distances = np.linalg.norm(beside - np.asarray(centre_mm, dtype=float), axis=1)
    return float(distances.min(initial=np.inf))


def moved_by(courses: Sequence[ArrayLike]) -> float | None:
    """By how much courses are moved against each other as a whole, mm, the most of any two; None if they also bend.

    Examples
    --------
    >>> moved_by([[[4, 0, -50], [4, 0, 50]], [[7, 4, -50], [7, 4, 50]]])
    5.0
    """
    lines = [np.asarray(course, dtype=float) for course in courses]
    if len({len(line) for line in lines}) > 1:
        return None
    shifts = np.stack([line - lines[0] for line in lines])
    if float(np.abs(shifts - shifts[:, :1]).max()) > SAME_WITHIN_MM:
        return None
    first = shifts[:, 0]
    return float(np.linalg.norm(first[:, None] - first[None], axis=2).max())


def farthest_apart(courses: Sequence[ArrayLike]) -> float:
    """Largest distance of a place on one course from another of the courses, mm.

    Examples
    --------
    >>> farthest_apart([[[0, 0, -50], [0, 0, 50]], [[0, 0, -50], [0, 0, 0], [8, 0, 50]]])
    8.0
    """
    lines = [np.asarray(course, dtype=float) for course in courses]
    return max(float(point_polyline_distance(_dense(line), other)[0].max()) for line in lines for other in lines)


def _apart(line: Floats, other: Floats) -> Floats:
    """Points of a line that do not lie on the other."""
    points = _dense(line)
    away: Floats = points[point_polyline_distance(points, other)[0] > SAME_WITHIN_MM]
    return away


def _dense(line: Floats) -> Floats:
    """Points along a polyline, close together, its corners among them."""
    lengths = np.linalg.norm(np.diff(line, axis=0), axis=1)
    pieces = [
        np.linspace(start, end, max(int(np.ceil(length / _STEP_MM)), 1) + 1)
        for start, end, length in zip(line[:-1], line[1:], lengths, strict=True)
    ]
    return np.concatenate(pieces)
