"""Conjugate gradients in compiled loops, with a check that they converged."""

from __future__ import annotations

import numpy as np
from numba import prange
from numpy.typing import NDArray

from ablasim.compiled import ROWS, compiled, n_blocks, piece
from ablasim.errors import SolverError
from ablasim.fem.operators import Diffusion

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Indices = NDArray[np.uint32]


def solve_jacobi(
    operator: Diffusion,
    weight: float,
    diagonal: Floats,
    fixed: NDArray[np.bool_],
    right_side: Floats,
    *,
    tolerance: float,
    max_iterations: int = 5000,
    what: str = "heat",
) -> tuple[Floats, int]:
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
    own = np.where(fixed, 1.0, diagonal).astype(np.float32)
    inverse = np.where(fixed, np.float32(0.0), np.float32(1.0) / own)
    residual = np.where(fixed, 0.0, right_side).astype(np.float32)
    correction = np.zeros_like(residual)
    iterations, norm, target = _jacobi_iterations(
        operator.pattern.row_starts,
        operator.pattern.columns,
        operator.single_couplings,
        np.float32(weight),
        own,
        inverse,
        residual,
        correction,
        tolerance,
        max_iterations,
    )
    if not norm <= target:
        message = f"conjugate gradients of the {what} problem did not converge"
        raise SolverError(message, iterations=iterations, residual=norm / target if target else norm)
    return correction.astype(float), iterations


@compiled(fastmath=ROWS, threaded=True)
def _jacobi_iterations(
    starts: Indices,
    columns: Indices,
    couplings: Singles,
    weight: np.float32,
    diagonal: Singles,
    inverse: Singles,
    residual: Singles,
    solution: Singles,
    tolerance: float,
    max_iterations: int,
) -> tuple[int, float, float]:
    n = len(residual)
    blocks = n_blocks(n)
    direction = inverse * residual
    product = np.empty_like(residual)
    parts = np.zeros(blocks)
    for block in prange(blocks):
        parts[block] = _norm_squared(block, blocks, inverse, residual)
    norm_squared = parts.sum()
    target_squared = tolerance * tolerance * norm_squared
    iteration = 0
    while norm_squared > target_squared and iteration < max_iterations:
        for block in prange(blocks):
            parts[block] = _multiply(block, blocks, starts, columns, couplings, weight, diagonal, direction, product)
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


@compiled(fastmath=ROWS)
def _multiply(
    block: int,
    blocks: int,
    starts: Indices,
    columns: Indices,
    couplings: Singles,
    weight: np.float32,
    diagonal: Singles,
    direction: Singles,
    product: Singles,
) -> float:
    total = 0.0
    for i in piece(block, blocks, len(product)):
        exchanged = np.float32(0.0)
        for entry in range(starts[i], starts[i + 1]):
            exchanged += couplings[entry] * direction[columns[entry]]
        row = diagonal[i] * direction[i] + weight * exchanged
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
def _turn(block: int, blocks: int, inverse: Singles, residual: Singles, ratio: np.float32, direction: Singles) -> None:
    for i in piece(block, blocks, len(direction)):
        direction[i] = inverse[i] * residual[i] + ratio * direction[i]
