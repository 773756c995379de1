"""How electrodes of pulses lie to each other: parallel arrays, and what is left of the parallel in each pair.

All functions take any one unit of length.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import cos, pi, radians, sin
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ablasim.geometry.segments import point_segment_distance, segment_distance

Floats = NDArray[np.float64]
Layout: TypeAlias = Literal["line", "polygon", "polygon_with_centre"]


class Exposure(NamedTuple):
    """Exposed part of a needle: its name, and the lower (tip) and upper end of its axis, each of shape (3,)."""

    name: str
    low: Floats
    high: Floats

    @property
    def middle(self) -> Floats:
        """Middle of the axis, shape (3,)."""
        middle: Floats = 0.5 * (self.low + self.high)
        return middle

    @property
    def axis(self) -> Floats:
        """Direction up the shaft, a unit vector, shape (3,)."""
        along: Floats = (self.high - self.low) / np.linalg.norm(self.high - self.low)
        return along


@dataclass(frozen=True)
class PairGeometry:
    """How the exposed parts of two needles lie to each other.

    Parameters
    ----------
    first, second : str
        Their names.
    spacing : float
        Distance at mid-exposure: that of the middles, without what lies along the needles; where these are not
        parallel, along the one that stands squarer to the line between the middles. A needle that is tilted about the
        middle of its exposure keeps its spacing from those that are not, and so does one that stands deeper.
    smallest, largest : float
        Shortest distance between the exposed parts (of their axes), and the largest from an end of one to the other.
    at_tips, at_shafts : float
        Distance at the tips' end and at the shafts' end of the exposed parts, found as `spacing`.
    angle_deg : float
        Angle between the axes, °.
    depth_offset : float
        How much farther up, along the same direction, the middle of the second lies.
    """

    first: str
    second: str
    spacing: float
    smallest: float
    largest: float
    at_tips: float
    at_shafts: float
    angle_deg: float
    depth_offset: float

    @property
    def share_at_wide_end(self) -> float:
        """Voltage per distance at the end where the needles lie farther apart, over that at mid-exposure."""
        return self.spacing / max(self.at_tips, self.at_shafts)


def array_offsets(layout: Layout, count: int, spacing: float, rotation_deg: float) -> Floats:
    """Places of the needles of a parallel array, in the plane across them.

    Parameters
    ----------
    layout : {"line", "polygon", "polygon_with_centre"}
        Evenly on a line; at the corners of a regular polygon; or those and one more, the last, in its middle.
    count : int
        Number of needles.
    spacing : float
        Distance of neighbours on the line, or side of the polygon.
    rotation_deg : float
        Azimuth of the line, or of the first corner, °.

    Returns
    -------
    ndarray, shape (count, 2)
        Places with respect to the middle of the array.

    Examples
    --------
    >>> array_offsets("polygon", 4, 18.0, 45.0).round(9).tolist()
    [[9.0, 9.0], [-9.0, 9.0], [-9.0, -9.0], [9.0, -9.0]]
    """
    turn = radians(rotation_deg)
    if layout == "line":
        along = spacing * (np.arange(count) - 0.5 * (count - 1))
        return np.outer(along, [cos(turn), sin(turn)])
    corners = count if layout == "polygon" else count - 1
    angles = turn + 2.0 * pi * np.arange(corners) / corners
    ring = 0.5 * spacing / sin(pi / corners) * np.column_stack([np.cos(angles), np.sin(angles)])
    return ring if layout == "polygon" else np.vstack([ring, [0.0, 0.0]])


def across(direction: ArrayLike) -> tuple[Floats, Floats]:
    """Two unit vectors across a direction: that of azimuth 0°, as near to x as can be, and that of azimuth 90°.

    For a direction along x, azimuth 0° is y. Azimuth counts counter-clockwise for who looks against the direction.

    Examples
    --------
    >>> [vector.tolist() for vector in across([0, 0, 2])]
    [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]
    """
    along = np.asarray(direction, dtype=float) / np.linalg.norm(direction)
    nearest = np.eye(3)[1 if abs(along[0]) > 1.0 - 1e-9 else 0]
    first = nearest - (nearest @ along) * along
    first /= np.linalg.norm(first)
    return first, np.cross(along, first)


def tilted(direction: ArrayLike, angle_deg: float, towards_deg: float) -> Floats:
    """Direction turned by an angle towards an azimuth (see `across`), a unit vector, shape (3,)."""
    along = np.asarray(direction, dtype=float) / np.linalg.norm(direction)
    first, second = across(along)
    aside = cos(radians(towards_deg)) * first + sin(radians(towards_deg)) * second
    turned: Floats = cos(radians(angle_deg)) * along + sin(radians(angle_deg)) * aside
    return turned


def pair_geometry(one: Exposure, other: Exposure) -> PairGeometry:
    """How two exposed parts lie to each other.

    Examples
    --------
    >>> upright = Exposure("a", np.array([0.0, 0, -10]), np.array([0.0, 0, 10]))
    >>> deeper = Exposure("b", np.array([15.0, 0, -14]), np.array([15.0, 0, 6]))
    >>> pair = pair_geometry(upright, deeper)
    >>> pair.spacing, pair.depth_offset, round(pair.largest, 3)
    (15.0, -4.0, 15.524)
    """
    ends = [
        *point_segment_distance(np.stack([one.low, one.high]), other.low, other.high),
        *point_segment_distance(np.stack([other.low, other.high]), one.low, one.high),
    ]
    cosine = float(one.axis @ other.axis)
    same_way = other if cosine >= 0.0 else Exposure(other.name, other.high, other.low)
    along = [float((other.middle - one.middle) @ axis) for axis in (one.axis, same_way.axis)]
    return PairGeometry(
        one.name,
        other.name,
        spacing=_across(one.middle, one.axis, other.middle, other.axis),
        smallest=segment_distance(one.low, one.high, other.low, other.high),
        largest=float(max(ends)),
        at_tips=_across(one.low, one.axis, same_way.low, other.axis),
        at_shafts=_across(one.high, one.axis, same_way.high, other.axis),
        angle_deg=float(np.degrees(np.arctan2(np.linalg.norm(np.cross(one.axis, other.axis)), abs(cosine)))),
        depth_offset=min(along, key=abs),
    )


def pairs_of(exposures: Sequence[Exposure]) -> tuple[PairGeometry, ...]:
    """How every two of some exposed parts lie to each other, in the order of the parts."""
    return tuple(pair_geometry(one, other) for one, other in combinations(exposures, 2))


def _across(place: Floats, axis: Floats, other_place: Floats, other_axis: Floats) -> float:
    """Distance of two places across the one of two axes that stands squarer to the line between them."""
    way = other_place - place
    return float(max(np.linalg.norm(np.cross(way, axis)), np.linalg.norm(np.cross(way, other_axis))))
