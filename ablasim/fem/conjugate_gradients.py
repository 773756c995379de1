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
    diagonal, inverse = np.empty_like(solution), np.empty_like(solution)
    scaled, direction, product = np.empty_like(solution), np.empty_like(solution), np.empty_like(solution)
    parts = np.zeros(blocks)
    for block in prange(blocks):
        parts[block] = _begin(
            block, blocks, fixed, matrix_diagonal, right_side, diagonal, inverse, scaled, solution, direction
        )
    norm_squared = parts.sum()
    target_squared = tolerance * tolerance * norm_squared
    iteration = 0
    while norm_squared > target_squared and iteration < max_iterations:
        for block in prange(blocks):
            parts[block] = _multiply(block, blocks, rows, couplings, weight, diagonal, direction, product)
        step = np.float32(norm_squared / parts.sum())
        for block in prange(blocks):
            parts[block] = _reduce(block, blocks, step, inverse, product, scaled)
        new_norm = parts.sum()
        ratio = np.float32(new_norm / norm_squared)
        norm_squared = new_norm
        for block in prange(blocks):
            _go_and_turn(block, blocks, step, ratio, scaled, solution, direction)
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
def _begin(
    block: int,
    blocks: int,
    fixed: NDArray[np.bool_],
    matrix_diagonal: Floats,
    right_side: Floats,
    diagonal: Singles,
    inverse: Singles,
    scaled: Singles,
    solution: Singles,
    direction: Singles,
) -> float:
    """Round to single precision, with a zero for the inverse of the diagonal at the fixed nodes; Σ r² / A_ii."""
    total = 0.0
    for i in piece(block, blocks, len(diagonal)):
        diagonal[i] = 1.0 if fixed[i] else matrix_diagonal[i]
        inverse[i] = np.float32(0.0) if fixed[i] else np.float32(1.0) / diagonal[i]
        scaled[i] = 0.0 if fixed[i] else right_side[i] / matrix_diagonal[i]
        solution[i], direction[i] = np.float32(0.0), scaled[i]
        total += np.float64(scaled[i] * diagonal[i]) * np.float64(scaled[i])
    return total


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
def _reduce(block: int, blocks: int, step: np.float32, inverse: Singles, product: Singles, scaled: Singles) -> float:
    """Take what the step does off the residual over the diagonal; Σ r² / A_ii of what is left."""
    total = 0.0
    for i in piece(block, blocks, len(scaled)):
        left = scaled[i] - step * inverse[i] * product[i]
        scaled[i] = left
        total += np.float64(left / inverse[i]) * np.float64(left) if inverse[i] > np.float32(0.0) else 0.0
    return total


@compiled(fastmath=True)
def _go_and_turn(
    block: int,
    blocks: int,
    step: np.float32,
    ratio: np.float32,
    scaled: Singles,
    solution: Singles,
    direction: Singles,
) -> None:
    for i in piece(block, blocks, len(direction)):
        solution[i] += step * direction[i]
        direction[i] = scaled[i] + ratio * direction[i]
