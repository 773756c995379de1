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
from ablasim.fem.node_pairs import sort_rows
from ablasim.fem.rows import Rows, column_of, row_exchange
from ablasim.fem.space import Space, arrays

Floats = NDArray[np.float64]
Indices = NDArray[np.uint32]


@dataclass(frozen=True, eq=False)
class Pattern:
    """Sparsity of the matrices of a space off the diagonal, and the two entries of each pair of nodes.

    Parameters
    ----------
    rows : Rows
        Where the entries are; each row's by their columns.
    entries_of_pair : ndarray of uint32, shape (n_pairs, 2)
        The entry in the row of its first node, and that in the row of the other one.
    """

    rows: Rows
    entries_of_pair: Indices

    @classmethod
    def of(cls, space: Space) -> Pattern:
        """Sparsity of a space: every node with each node it shares a cell with."""
        starts, columns, pair_of_entry = _both_ways(space.pairs.view(np.uint32), space.n_nodes)
        sort_rows(starts, columns, pair_of_entry)
        entries_of_pair = np.empty((len(space.pairs), 2), dtype=np.uint32)
        _note_entries(space.pairs.view(np.uint32), starts, pair_of_entry, entries_of_pair)
        return cls(Rows.of(starts, columns), entries_of_pair)

    def neighbours(self, node: int) -> NDArray[np.int64]:
        """Nodes that share a cell with a node."""
        starts, firsts, offsets = self.rows
        neighbours: NDArray[np.int64] = offsets[starts[node] : starts[node + 1]].astype(np.int64) + firsts[node]
        return neighbours


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
        couplings = np.empty(len(pattern.rows.offsets))
        _assemble(*arrays(of_pairs), coefficient, pattern.entries_of_pair, couplings)
        return cls(pattern, couplings, loss)

    def apply(self, field: Floats) -> Floats:
        """The operator times a nodal field, shape (n_nodes,)."""
        result = np.empty_like(field)
        _apply(self.pattern.rows, self.couplings, self.loss, field, result)
        return result

    def apply_at(self, nodes: NDArray[np.int64], field: Floats) -> Floats:
        """The operator times a nodal field, at some nodes only."""
        result = np.empty(len(nodes))
        _apply_at(nodes, self.pattern.rows, self.couplings, self.loss, field, result)
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
        _fill_diagonal(self.pattern.rows.starts, self.couplings, self.loss, diagonal)
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
        operator, n = self.operator, len(self.fixed)
        starts, most = np.zeros(n + 1, dtype=np.int32), len(operator.couplings) + n
        columns, values = np.empty(most, dtype=np.int32), np.empty(most)
        _constrain(operator.pattern.rows, operator.couplings, operator.diagonal, self.fixed, starts, columns, values)
        size = starts[-1]
        return sp.csr_array((values[:size].copy(), columns[:size].copy(), starts), shape=(n, n))


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
        return Diffusion(pattern, np.zeros(len(pattern.rows.offsets)), loss)
    return Diffusion.assembled(pattern, space.value_pairs, amounts, loss)


def with_mass(operator: Diffusion, space: Space, amounts: Floats) -> Diffusion:
    """An operator plus that of ∫ c u v from amounts (c times measure) at the value points, shape (n_value_points,)."""
    if space.value_pairs is None:
        return replace(operator, loss=operator.loss + amounts)
    return operator.plus(1.0, mass(space, operator.pattern, amounts))


@compiled()
def _both_ways(pairs: Indices, n_nodes: int) -> tuple[Indices, Indices, Indices]:
    """Where the entries of each row start, and the column and pair of each entry, in no order within a row."""
    starts = np.zeros(n_nodes + 1, dtype=np.uint32)
    for pair in range(len(pairs)):
        starts[pairs[pair, 0] + 1] += np.uint32(1)
        starts[pairs[pair, 1] + 1] += np.uint32(1)
    for node in range(n_nodes):
        starts[node + 1] += starts[node]
    ends = starts[:-1].copy()
    columns = np.empty(2 * len(pairs), dtype=np.uint32)
    pair_of_entry = np.empty(2 * len(pairs), dtype=np.uint32)
    for pair in range(len(pairs)):
        for one in range(2):
            row = pairs[pair, one]
            columns[ends[row]], pair_of_entry[ends[row]] = pairs[pair, 1 - one], pair
            ends[row] += np.uint32(1)
    return starts, columns, pair_of_entry


@compiled(threaded=True)
def _note_entries(pairs: Indices, starts: Indices, pair_of_entry: Indices, entries_of_pair: Indices) -> None:
    """For each pair the entry in the row of its first node, and that in the row of the other one."""
    n = len(starts) - 1
    blocks = n_blocks(n)
    for block in prange(blocks):
        for row in piece(block, blocks, n):
            for entry in range(starts[row], starts[row + 1]):
                pair = pair_of_entry[entry]
                entries_of_pair[pair, 0 if pairs[pair, 0] == row else 1] = entry


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


@compiled()
def _constrain(
    rows: Rows,
    couplings: Floats,
    diagonal: Floats,
    fixed: NDArray[np.bool_],
    new_starts: NDArray[np.int32],
    new_columns: NDArray[np.int32],
    values: Floats,
) -> None:
    """Rows with their diagonal in its place, and without couplings that are zero or those of fixed nodes."""
    place = 0
    for row in range(len(diagonal)):
        is_before = True
        for entry in range(rows.starts[row], rows.starts[row + 1]):
            column = column_of(rows, row, entry)
            if is_before and column > row:
                new_columns[place], values[place] = row, 1.0 if fixed[row] else diagonal[row]
                place, is_before = place + 1, False
            if couplings[entry] != 0.0 and not (fixed[row] or fixed[column]):
                new_columns[place], values[place] = column, couplings[entry]
                place += 1
        if is_before:
            new_columns[place], values[place] = row, 1.0 if fixed[row] else diagonal[row]
            place += 1
        new_starts[row + 1] = place


@compiled(threaded=True)
def _round(values: Floats, rounded: NDArray[np.float32]) -> None:
    n = len(values)
    blocks = n_blocks(n)
    for block in prange(blocks):
        for i in piece(block, blocks, n):
            rounded[i] = values[i]


@compiled(fastmath=True, threaded=True)
def _apply(rows: Rows, couplings: Floats, loss: Floats, field: Floats, result: Floats) -> None:
    n = len(loss)
    blocks = n_blocks(n)
    for block in prange(blocks):
        for i in piece(block, blocks, n):
            result[i] = loss[i] * field[i] + row_exchange(rows, couplings, field, i)


@compiled(fastmath=True)
def _apply_at(
    nodes: NDArray[np.int64], rows: Rows, couplings: Floats, loss: Floats, field: Floats, result: Floats
) -> None:
    for place in range(len(nodes)):
        i = nodes[place]
        result[place] = loss[i] * field[i] + row_exchange(rows, couplings, field, i)


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
