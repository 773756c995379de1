"""Tines of an expandable electrode: like tubes evenly round a needle's axis, straight at first and then along a circle.

Each tine lies in a half-plane of the axis, whose coordinates are the distance from the axis and the height above the
needle's tip. All lengths may be in any one unit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, cos, inf, pi, radians, sin
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ablasim.errors import ModelError
from ablasim.geometry.tine_pieces import HalfPlane, TinePiece, distance_to_piece

Floats = NDArray[np.float64]
LARGEST_TURN_DEG = 270.0
"""Largest angle that a tine may turn by, °."""

_ROUNDING = 1e-9  # of a tine's radius


class Stations(NamedTuple):
    """Places along the axis of a tine.

    Parameters
    ----------
    places : ndarray, shape (n, 2)
        Distance from the needle's axis, and height above its tip.
    directions : ndarray, shape (n, 2)
        Unit vectors along the tine.
    asides : ndarray, shape (n, 2)
        Unit vectors across it.
    lengths : ndarray, shape (n,)
        Length of axis that each stands for.
    curvatures : ndarray, shape (n,)
        Curvature, towards `asides` if above zero.
    """

    places: Floats
    directions: Floats
    asides: Floats
    lengths: Floats
    curvatures: Floats


@dataclass(frozen=True)
class Tines:
    """Tines of a needle.

    Parameters
    ----------
    count : int
        How many.
    radius : float
        Of a tine.
    distance, height : float
        Where they begin: distance from the needle's axis, and height above its tip. That must be inside the needle, or
        on its tip.
    angle_deg : float
        Angle between a tine's direction where it begins and forwards, °: 0 leads away from the shaft, 90 outwards, 180
        back along the shaft.
    lead : float
        Length of the straight stretch that it begins with.
    bend_radius : float
        Radius of the circle that it follows then.
    turn_deg : float
        Angle that it turns by on the circle, °: above 0 backwards, so that what leads forwards curls back; below 0
        forwards.
    rotation_deg : float, optional
        Azimuth of the first tine, ° (see `ablasim.geometry.electrodes.across`).
    root : float, optional
        Length of a straight stretch before the beginning, inside the needle, so that the two are one body.

    Raises
    ------
    ModelError
        If a number is out of range, or a tine crosses the needle's axis.

    Examples
    --------
    Half tori that leave the tip back along the shaft, arch outwards and end beside the tip:

    >>> tines = Tines(4, 0.2667, 0.5, 0.0, 180.0, lead=0.0, bend_radius=7.5, turn_deg=-180.0)
    >>> round(tines.length, 4), [round(value, 6) + 0.0 for value in tines.end]
    (23.5619, [15.5, 0.0])
    """

    count: int
    radius: float
    distance: float
    height: float
    angle_deg: float
    lead: float
    bend_radius: float
    turn_deg: float
    rotation_deg: float = 0.0
    root: float = 0.0

    def __post_init__(self) -> None:
        lengths = {"radius": self.radius, "bend radius": self.bend_radius}
        for name, value in lengths.items():
            if not (np.isfinite(value) and value > 0.0):
                message = f"tines: {name} = {value:g}: must be above 0"
                raise ModelError(message)
        if min(self.lead, self.root, self.distance, self.height) < 0.0 or self.count < 1:
            message = "tines: count, lead, root, distance and height must not be negative, and there must be one"
            raise ModelError(message)
        if abs(self.turn_deg) > LARGEST_TURN_DEG or not self.length > 0.0:
            message = f"tines: must have a length, and turn by at most {LARGEST_TURN_DEG:g}°"
            raise ModelError(message)
        if self.count > 1 and float(self.stations(0.5 * self.radius).places[:, 0].min()) < 0.0:
            message = "tines: must not cross the needle's axis"
            raise ModelError(message)

    @property
    def length(self) -> float:
        """Length of a tine from where it begins."""
        return self.lead + self.bend_radius * abs(radians(self.turn_deg))

    @property
    def pieces(self) -> tuple[TinePiece, ...]:
        """Stretches of the axis of a tine, from its root to its end."""
        angle = radians(self.angle_deg)
        straight, bend = self.root + self.lead, self.bend_radius * abs(radians(self.turn_deg))
        start = self.distance - self.root * sin(angle), self.height + self.root * cos(angle)
        first = TinePiece(start, angle, straight, 0.0)
        curvature = (1.0 if self.turn_deg > 0.0 else -1.0) / self.bend_radius
        second = TinePiece(first.end, angle, bend, curvature)
        return tuple(piece for piece in (first, second) if piece.length > 0.0)

    @property
    def end(self) -> HalfPlane:
        """Where a tine ends."""
        return self.pieces[-1].end

    @property
    def azimuths(self) -> Floats:
        """Azimuths of the tines, rad, shape (count,)."""
        turns: Floats = radians(self.rotation_deg) + 2.0 * pi * np.arange(self.count) / self.count
        return turns

    def rooted_in(self, needle_radius: float) -> Tines:
        """Tines with a root where they lead out of a needle from where they begin; none where they begin inside it."""
        u, h = self.distance, self.height
        du, dh = sin(radians(self.angle_deg)), -cos(radians(self.angle_deg))
        ahead = self.radius
        leaves = h + ahead * dh < -_ROUNDING * self.radius or abs(u + ahead * du) > needle_radius
        return replace(self, root=needle_radius if leaves else 0.0)

    def stations(self, step: float) -> Stations:
        """Middles of equal stretches of the axis, from root to end, at most a step long."""
        found = []
        for piece in self.pieces:
            n = max(ceil(piece.length / step), 1)
            (u, h), sine, cosine = piece.at(piece.length * (np.arange(n) + 0.5) / n)
            places, lengths = np.column_stack([u, h]), np.full(n, piece.length / n)
            along, aside = np.column_stack([sine, -cosine]), np.column_stack([cosine, sine])
            found.append((places, along, aside, lengths, np.full(n, piece.curvature)))
        return Stations(*(np.concatenate(values) for values in zip(*found, strict=True)))

    def line(self, most_deg: float = 5.0) -> Floats:
        """Corners of a polyline along the axis of a tine, from where it begins to its end, shape (n, 2).

        Parameters
        ----------
        most_deg : float, optional
            Angle that it turns by at most at a corner, °.
        """
        corners = [np.array([[self.distance, self.height]])]
        for piece in replace(self, root=0.0).pieces:
            n = max(ceil(np.degrees(abs(piece.curvature) * piece.length) / most_deg), 1)
            (u, h), _, _ = piece.at(piece.length * np.arange(1, n + 1) / n)
            corners.append(np.column_stack([u, h]))
        return np.concatenate(corners)

    def folded(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Coordinates along and across the half-plane of the nearest tine, from those across the needle's axis.

        Parameters
        ----------
        x, y : ndarray
            Along azimuth 0 and azimuth 90°.
        """
        sector = 2.0 * pi / self.count
        azimuth = np.arctan2(y, x) - radians(self.rotation_deg) + 0.5 * sector
        azimuth = np.mod(azimuth, sector) - 0.5 * sector
        away = np.hypot(x, y)
        return away * np.cos(azimuth), away * np.sin(azimuth)

    def distance_to_one(self, u: ArrayLike, v: ArrayLike, h: ArrayLike) -> Floats:
        """Distance of places to one tine, its flat ends included; 0 inside.

        Parameters
        ----------
        u, v, h : array_like, shape (n,)
            Coordinates along its half-plane, across it, and along the needle's axis from the tip up.
        """
        u, v, h = (np.asarray(value, dtype=float) for value in (u, v, h))
        nearest = np.full(np.broadcast(u, v, h).shape, inf)
        for piece in self.pieces:
            nearest = np.minimum(nearest, distance_to_piece(piece, self.radius, u, v, h))
        return nearest

    def least_gap_between(self, needle_radius: float) -> float:
        """Narrowest gap between two tines outside the needle; infinite for one tine."""
        if self.count < 2:
            return inf
        u, h = self.stations(0.25 * self.radius).places.T
        outside = (h < 0.0) | (u > needle_radius)
        turn = 2.0 * pi / self.count
        apart = self.distance_to_one(u * cos(turn), u * sin(turn), h) - self.radius
        return float(apart[outside].min(initial=inf))

    def least_gap_to(self, needle_radius: float, clear: float) -> float:
        """Narrowest gap between a tine and the needle that it left, after it was clear of it; infinite if it never is.

        Parameters
        ----------
        needle_radius : float
            Radius of the needle.
        clear : float
            Gap from which it counts as clear.
        """
        u, h = self.stations(0.25 * self.radius).places.T
        gaps = np.hypot(np.maximum(-h, 0.0), np.maximum(u - needle_radius, 0.0)) - self.radius
        past = np.maximum.accumulate(gaps >= clear)
        return float(gaps[past].min(initial=inf))
