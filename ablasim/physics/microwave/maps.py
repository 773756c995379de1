"""Given patterns of absorbed power by values: on a grid, or at the corners of triangles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ablasim.physics.microwave.locate import Locator
from ablasim.physics.microwave.patterns import on_lines

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

_PARTS = 40  # of a map's extent: no place of its quadrature stands for more
_MIDDLES = np.array([[0.5, 0.0], [0.5, 0.5], [0.0, 0.5]])  # of a triangle's edges: exact to second order


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
