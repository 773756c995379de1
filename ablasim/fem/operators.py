"""Symmetric operators on a space: nodes that exchange, and nodes that lose.

An operator is stored as one coupling per pair of nodes, in both rows of a matrix, and one loss per node,

    (A u)_i = Σ_j a_ij (u_j - u_i) + d_i u_i ,

so constants are in the kernel of the exchange part exactly.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import scipy.sparse as sp
from numba import prange
from numpy.typing import NDArray

from ablasim.compiled import ROWS, compiled, n_blocks, piece
from ablasim.fem.space import Space

Floats = NDArray[np.float64]
Indices = NDArray[np.uint32]


@dataclass(frozen=True, eq=False)
class Pattern:
    """Sparsity of the matrices of a space (CSR), and the pair behind each entry.

    Index arrays are unsigned: compiled loops then need no handling of negative indices.
    """

    row_starts: Indices
    columns: Indices
    pair_of_entry: Indices

    @classmethod
    def of(cls, space: Space) -> Pattern:
        """Sparsity of a space: every node with itself and with each node it shares a cell with."""
        n, n_pairs = space.n_nodes, len(space.pairs)
        first, second = space.pairs[:, 0], space.pairs[:, 1]
        diagonal = np.arange(n)
        rows = np.concatenate([first, second, diagonal])
        columns = np.concatenate([second, first, diagonal])
        owners = np.concatenate([np.arange(n_pairs), np.arange(n_pairs), np.full(n, n_pairs)])
        matrix = sp.csr_array((owners, (rows, columns)), shape=(n, n))
        matrix.sort_indices()
        return cls(matrix.indptr.astype(np.uint32), matrix.indices.astype(np.uint32), matrix.data.astype(np.uint32))


@dataclass(frozen=True, eq=False)
class Diffusion:
    """An assembled symmetric operator.

    Parameters
    ----------
    pattern : Pattern
        Sparsity.
    couplings : ndarray, shape (n_entries,)
        CSR values off the diagonal; zero on it.
    loss : ndarray, shape (n_nodes,)
        Row sums.
    """

    pattern: Pattern
    couplings: Floats
    loss: Floats

    @classmethod
    def of_pairs(cls, pattern: Pattern, exchange: Floats, loss: Floats) -> Diffusion:
        """From one off-diagonal entry per pair of nodes, shape (n_pairs,)."""
        couplings = np.empty(len(pattern.columns))
        _spread_pairs(pattern.row_starts, pattern.columns, pattern.pair_of_entry, exchange, couplings)
        return cls(pattern, couplings, loss)

    def apply(self, field: Floats) -> Floats:
        """The operator times a nodal field, shape (n_nodes,)."""
        result = np.empty_like(field)
        pattern = self.pattern
        _apply(pattern.row_starts, pattern.columns, self.couplings, self.loss, field, result)
        return result

    def apply_at(self, nodes: NDArray[np.int64], field: Floats) -> Floats:
        """The operator times a nodal field, at some nodes only."""
        result = np.empty(len(nodes))
        pattern = self.pattern
        _apply_at(nodes, pattern.row_starts, pattern.columns, self.couplings, self.loss, field, result)
        return result

    @cached_property
    def single_couplings(self) -> NDArray[np.float32]:
        """The couplings in single precision, for solvers to which few digits are enough."""
        return self.couplings.astype(np.float32)

    @cached_property
    def diagonal(self) -> Floats:
        """The diagonal of the matrix, shape (n_nodes,)."""
        diagonal = np.empty_like(self.loss)
        _fill_diagonal(self.pattern.row_starts, self.couplings, self.loss, diagonal)
        return diagonal

    def plus(self, factor: float, other: Diffusion) -> Diffusion:
        """Sum of this operator and a multiple of another one of the same pattern."""
        return Diffusion(self.pattern, self.couplings + factor * other.couplings, self.loss + factor * other.loss)

    def constrained(self, fixed: NDArray[np.bool_]) -> ConstrainedSystem:
        """The matrix in which the fixed nodes' rows and columns are those of the identity."""
        couplings = np.empty_like(self.couplings)
        _decouple(self.pattern.row_starts, self.pattern.columns, self.couplings, fixed, couplings)
        return ConstrainedSystem(self.pattern, couplings, np.where(fixed, 1.0, self.diagonal), fixed)


