"""Applicators as shapes: needles with an active part, whole, in two poles or with tines, and an insulated shaft."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ablasim.errors import ModelError
from ablasim.geometry.checks import Vector, as_unit_vector, as_vector, check_positive
from ablasim.geometry.electrodes import across
from ablasim.geometry.tines import Tines

Floats = NDArray[np.float64]

ACTIVE, DISTAL, PROXIMAL, SHAFT = "active", "distal", "proximal", "shaft"
NEEDLE_PARTS = (ACTIVE, DISTAL, PROXIMAL, SHAFT)
"""What parts of a needle are called: its active part, or its two poles, and what is insulated."""


class NeedlePart(NamedTuple):
    """A stretch of a needle: what it is called, and the heights above the tip at which it begins and ends, m."""

    kind: str
    start: float
    end: float


@dataclass(frozen=True)
class Needle:
    """Straight needle with a flat tip, an active part above it, maybe with tines, and an insulated shaft above that.

    Parameters
    ----------
    name : str
        Name of the needle in meshes and results.
    tip : array_like, shape (3,)
        Centre of the tip's end cap, m.
    direction : array_like, shape (3,)
        Direction from the tip up the shaft; kept as a unit vector.
    diameter : float
        Outer diameter, m.
    active_length : float
        Length of the active part from the tip, m.
    shaft_length : float or None
        Length of the shaft above the active part, m; None where it leaves the organ.
    gap : tuple of float, optional
        Heights above the tip between which the active part is insulated, m: it then is two poles, ``distal`` below and
        ``proximal`` above the gap.
    tines : Tines, optional
        Tines that leave the active part and belong to it, lengths in m; they are given a root where they need one.

    Raises
    ------
    ModelError
        If a length is not above zero, a vector is not three finite numbers, or the gap lies not within the active part.

    Examples
    --------
    >>> needle = Needle("electrode", (0, 0, -0.015), (0, 0, 1), 0.0015, 0.03)
    >>> needle.active_segment[1].round(6).tolist()
    [0.0, 0.0, 0.015]
    """

    name: str
    tip: Vector
    direction: Vector
    diameter: float
    active_length: float
    shaft_length: float | None = None
    gap: tuple[float, float] | None = None
    tines: Tines | None = None

    def __post_init__(self) -> None:
        label = f"applicator {self.name}"
        object.__setattr__(self, "tip", as_vector(self.tip, name=f"{label}: tip"))
        object.__setattr__(self, "direction", as_unit_vector(self.direction, name=f"{label}: direction"))
        check_positive(self.diameter, name=f"{label}: diameter")
        check_positive(self.active_length, name=f"{label}: active length")
        if self.shaft_length is not None:
            check_positive(self.shaft_length, name=f"{label}: shaft length")
        if self.gap is not None and not 0.0 < self.gap[0] < self.gap[1] < self.active_length:
            message = f"{label}: gap from {self.gap[0]:g} to {self.gap[1]:g} m: must lie within the active part"
            raise ModelError(message)
        if self.tines is not None:
            self._check_tines(self.tines, label)
            object.__setattr__(self, "tines", self.tines.rooted_in(self.radius))

    def _check_tines(self, tines: Tines, label: str) -> None:
        if self.gap is not None:
            message = f"{label}: tines: a needle with two poles has none"
            raise ModelError(message)
        if tines.distance + tines.radius > self.radius or tines.height > self.active_length:
            message = f"{label}: tines: must begin within the active part or on its tip, their whole thickness"
            raise ModelError(message)

    @property
    def radius(self) -> float:
        """Half the diameter, m."""
        return 0.5 * self.diameter

    @property
    def length(self) -> float:
        """Length from the tip to the end of the shaft, m; infinite where the shaft leaves the organ."""
        return inf if self.shaft_length is None else self.active_length + self.shaft_length

    @property
    def active_segment(self) -> Floats:
        """Axis of the active part, from the tip upwards, m, shape (2, 3)."""
        tip, direction = np.array(self.tip), np.array(self.direction)
        return np.stack([tip, tip + self.active_length * direction])

    @property
    def parts(self) -> tuple[NeedlePart, ...]:
        """Stretches from the tip upwards, each insulated or bare metal all over.

        Examples
        --------
        >>> Needle("probe", (0, 0, 0), (0, 0, 1), 0.00165, 0.022, gap=(0.007, 0.015)).parts[1]
        NeedlePart(kind='shaft', start=0.007, end=0.015)
        """
        shaft = NeedlePart(SHAFT, self.active_length, self.length)
        if self.gap is None:
            return NeedlePart(ACTIVE, 0.0, self.active_length), shaft
        below, above = self.gap
        poles = NeedlePart(DISTAL, 0.0, below), NeedlePart(PROXIMAL, above, self.active_length)
        return poles[0], NeedlePart(SHAFT, below, above), poles[1], shaft

    @property
    def active_segments(self) -> Floats:
        """Axis of the active part, and of its tines in short stretches, m, shape (n, 2, 3)."""
        corners = self.tine_lines()
        tines = np.stack([corners[:, :-1], corners[:, 1:]], axis=2).reshape(-1, 2, 3)
        return np.concatenate([self.active_segment[None], tines])

    @property
    def active_middle(self) -> Floats:
        """Middle of the active part, m, shape (3,); with tines the middle of their axes and its own."""
        if self.tines is None:
            return np.asarray(self.active_segment.mean(axis=0))
        lines = self.tine_lines().mean(axis=1)
        return np.asarray(np.concatenate([self.active_segment, lines]).mean(axis=0))

    def tine_lines(self) -> Floats:
        """Polylines along the axes of the tines, m, shape (n_tines, n_corners, 3)."""
        if self.tines is None:
            return np.empty((0, 2, 3))
        line = self.tines.line()
        return np.stack([self.from_half_plane(azimuth, line) for azimuth in self.tines.azimuths])

    def from_half_plane(self, azimuth: float, places: ArrayLike, aside: ArrayLike = 0.0) -> Floats:
        """Places from coordinates in a half-plane of the axis, m, shape (n, 3).

        Parameters
        ----------
        azimuth : float
            Azimuth of the half-plane, rad (see `ablasim.geometry.electrodes.across`).
        places : array_like, shape (n, 2)
            Distance from the axis and height above the tip, m.
        aside : array_like, optional
            Distance from the half-plane, towards growing azimuth, m; shape (n,).
        """
        first, second = across(self.direction)
        outwards = np.cos(azimuth) * first + np.sin(azimuth) * second
        onwards = np.cos(azimuth) * second - np.sin(azimuth) * first
        in_plane = np.asarray(places, dtype=float) @ np.stack([outwards, np.array(self.direction)])
        found: Floats = np.array(self.tip) + in_plane + np.multiply.outer(np.asarray(aside, dtype=float), onwards)
        return found

    def along_and_across(self, points: ArrayLike) -> tuple[Floats, Floats]:
        """Height above the tip along the axis and distance from the axis, m, each of shape (n,)."""
        direction = np.array(self.direction)
        offset = np.asarray(points, dtype=float) - np.array(self.tip)
        along: Floats = offset @ direction
        aside: Floats = np.linalg.norm(offset - along[:, None] * direction, axis=1)
        return along, aside

    def contains(self, points: ArrayLike) -> NDArray[np.bool_]:
        """Mask of the points inside the needle or on its surface, shape (n,)."""
        inside: NDArray[np.bool_] = self.distance(points) == 0.0
        return inside

    def distance(self, points: ArrayLike) -> Floats:
        """Distance of points to the needle (active part, tines and shaft), m, shape (n,); 0 inside."""
        straight = self.distance_to_straight(points)
        return straight if self.tines is None else np.minimum(straight, self.distance_to_tines(points))

    def distance_to_straight(self, points: ArrayLike) -> Floats:
        """Distance of points to the needle without its tines, m, shape (n,); 0 inside."""
        along, aside = self.along_and_across(points)
        beyond = np.maximum(np.maximum(-along, along - self.length), 0.0)
        distance: Floats = np.hypot(beyond, np.maximum(aside - self.radius, 0.0))
        return distance

    def distance_to_tines(self, points: ArrayLike) -> Floats:
        """Distance of points to the nearest tine, m, shape (n,); 0 inside, infinite without tines."""
        offset = np.asarray(points, dtype=float) - np.array(self.tip)
        if self.tines is None:
            return np.full(len(offset), inf)
        first, second = across(self.direction)
        u, v = self.tines.folded(offset @ first, offset @ second)
        return self.tines.distance_to_one(u, v, offset @ np.array(self.direction))
