"""Power absorbed round an axis as it is given, not solved for: maps on a grid or on triangles, and two formulas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import exp1

from ablasim.physics.microwave.locate import Locator

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

_GAUSS = (0.5 - 0.5 / np.sqrt(3.0), 0.5 + 0.5 / np.sqrt(3.0))
_PARTS = 40  # of a map's extent: no place of its quadrature stands for more
_MIDDLES = np.array([[0.5, 0.0], [0.5, 0.5], [0.0, 0.5]])  # of a triangle's edges: exact to second order


class PowerPattern(Protocol):
    """Power that tissue absorbs for 1 W forward, by place in the half-plane of an axis."""

    def density(self, places: Floats) -> Floats:
        """Power density, W/m³, at r and z from the tip, m, shape (n_places, 2); zero where there is none."""

    def quadrature(self) -> tuple[Floats, Floats]:
        """Places, shape (n, 2), m, and the volume round the axis that each stands for, m³, wherever there is power."""


def absorbed_share(pattern: PowerPattern) -> float:
    """Power absorbed in boundless tissue for 1 W forward, W."""
    places, volumes = pattern.quadrature()
    return float(pattern.density(places) @ volumes)


@dataclass(frozen=True, eq=False)
class GridPattern:
    """Values on the crossings of grid lines, bilinear between; a cell of the grid with an empty corner absorbs nothing.

    Parameters
    ----------
    r, z : ndarray
        Grid lines, rising, m.
    values : ndarray, shape (n_r, n_z)
        Power density for 1 W forward, W/m³; NaN where there is no tissue.
    """

    r: Floats
    z: Floats
    values: Floats

    def density(self, places: Floats) -> Floats:
        """As in `PowerPattern`."""
        i, u = _interval(self.r, places[:, 0])
        j, v = _interval(self.z, places[:, 1])
        known = self.values
        low = (1.0 - v) * known[i, j] + v * known[i, j + 1]
        high = (1.0 - v) * known[i + 1, j] + v * known[i + 1, j + 1]
        found = (1.0 - u) * low + u * high
        outside = (u < 0.0) | (u > 1.0) | (v < 0.0) | (v > 1.0)
        return np.where(outside | np.isnan(found), 0.0, found)

    def quadrature(self) -> tuple[Floats, Floats]:
        """As in `PowerPattern`."""
        return on_lines(_divided(self.r), _divided(self.z))


@dataclass(frozen=True, eq=False)
class TrianglePattern:
    """Values at the corners of triangles, linear between them.

    Parameters
    ----------
    points : ndarray, shape (n_points, 2)
        r and z from the tip, m.
    cells : ndarray of int32, shape (n_cells, 3)
        Corners, counter-clockwise.
    values : ndarray, shape (n_points,)
        Power density for 1 W forward, W/m³.
    """

    points: Floats
    cells: Ints
    values: Floats

    def density(self, places: Floats) -> Floats:
        """As in `PowerPattern`."""
        cells, weights = Locator.of(self.points, self.cells).find(places)
        corners = self.values[self.cells[cells]]
        shares = np.column_stack([1.0 - weights.sum(axis=1), weights])
        return np.where(cells < 0, 0.0, np.sum(shares * corners, axis=1))

    def quadrature(self) -> tuple[Floats, Floats]:
        """As in `PowerPattern`."""
        corners = self.points[self.cells]
        largest = float(np.ptp(corners, axis=(0, 1)).max()) / _PARTS
        while (wide := np.ptp(corners, axis=1).max(axis=1) > largest).any():
            corners = np.concatenate([corners[~wide], _quartered(corners[wide])])
        corner, one, two = corners.transpose(1, 0, 2)
        along, across = one - corner, two - corner
        places = (corner[:, None] + _MIDDLES @ np.stack([along, across], axis=1)).reshape(-1, 2)
        areas = 0.5 * np.abs(along[:, 0] * across[:, 1] - along[:, 1] * across[:, 0])
        return places, 2.0 * np.pi * places[:, 0] * np.repeat(areas / 3.0, 3)


@dataclass(frozen=True)
class GaussianPattern:
    """Ellipsoid that fades as e^(−(r/a)² − ((z − c)/b)²).

    Parameters
    ----------
    centre : float
        Height c of its centre above the tip, m.
    radial, axial : float
        Distances a and b from the centre at which 1/e of the power density is left, m.
    share : float
        Share of the forward power that boundless tissue absorbs.
    """

    centre: float
    radial: float
    axial: float
    share: float

    def density(self, places: Floats) -> Floats:
        """As in `PowerPattern`."""
        volume = np.pi**1.5 * self.radial**2 * self.axial
        exponent = (places[:, 0] / self.radial) ** 2 + ((places[:, 1] - self.centre) / self.axial) ** 2
        density: Floats = self.share / volume * np.exp(-exponent)
        return density

    def quadrature(self) -> tuple[Floats, Floats]:
        """As in `PowerPattern`; what it leaves out is below 1e-6 of the power."""
        reach = np.linspace(0.0, 4.0, 41)
        return on_lines(self.radial * reach, self.centre + self.axial * np.concatenate([-reach[:0:-1], reach]))


@dataclass(frozen=True)
class LinePattern:
    """Power density e^(−2αd)/d² at the distance d from a stretch of the axis, even within a radius.

    Parameters
    ----------
    start, length : float
        Height of the stretch's lower end above the tip, and its length, m.
    radius : float
        Distance within which the power density is that at this distance, m.
    attenuation : float
        α of the field, 1/m.
    share : float
        Share of the forward power that boundless tissue absorbs.
    """

    start: float
    length: float
    radius: float
    attenuation: float
    share: float

    def density(self, places: Floats) -> Floats:
        """As in `PowerPattern`."""
        along = np.clip(places[:, 1], self.start, self.start + self.length)
        distance = np.maximum(np.hypot(places[:, 0], places[:, 1] - along), self.radius)
        density: Floats = self.share / self._volume * self._form(distance)
        return density

    def quadrature(self) -> tuple[Floats, Floats]:
        """As in `PowerPattern`; what it leaves out is below 1e-5 of the power."""
        out = self.radius * np.concatenate([[0.0, 0.5], 1.08 ** np.arange(_steps(self._reach / self.radius, 1.08) + 1)])
        along = np.linspace(0.0, self.length, 1 + int(np.ceil(self.length / self.radius)))
        return on_lines(out, self.start + np.concatenate([-out[:0:-1], along[:-1], self.length + out]))

    @property
    def _reach(self) -> float:
        return self.radius + 6.0 / self.attenuation

    @property
    def _volume(self) -> float:
        """∫ of the form over space: within the radius, round the stretch, and round its ends, m."""
        a, twice = self.radius, 2.0 * self.attenuation
        within = float(self._form(a)) * (np.pi * a**2 * self.length + 4.0 / 3.0 * np.pi * a**3)
        round_ends = 4.0 * np.pi * np.exp(-twice * a) / twice
        return float(within + 2.0 * np.pi * self.length * exp1(twice * a) + round_ends)

    def _form(self, distance: Floats | float) -> Floats:
        form: Floats = np.exp(-2.0 * self.attenuation * np.asarray(distance)) / np.asarray(distance) ** 2
        return form


def on_lines(r: Floats, z: Floats) -> tuple[Floats, Floats]:
    """Two by two Gauss points in each cell of a grid, and the volume round the axis that each stands for.

    Parameters
    ----------
    r, z : ndarray
        Grid lines, rising, m.

    Returns
    -------
    places : ndarray, shape (4 n_cells, 2)
        m.
    volumes : ndarray, shape (4 n_cells,)
        m³.
    """
    (radii, widths), (heights, lengths) = _gauss(r), _gauss(z)
    places = np.stack(np.meshgrid(radii, heights, indexing="ij"), axis=-1).reshape(-1, 2)
    return places, np.outer(2.0 * np.pi * radii * widths, lengths).ravel()


def _gauss(lines: Floats) -> tuple[Floats, Floats]:
    steps = np.diff(lines)
    return np.concatenate([lines[:-1] + share * steps for share in _GAUSS]), np.tile(0.5 * steps, 2)


def _divided(lines: Floats) -> Floats:
    """Grid lines with others between them where they are far apart."""
    counts = np.ceil(np.diff(lines) / (lines[-1] - lines[0]) * _PARTS).astype(int)
    parts = [np.linspace(a, b, n, endpoint=False) for a, b, n in zip(lines[:-1], lines[1:], counts, strict=True)]
    return np.concatenate([*parts, lines[-1:]])


def _quartered(corners: Floats) -> Floats:
    """Triangles cut into four, shape (4 n, 3, 2)."""
    middles = 0.5 * (corners + np.roll(corners, -1, axis=1))
    at_corners = [np.stack([corners[:, k], middles[:, k], middles[:, k - 1]], axis=1) for k in range(3)]
    return np.concatenate([*at_corners, middles])


def _interval(lines: Floats, values: Floats) -> tuple[NDArray[np.int64], Floats]:
    """Interval of each value, the nearest one where it lies outside, and its place in it, 0 to 1 inside."""
    found = np.clip(np.searchsorted(lines, values, side="right") - 1, 0, len(lines) - 2)
    share: Floats = (values - lines[found]) / (lines[found + 1] - lines[found])
    return found, share


def _steps(ratio: float, growth: float) -> int:
    return int(np.ceil(np.log(ratio) / np.log(growth)))
