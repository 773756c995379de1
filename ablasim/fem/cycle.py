"""A multigrid cycle in single precision.

It smooths by a Chebyshev polynomial of second degree in the matrix scaled by its diagonal, before and after the
coarse correction, which keeps it symmetric [1]_. That is two matrix products a side (the first step from zero needs
none), in which no row waits for another: processors and threads work through them faster than through Gauss-Seidel
sweeps, and iterations are fewer.

References
----------
.. [1] M. Adams, M. Brezina, J. Hu and R. Tuminaro, J. Comput. Phys. 188:593-610, 2003,
   doi:10.1016/S0021-9991(03)00194-3.
"""

from __future__ import annotations

import numpy as np
from numba import prange
from numpy.typing import NDArray

from ablasim.compiled import compiled, n_blocks, piece
from ablasim.fem.hierarchy import Hierarchy, rows_of, values_of
from ablasim.fem.rows import Rows, row_product

Singles = NDArray[np.float32]
Indices = NDArray[np.uint32]


@compiled(inlined=True)
def cycle(hierarchy: Hierarchy) -> None:
    """One cycle from zero, for the right side of the finest level; into its solution."""
    first_rows = hierarchy.first_rows
    coarsest = len(first_rows) - 2
    for depth in range(coarsest):
        rows, values = rows_of(hierarchy.matrices, depth), values_of(hierarchy.matrices, depth)
        down_rows, down_values = rows_of(hierarchy.restrictions, depth), values_of(hierarchy.restrictions, depth)
        first, end, coarse_end = first_rows[depth], first_rows[depth + 1], first_rows[depth + 2]
        inverse, steps = hierarchy.inverse_diagonals[first:end], hierarchy.steps[depth]
        b, x = hierarchy.right_sides[first:end], hierarchy.solutions[first:end]
        change, residual = hierarchy.changes[first:end], hierarchy.residuals[first:end]
        coarse_b = hierarchy.right_sides[end:coarse_end]
        blocks, coarse_blocks = n_blocks(len(values)), n_blocks(len(down_values))
        for block in prange(blocks):
            _step_from_zero(block, blocks, inverse, steps[0], b, change, x)
        for block in prange(blocks):
            _second_step(block, blocks, rows, values, inverse, steps[1], steps[2], b, change, x)
        for block in prange(blocks):
            _find_residual(block, blocks, rows, values, b, x, residual)
        for block in prange(coarse_blocks):
            _restrict(block, coarse_blocks, down_rows, down_values, residual, coarse_b)
    first, end = first_rows[coarsest], first_rows[coarsest + 1]
    _solve_coarsest(hierarchy.coarsest_inverse, hierarchy.right_sides[first:end], hierarchy.solutions[first:end])
    for level in range(coarsest):
        depth = coarsest - 1 - level
        rows, values = rows_of(hierarchy.matrices, depth), values_of(hierarchy.matrices, depth)
        up_rows, up_values = rows_of(hierarchy.prolongations, depth), values_of(hierarchy.prolongations, depth)
        first, end, coarse_end = first_rows[depth], first_rows[depth + 1], first_rows[depth + 2]
        inverse, steps = hierarchy.inverse_diagonals[first:end], hierarchy.steps[depth]
        b, x = hierarchy.right_sides[first:end], hierarchy.solutions[first:end]
        change, residual = hierarchy.changes[first:end], hierarchy.residuals[first:end]
        nodes, coarse_x = hierarchy.prolonged_rows[first:end], hierarchy.solutions[end:coarse_end]
        blocks, coarse_blocks = n_blocks(len(values)), n_blocks(len(up_values))
        for block in prange(coarse_blocks):
            _prolong(block, coarse_blocks, nodes, up_rows, up_values, coarse_x, x)
        for block in prange(blocks):
            _first_step(block, blocks, rows, values, inverse, steps[0], b, x, residual, change)
        for block in prange(blocks):
            _second_step(block, blocks, rows, values, inverse, steps[1], steps[2], residual, change, x)


@compiled(fastmath=True)
def _step_from_zero(
    block: int, blocks: int, inverse: Singles, share: np.float32, b: Singles, change: Singles, x: Singles
) -> None:
    """The first step from zero, not yet made."""
    for i in piece(block, blocks, len(x)):
        change[i] = share * inverse[i] * b[i]
        x[i] = np.float32(0.0)


@compiled(fastmath=True)
def _first_step(
    block: int,
    blocks: int,
    rows: Rows,
    values: Singles,
    inverse: Singles,
    share: np.float32,
    b: Singles,
    x: Singles,
    residual: Singles,
    change: Singles,
) -> None:
    """The first step from x, not yet made, and the residual before it."""
    for i in piece(block, blocks, len(x)):
        residual[i] = b[i] - row_product(rows, values, x, i)
        change[i] = share * inverse[i] * residual[i]


@compiled(fastmath=True)
def _second_step(
    block: int,
    blocks: int,
    rows: Rows,
    values: Singles,
    inverse: Singles,
    kept: np.float32,
    share: np.float32,
    residual: Singles,
    change: Singles,
    x: Singles,
) -> None:
    """Both steps at once, from the first one and the residual before it."""
    for i in piece(block, blocks, len(x)):
        left = residual[i] - row_product(rows, values, change, i)
        x[i] += kept * change[i] + share * inverse[i] * left


@compiled(fastmath=True)
def _find_residual(
    block: int,
    blocks: int,
    rows: Rows,
    values: Singles,
    b: Singles,
    x: Singles,
    residual: Singles,
) -> None:
    for i in piece(block, blocks, len(x)):
        residual[i] = b[i] - row_product(rows, values, x, i)


@compiled(fastmath=True)
def _restrict(block: int, blocks: int, rows: Rows, values: Singles, x: Singles, y: Singles) -> None:
    for i in piece(block, blocks, len(y)):
        y[i] = row_product(rows, values, x, i)


@compiled(fastmath=True)
def _prolong(block: int, blocks: int, nodes: Indices, rows: Rows, values: Singles, x: Singles, y: Singles) -> None:
    for i in piece(block, blocks, len(y)):
        y[nodes[i]] += row_product(rows, values, x, i)


@compiled(fastmath=True)
def _solve_coarsest(matrix: Singles, x: Singles, y: Singles) -> None:
    for i in range(matrix.shape[0]):
        total = np.float32(0.0)
        for j in range(matrix.shape[1]):
            total += matrix[i, j] * x[j]
        y[i] = total
