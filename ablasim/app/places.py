"""Places at which the app keeps what a run found: a grid round the applicator, and a polar one round the vessel.

The zone without the vessel lies still about the applicator, so it is kept on a rectangular grid. What the vessel
changes moves with the vessel and begins at its wall: it is kept by the distance from the wall, the angle round the
vessel's axis and the height. Between two runs with the vessel in other places it can then be interpolated without being
smeared.

Lengths are in mm. The applicator's axis is the z axis, the tumour's centre the origin, the vessel's axis parallel to z
in the plane y = 0, at x = gap + radius.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates

Floats = NDArray[np.float64]

X = np.arange(-26.0, 27.0)
Z = np.arange(-34.0, 35.0)
Y_HALF = np.arange(0.0, 27.0)
Y_WHOLE = np.arange(-26.0, 27.0)
FROM_WALL = np.array([0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 11.0, 15.0, 20.0, 27.0, 36.0, 48.0])
HEIGHTS = np.linspace(-34.0, 34.0, 24)
_N_HALF_TURN = 12


@dataclass(frozen=True, eq=False)
class Places:
    """Where the app keeps the fields of a modality.

    Parameters
    ----------
    mirrored : bool
        Whether the case is its own mirror image in the plane y = 0, so that half of it is kept.
    """

    mirrored: bool

    @property
    def y(self) -> Floats:
        """Grid lines across the plane of applicator and vessel, mm."""
        return Y_HALF if self.mirrored else Y_WHOLE

    @property
    def shape(self) -> tuple[int, int, int]:
        """Number of points of the grid along x, y and z."""
        return len(X), len(self.y), len(Z)

    @property
    def angles(self) -> Floats:
        """Angles round the vessel, rad: 0 towards the applicator, a right angle in the direction of y."""
        if self.mirrored:
            return np.linspace(0.0, np.pi, _N_HALF_TURN + 1)
        return np.linspace(-np.pi, np.pi, 2 * _N_HALF_TURN + 1)

    @property
    def polar_shape(self) -> tuple[int, int, int]:
        """Number of points of the polar grid: by distance, angle and height."""
        return len(FROM_WALL), len(self.angles), len(HEIGHTS)

    def grid(self) -> Floats:
        """Points of the grid, mm, shape (n, 3)."""
        return np.stack(np.meshgrid(X, self.y, Z, indexing="ij"), axis=-1).reshape(-1, 3)

    def polar(self, gap: float, radius: float) -> Floats:
        """Points of the polar grid about a vessel, mm, shape (n, 3).

        Parameters
        ----------
        gap : float
            From the applicator's axis to the vessel's wall, mm.
        radius : float
            Of the vessel, mm.
        """
        away, angle, height = np.meshgrid(radius + FROM_WALL, self.angles, HEIGHTS, indexing="ij")
        x, y = gap + radius - away * np.cos(angle), away * np.sin(angle)
        return np.stack([x, y, height], axis=-1).reshape(-1, 3)

    def from_polar(self, values: Floats, points: Floats, gap: float, radius: float) -> Floats:
        """Values of the polar grid at some points, linear between its points.

        Parameters
        ----------
        values : ndarray, shape `polar_shape`
            Values at the points of `polar`.
        points : ndarray, shape (n, 3)
            mm. Inside the vessel the value of the wall is taken, beyond the grid that of its end.
        gap, radius : float
            As for `polar`.

        Returns
        -------
        ndarray, shape (n,)
            The values.
        """
        coordinates = self.polar_coordinates(points, gap, radius)
        found: Floats = map_coordinates(values, coordinates, order=1, mode="nearest", prefilter=False)
        return found

    def polar_coordinates(self, points: Floats, gap: float, radius: float) -> Floats:
        """Fractional indices of some points in the polar grid, shape (3, n)."""
        inward, y = gap + radius - points[:, 0], points[:, 1]
        away = np.hypot(inward, y) - radius
        angle = np.arctan2(y, inward)
        angles = self.angles
        by_distance = np.interp(away, FROM_WALL, np.arange(len(FROM_WALL)))
        by_angle = (angle - angles[0]) / (angles[1] - angles[0])
        by_height = (points[:, 2] - HEIGHTS[0]) / (HEIGHTS[1] - HEIGHTS[0])
        return np.stack([by_distance, by_angle, by_height])


def outside_vessel(points: Floats, gap: float, radius: float) -> Floats:
    """Distance of points from a vessel's wall, mm, negative inside."""
    return np.asarray(np.hypot(points[:, 0] - gap - radius, points[:, 1]) - radius)
