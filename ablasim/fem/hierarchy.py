"""Levels of a multigrid cycle, from pyamg's smoothed aggregation, in single precision.

Single precision halves the memory that is moved. The levels lie one after the other in a few arrays, so that a compiled
loop can go through them, however many there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeVar

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from ablasim.compiled import compiled
from ablasim.fem.rows import Rows

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Indices = NDArray[np.uint32]
Number = TypeVar("Number", bound=np.generic)

_DAMPING = 5.0 / 3.0
"""Of the Jacobi step that smooths the prolongation, relative to the row sums of the matrix.

The usual measure is 4/3 relative to the spectral radius, which pyamg estimates from random numbers: no run could be
repeated to the last bit. Row sums are a quarter larger, or less; anything from 1.6 to 2.2 takes the same iterations.
"""


_IMPROVED_BY = [("block_gauss_seidel", {"sweep": "symmetric", "iterations": 4})]
"""What makes the constant fit the fixed nodes before the finest level is coarsened; pyamg's own choice."""

_SMOOTHED = 0.1
"""Part of the spectrum, from the upper end downwards to this share of it, that the polynomial damps."""

_WINDOW = 2048  # rows of the prolongation that are sorted by length among each other
_POWER_ITERATIONS = 20
_MARGIN = 1.05  # of the largest eigenvalue over what the power iteration has come to


class Stack(NamedTuple):
    """Sparse matrices one after the other: their rows and values, and where those of each matrix start."""

    rows: Rows
    values: Singles
    first_starts: NDArray[np.int64]
    first_entries: NDArray[np.int64]

    @classmethod
    def of(cls, matrices: Sequence[sp.csr_array]) -> Stack:
        """Pack some matrices."""
        rows = [Rows.of(matrix.indptr.astype(np.uint32), matrix.indices.astype(np.uint32)) for matrix in matrices]
        widest = np.result_type(np.uint16, *(each.offsets for each in rows)).type
        return cls(
            rows=Rows(
                starts=_joined([each.starts for each in rows], np.uint32),
                firsts=_joined([each.firsts for each in rows], np.uint32),
                offsets=_joined([each.offsets for each in rows], widest),
            ),
            values=_joined([matrix.data for matrix in matrices], np.float32),
            first_starts=_ends([len(matrix.indptr) for matrix in matrices]),
            first_entries=_ends([matrix.nnz for matrix in matrices]),
        )


class Hierarchy(NamedTuple):
    """Levels from fine to coarse, one after the other in each array, and the inverse of the coarsest matrix.

    Parameters
    ----------
    first_rows : ndarray of int, shape (n_levels + 2,)
        Where the nodes of each level start, the coarsest included, and where they end.
    matrices : Stack
        Matrix of each level but the coarsest.
    inverse_diagonals : ndarray
        One over the diagonals.
    steps : ndarray, shape (n_levels, 3)
        Coefficients of the polynomial: share of the scaled residual in the first step, one plus that of the first step
        in the second, and share of the scaled residual in the second.
    prolongations : Stack
        From the next coarser level; within windows the rows are sorted by length.
    prolonged_rows : ndarray
        Node that each row of the prolongations belongs to.
    restrictions : Stack
        To the next coarser level.
    coarsest_inverse : ndarray, shape (n_coarsest, n_coarsest)
        Inverse of the coarsest matrix.
    right_sides, solutions, changes, residuals : ndarray
        Room for the cycle.
    """

    first_rows: NDArray[np.int64]
    matrices: Stack
    inverse_diagonals: Singles
    steps: Singles
    prolongations: Stack
    prolonged_rows: Indices
    restrictions: Stack
    coarsest_inverse: Singles
    right_sides: Singles
    solutions: Singles
    changes: Singles
    residuals: Singles

    def lent(self) -> Hierarchy:
        """The same hierarchy with room of its own, to be used in another thread."""
        room = ("right_sides", "solutions", "changes", "residuals")
        return self._replace(**{name: np.empty_like(getattr(self, name)) for name in room})


