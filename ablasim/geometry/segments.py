"""Distances between points, straight segments and polylines."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def _nearest_parameter(points: Floats, a: Floats, b: Floats) -> Floats:
    """Parameter in [0, 1] of the point of segment a-b nearest to each point; 0 for a segment of no length."""
    along = b - a
    length_squared = float(along @ along)
    if length_squared == 0.0:
        return np.zeros(len(points))
    parameter: Floats = np.clip((points - a) @ along / length_squared, 0.0, 1.0)
    return parameter


def point_segment_distance(points: ArrayLike, a: ArrayLike, b: ArrayLike) -> Floats:
    """Distance of points to a straight segment.

    Parameters
    ----------
    points : array_like, shape (n, 3)
        Points, m.
    a, b : array_like, shape (3,)
        Ends of the segment, m; they may coincide.

    Returns
    -------
    ndarray, shape (n,)
        Distances, m.

    Examples
    --------
    >>> point_segment_distance([[0.0, 3.0, 0.0], [5.0, 0.0, 0.0]], [-1.0, 0.0, 0.0], [1.0, 0.0, 0.0]).tolist()
    [3.0, 4.0]
    """
    places, start, end = (np.asarray(value, dtype=float) for value in (points, a, b))
    parameter = _nearest_parameter(places, start, end)
    distance: Floats = np.linalg.norm(places - (start + parameter[:, None] * (end - start)), axis=1)
    return distance


def segment_distance(a0: ArrayLike, a1: ArrayLike, b0: ArrayLike, b1: ArrayLike) -> float:
    """Shortest distance between two straight segments.

    The squared distance is a convex quadratic of the two parameters on the unit square: its minimum is either
    where the two lines come nearest, or on an edge of the square, that is at an end of one of the segments.

    Parameters
    ----------
    a0, a1 : array_like, shape (3,)
        Ends of the first segment, m.
    b0, b1 : array_like, shape (3,)
        Ends of the second segment, m.

    Returns
    -------
    float
        Distance, m; 0 where they cross.

    Examples
    --------
    >>> segment_distance([-1, 0, 0], [1, 0, 0], [0, -1, 2], [0, 1, 2])
    2.0
    """
    p0, p1, q0, q1 = (np.asarray(value, dtype=float) for value in (a0, a1, b0, b1))
    at_ends = np.concatenate(
        [
            point_segment_distance(np.stack([p0, p1]), q0, q1),
            point_segment_distance(np.stack([q0, q1]), p0, p1),
        ]
    )
    shortest = float(at_ends.min())
    u, v, w = p1 - p0, q1 - q0, p0 - q0
    uu, uv, vv, uw, vw = u @ u, u @ v, v @ v, u @ w, v @ w
    determinant = uu * vv - uv * uv
    if determinant > 0.0:
        s, t = (uv * vw - vv * uw) / determinant, (uu * vw - uv * uw) / determinant
        if 0.0 < s < 1.0 and 0.0 < t < 1.0:
            shortest = min(shortest, float(np.linalg.norm(w + s * u - t * v)))
    return shortest


def point_polyline_distance(points: ArrayLike, polyline: ArrayLike) -> tuple[Floats, Floats, Floats]:
    """Distance of points to a polyline, and where on it the nearest place lies.

    Parameters
    ----------
    points : array_like, shape (n, 3)
        Points, m.
    polyline : array_like, shape (m, 3)
        Corners of the polyline in order, m; at least one.

    Returns
    -------
    distance : ndarray, shape (n,)
        Distance to the polyline, m.
    arc_length : ndarray, shape (n,)
        Length along the polyline from its first corner to the foot, m.
    foot : ndarray, shape (n, 3)
        Nearest place on the polyline, m; the first along it where several are equally near.

    Examples
    --------
    >>> corner = [[0, 0, 0], [1, 0, 0], [1, 3, 0]]
    >>> distance, arc_length, foot = point_polyline_distance([[2.0, 1.0, 0.0]], corner)
    >>> float(distance[0]), float(arc_length[0]), foot[0].tolist()
    (1.0, 2.0, [1.0, 1.0, 0.0])
    """
    places, corners = np.asarray(points, dtype=float), np.asarray(polyline, dtype=float)
    foot = np.broadcast_to(corners[0], places.shape).copy()
    distance: Floats = np.linalg.norm(places - foot, axis=1)
    arc_length = np.zeros(len(places))
    passed = 0.0
    for start, end in pairwise(corners):
        parameter = _nearest_parameter(places, start, end)
        candidate = start + parameter[:, None] * (end - start)
        candidate_distance = np.linalg.norm(places - candidate, axis=1)
        segment_length = float(np.linalg.norm(end - start))
        nearer = candidate_distance < distance
        foot[nearer] = candidate[nearer]
        distance[nearer] = candidate_distance[nearer]
        arc_length[nearer] = passed + parameter[nearer] * segment_length
        passed += segment_length
    return distance, arc_length, foot
