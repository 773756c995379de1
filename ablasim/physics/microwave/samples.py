"""Points in the cells of a mesh at which an antenna's field is looked up: more of them where it is steep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ablasim.fem.elements import tetrahedron_rule
from ablasim.physics.microwave.placement import Axis

Floats = NDArray[np.float64]
Ints = NDArray[np.integer]

_ORDERS = (1, 2, 4)
"""Orders of the quadrature rules, from cells far from every antenna to cells beside one."""

_STEEP = (0.15, 0.5)
"""Size of a cell over its distance from the nearest axis from which the next rule is taken."""


@dataclass(frozen=True, eq=False)
class CellSamples:
    """Quadrature points of cells.

    Parameters
    ----------
    points : ndarray, shape (n_points, 3)
        m.
    cell : ndarray of int, shape (n_points,)
        Cell of each.
    weight : ndarray, shape (n_points,)
        Share of the cell that each stands for.
    n_cells : int
        Number of cells of the mesh.
    """

    points: Floats
    cell: Ints
    weight: Floats
    n_cells: int

    @classmethod
    def of(cls, points: Floats, cells: Ints, chosen: NDArray[np.bool_], axes: Sequence[Axis]) -> CellSamples:
        """Place points in the chosen cells of a mesh, close enough for fields that fall with the distance from axes.

        Parameters
        ----------
        points, cells : ndarray, shape (n_points, 3) and (n_cells, 4)
            The mesh, m.
        chosen : ndarray of bool, shape (n_cells,)
            Cells to sample.
        axes : sequence of Axis
            Of the antennas.
        """
        rows = np.flatnonzero(chosen)
        corners = points[cells[rows]]
        centres = corners.mean(axis=1)
        size = np.linalg.norm(corners - centres[:, None], axis=2).max(axis=1)
        distance = np.min([axis.half_plane(centres)[:, 0] for axis in axes], axis=0)
        rule = np.searchsorted(_STEEP, size / distance)
        parts: list[tuple[Floats, Ints, Floats]] = []
        for number, order in enumerate(_ORDERS):
            places, weights = tetrahedron_rule(order)
            mine = rule == number
            found = np.einsum("qk,ckd->cqd", places, corners[mine]).reshape(-1, 3)
            parts.append((found, np.repeat(rows[mine], len(weights)), np.tile(weights, int(mine.sum()))))
        return cls(
            points=np.concatenate([part[0] for part in parts]),
            cell=np.concatenate([part[1] for part in parts]),
            weight=np.concatenate([part[2] for part in parts]),
            n_cells=len(cells),
        )

    def mean(self, values: Floats) -> Floats:
        """Mean over each cell of values at the points, shape (n_cells,); zero in cells without points."""
        return np.bincount(self.cell, self.weight * values, minlength=self.n_cells).astype(float)
