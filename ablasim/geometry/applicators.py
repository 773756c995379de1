"""Applicators as shapes: straight needles with an active part and an insulated shaft."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ablasim.geometry.checks import Vector, as_unit_vector, as_vector, check_positive

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Needle:
    """Straight needle with a flat tip, an active part above it and an insulated shaft above that.

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

    Raises
    ------
    ModelError
        If a length is not above zero or a vector is not three finite numbers.

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

    def __post_init__(self) -> None:
        label = f"applicator {self.name}"
        object.__setattr__(self, "tip", as_vector(self.tip, name=f"{label}: tip"))
        object.__setattr__(self, "direction", as_unit_vector(self.direction, name=f"{label}: direction"))
        check_positive(self.diameter, name=f"{label}: diameter")
        check_positive(self.active_length, name=f"{label}: active length")
        if self.shaft_length is not None:
            check_positive(self.shaft_length, name=f"{label}: shaft length")

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

    def along_and_across(self, points: ArrayLike) -> tuple[Floats, Floats]:
        """Height above the tip along the axis and distance from the axis, m, each of shape (n,)."""
        direction = np.array(self.direction)
        offset = np.asarray(points, dtype=float) - np.array(self.tip)
        along: Floats = offset @ direction
        across: Floats = np.linalg.norm(offset - along[:, None] * direction, axis=1)
        return along, across

    def contains(self, points: ArrayLike) -> NDArray[np.bool_]:
        """Mask of the points inside the needle or on its surface, shape (n,)."""
        inside: NDArray[np.bool_] = self.distance(points) == 0.0
        return inside

    def distance(self, points: ArrayLike) -> Floats:
        """Distance of points to the needle (active part and shaft), m, shape (n,); 0 inside."""
        along, across = self.along_and_across(points)
        beyond = np.maximum(np.maximum(-along, along - self.length), 0.0)
        distance: Floats = np.hypot(beyond, np.maximum(across - self.radius, 0.0))
        return distance
