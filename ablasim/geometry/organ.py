"""The block of organ that a run computes on."""

from __future__ import annotations

from dataclasses import dataclass
from math import pi
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ablasim.geometry.checks import Vector, as_unit_vector, as_vector, check_positive

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Box:
    """Block with faces across x, y and z.

    Parameters
    ----------
    centre : array_like, shape (3,)
        Centre, m.
    size : array_like, shape (3,)
        Edge lengths along x, y and z, m.

    Raises
    ------
    ModelError
        If an edge is not above zero.

    Examples
    --------
    >>> box = Box(centre=(0, 0, 0), size=(2, 4, 6))
    >>> box.volume, box.contains([[0.9, 1.9, 2.9], [1.1, 0, 0]]).tolist()
    (48.0, [True, False])
    """

    centre: Vector
    size: Vector

    def __post_init__(self) -> None:
        object.__setattr__(self, "centre", as_vector(self.centre, name="box centre"))
        object.__setattr__(self, "size", as_vector(self.size, name="box size"))
        for edge in self.size:
            check_positive(edge, name="box size")

    @property
    def volume(self) -> float:
        """Volume, m³."""
        return float(np.prod(self.size))

    @property
    def area(self) -> float:
        """Area of the outside, m²."""
        x, y, z = self.size
        return 2.0 * (x * y + y * z + z * x)

    @property
    def bounds(self) -> tuple[Floats, Floats]:
        """Lowest and highest corner, m, each of shape (3,)."""
        centre, half = np.array(self.centre), 0.5 * np.array(self.size)
        return centre - half, centre + half

    def contains(self, points: ArrayLike) -> Mask:
        """Mask of the points inside or on the outside, shape (n,)."""
        low, high = self.bounds
        places = np.asarray(points, dtype=float)
        inside: Mask = np.all((places >= low) & (places <= high), axis=1)
        return inside


@dataclass(frozen=True)
class Cylinder:
    """Round cylinder in any direction.

    Parameters
    ----------
    centre : array_like, shape (3,)
        Centre of gravity, m.
    diameter, length : float
        Diameter and length, m.
    axis : array_like, shape (3,)
        Direction of the axis; kept as a unit vector.

    Raises
    ------
    ModelError
        If a length is not above zero or the axis has no direction.
    """

    centre: Vector
    diameter: float
    length: float
    axis: Vector = (0.0, 0.0, 1.0)

    def __post_init__(self) -> None:
        object.__setattr__(self, "centre", as_vector(self.centre, name="cylinder centre"))
        object.__setattr__(self, "axis", as_unit_vector(self.axis, name="cylinder axis"))
        check_positive(self.diameter, name="cylinder diameter")
        check_positive(self.length, name="cylinder length")

    @property
    def volume(self) -> float:
        """Volume, m³."""
        return pi / 4.0 * self.diameter**2 * self.length

    @property
    def area(self) -> float:
        """Area of the outside, m²."""
        return pi * self.diameter * (0.5 * self.diameter + self.length)

    @property
    def bounds(self) -> tuple[Floats, Floats]:
        """Lowest and highest corner of the enclosing box, m, each of shape (3,)."""
        centre, axis = np.array(self.centre), np.array(self.axis)
        across = np.sqrt(np.clip(1.0 - axis**2, 0.0, 1.0))
        half = 0.5 * self.length * np.abs(axis) + 0.5 * self.diameter * across
        return centre - half, centre + half

    def contains(self, points: ArrayLike) -> Mask:
        """Mask of the points inside or on the outside, shape (n,)."""
        offset = np.asarray(points, dtype=float) - np.array(self.centre)
        along = offset @ np.array(self.axis)
        radius = np.linalg.norm(offset - along[:, None] * np.array(self.axis), axis=1)
        inside: Mask = (np.abs(along) <= 0.5 * self.length) & (radius <= 0.5 * self.diameter)
        return inside


@dataclass(frozen=True)
class Ball:
    """Ball of organ.

    Parameters
    ----------
    centre : array_like, shape (3,)
        Centre, m.
    diameter : float
        Diameter, m.

    Raises
    ------
    ModelError
        If the diameter is not above zero.
    """

    centre: Vector
    diameter: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "centre", as_vector(self.centre, name="ball centre"))
        check_positive(self.diameter, name="ball diameter")

    @property
    def volume(self) -> float:
        """Volume, m³."""
        return pi / 6.0 * self.diameter**3

    @property
    def area(self) -> float:
        """Area of the outside, m²."""
        return pi * self.diameter**2

    @property
    def bounds(self) -> tuple[Floats, Floats]:
        """Lowest and highest corner of the enclosing box, m, each of shape (3,)."""
        centre = np.array(self.centre)
        return centre - 0.5 * self.diameter, centre + 0.5 * self.diameter

    def contains(self, points: ArrayLike) -> Mask:
        """Mask of the points inside or on the outside, shape (n,)."""
        distance = np.linalg.norm(np.asarray(points, dtype=float) - np.array(self.centre), axis=1)
        inside: Mask = distance <= 0.5 * self.diameter
        return inside


Organ: TypeAlias = Box | Cylinder | Ball
