"""Conjugate gradients with a single-precision multigrid cycle over pyamg's smoothed-aggregation hierarchy.

The hierarchy is kept while the matrix drifts, and built again when iterations rise. The cycle smooths once with
forward Gauss-Seidel before and backward Gauss-Seidel after the coarse correction, which keeps it symmetric. Since the
forward sweep starts from zero it reads only the lower triangle, and the residual it leaves only the upper one:
smoothing and residual together cost one matrix product. Single precision halves the memory it moves; the outer
iteration stays in double precision and decides what has converged.

A sweep goes through blocks of rows side by side, each of which sees the others as they were before: the same blocks
whatever the number of threads.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from numba import prange
from numpy.typing import NDArray

from ablasim.compiled import compiled, n_blocks
from ablasim.errors import SolverError
from ablasim.fem.operators import ConstrainedSystem
from ablasim.fem.vectors import dot

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Indices = NDArray[np.uint32]
Csr = tuple[Indices, Indices, Singles]

COARSEST_SIZE = 400
REBUILD_FACTOR = 1.6
REBUILD_SLACK = 4
_DAMPING = 5.0 / 3.0
"""Of the Jacobi step that smooths the prolongation, relative to the row sums of the matrix.

The usual measure is 4/3 relative to the spectral radius, which pyamg estimates from random numbers: no run could be
repeated to the last bit. Row sums are a quarter larger, or less; anything from 1.6 to 2.2 takes the same iterations.
"""


@dataclass(frozen=True, eq=False)
class _Level:
    matrix: Csr
    diagonal_entry: NDArray[np.uint32]
    inverse_diagonal: Singles
    prolongation: Csr
    restriction: Csr
    solution: Singles
    old: Singles
    residual: Singles
    coarse_residual: Singles


class MultigridSolver:
    """Solver for a sequence of slowly changing symmetric positive systems.

    Parameters
    ----------
    what : str
        What is solved, for messages.

    Attributes
    ----------
    setups : int
        Hierarchies built so far.
    iterations : int
        Iterations done so far.
    solves : int
        Systems solved so far.
    """

    def __init__(self, what: str) -> None:
        self.what = what
        self.setups = 0
        self.iterations = 0
        self.solves = 0
        self._levels: list[_Level] = []
        self._coarsest = np.zeros((0, 0), dtype=np.float32)
        self._coarsest_solution = np.zeros(0, dtype=np.float32)
        self._fresh_iterations: int | None = None
        self._stale = True

    def solve(
        self,
        system: ConstrainedSystem,
        right_side: Floats,
        *,
        tolerance: float,
        reference: float,
        max_iterations: int = 300,
    ) -> tuple[Floats, int]:
        """Solve for a correction that starts at zero.

        Parameters
        ----------
        system : ConstrainedSystem
            The matrix; the correction is zero at its fixed nodes.
        right_side : ndarray, shape (n_nodes,)
            The residual to remove.
        tolerance : float
            Target of the residual's Euclidean norm, relative to `reference`.
        reference : float
            Norm that the tolerance refers to.
        max_iterations : int, optional
            Limit.

        Returns
        -------
        correction : ndarray, shape (n_nodes,)
            The solution.
        iterations : int
            Iterations done.

        Raises
        ------
        SolverError
            If the tolerance is not reached even with a hierarchy of the present matrix.
        """
        if self._stale:
            self._build(system)
        correction, iterations, residual = self._iterate(system, right_side, tolerance * reference, max_iterations)
        if not residual <= tolerance * reference and self._fresh_iterations is not None:
            self._build(system)
            correction, iterations, residual = self._iterate(system, right_side, tolerance * reference, max_iterations)
        if not residual <= tolerance * reference:
            message = f"multigrid conjugate gradients of the {self.what} problem did not converge"
            raise SolverError(message, iterations=iterations, residual=residual / (tolerance * reference))
        self.solves += 1
        self.iterations += iterations
        if self._fresh_iterations is None:
            self._fresh_iterations = iterations
        elif iterations > REBUILD_FACTOR * self._fresh_iterations + REBUILD_SLACK:
            self._stale = True
        return correction, iterations

    def _build(self, system: ConstrainedSystem) -> None:
        import pyamg

        hierarchy = pyamg.smoothed_aggregation_solver(
            sp.csr_matrix(system.matrix()),
            strength=("symmetric", {"theta": 0.0}),
            smooth=("jacobi", {"omega": _DAMPING, "weighting": "local"}),
            max_coarse=COARSEST_SIZE,
        )
        self._levels = [_level(level) for level in hierarchy.levels[:-1]]
        coarsest = np.asarray(hierarchy.levels[-1].A.todense(), dtype=float)
        self._coarsest = np.linalg.pinv(coarsest, hermitian=True).astype(np.float32)
        self._coarsest_solution = np.empty(len(coarsest), dtype=np.float32)
        self._fresh_iterations = None
        self._stale = False
        self.setups += 1

    def _cycle(self, depth: int, right_side: Singles) -> Singles:
        if depth == len(self._levels):
            _multiply_full(self._coarsest, right_side, self._coarsest_solution)
            return self._coarsest_solution
        level = self._levels[depth]
        _smooth_from_zero(
            *level.matrix,
            level.diagonal_entry,
            level.inverse_diagonal,
            right_side,
            level.solution,
            level.residual,
        )
        _multiply(*level.restriction, level.residual, level.coarse_residual, False)
        correction = self._cycle(depth + 1, level.coarse_residual)
        _multiply(*level.prolongation, correction, level.solution, True)
        _smooth_backward(
            *level.matrix,
            level.diagonal_entry,
            level.inverse_diagonal,
            right_side,
            level.solution,
            level.old,
        )
        return level.solution

    def _iterate(
        self, system: ConstrainedSystem, right_side: Floats, target: float, max_iterations: int
    ) -> tuple[Floats, int, float]:
        pattern = system.pattern
        residual = np.where(system.fixed, 0.0, right_side)
        solution = np.zeros_like(residual)
        norm = float(np.sqrt(dot(residual, residual)))
        if norm <= target:
            return solution, 0, norm
        scale = 1.0 / norm  # keeps single precision in range
        scaled = np.empty(len(residual), dtype=np.float32)
        _scaled_copy(residual, scale, scaled)
        preconditioned = self._cycle(0, scaled)
        direction = preconditioned.astype(float)
        product = np.empty_like(residual)
        power = dot(residual, preconditioned)
        iteration = 0
        while iteration < max_iterations:
            curvature = _multiply_and_dot(
                pattern.row_starts, pattern.columns, system.couplings, system.diagonal, direction, product
            )
            square = _step_solution(power / curvature, scale, solution, residual, direction, product, scaled)
            norm = float(np.sqrt(square))
            iteration += 1
            if norm <= target or not np.isfinite(norm):
                break
            preconditioned = self._cycle(0, scaled)
            new_power = dot(residual, preconditioned)
            _turn_direction(new_power / power, preconditioned, direction)
            power = new_power
        return solution, iteration, norm


def _level(level: Any) -> _Level:
    """A level of pyamg's hierarchy, which has no types, as arrays for the cycle."""
    matrix = sp.csr_array(level.A)
    matrix.sort_indices()
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    diagonal_entry = np.flatnonzero(matrix.indices == rows).astype(np.uint32)
    prolongation = _as_csr(level.P)
    restriction = _as_csr(level.R)
    n, n_coarse = len(diagonal_entry), len(restriction[0]) - 1
    return _Level(
        matrix=_as_csr(matrix),
        diagonal_entry=diagonal_entry,
        inverse_diagonal=(1.0 / matrix.diagonal()).astype(np.float32),
        prolongation=prolongation,
        restriction=restriction,
        solution=np.empty(n, np.float32),
        old=np.empty(n, np.float32),
        residual=np.empty(n, np.float32),
        coarse_residual=np.empty(n_coarse, np.float32),
    )


