"""A multigrid cycle in single precision over pyamg's smoothed-aggregation prolongations.

The cycle smooths once with forward Gauss-Seidel before and backward Gauss-Seidel after the coarse correction, which
keeps it symmetric. Since the forward sweep starts from zero it reads only the lower triangle, and the residual it
leaves only the upper one: smoothing and residual together cost one matrix product. Single precision halves the memory
it moves.

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

from ablasim.compiled import SWEEP, compiled, n_blocks

Singles = NDArray[np.float32]
Indices = NDArray[np.uint32]
Csr = tuple[Indices, Indices, Singles]

_DAMPING = 5.0 / 3.0
"""Of the Jacobi step that smooths the prolongation, relative to the row sums of the matrix.

The usual measure is 4/3 relative to the spectral radius, which pyamg estimates from random numbers: no run could be
repeated to the last bit. Row sums are a quarter larger, or less; anything from 1.6 to 2.2 takes the same iterations.
"""


@dataclass(frozen=True, eq=False)
class Level:
    """A matrix of the hierarchy, and the way to the next coarser one.

    Parameters
    ----------
    matrix : tuple of ndarray
        CSR: starts of rows, columns in increasing order, values. Those on the diagonal are not read.
    diagonal_entry : ndarray, shape (n,)
        Where each row has its diagonal.
    inverse_diagonal : ndarray, shape (n,)
        One over the diagonal.
    prolongation, restriction : tuple of ndarray
        CSR.
    solution, old, residual, coarse_residual : ndarray
        Room for the cycle.
    """

    matrix: Csr
    diagonal_entry: Indices
    inverse_diagonal: Singles
    prolongation: Csr
    restriction: Csr
    solution: Singles
    old: Singles
    residual: Singles
    coarse_residual: Singles


@dataclass(frozen=True, eq=False)
class Hierarchy:
    """Levels from fine to coarse, and the inverse of the coarsest matrix."""

    levels: tuple[Level, ...]
    coarsest_inverse: Singles
    coarsest_solution: Singles

    def cycle(self, right_side: Singles) -> Singles:
        """One cycle from zero; the array is used again by the next one."""
        return self._cycle(0, right_side)

    def _cycle(self, depth: int, right_side: Singles) -> Singles:
        if depth == len(self.levels):
            _multiply_full(self.coarsest_inverse, right_side, self.coarsest_solution)
            return self.coarsest_solution
        level = self.levels[depth]
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


def make_hierarchy(matrix: sp.csr_array, coarsest_size: int) -> Hierarchy:
    """Hierarchy of a symmetric matrix that is positive, or positive but for isolated parts."""
    import pyamg

    hierarchy = pyamg.smoothed_aggregation_solver(
        sp.csr_matrix(matrix),
        strength=("symmetric", {"theta": 0.0}),
        smooth=("jacobi", {"omega": _DAMPING, "weighting": "local"}),
        max_coarse=coarsest_size,
    )
    *levels, coarsest = hierarchy.levels
    inverse = np.linalg.pinv(np.asarray(coarsest.A.todense(), dtype=float), hermitian=True).astype(np.float32)
    return Hierarchy(
        levels=tuple(_level(level) for level in levels),
        coarsest_inverse=inverse,
        coarsest_solution=np.empty(len(inverse), np.float32),
    )


def _level(level: Any) -> Level:
    """A level of pyamg's hierarchy, which has no types, as arrays for the cycle."""
    matrix = sp.csr_array(level.A)
    matrix.sort_indices()
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    prolongation, restriction = _as_csr(level.P), _as_csr(level.R)
    n, n_coarse = matrix.shape[0], len(restriction[0]) - 1
    return Level(
        matrix=_as_csr(matrix),
        diagonal_entry=np.flatnonzero(matrix.indices == rows).astype(np.uint32),
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


@compiled(fastmath=SWEEP, threaded=True)
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


@compiled(fastmath=SWEEP, threaded=True)
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
