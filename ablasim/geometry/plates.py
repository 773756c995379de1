"""Plates held against an outer face of a box: electrodes of pulses, and ground pads."""

from __future__ import annotations

from dataclasses import dataclass
from math import pi
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ablasim.errors import ModelError
from ablasim.geometry.checks import Vector
from ablasim.geometry.layers import FACES, axis_of
from ablasim.geometry.organ import Box

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Outline: TypeAlias = Literal["rectangle", "disc"]

_ON_PLANE = 1e-6  # of the box's largest edge


@dataclass(frozen=True)
class Plate:
    """A flat electrode on a face of a box.

    Parameters
    ----------
    name : str
        Name of the plate in meshes and results.
    face : str
        Face it lies on, such as ``+z``.
    centre : array_like, shape (3,)
        Its centre, on the face, m.
    outline : {"rectangle", "disc"}
        Its outline.
    size : tuple of float
        Edge lengths along the two axes of the face, in the order x, y, z, m; of a disc the diameter twice.

    Raises
    ------
    ModelError
        If there is no such face, or a size is not above zero.

    Examples
    --------
    >>> pad = Plate("pad", "+z", (0, 0, 0.03), "rectangle", (0.02, 0.04))
    >>> round(pad.area, 9), pad.covers([[0.009, 0.019, 0.03], [0.011, 0, 0.03]]).tolist()
    (0.0008, [True, False])
    """

    name: str
    face: str
    centre: Vector
    outline: Outline
    size: tuple[float, float]

    def __post_init__(self) -> None:
        if self.face not in FACES:
            message = f"plate {self.name}: face '{self.face}': must be one of {', '.join(FACES)}"
            raise ModelError(message)
        if not min(self.size) > 0.0:
            message = f"plate {self.name}: size {min(self.size):g} m: must be above 0"
            raise ModelError(message)

    @classmethod
    def whole_face(cls, name: str, face: str, organ: Box) -> Plate:
        """Plate that covers a whole face of a box."""
        axis, sign = axis_of(face)
        centre = np.array(organ.centre)
        centre[axis] += 0.5 * sign * organ.size[axis]
        one, other = np.delete(organ.size, axis).tolist()
        x, y, z = centre.tolist()
        return cls(name, face, (x, y, z), "rectangle", (one, other))

    @property
    def axis(self) -> int:
        """Axis across the plate: 0, 1 or 2."""
        return axis_of(self.face)[0]

    @property
    def normal(self) -> Floats:
        """Unit vector out of the box, shape (3,)."""
        axis, sign = axis_of(self.face)
        along: Floats = sign * np.eye(3)[axis]
        return along

    @property
    def area(self) -> float:
        """Area, m²."""
        one, other = self.size
        return one * other * (1.0 if self.outline == "rectangle" else 0.25 * pi)

    def covers(self, points: ArrayLike) -> Mask:
        """Mask of the points whose foot on the plate's plane lies within its outline, shape (n,)."""
        offset = np.delete(np.asarray(points, dtype=float) - np.array(self.centre), self.axis, axis=1)
        shares = np.abs(offset) / (0.5 * np.array(self.size))
        within: Mask = (shares <= 1.0).all(axis=1) if self.outline == "rectangle" else np.hypot(*shares.T) <= 1.0
        return within

    def lies_on(self, box: Box) -> bool:
        """Whether the whole plate lies on its face of a box."""
        axis, sign = axis_of(self.face)
        low, high = box.bounds
        slack = _ON_PLANE * max(box.size)
        surface = (low if sign < 0.0 else high)[axis]
        half = np.insert(0.5 * np.array(self.size), axis, 0.0)
        centre = np.array(self.centre)
        within = bool((centre - half >= low - slack).all() and (centre + half <= high + slack).all())
        return within and abs(centre[axis] - surface) <= slack

    def covers_face(self, box: Box) -> bool:
        """Whether the plate covers its whole face of a box."""
        face = np.delete(box.size, self.axis)
        return self.outline == "rectangle" and bool(np.allclose(self.size, face, rtol=_ON_PLANE, atol=0.0))

    def distance_to_rim(self, x: float, y: float, z: float) -> float:
        """Distance of a place to the plate's rim, m; plain numbers, for mesh generators."""
        offset = (x - self.centre[0], y - self.centre[1], z - self.centre[2])
        height = offset[self.axis]
        u, v = (component for axis, component in enumerate(offset) if axis != self.axis)
        if self.outline == "disc":
            in_plane = float(np.hypot(u, v)) - 0.5 * self.size[0]
        else:
            du, dv = abs(u) - 0.5 * self.size[0], abs(v) - 0.5 * self.size[1]
            in_plane = float(np.hypot(max(du, 0.0), max(dv, 0.0))) + min(max(du, dv), 0.0)
        return float(np.hypot(in_plane, height))