def _as_csr(matrix: object) -> Csr:
    csr = sp.csr_array(matrix)
    return csr.indptr.astype(np.uint32), csr.indices.astype(np.uint32), csr.data.astype(np.float32)


@compiled(fastmath=True, threaded=True)
def _smooth_from_zero(
    starts: Indices,
    columns: Indices,
    data: Singles,
    diagonal_entry: Indices,
    inverse_diagonal: Singles,
    b: Singles,
    x: Singles,
    residual: Singles,
) -> None:
    n = len(b)
    blocks = n_blocks(n)
    for block in prange(blocks):
        first, last = block * n // blocks, (block + 1) * n // blocks
        for i in range(first, last):
            total = b[i]
            start = starts[i]
            while columns[start] < first:
                start += np.uint32(1)
            for entry in range(start, diagonal_entry[i]):
                total -= data[entry] * x[columns[entry]]
            x[i] = total * inverse_diagonal[i]
    for block in prange(blocks):
        first, last = block * n // blocks, (block + 1) * n // blocks
        for i in range(first, last):
            total = np.float32(0.0)
            entry = starts[i]
            while columns[entry] < first:
                total -= data[entry] * x[columns[entry]]
                entry += np.uint32(1)
            for above in range(diagonal_entry[i] + np.uint32(1), starts[i + 1]):
                total -= data[above] * x[columns[above]]
            residual[i] = total


