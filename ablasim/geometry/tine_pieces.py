"""Stretches of a tine's axis in a half-plane, straight or along a circle, and the tubes round them."""

from __future__ import annotations

from math import cos, pi, sin
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
HalfPlane = tuple[float, float]
"""Distance from the needle's axis, and height above its tip."""


class TinePiece(NamedTuple):
    """A stretch of a tine's axis, straight or along a circle.

    Parameters
    ----------
    start : tuple of float
        Where it begins.
    angle : float
        Angle of its direction there to forwards, which is away from the shaft, rad; it grows outwards.
    length : float
        Its length.
    curvature : float
        Change of the angle per length; 0 if it is straight.
    """

    start: HalfPlane
    angle: float
    length: float
    curvature: float

    @property
    def direction(self) -> HalfPlane:
        """Unit vector along it at its start."""
        return sin(self.angle), -cos(self.angle)

    @property
    def aside(self) -> HalfPlane:
        """Unit vector across it at its start, to where it curves if the curvature is above zero."""
        return cos(self.angle), sin(self.angle)

    @property
    def end(self) -> HalfPlane:
        """Where it ends."""
        (u, h), _, _ = self.at(np.array(self.length))
        return float(u), float(h)

    def at(self, length: Floats) -> tuple[tuple[Floats, Floats], Floats, Floats]:
        """Places, and the sine and cosine of the angle there, at lengths along it."""
        angle = self.angle + self.curvature * length
        if self.curvature == 0.0:
            along = self.direction
            return (self.start[0] + length * along[0], self.start[1] + length * along[1]), np.sin(angle), np.cos(angle)
        u = self.start[0] + (cos(self.angle) - np.cos(angle)) / self.curvature
        h = self.start[1] + (sin(self.angle) - np.sin(angle)) / self.curvature
        return (u, h), np.sin(angle), np.cos(angle)


def distance_to_piece(piece: TinePiece, radius: float, u: Floats, v: Floats, h: Floats) -> Floats:
    """Distance of places to a tube round a stretch, cut flat at its ends; 0 inside.

    Parameters
    ----------
    piece : TinePiece
        The stretch.
    radius : float
        Of the tube.
    u, v, h : ndarray, shape (n,)
        Coordinates along the half-plane, across it, and along the needle's axis from the tip up.
    """
    du, dh = u - piece.start[0], h - piece.start[1]
    (tu, th), (nu, nh) = piece.direction, piece.aside
    along, aside = du * tu + dh * th, du * nu + dh * nh
    if piece.curvature == 0.0:
        beyond = np.maximum(np.maximum(-along, along - piece.length), 0.0)
        return np.asarray(np.hypot(beyond, np.maximum(np.hypot(aside, v) - radius, 0.0)))
    bend, turn = 1.0 / abs(piece.curvature), abs(piece.curvature) * piece.length
    inward = bend - (aside if piece.curvature > 0.0 else -aside)  # from the centre, along the radius of the start
    angle = np.arctan2(along, inward) - 0.5 * turn
    angle = np.mod(angle + pi, 2.0 * pi) - pi  # from the middle of the stretch
    outward = np.hypot(along, inward)
    beside = np.maximum(np.hypot(outward - bend, v) - radius, 0.0)
    past = np.where(angle > 0.0, angle - 0.5 * turn, -angle - 0.5 * turn)  # beyond the nearer end, if above zero
    beyond = np.maximum(outward * np.sin(past), 0.0)
    at_end = np.hypot(beyond, np.maximum(np.hypot(outward * np.cos(past) - bend, v) - radius, 0.0))
    return np.where(past <= 0.0, beside, at_end)
