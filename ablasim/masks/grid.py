"""A lattice of tetrahedra round shapes, to integrate volumes over."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ablasim.margins.clip import Floats, Indices, Mask, common_volumes
from ablasim.masks.lattice import kuhn_cells

_MOST_POINTS = 150_000


@dataclass(frozen=True, eq=False)
class Grid:
    """A lattice in a box.

    Parameters
    ----------
    low : ndarray, shape (3,)
        Its first point, m.
    spacing : float
        Distance of its points, m.
    shape : tuple of int, length 3
        Points along each axis.
    """

    low: Floats
    spacing: float
    shape: tuple[int, int, int]

    @classmethod
    def covering(cls, low: Floats, high: Floats, spacing: float) -> Grid:
        """Lattice that covers a box, m; coarser than asked for where it would have too many points."""
        size = high - low
        step = max(spacing, float(np.cbrt(np.prod(size) / _MOST_POINTS)))
        nx, ny, nz = (int(np.ceil(length / step)) + 1 for length in size)
        return cls(np.asarray(low, dtype=float), step, (nx, ny, nz))

    def points(self) -> Floats:
        """Its points, m, shape (n_points, 3)."""
        places: Floats = self.low + self.spacing * np.indices(self.shape).reshape(3, -1).T
        return places

    def cells(self, wanted: Mask) -> Indices:
        """Tetrahedra of the cubes that have a wanted point, shape (n_cells, 4)."""
        mask = wanted.reshape(self.shape)
        for axis in range(3):
            before = tuple(slice(None, -1) if i == axis else slice(None) for i in range(3))
            after = tuple(slice(1, None) if i == axis else slice(None) for i in range(3))
            mask = mask[before] | mask[after]
        return kuhn_cells(self.shape, mask)

    def volumes(self, cells: Indices, *levels: Floats) -> Floats:
        """Volume of each tetrahedron in which nodal fields are all positive, m³, shape (n_cells,)."""
        whole = np.full(len(cells), self.spacing**3 / 6.0)
        return common_volumes(whole, [level[cells] for level in levels])
