"""Symmetric operators on a space: pairs of nodes that exchange, and nodes that lose.

An operator is stored as one exchange coefficient per pair of nodes and one loss per node,

    (A u)_i = Σ_j a_ij (u_j - u_i) + d_i u_i ,

so constants are in the kernel of the exchange part exactly, and no full matrix is needed to apply it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from numba import prange
from numpy.typing import NDArray

from ablasim.compiled import compiled, n_blocks
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
    exchange : ndarray, shape (n_pairs,)
        Off-diagonal entry of each pair.
    loss : ndarray, shape (n_nodes,)
        Row sums.
    """

    pattern: Pattern
    exchange: Floats
    loss: Floats

    def apply(self, field: Floats) -> Floats:
        """The operator times a nodal field, shape (n_nodes,)."""
        result = np.empty_like(field)
        pattern = self.pattern
        _apply_pairs(
            pattern.row_starts,
            pattern.columns,
            pattern.pair_of_entry,
            self.exchange,
            self.loss,
            field,
            result,
        )
        return result

    def plus(self, factor: float, other: Diffusion) -> Diffusion:
        """Sum of this operator and a multiple of another one of the same pattern."""
        return Diffusion(self.pattern, self.exchange + factor * other.exchange, self.loss + factor * other.loss)

    def constrained(
        self, fixed: NDArray[np.bool_], factor: float = 1.0, precision: type[np.floating] = np.float64
    ) -> ConstrainedSystem:
        """The matrix, times a factor, in which the fixed nodes' rows and columns are those of the identity.

        Parameters
        ----------
        fixed : ndarray of bool, shape (n_nodes,)
            The fixed nodes.
        factor : float, optional
            Multiplies all but the identity.
        precision : {numpy.float64, numpy.float32}, optional
            Of the couplings between nodes; the diagonal always has double precision.
        """
        pattern = self.pattern
        couplings = np.empty(len(pattern.columns), dtype=precision)
        diagonal = np.empty(len(self.loss))
        _fill_constrained(
            pattern.row_starts,
            pattern.columns,
            pattern.pair_of_entry,
            self.exchange,
            self.loss,
            fixed,
            factor,
            couplings,
            diagonal,
        )
        return ConstrainedSystem(pattern, couplings, diagonal, fixed)


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
    couplings: NDArray[np.floating]
    diagonal: Floats
    fixed: NDArray[np.bool_]

    def plus_diagonal(self, amounts: Floats) -> ConstrainedSystem:
        """This matrix with amounts added to the diagonal of the free nodes; the couplings are shared."""
        return replace(self, diagonal=np.where(self.fixed, self.diagonal, self.diagonal + amounts))

    def matrix(self) -> sp.csr_array:
        """The matrix as scipy CSR, explicit zeros removed (a copy)."""
        n = len(self.diagonal)
        columns = self.pattern.columns.astype(np.int32)
        starts = self.pattern.row_starts.astype(np.int32)
        data = self.couplings.astype(float)
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
    return Diffusion(pattern, space.pair_entries(coefficient), np.zeros(space.n_nodes))


def mass(space: Space, pattern: Pattern, amounts: Floats) -> Diffusion:
    """Operator of ∫ c u v from amounts (c times measure) at the value points, shape (n_value_points,)."""
    exchange = np.zeros(len(space.pairs)) if space.value_pairs is None else space.value_pairs @ amounts
    return Diffusion(pattern, exchange, space.from_values(amounts))


@compiled(fastmath=True, threaded=True)
def _apply_pairs(
    starts: Indices,
    columns: Indices,
    pair_of_entry: Indices,
    exchange: Floats,
    loss: Floats,
    field: Floats,
    result: Floats,
) -> None:
    n = len(loss)
    blocks = n_blocks(n)
    for block in prange(blocks):
        for i in range(block * n // blocks, (block + 1) * n // blocks):
            here = field[i]
            total = loss[i] * here
            for entry in range(starts[i], starts[i + 1]):
                j = columns[entry]
                if j != i:
                    total += exchange[pair_of_entry[entry]] * (field[j] - here)
            result[i] = total


@compiled(fastmath=True, threaded=True)
def _fill_constrained(
    starts: Indices,
    columns: Indices,
    pair_of_entry: Indices,
    exchange: Floats,
    loss: Floats,
    fixed: NDArray[np.bool_],
    factor: float,
    couplings: NDArray[np.floating],
    diagonal: Floats,
) -> None:
    n = len(loss)
    blocks = n_blocks(n)
    for block in prange(blocks):
        for i in range(block * n // blocks, (block + 1) * n // blocks):
            total = loss[i]
            for entry in range(starts[i], starts[i + 1]):
                j = columns[entry]
                if j == i:
                    couplings[entry] = 0.0
                    continue
                value = exchange[pair_of_entry[entry]]
                total -= value
                couplings[entry] = 0.0 if fixed[i] or fixed[j] else factor * value
            diagonal[i] = 1.0 if fixed[i] else factor * total
