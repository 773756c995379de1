"""Where an applicator and a vessel come nearest."""

from __future__ import annotations

import numpy as np

from ablasim.geometry.segments import point_polyline_distance
from ablasim.margins.clip import Floats

_TIE = 1e-6  # m; places whose distances differ by less than 1 µm are equally near


def nearest_places(active: Floats, centre_line: Floats) -> tuple[Floats, Floats]:
    """Point of the active applicator nearest a vessel's centre-line, and the centre-line's point nearest it.

    Where a whole stretch of the applicator is equally near (a vessel parallel to it), its middle is taken.

    Parameters
    ----------
    active : ndarray, shape (n_segments, 2, 3)
        Ends of the active parts, m; for a cluster, of its common axis.
    centre_line : ndarray, shape (n, 3)
        Corners of the vessel's centre-line, m.

    Returns
    -------
    on_applicator, on_vessel : ndarray, shape (3,)
        The two points, m.

    Examples
    --------
    >>> needle = np.array([[[0.0, 0, -15], [0, 0, 15]]])
    >>> on_needle, on_vessel = nearest_places(needle, np.array([[16.0, 0, -50], [16, 0, 50]]))
    >>> on_needle.tolist(), on_vessel.tolist()
    ([0.0, 0.0, 0.0], [16.0, 0.0, 0.0])
    """
    trials = [_nearest_on_segment(segment, centre_line) for segment in active]
    distances = np.array([distance for distance, _ in trials])
    first = int(np.flatnonzero(distances <= distances.min() + _TIE)[0])
    on_applicator = trials[first][1]
    return on_applicator, point_polyline_distance(on_applicator[None], centre_line)[2][0]


def _nearest_on_segment(segment: Floats, centre_line: Floats) -> tuple[float, Floats]:
    """Smallest distance of a segment to a polyline, and the middle of the segment's part that has it.

    The distance can only be smallest at an end of the segment, at the foot of a corner of the polyline, or
    where the segment passes a piece of the polyline at right angles to both.
    """
    start, along = segment[0], segment[1] - segment[0]
    length_squared = float(along @ along)
    feet = (centre_line - start) @ along / length_squared
    pieces = np.diff(centre_line, axis=0)
    normals = np.cross(along, pieces)
    skew = (normals**2).sum(axis=1) > 1e-24 * length_squared * (pieces**2).sum(axis=1)
    to_piece = np.cross(centre_line[:-1] - start, pieces)[skew]
    crossings = (to_piece * normals[skew]).sum(axis=1) / (normals[skew] ** 2).sum(axis=1)
    places = np.clip(np.concatenate([[0.0, 1.0], feet, crossings]), 0.0, 1.0)
    distances = point_polyline_distance(start + places[:, None] * along, centre_line)[0]
    shortest = float(distances.min())
    ties = places[distances <= shortest + _TIE]
    middle = start + 0.5 * (ties.min() + ties.max()) * along
    if point_polyline_distance(middle[None], centre_line)[0][0] > shortest + _TIE:
        middle = start + places[distances.argmin()] * along
    return shortest, middle
