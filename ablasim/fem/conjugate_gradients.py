"""Conjugate gradients in compiled loops, with a check that they converged."""

from __future__ import annotations

import numpy as np
from numba import prange
from numpy.typing import NDArray

from ablasim.compiled import compiled, n_blocks
from ablasim.errors import SolverError
from ablasim.fem.operators import ConstrainedSystem

Floats = NDArray[np.float64]
Indices = NDArray[np.uint32]


def solve_jacobi(
    system: ConstrainedSystem,
    right_side: Floats,
    *,
    tolerance: float,
    reference: float,
    max_iterations: int = 5000,
    what: str = "heat",
) -> tuple[Floats, int]:
    """Solve for a correction that starts at zero, preconditioned by the diagonal.

    Vectors have the precision of the system's couplings; sums of their products are in double precision.

    Parameters
    ----------
    system : ConstrainedSystem
        The matrix; entries of the right side at its fixed nodes are ignored (the correction is zero there).
    right_side : ndarray, shape (n_nodes,)
        The residual to remove.
    tolerance : float
        Target of the residual's norm, relative to `reference`.
    reference : float
        Norm of a residual in the norm of the inverse diagonal, sqrt(Σ r² / A_ii).
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
    residual = np.where(system.fixed, 0.0, right_side).astype(system.couplings.dtype)
    correction = np.zeros_like(residual)
    target = tolerance * reference
    iterations, norm = _jacobi_iterations(
        system.pattern.row_starts,
        system.pattern.columns,
        system.couplings,
        system.diagonal,
        residual,
        correction,
        target * target,
        max_iterations,
    )
    if not norm <= target:
        message = f"conjugate gradients of the {what} problem did not converge"
        raise SolverError(message, iterations=iterations, residual=norm / target if target else norm)
    return correction.astype(float), iterations


@compiled(fastmath=True)
def _scaled_square(residual: Floats, diagonal: Floats, fixed: NDArray[np.bool_]) -> float:
    total = 0.0
    for i in range(len(residual)):
        if not fixed[i]:
            total += residual[i] * residual[i] / diagonal[i]
    return total


def scaled_norm(system: ConstrainedSystem, residual: Floats) -> float:
    """Norm of a residual in the inverse diagonal, over the free nodes."""
    return float(np.sqrt(_scaled_square(residual, system.diagonal, system.fixed)))


@compiled(fastmath=True, threaded=True)
def _jacobi_iterations(
    starts: Indices,
    columns: Indices,
    couplings: NDArray[np.floating],
    diagonal: Floats,
    residual: Floats,
    solution: Floats,
    target_squared: float,
    max_iterations: int,
) -> tuple[int, float]:
    n = len(residual)
    blocks = n_blocks(n)
    inverse = np.empty_like(residual)
    direction = np.empty_like(residual)
    product = np.empty_like(residual)
    parts = np.zeros(blocks)
    for block in prange(blocks):
        total = 0.0
        for i in range(block * n // blocks, (block + 1) * n // blocks):
            inverse[i] = 1.0 / diagonal[i]
            direction[i] = inverse[i] * residual[i]
            total += residual[i] * direction[i]
        parts[block] = total
    norm_squared = parts.sum()
    iteration = 0
    while norm_squared > target_squared and iteration < max_iterations:
        for block in prange(blocks):
            total = 0.0
            for i in range(block * n // blocks, (block + 1) * n // blocks):
                here = direction[i]
                row = here / inverse[i]
                for entry in range(starts[i], starts[i + 1]):
                    row += couplings[entry] * direction[columns[entry]]
                product[i] = row
                total += row * here
            parts[block] = total
        step = norm_squared / parts.sum()
        for block in prange(blocks):
            total = 0.0
            for i in range(block * n // blocks, (block + 1) * n // blocks):
                solution[i] += step * direction[i]
                r = residual[i] - step * product[i]
                residual[i] = r
                total += r * r * inverse[i]
            parts[block] = total
        new_norm = parts.sum()
        ratio = new_norm / norm_squared
        norm_squared = new_norm
        for block in prange(blocks):
            for i in range(block * n // blocks, (block + 1) * n // blocks):
                direction[i] = inverse[i] * residual[i] + ratio * direction[i]
        iteration += 1
    return iteration, np.sqrt(norm_squared)
