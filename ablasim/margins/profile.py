"""The zone's outline round its applicator, with and without the vessels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ablasim.margins.clip import Floats
from ablasim.margins.ray import ray_exit
from ablasim.margins.zone import Zone

N_ANGLES = 72
_GAP = 1e-7  # m; a cell that touches the plane within rounding is cut by it


@dataclass(frozen=True, eq=False)
class AngularProfile:
    """How far the zone reaches in every direction across an axis.

    Parameters
    ----------
    centre, axis, zero : ndarray, shape (3,)
        Point on the axis, m, its direction and that of the angle zero; angles turn right-handed about the axis.
    angles : ndarray, shape (n,)
        rad.
    radii, twin_radii : ndarray, shape (n,)
        Extents of the run's zone and of the twin's, m; NaN where the centre is outside the zone.
    """

    centre: Floats
    axis: Floats
    zero: Floats
    angles: Floats
    radii: Floats
    twin_radii: Floats

    @property
    def largest_loss(self) -> tuple[float, float] | None:
        """Largest retraction over all directions, m, and its angle, rad; None where a zone is missing."""
        losses = self.twin_radii - self.radii
        if not np.isfinite(losses).any():
            return None
        worst = int(np.nanargmax(losses))
        return float(losses[worst]), float(self.angles[worst])

    def angle_of(self, direction: Floats) -> float:
        """Angle of a direction across the axis, rad, 0 to 2π."""
        quarter = np.cross(self.axis, self.zero)
        return float(np.arctan2(direction @ quarter, direction @ self.zero) % (2.0 * np.pi))


def angular_profile(actual: Zone, no_vessel: Zone, *, centre: Floats, axis: Floats, towards: Floats) -> AngularProfile:
    """Measure both zones round an axis.

    Parameters
    ----------
    actual, no_vessel : Zone
        Zones of the run and of its twin without vessels.
    centre, axis : ndarray, shape (3,)
        Middle of the applicator's active part, m, and its direction.
    towards : ndarray, shape (3,)
        Where the angle zero points to, m: the nearest vessel; if it lies on the axis any direction is taken.
    """
    axis = axis / np.linalg.norm(axis)
    zero = towards - centre
    zero = zero - (zero @ axis) * axis
    if np.linalg.norm(zero) < 1e-9:
        zero = np.cross(axis, np.eye(3)[np.argmin(np.abs(axis))])
    zero = zero / np.linalg.norm(zero)
    quarter = np.cross(axis, zero)
    angles = 2.0 * np.pi * np.arange(N_ANGLES) / N_ANGLES
    directions = np.cos(angles)[:, None] * zero + np.sin(angles)[:, None] * quarter
    return AngularProfile(
        centre,
        axis,
        zero,
        angles,
        _extents(actual, centre, axis, directions),
        _extents(no_vessel, centre, axis, directions),
    )


def _extents(zone: Zone, centre: Floats, axis: Floats, directions: Floats) -> Floats:
    """Extents in directions across the axis, m; only cells that the plane of all the rays cuts are looked at."""
    domain = zone.domain
    cells = domain.cells[zone.cells]
    height = ((domain.points - centre) @ axis)[cells]
    used, cut = np.unique(cells[(height.min(axis=1) <= _GAP) & (height.max(axis=1) >= -_GAP)], return_inverse=True)
    points, level, cut = domain.points[used], zone.filled[used], cut.reshape(-1, 4)
    reached = [ray_exit(points, cut, level, centre, direction) for direction in directions]
    return np.array([np.nan if extent is None else extent for extent in reached])