def make_hierarchy(matrix: sp.csr_array, coarsest_size: int) -> Hierarchy:
    """Hierarchy of a symmetric matrix that is positive, or positive but for isolated parts."""
    import pyamg

    matrices: list[sp.csr_array] = []
    prolongations: list[sp.csr_array] = []
    candidates = np.ones((matrix.shape[0], 1))
    while matrix.shape[0] > coarsest_size:
        fine, coarse = pyamg.smoothed_aggregation_solver(
            sp.csr_matrix(matrix),
            candidates,
            strength=("symmetric", {"theta": 0.0}),
            smooth=("jacobi", {"omega": _DAMPING, "weighting": "local"}),
            improve_candidates=None if matrices else _IMPROVED_BY,
            max_levels=2,
            max_coarse=1,
        ).levels
        matrices.append(sp.csr_array(fine.A))
        prolongations.append(sp.csr_array(fine.P))
        matrix, candidates = sp.csr_array(coarse.A), coarse.B
        matrix.sort_indices()  # pyamg merges the entries of a matrix in disorder one by one
    inverse_diagonals = [1.0 / fine.diagonal() for fine in matrices]
    by_length = [_by_length(prolongation) for prolongation in prolongations]
    first_rows = _ends([*(fine.shape[0] for fine in matrices), matrix.shape[0]])
    steps = [_chebyshev_steps(_largest_eigenvalue(*level)) for level in zip(matrices, inverse_diagonals, strict=True)]
    right_sides, solutions, changes, residuals = (np.empty(first_rows[-1], dtype=np.float32) for _ in range(4))
    return Hierarchy(
        first_rows=first_rows,
        matrices=Stack.of(matrices),
        inverse_diagonals=_joined(inverse_diagonals, np.float32),
        steps=np.array(steps, dtype=np.float32).reshape(-1, 3),
        prolongations=Stack.of([each[rows] for each, rows in zip(prolongations, by_length, strict=True)]),
        prolonged_rows=_joined(by_length, np.uint32),
        restrictions=Stack.of([sp.csr_array(prolongation.T) for prolongation in prolongations]),
        coarsest_inverse=np.linalg.pinv(matrix.toarray(), hermitian=True).astype(np.float32),
        right_sides=right_sides,
        solutions=solutions,
        changes=changes,
        residuals=residuals,
    )


def _joined(parts: Sequence[NDArray[Any]], kind: type[Number]) -> NDArray[Number]:
    return np.concatenate([np.empty(0, dtype=kind), *parts], dtype=kind, casting="unsafe")


def _ends(lengths: Sequence[int]) -> NDArray[np.int64]:
    return np.cumsum([0, *lengths])


def _by_length(prolongation: sp.csr_array) -> NDArray[np.int64]:
    """Rows sorted by length: loops take half the time. Far from their place they would be in other threads' way."""
    lengths = np.diff(prolongation.indptr)
    return np.lexsort((lengths, np.arange(len(lengths)) // _WINDOW))


def _largest_eigenvalue(matrix: sp.csr_array, inverse_diagonal: Floats) -> float:
    """Largest eigenvalue of the matrix scaled by its diagonal, nearly, by power iteration from a fixed start."""
    vector = np.random.default_rng(0).uniform(-1.0, 1.0, len(inverse_diagonal))
    size = 1.0
    for _ in range(_POWER_ITERATIONS):
        vector = inverse_diagonal * (matrix @ vector)
        size = float(np.abs(vector).max())
        vector /= size
    return size


def _chebyshev_steps(largest: float) -> tuple[float, float, float]:
    """Coefficients of the polynomial of second degree that damps the upper part of the spectrum best."""
    high = _MARGIN * largest
    low = _SMOOTHED * high
    centre, half = 0.5 * (high + low), 0.5 * (high - low)
    ratio = centre / half
    weight = 1.0 / (2.0 * ratio - 1.0 / ratio)
    return 1.0 / centre, 1.0 + weight / ratio, 2.0 * weight / half


@compiled(inlined=True)
def rows_of(stack: Stack, number: int) -> Rows:
    """Rows of one of the matrices; taken in by kernels, for their threads get no tuple that another one has made."""
    first, end = stack.first_starts[number], stack.first_starts[number + 1]
    starts = stack.rows.starts[first:end]
    firsts = stack.rows.firsts[first - number : end - number - 1]  # one fewer in each matrix than starts
    return Rows(starts, firsts, stack.rows.offsets[stack.first_entries[number] : stack.first_entries[number + 1]])


@compiled()
def values_of(stack: Stack, number: int) -> Singles:
    """Values of one of the matrices."""
    return stack.values[stack.first_entries[number] : stack.first_entries[number + 1]]
