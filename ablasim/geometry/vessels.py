"""Blood vessels: tubes of constant diameter along a polyline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse.csgraph import connected_components

from ablasim.errors import ModelError
from ablasim.geometry.checks import as_points, check_positive
from ablasim.geometry.segments import point_polyline_distance

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Vessel:
    """Vessel of constant diameter along a polyline, given in the direction of flow.

    Parameters
    ----------
    name : str
        Name of the vessel in meshes and results.
    points : array_like, shape (m, 3)
        Corners of the centre-line, m; at least two, no two in a row the same.
    diameter : float
        Diameter of the tube, m.
    round_start, round_end : bool, optional
        Whether the first and the last end close with half a ball instead of flat: where other vessels join.

    Raises
    ------
    ModelError
        If the polyline or the diameter is not as above, or the polyline turns back on itself at a corner
        (by more than 120°).

    Examples
    --------
    >>> vein = Vessel("vein", [[0.016, 0, -0.05], [0.016, 0, 0.05]], 0.006)
    >>> round(vein.length, 9), vein.contains([[0.018, 0, 0], [0.02, 0, 0]]).tolist()
    (0.1, [True, False])
    """

    name: str
    points: Floats
    diameter: float
    round_start: bool = False
    round_end: bool = False

    def __post_init__(self) -> None:
        points = as_points(self.points, name=f"vessel {self.name}: points")
        object.__setattr__(self, "points", points)
        check_positive(self.diameter, name=f"vessel {self.name}: diameter")
        if len(points) < 2 or np.any(self.segment_lengths == 0.0):
            message = f"vessel {self.name}: points must be two or more, each away from the one before"
            raise ModelError(message)
        tangents = np.diff(points, axis=0) / self.segment_lengths[:, None]
        if np.any(np.sum(tangents[:-1] * tangents[1:], axis=1) < -0.5):
            message = f"vessel {self.name}: points turn back by more than 120° at a corner; round the bend"
            raise ModelError(message)

    @property
    def radius(self) -> float:
        """Half the diameter, m."""
        return 0.5 * self.diameter

    @property
    def segment_lengths(self) -> Floats:
        """Lengths of the straight pieces, m, shape (m - 1,)."""
        lengths: Floats = np.linalg.norm(np.diff(self.points, axis=0), axis=1)
        return lengths

    @property
    def length(self) -> float:
        """Length of the centre-line, m."""
        return float(self.segment_lengths.sum())

    def centre_line_distance(self, points: ArrayLike) -> Floats:
        """Distance of points to the centre-line, m, shape (n,)."""
        return point_polyline_distance(points, self.points)[0]

    def arc_length(self, points: ArrayLike) -> Floats:
        """Length along the centre-line up to the place nearest each point, m, shape (n,)."""
        return point_polyline_distance(points, self.points)[1]

    def angle(self, points: ArrayLike) -> Floats:
        """Angle of points round the centre-line, rad, shape (n,); the zero direction turns no more than the path."""
        places = np.asarray(points, dtype=float)
        _, arc_length, foot = point_polyline_distance(places, self.points)
        segment = np.searchsorted(np.cumsum(self.segment_lengths)[:-1], arc_length, side="right")
        tangents = np.diff(self.points, axis=0) / self.segment_lengths[:, None]
        helper = np.eye(3)[np.argmin(np.abs(tangents[0]))]
        zeros = [helper - (helper @ tangents[0]) * tangents[0]]
        for before, behind in pairwise(tangents):
            turned = _turned(zeros[-1], before, behind)
            zeros.append(turned - (turned @ behind) * behind)
        zero = np.array(zeros)[segment]
        quarter = np.cross(tangents[segment], zero)
        offset = places - foot
        angle: Floats = np.arctan2(np.sum(offset * quarter, axis=1), np.sum(offset * zero, axis=1))
        return angle

    def contains(self, points: ArrayLike) -> NDArray[np.bool_]:
        """Mask of the points in the lumen, shape (n,): the tube with round bends, and with flat or round ends."""
        places = np.asarray(points, dtype=float)
        first, last = self.points[1] - self.points[0], self.points[-1] - self.points[-2]
        before = (places - self.points[0]) @ first < 0.0
        after = (places - self.points[-1]) @ last > 0.0
        distance, arc_length, _ = point_polyline_distance(places, self.points)
        beyond = np.zeros(len(places), dtype=bool)
        if not self.round_start:
            beyond |= before & (arc_length == 0.0)
        if not self.round_end:
            beyond |= after & (arc_length >= self.length * (1.0 - 1e-12))
        inside: NDArray[np.bool_] = (distance <= self.radius) & ~beyond
        return inside


def _turned(vector: Floats, before: Floats, behind: Floats) -> Floats:
    """A vector turned like the path from one unit direction to another, by Rodrigues' formula."""
    axis = np.cross(before, behind)
    turned: Floats = (
        vector * (before @ behind) + np.cross(axis, vector) + axis * (axis @ vector) / (1 + before @ behind)
    )
    return turned


def joined_groups(vessels: Sequence[Vessel]) -> list[tuple[Vessel, ...]]:
    """Vessels in groups whose lumens are one: an end of one lies in another.

    Examples
    --------
    >>> trunk = Vessel("trunk", [[0, 0, 0], [0, 0, 1]], 0.2)
    >>> side = Vessel("side", [[0, 0, 0.5], [0, 1, 1]], 0.1)
    >>> apart = Vessel("apart", [[1, 0, 0], [1, 0, 1]], 0.2)
    >>> [[vessel.name for vessel in group] for group in joined_groups([trunk, apart, side])]
    [['trunk', 'side'], ['apart']]
    """
    n = len(vessels)
    touches = np.zeros((n, n), dtype=bool)
    for i, vessel in enumerate(vessels):
        for j, other in enumerate(vessels):
            ends_apart = other.centre_line_distance(vessel.points[[0, -1]]) - other.radius
            touches[i, j] = i != j and bool((ends_apart <= 0.0).any())
    labels = connected_components(touches, directed=False)[1]
    return [
        tuple(vessel for vessel, label in zip(vessels, labels, strict=True) if label == group)
        for group in dict.fromkeys(labels.tolist())
    ]


def nearest_wall(vessels: Sequence[Vessel], places: Floats) -> NDArray[np.int64]:
    """Index of the vessel whose wall is nearest to each place, shape (n,)."""
    gaps = [np.abs(vessel.centre_line_distance(places) - vessel.radius) for vessel in vessels]
    nearest: NDArray[np.int64] = np.argmin(gaps, axis=0)
    return nearest


def deepest_lumen(vessels: Sequence[Vessel], places: Floats) -> NDArray[np.int64]:
    """Index of the first vessel that holds each place, or of the one it lies deepest in, shape (n,)."""
    depths = np.array([vessel.radius - vessel.centre_line_distance(places) for vessel in vessels])
    holds = np.array([vessel.contains(places) for vessel in vessels])
    holder: NDArray[np.int64] = np.where(holds.any(axis=0), np.argmax(holds, axis=0), np.argmax(depths, axis=0))
    return holder