@compiled(fastmath=True, threaded=True)
def _smooth_backward(
    starts: Indices,
    columns: Indices,
    data: Singles,
    diagonal_entry: Indices,
    inverse_diagonal: Singles,
    b: Singles,
    x: Singles,
    old: Singles,
) -> None:
    n = len(b)
    blocks = n_blocks(n)
    for block in prange(blocks):
        for i in range(block * n // blocks, (block + 1) * n // blocks):
            old[i] = x[i]
    for block in prange(blocks):
        first, last = block * n // blocks, (block + 1) * n // blocks
        for back in range(last - first):
            i = last - 1 - back
            total = b[i]
            for entry in range(starts[i], diagonal_entry[i]):
                total -= data[entry] * old[columns[entry]]
            end = starts[i + 1]
            while columns[end - np.uint32(1)] >= last:
                end -= np.uint32(1)
                total -= data[end] * old[columns[end]]
            for entry in range(diagonal_entry[i] + np.uint32(1), end):
                total -= data[entry] * x[columns[entry]]
            x[i] = total * inverse_diagonal[i]


@compiled(fastmath=True, threaded=True)
def _multiply(starts: Indices, columns: Indices, data: Singles, x: Singles, y: Singles, add: bool) -> None:
    n = len(starts) - 1
    blocks = n_blocks(n)
    for block in prange(blocks):
        for i in range(block * n // blocks, (block + 1) * n // blocks):
            total = np.float32(0.0)
            for entry in range(starts[i], starts[i + 1]):
                total += data[entry] * x[columns[entry]]
            y[i] = y[i] + total if add else total


@compiled(fastmath=True)
def _multiply_full(matrix: Singles, x: Singles, y: Singles) -> None:
    for i in range(matrix.shape[0]):
        total = np.float32(0.0)
        for j in range(matrix.shape[1]):
            total += matrix[i, j] * x[j]
        y[i] = total


@compiled(fastmath=True)
def _scaled_copy(vector: Floats, scale: float, result: Singles) -> None:
    for i in range(len(vector)):
        result[i] = scale * vector[i]


@compiled(fastmath=True, threaded=True)
def _multiply_and_dot(
    starts: Indices,
    columns: Indices,
    couplings: NDArray[np.floating],
    diagonal: Floats,
    direction: Floats,
    product: Floats,
) -> float:
    n = len(direction)
    blocks = n_blocks(n)
    parts = np.zeros(blocks)
    for block in prange(blocks):
        curvature = 0.0
        for i in range(block * n // blocks, (block + 1) * n // blocks):
            total = diagonal[i] * direction[i]
            for entry in range(starts[i], starts[i + 1]):
                total += couplings[entry] * direction[columns[entry]]
            product[i] = total
            curvature += total * direction[i]
        parts[block] = curvature
    return float(parts.sum())


@compiled(fastmath=True, threaded=True)
def _step_solution(
    step: float,
    scale: float,
    solution: Floats,
    residual: Floats,
    direction: Floats,
    product: Floats,
    scaled: Singles,
) -> float:
    n = len(solution)
    blocks = n_blocks(n)
    parts = np.zeros(blocks)
    for block in prange(blocks):
        norm_squared = 0.0
        for i in range(block * n // blocks, (block + 1) * n // blocks):
            solution[i] += step * direction[i]
            r = residual[i] - step * product[i]
            residual[i] = r
            scaled[i] = scale * r
            norm_squared += r * r
        parts[block] = norm_squared
    return float(parts.sum())


@compiled(fastmath=True, threaded=True)
def _turn_direction(ratio: float, preconditioned: Singles, direction: Floats) -> None:
    n = len(direction)
    blocks = n_blocks(n)
    for block in prange(blocks):
        for i in range(block * n // blocks, (block + 1) * n // blocks):
            direction[i] = preconditioned[i] + ratio * direction[i]