@dataclass(frozen=True, eq=False)
class ConstrainedSystem:
    """A symmetric positive matrix whose fixed unknowns are decoupled (identity rows).

    Parameters
    ----------
    pattern : Pattern
        Sparsity.
    couplings : ndarray, shape (n_entries,)
        CSR values off the diagonal; zero on it.
    diagonal : ndarray, shape (n_nodes,)
        The diagonal; one at the fixed nodes.
    fixed : ndarray of bool, shape (n_nodes,)
        The fixed nodes.
    """

    pattern: Pattern
    couplings: Floats
    diagonal: Floats
    fixed: NDArray[np.bool_]

    def matrix(self) -> sp.csr_array:
        """The matrix as scipy CSR, explicit zeros removed (a copy)."""
        n = len(self.diagonal)
        columns = self.pattern.columns.astype(np.int32)
        starts = self.pattern.row_starts.astype(np.int32)
        data = self.couplings.copy()
        data[columns == np.repeat(np.arange(n, dtype=np.int32), np.diff(starts))] = self.diagonal
        matrix = sp.csr_array((data, columns, starts), shape=(n, n))
        matrix.eliminate_zeros()
        return matrix


def stiffness(space: Space, pattern: Pattern, coefficient: Floats) -> Diffusion:
    """Operator of ∫ k ∇u·∇v.

    Parameters
    ----------
    space : Space
        The space.
    pattern : Pattern
        Its sparsity.
    coefficient : ndarray, shape (n_gradient_points,)
        The conductivity k at the gradient points; zero where a cell takes no part.
    """
    return Diffusion.of_pairs(pattern, space.pair_entries(coefficient), np.zeros(space.n_nodes))


def mass(space: Space, pattern: Pattern, amounts: Floats) -> Diffusion:
    """Operator of ∫ c u v from amounts (c times measure) at the value points, shape (n_value_points,)."""
    loss = space.from_values(amounts)
    if space.value_pairs is None:
        return Diffusion(pattern, np.zeros(len(pattern.columns)), loss)
    return Diffusion.of_pairs(pattern, space.value_pairs @ amounts, loss)


def with_mass(operator: Diffusion, space: Space, amounts: Floats) -> Diffusion:
    """An operator plus that of ∫ c u v from amounts (c times measure) at the value points, shape (n_value_points,)."""
    if space.value_pairs is None:
        return replace(operator, loss=operator.loss + amounts)
    return operator.plus(1.0, mass(space, operator.pattern, amounts))


@compiled(fastmath=True, threaded=True)
def _spread_pairs(
    starts: Indices, columns: Indices, pair_of_entry: Indices, exchange: Floats, couplings: Floats
) -> None:
    n = len(starts) - 1
    blocks = n_blocks(n)
    for block in prange(blocks):
        for i in piece(block, blocks, n):
            for entry in range(starts[i], starts[i + 1]):
                couplings[entry] = 0.0 if columns[entry] == i else exchange[pair_of_entry[entry]]


@compiled(fastmath=ROWS, threaded=True)
def _apply(starts: Indices, columns: Indices, couplings: Floats, loss: Floats, field: Floats, result: Floats) -> None:
    n = len(loss)
    blocks = n_blocks(n)
    for block in prange(blocks):
        for i in piece(block, blocks, n):
            here = field[i]
            total = loss[i] * here
            for entry in range(starts[i], starts[i + 1]):
                total += couplings[entry] * (field[columns[entry]] - here)
            result[i] = total


@compiled(fastmath=True)
def _apply_at(
    nodes: NDArray[np.int64],
    starts: Indices,
    columns: Indices,
    couplings: Floats,
    loss: Floats,
    field: Floats,
    result: Floats,
) -> None:
    for place in range(len(nodes)):
        i = nodes[place]
        total = loss[i] * field[i]
        for entry in range(starts[i], starts[i + 1]):
            total += couplings[entry] * (field[columns[entry]] - field[i])
        result[place] = total


@compiled(fastmath=True, threaded=True)
def _fill_diagonal(starts: Indices, couplings: Floats, loss: Floats, diagonal: Floats) -> None:
    n = len(loss)
    blocks = n_blocks(n)
    for block in prange(blocks):
        for i in piece(block, blocks, n):
            total = loss[i]
            for entry in range(starts[i], starts[i + 1]):
                total -= couplings[entry]
            diagonal[i] = total


@compiled(fastmath=True, threaded=True)
def _decouple(starts: Indices, columns: Indices, couplings: Floats, fixed: NDArray[np.bool_], result: Floats) -> None:
    n = len(starts) - 1
    blocks = n_blocks(n)
    for block in prange(blocks):
        for i in piece(block, blocks, n):
            for entry in range(starts[i], starts[i + 1]):
                result[entry] = 0.0 if fixed[i] or fixed[columns[entry]] else couplings[entry]
