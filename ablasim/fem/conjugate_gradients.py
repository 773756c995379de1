"""Conjugate gradients in compiled loops, with a check that they converged."""

from __future__ import annotations

import numpy as np
from numba import prange
from numpy.typing import NDArray

from ablasim.compiled import compiled, n_blocks, piece
from ablasim.errors import SolverError
from ablasim.fem.operators import Diffusion
from ablasim.fem.rows import Rows, row_product

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]

MAX_ITERATIONS = 5000
"""Iterations after which a solve is given up."""


def solve_jacobi(
    operator: Diffusion,
    weight: float,
    diagonal: Floats,
    fixed: NDArray[np.bool_],
    right_side: Floats,
    *,
    tolerance: float,
    max_iterations: int = MAX_ITERATIONS,
    what: str = "heat",
) -> tuple[Singles, int]:
    """Solve for a correction that starts at zero, preconditioned by the diagonal.

    The matrix has the couplings of an operator times a weight, and a diagonal of its own. Vectors are single precision,
    sums of their products double.

    Parameters
    ----------
    operator : Diffusion
        Whose couplings are used.
    weight : float
        Their factor.
    diagonal : ndarray, shape (n_nodes,)
        The diagonal.
    fixed : ndarray of bool, shape (n_nodes,)
        Nodes at which the correction is zero.
    right_side : ndarray, shape (n_nodes,)
        The residual to remove; entries at the fixed nodes are ignored.
    tolerance : float
        Target of the residual's norm, sqrt(Σ r² / A_ii), relative to that of the right side.
    max_iterations : int, optional
        Limit.
    what : str, optional
        What is solved, for the message.

    Returns
    -------
    correction : ndarray, shape (n_nodes,)
        The solution.
    iterations : int
        Iterations done.

    Raises
    ------
    SolverError
        If the tolerance is not reached, or the numbers are not finite.
    """
    correction = np.empty(len(diagonal), dtype=np.float32)
    iterations, norm, target = _jacobi_iterations(
        operator.pattern.rows,
        operator.single_couplings,
        np.float32(weight),
        diagonal,
        fixed,
        right_side,
        correction,
        tolerance,
        max_iterations,
    )
    if not norm <= target:
        message = f"conjugate gradients of the {what} problem did not converge"
        raise SolverError(message, iterations=iterations, residual=norm / target if target else norm)
    return correction, iterations


@compiled(inlined=True)
def jacobi_iterations(
    rows: Rows,
    couplings: Singles,
    weight: np.float32,
    matrix_diagonal: Floats,
    fixed: NDArray[np.bool_],
    right_side: Floats,
    solution: Singles,
    tolerance: float,
    max_iterations: int,
) -> tuple[int, float, float]:
    """`solve_jacobi` for kernels, into `solution`: iterations done, norm of the residual and its target."""
    n = len(solution)
    blocks = n_blocks(n)
    diagonal, inverse, residual = np.empty_like(solution), np.empty_like(solution), np.empty_like(solution)
    direction, product = np.empty_like(solution), np.empty_like(solution)
    parts = np.zeros(blocks)
    for block in prange(blocks):
        _keep_free(block, blocks, fixed, matrix_diagonal, right_side, diagonal, inverse, residual)
        parts[block] = _norm_squared(block, blocks, inverse, residual)
        _begin(block, blocks, inverse, residual, solution, direction)
    norm_squared = parts.sum()
    target_squared = tolerance * tolerance * norm_squared
    iteration = 0
    while norm_squared > target_squared and iteration < max_iterations:
        for block in prange(blocks):
            parts[block] = _multiply(block, blocks, rows, couplings, weight, diagonal, direction, product)
        step = np.float32(norm_squared / parts.sum())
        for block in prange(blocks):
            _add_multiple(block, blocks, step, direction, solution)
            _add_multiple(block, blocks, -step, product, residual)
            parts[block] = _norm_squared(block, blocks, inverse, residual)
        new_norm = parts.sum()
        ratio = np.float32(new_norm / norm_squared)
        norm_squared = new_norm
        for block in prange(blocks):
            _turn(block, blocks, inverse, residual, ratio, direction)
        iteration += 1
    return iteration, np.sqrt(norm_squared), np.sqrt(target_squared)


@compiled(threaded=True)
def _jacobi_iterations(
    rows: Rows,
    couplings: Singles,
    weight: np.float32,
    diagonal: Floats,
    fixed: NDArray[np.bool_],
    right_side: Floats,
    solution: Singles,
    tolerance: float,
    max_iterations: int,
) -> tuple[int, float, float]:
    return jacobi_iterations(rows, couplings, weight, diagonal, fixed, right_side, solution, tolerance, max_iterations)


@compiled(fastmath=True)
def _keep_free(
    block: int,
    blocks: int,
    fixed: NDArray[np.bool_],
    matrix_diagonal: Floats,
    right_side: Floats,
    diagonal: Singles,
    inverse: Singles,
    residual: Singles,
) -> None:
    """Round to single precision; at the fixed nodes the inverse of the diagonal and the residual are zero."""
    for i in piece(block, blocks, len(diagonal)):
        diagonal[i] = 1.0 if fixed[i] else matrix_diagonal[i]
        inverse[i] = np.float32(0.0) if fixed[i] else np.float32(1.0) / diagonal[i]
        residual[i] = 0.0 if fixed[i] else right_side[i]


@compiled(fastmath=True)
def _multiply(
    block: int,
    blocks: int,
    rows: Rows,
    couplings: Singles,
    weight: np.float32,
    diagonal: Singles,
    direction: Singles,
    product: Singles,
) -> float:
    total = 0.0
    for i in piece(block, blocks, len(product)):
        row = diagonal[i] * direction[i] + weight * row_product(rows, couplings, direction, i)
        product[i] = row
        total += row * direction[i]
    return total


@compiled(fastmath=True)
def _norm_squared(block: int, blocks: int, inverse: Singles, residual: Singles) -> float:
    total = 0.0
    for i in piece(block, blocks, len(inverse)):
        total += np.float64(inverse[i] * residual[i]) * np.float64(residual[i])
    return total


@compiled(fastmath=True)
def _add_multiple(block: int, blocks: int, factor: np.float32, what: Singles, to: Singles) -> None:
    for i in piece(block, blocks, len(to)):
        to[i] += factor * what[i]


@compiled(fastmath=True)
def _begin(block: int, blocks: int, inverse: Singles, residual: Singles, solution: Singles, direction: Singles) -> None:
    for i in piece(block, blocks, len(direction)):
        solution[i] = np.float32(0.0)
        direction[i] = inverse[i] * residual[i]


@compiled(fastmath=True)
def _turn(block: int, blocks: int, inverse: Singles, residual: Singles, ratio: np.float32, direction: Singles) -> None:
    for i in piece(block, blocks, len(direction)):
        direction[i] = inverse[i] * residual[i] + ratio * direction[i]
