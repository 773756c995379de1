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

from ablasim.compiled import compiled, n_blocks, piece
from ablasim.fem.space import Space, arrays

Floats = NDArray[np.float64]
Indices = NDArray[np.uint32]


@dataclass(frozen=True, eq=False)
class Pattern:
    """Sparsity of the matrices of a space off the diagonal (CSR), and the two entries of each pair of nodes.

    Index arrays are unsigned: compiled loops then need no handling of negative indices.
    """

    row_starts: Indices
    columns: Indices
    entries_of_pair: Indices

    @classmethod
    def of(cls, space: Space) -> Pattern:
        """Sparsity of a space: every node with each node it shares a cell with."""
        n, n_pairs = space.n_nodes, len(space.pairs)
        rows, columns = np.concatenate([space.pairs, space.pairs[:, ::-1]]).T
        matrix = sp.csr_array((np.arange(2 * n_pairs, dtype=np.int32), (rows, columns)), shape=(n, n))
        matrix.sort_indices()
        place = np.empty(2 * n_pairs, dtype=np.uint32)
        place[matrix.data] = np.arange(2 * n_pairs, dtype=np.uint32)
        entries_of_pair = np.ascontiguousarray(place.reshape(2, n_pairs).T)
        return cls(matrix.indptr.astype(np.uint32), matrix.indices.astype(np.uint32), entries_of_pair)

    def neighbours(self, node: int) -> NDArray[np.int64]:
        """Nodes that share a cell with a node."""
        return self.columns[self.row_starts[node] : self.row_starts[node + 1]].astype(np.int64)


@dataclass(frozen=True, eq=False)
class Diffusion:
    """An assembled symmetric operator.

    Parameters
    ----------
    pattern : Pattern
        Sparsity.
    couplings : ndarray, shape (n_entries,)
        CSR values off the diagonal.
    loss : ndarray, shape (n_nodes,)
        Row sums.
    """

    pattern: Pattern
    couplings: Floats
    loss: Floats

    @classmethod
    def assembled(cls, pattern: Pattern, of_pairs: sp.csr_array, coefficient: Floats, loss: Floats) -> Diffusion:
        """With the couplings ``of_pairs @ coefficient``, one for each pair of nodes."""
        couplings = np.empty(len(pattern.columns))
        _assemble(*arrays(of_pairs), coefficient, pattern.entries_of_pair, couplings)
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
        rounded = np.empty(len(self.couplings), dtype=np.float32)
        _round(self.couplings, rounded)
        return rounded

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
        return ConstrainedSystem(self, fixed)


@dataclass(frozen=True, eq=False)
class ConstrainedSystem:
    """A symmetric positive matrix whose fixed unknowns are decoupled (identity rows).

    Parameters
    ----------
    operator : Diffusion
        The operator without the constraint.
    fixed : ndarray of bool, shape (n_nodes,)
        The fixed nodes.
    """

    operator: Diffusion
    fixed: NDArray[np.bool_]

    def matrix(self) -> sp.csr_array:
        """The matrix as scipy CSR, without explicit zeros (a copy)."""
        pattern = self.operator.pattern
        n = len(self.fixed)
        arrays = (self.operator.couplings, pattern.columns.astype(np.int32), pattern.row_starts.astype(np.int32))
        free = sp.dia_array((np.where(self.fixed, 0.0, 1.0)[np.newaxis], [0]), shape=(n, n))
        couplings = free @ sp.csr_array(arrays, shape=(n, n)) @ free
        diagonal = np.where(self.fixed, 1.0, self.operator.diagonal)
        matrix = sp.csr_array(couplings + sp.dia_array((diagonal[np.newaxis], [0]), shape=(n, n)))
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
    return Diffusion.assembled(pattern, space.stiffness, coefficient, np.zeros(space.n_nodes))


def mass(space: Space, pattern: Pattern, amounts: Floats) -> Diffusion:
    """Operator of ∫ c u v from amounts (c times measure) at the value points, shape (n_value_points,)."""
    loss = space.from_values(amounts)
    if space.value_pairs is None:
        return Diffusion(pattern, np.zeros(len(pattern.columns)), loss)
    return Diffusion.assembled(pattern, space.value_pairs, amounts, loss)


def with_mass(operator: Diffusion, space: Space, amounts: Floats) -> Diffusion:
    """An operator plus that of ∫ c u v from amounts (c times measure) at the value points, shape (n_value_points,)."""
    if space.value_pairs is None:
        return replace(operator, loss=operator.loss + amounts)
    return operator.plus(1.0, mass(space, operator.pattern, amounts))


@compiled(fastmath=True, threaded=True)
def _assemble(
    starts: Indices, columns: Indices, data: Floats, coefficient: Floats, entries_of_pair: Indices, couplings: Floats
) -> None:
    n = len(entries_of_pair)
    blocks = n_blocks(n)
    for block in prange(blocks):
        for pair in piece(block, blocks, n):
            total = 0.0
            for entry in range(starts[pair], starts[pair + 1]):
                total += data[entry] * coefficient[columns[entry]]
            couplings[entries_of_pair[pair, 0]] = total
            couplings[entries_of_pair[pair, 1]] = total


@compiled(threaded=True)
def _round(values: Floats, rounded: NDArray[np.float32]) -> None:
    n = len(values)
    blocks = n_blocks(n)
    for block in prange(blocks):
        for i in piece(block, blocks, n):
            rounded[i] = values[i]


@compiled(fastmath=True, threaded=True)
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
