"""Gradients of a nodal field at the gradient points of a space."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import prange
from numpy.typing import NDArray

from ablasim.compiled import compiled, n_blocks, piece
from ablasim.fem.elements import element_geometry
from ablasim.fem.first_order import first_order_gradients
from ablasim.fem.operators import Diffusion, Pattern
from ablasim.fem.space import Space, arrays

Floats = NDArray[np.float64]
Indices = NDArray[np.uint32]

_CORNERS = 4
_CELLS_AT_A_TIME = 50_000


@dataclass(frozen=True, eq=False)
class Gradients:
    """Gradients of the basis functions at the gradient points.

    Parameters
    ----------
    cells : ndarray of int32, shape (n_cells, n_local)
        Nodes of the cells.
    basis : ndarray, shape (n_gradient_points, n_local, 3)
        Gradients of a cell's basis functions, 1/m.
    """

    cells: NDArray[np.int32]
    basis: Floats

    @classmethod
    def of(cls, space: Space) -> Gradients:
        """Those of a space."""
        if space.order == 1:
            return cls(space.cells, first_order_gradients(space.points, space.cells))
        parts = []
        for nodes in np.array_split(space.cells[:, :_CORNERS], len(space.cells) // _CELLS_AT_A_TIME + 1):
            rule = element_geometry(space.points, nodes, space.order, 2 * (space.order - 1))
            parts.append(np.moveaxis(rule.gradients, 2, 3).reshape(-1, rule.gradients.shape[3], 3))
        return cls(space.cells, np.ascontiguousarray(np.concatenate(parts)))

    def of_field(self, field: Floats) -> Floats:
        """∇u at the gradient points, shape (n_gradient_points, 3)."""
        found = np.empty((len(self.basis), 3))
        _gradient(self.cells, self.basis, field, found)
        return found

    def along(self, direction: Floats) -> Floats:
        """Slope of each basis function in a direction given at the gradient points, (n_gradient_points, n_local)."""
        found = np.empty(self.basis.shape[:2])
        _along(self.basis, direction, found)
        return found


def with_directed(operator: Diffusion, space: Space, pattern: Pattern, weights: Floats, slopes: Floats) -> Diffusion:
    """An operator plus that of Σ w (d·∇u)(d·∇v), which conducts along given directions only.

    Parameters
    ----------
    operator : Diffusion
        The operator, of the same pattern.
    space : Space
        The space; nodes may be tied (see `ablasim.fem.contraction`).
    pattern : Pattern
        Its sparsity.
    weights : ndarray, shape (n_gradient_points,)
        w at each gradient point.
    slopes : ndarray, shape (n_gradient_points, n_local)
        d·∇ of the basis functions of the cell's nodes (see `Gradients.along`).
    """
    couplings = operator.couplings.copy()
    starts, columns, _ = arrays(space.stiffness)
    per_cell = space.gradient_points_per_cell
    _add_directed(
        starts, columns, space.pairs, space.cells, per_cell, weights, slopes, pattern.entries_of_pair, couplings
    )
    return Diffusion(pattern, couplings, operator.loss)


def lengths(vectors: Floats) -> Floats:
    """Lengths of vectors, shape (n,), from shape (n, 3)."""
    found = np.empty(len(vectors))
    _fill_lengths(vectors, found)
    return found


@compiled(fastmath=True, threaded=True)
def _fill_lengths(vectors: Floats, found: Floats) -> None:
    n = len(vectors)
    blocks = n_blocks(n)
    for block in prange(blocks):
        for p in piece(block, blocks, n):
            found[p] = np.sqrt(vectors[p, 0] ** 2 + vectors[p, 1] ** 2 + vectors[p, 2] ** 2)


@compiled(fastmath=True, threaded=True)
def _along(basis: Floats, direction: Floats, found: Floats) -> None:
    n, n_local, _ = basis.shape
    blocks = n_blocks(n)
    for block in prange(blocks):
        for p in piece(block, blocks, n):
            x, y, z = direction[p, 0], direction[p, 1], direction[p, 2]
            for local in range(n_local):
                found[p, local] = x * basis[p, local, 0] + y * basis[p, local, 1] + z * basis[p, local, 2]


@compiled(fastmath=True, threaded=True)
def _gradient(cells: NDArray[np.int32], basis: Floats, field: Floats, found: Floats) -> None:
    n, n_local = cells.shape
    per_cell = len(basis) // n
    blocks = n_blocks(n)
    for block in prange(blocks):
        for cell in piece(block, blocks, n):
            for p in range(cell * per_cell, (cell + 1) * per_cell):
                x, y, z = 0.0, 0.0, 0.0
                for local in range(n_local):
                    value = field[cells[cell, local]]
                    x += value * basis[p, local, 0]
                    y += value * basis[p, local, 1]
                    z += value * basis[p, local, 2]
                found[p, 0], found[p, 1], found[p, 2] = x, y, z


@compiled(fastmath=True, threaded=True)
def _add_directed(
    starts: Indices,
    columns: Indices,
    pairs: NDArray[np.int32],
    cells: NDArray[np.int32],
    per_cell: int,
    weights: Floats,
    slopes: Floats,
    entries_of_pair: Indices,
    couplings: Floats,
) -> None:
    n = len(pairs)
    blocks = n_blocks(n)
    for block in prange(blocks):
        for pair in piece(block, blocks, n):
            total = 0.0
            for entry in range(starts[pair], starts[pair + 1]):
                point = columns[entry]
                if weights[point] == 0.0:
                    continue
                cell = point if per_cell == 1 else point // per_cell  # dividing takes longer than all the rest
                one, other = 0.0, 0.0
                for local in range(cells.shape[1]):
                    node = cells[cell, local]
                    if node == pairs[pair, 0]:
                        one += slopes[point, local]
                    elif node == pairs[pair, 1]:
                        other += slopes[point, local]
                total += weights[point] * one * other
            couplings[entries_of_pair[pair, 0]] += total
            couplings[entries_of_pair[pair, 1]] += total
