"""Which triangle of the half-plane a point lies in, for millions of points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ablasim.compiled import compiled

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

_CELLS_PER_BUCKET = 4.0
_SLACK = 1e-9  # of barycentric coordinates: rounding puts points on an edge just outside


@dataclass(frozen=True, eq=False)
class Locator:
    """Buckets of triangles: a grid whose lines are dense where triangles are small.

    Parameters
    ----------
    corners : ndarray, shape (n_cells, 3, 2)
        Corners of the triangles, m.
    lines : tuple of ndarray
        Grid lines of the first and of the second coordinate, m.
    start : ndarray, shape (n_buckets + 1,)
        Where each bucket's triangles begin in `members`.
    members : ndarray of int32
        Triangles of the buckets.
    """

    corners: Floats
    lines: tuple[Floats, Floats]
    start: NDArray[np.int64]
    members: Ints

    @classmethod
    def of(cls, points: Floats, cells: Ints) -> Locator:
        """Sort triangles into buckets.

        Parameters
        ----------
        points : ndarray, shape (n_points, 2)
            m.
        cells : ndarray of int32, shape (n_cells, 3)
            Corners, counter-clockwise.
        """
        corners = points[cells]
        n_lines = 1 + max(1, int(np.sqrt(len(cells) / _CELLS_PER_BUCKET)))
        shares = np.linspace(0.0, 1.0, n_lines)
        first, second = (np.unique(np.quantile(corners[..., axis], shares)) for axis in (0, 1))
        low, high = corners.min(axis=1), corners.max(axis=1)
        spans = []
        for axis, lines in enumerate((first, second)):
            from_, to = np.searchsorted(lines, low[:, axis], "right") - 1, np.searchsorted(lines, high[:, axis], "left")
            spans.append((np.clip(from_, 0, len(lines) - 2), np.clip(to - 1, 0, len(lines) - 2)))
        (r0, r1), (z0, z1) = spans
        across, along = r1 - r0 + 1, z1 - z0 + 1
        cell = np.repeat(np.arange(len(cells), dtype=np.int32), across * along)
        rank = np.arange(len(cell)) - np.repeat(np.cumsum(across * along) - across * along, across * along)
        step, rise = np.divmod(rank, along[cell])
        bucket = (r0[cell] + step) * (len(second) - 1) + z0[cell] + rise
        order = np.argsort(bucket, kind="stable")
        start = np.searchsorted(bucket[order], np.arange((len(first) - 1) * (len(second) - 1) + 1))
        return cls(corners, (first, second), start, cell[order])

    def find(self, points: Floats) -> tuple[Ints, Floats]:
        """Triangle of each point, and its place in it.

        Parameters
        ----------
        points : ndarray, shape (n_points, 2)
            m.

        Returns
        -------
        cells : ndarray of int32, shape (n_points,)
            Numbers of the triangles; −1 for points in none.
        barycentric : ndarray, shape (n_points, 2)
            Weights of the second and third corner.
        """
        cells = np.full(len(points), -1, dtype=np.int32)
        barycentric = np.zeros((len(points), 2))
        places = np.ascontiguousarray(points, dtype=float)
        _find(places, self.corners, *self.lines, self.start, self.members, cells, barycentric)
        return cells, barycentric


@compiled()
def _interval(lines: Floats, value: float) -> int:
    """Interval of sorted lines that holds a value; −1 outside."""
    if value < lines[0] or value > lines[-1]:
        return -1
    low, high = 0, len(lines) - 1
    while high - low > 1:
        middle = (low + high) // 2
        if lines[middle] <= value:
            low = middle
        else:
            high = middle
    return low


@compiled()
def _find(
    points: Floats,
    corners: Floats,
    first: Floats,
    second: Floats,
    start: NDArray[np.int64],
    members: Ints,
    cells: Ints,
    barycentric: Floats,
) -> None:
    """Fill in triangle and barycentric coordinates of each point."""
    for k in range(len(points)):
        i, j = _interval(first, points[k, 0]), _interval(second, points[k, 1])
        if i < 0 or j < 0:
            continue
        bucket = i * (len(second) - 1) + j
        for n in range(start[bucket], start[bucket + 1]):
            corner = corners[members[n]]
            ax, ay = corner[1, 0] - corner[0, 0], corner[1, 1] - corner[0, 1]
            bx, by = corner[2, 0] - corner[0, 0], corner[2, 1] - corner[0, 1]
            x, y = points[k, 0] - corner[0, 0], points[k, 1] - corner[0, 1]
            area = ax * by - ay * bx
            one, two = (x * by - y * bx) / area, (ax * y - ay * x) / area
            if one >= -_SLACK and two >= -_SLACK and one + two <= 1.0 + _SLACK:
                cells[k] = members[n]
                barycentric[k, 0], barycentric[k, 1] = one, two
                break
