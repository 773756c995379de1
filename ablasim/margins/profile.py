"""The zone's outline round its applicator, with and without the vessels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ablasim.margins.clip import Floats, Integers, Mask
from ablasim.margins.ray import cut_by_plane, ray_stretches, starts_inside
from ablasim.margins.zone import Zone

N_ANGLES = 72


class Extent(NamedTuple):
    """How far a zone reaches on a ray.

    Parameters
    ----------
    exit : float
        Where the ray leaves the zone first, m: into living tissue, or a lumen that is none.
    reach : float
        Where it leaves it last, m.
    tissue : float
        Length of dead tissue on it, m. Lumens are no tissue, in the run nor in a twin in which they are perfused.
    """

    exit: float
    reach: float
    tissue: float


class Extents(NamedTuple):
    """The same on several rays, NaN on those that begin outside the zone; each of shape (n,)."""

    exit: Floats
    reach: Floats
    tissue: Floats


_NOWHERE = Extent(np.nan, np.nan, np.nan)


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
        How far out the run's zone and the twin's reach, m, across lumens too; NaN where the centre is outside the zone.
    retractions : ndarray, shape (n,)
        First exit from the twin's zone minus that from the run's, m, which a lumen ends. NaN as above.
    tissue_lost : ndarray, shape (n,)
        Length of dead tissue in the twin minus that in the run, m; lumens are no tissue. NaN as above.
    """

    centre: Floats
    axis: Floats
    zero: Floats
    angles: Floats
    radii: Floats
    twin_radii: Floats
    retractions: Floats
    tissue_lost: Floats

    @property
    def largest_retraction(self) -> tuple[float, float] | None:
        """Largest retraction over all directions, m, and its angle, rad; None where a zone is missing."""
        if not np.isfinite(self.retractions).any():
            return None
        worst = int(np.nanargmax(self.retractions))
        return float(self.retractions[worst]), float(self.angles[worst])

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
    run, twin = (_extents(zone, centre, axis, directions) for zone in (actual, no_vessel))
    return AngularProfile(
        centre, axis, zero, angles, run.reach, twin.reach, twin.exit - run.exit, twin.tissue - run.tissue
    )


def extent_along(zone: Zone, start: Floats, direction: Floats) -> Extent | None:
    """How far a zone reaches on a ray.

    Applicators, and the sleeves a zone encloses round them, count as dead.

    Parameters
    ----------
    zone : Zone
        The zone.
    start, direction : ndarray, shape (3,)
        Start of the ray, m, and its direction (any length but zero).

    Returns
    -------
    Extent or None
        None if the ray starts outside the zone.
    """
    domain = zone.domain
    is_lumen = domain.is_lumen[zone.cells]
    return _along(domain.points, domain.cells[zone.cells], is_lumen, zone.filled, start, direction)


def _extents(zone: Zone, centre: Floats, axis: Floats, directions: Floats) -> Extents:
    """The same in directions across the axis; only cells that their plane cuts are looked at."""
    domain = zone.domain
    cells = domain.cells[zone.cells]
    cut = cut_by_plane(domain.points, cells, centre, axis)
    used, near = np.unique(cells[cut], return_inverse=True)
    points, level, near = domain.points[used], zone.filled[used], near.reshape(-1, 4)
    is_lumen = domain.is_lumen[zone.cells][cut]
    found = [_along(points, near, is_lumen, level, centre, direction) for direction in directions]
    return Extents(*np.array([_NOWHERE if extent is None else extent for extent in found]).T)


def _along(
    points: Floats, cells: Integers, is_lumen: Mask, level: Floats, start: Floats, direction: Floats
) -> Extent | None:
    whole = ray_stretches(points, cells, level, start, direction)
    if not starts_inside(whole):
        return None
    tissue = ray_stretches(points, cells[~is_lumen], level, start, direction) if is_lumen.any() else whole
    return Extent(float(whole[0, 1]), float(whole[-1, 1]), float(np.ptp(tissue, axis=1).sum()))
