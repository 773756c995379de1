"""Gradient of a nodal field, and values at cell middles, at one point: from polynomials fitted to what lies round it.

The gradient within a first-order element is a constant, right to first order only. That of a quadratic polynomial which
is fitted, by least squares, to the nodal values of a patch of elements round the point is right to second order:
polynomial-preserving recovery [1]_. Values at the gradient points, which scatter from cell to cell, are fitted by a
linear polynomial.

References
----------
.. [1] Zhang and Naga, SIAM J. Sci. Comput. 26:1192-1213, 2005, doi:10.1137/S1064827503402837.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ablasim.fem.space import Space

Floats = NDArray[np.float64]

_MOST_RINGS = 4
_ENOUGH_NODES = 20  # twice the unknowns of a quadratic


@dataclass(frozen=True, eq=False)
class PointFit:
    """Weights by which values round a point give what is at the point.

    Parameters
    ----------
    nodes : ndarray of int, shape (n,)
        Nodes of the patch.
    gradient : ndarray, shape (3, n)
        Weights of nodal values in the gradient at the point, 1/m.
    cells : ndarray of int, shape (m,)
        Cells of the patch.
    mean : ndarray, shape (m,)
        Weights of values in the middles of the cells in the value at the point.
    """

    nodes: NDArray[np.int64]
    gradient: Floats
    cells: NDArray[np.int64]
    mean: Floats

    @classmethod
    def of(cls, space: Space, alike: NDArray[np.bool_], cell: int, point: Floats) -> PointFit:
        """Prepare the fit at a point.

        Parameters
        ----------
        space : Space
            A space of first order.
        alike : ndarray of bool, shape (n_cells,)
            Cells across which the field and its gradient are smooth: those of one material.
        cell : int
            One of them, which holds the point.
        point : ndarray, shape (3,)
            The point, m.
        """
        rows = np.flatnonzero(alike)
        patch = np.array([cell])
        for _ in range(_MOST_RINGS):
            in_patch = np.zeros(space.n_nodes, dtype=bool)
            in_patch[space.cells[patch]] = True
            patch = rows[in_patch[space.cells[rows]].any(axis=1)]
            nodes = np.unique(space.cells[patch])
            if len(nodes) >= _ENOUGH_NODES:
                break
        at_nodes = space.points[nodes] - point
        size = float(np.linalg.norm(at_nodes, axis=1).max())
        quadratic = _inverse(_quadratic(at_nodes / size))
        middles = space.points[space.cells[patch]].mean(axis=1) - point
        linear = _inverse(np.column_stack([np.ones(len(patch)), middles / size]))
        return cls(nodes.astype(np.int64), quadratic[1:4] / size, patch, linear[0])


def _quadratic(places: Floats) -> Floats:
    """Monomials up to second order, shape (n, 10)."""
    x, y, z = places.T
    return np.column_stack([np.ones(len(x)), x, y, z, x * x, y * y, z * z, x * y, y * z, z * x])


def _inverse(terms: Floats) -> Floats:
    """Matrix that takes values to the coefficients fitted to them."""
    return np.asarray(np.linalg.pinv(terms), dtype=np.float64)
