"""Rows of sparse matrices, with two bytes for the column of an entry where that is enough.

Compiled loops over matrices wait for memory, so that less to read is less time: where the nodes that share a cell have
numbers close to each other, as in every mesh that ablasim orders, a row's columns are its first one and short offsets.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ablasim.compiled import FINITE_OR_NOT, compiled

Floats = NDArray[np.float64]
Reals = NDArray[np.float64] | NDArray[np.float32]
Indices = NDArray[np.uint32]
Offsets = NDArray[np.uint16] | NDArray[np.uint32]

_MOST = np.iinfo(np.uint16).max


class Rows(NamedTuple):
    """Where the entries of a matrix are.

    Index arrays are unsigned: compiled loops then need no handling of negative indices.

    Parameters
    ----------
    starts : ndarray of uint32, shape (n_rows + 1,)
        Where the entries of each row start.
    firsts : ndarray of uint32, shape (n_rows,)
        Lowest column of each row.
    offsets : ndarray of uint16 or uint32, shape (n_entries,)
        What the column of each entry is beyond that.
    """

    starts: Indices
    firsts: Indices
    offsets: Offsets

    @classmethod
    def of(cls, starts: Indices, columns: Indices) -> Rows:
        """From the starts of the rows and the column of every entry, as in CSR."""
        firsts = np.zeros(len(starts) - 1, dtype=np.uint32)
        span = _find_firsts(starts, columns, firsts)
        offsets: Offsets = np.empty(len(columns), np.uint16) if span <= _MOST else np.empty(len(columns), np.uint32)
        _find_offsets(starts, columns, firsts, offsets)
        return cls(starts, firsts, offsets)

    @property
    def columns(self) -> Indices:
        """Column of every entry."""
        return np.repeat(self.firsts, np.diff(self.starts)) + self.offsets


@compiled()
def column_of(rows: Rows, row: int, entry: int) -> np.uint64:
    """Column of an entry of a row."""
    return np.uint64(rows.firsts[row]) + np.uint64(rows.offsets[entry])


@compiled(fastmath=True)
def row_product(rows: Rows, values: Reals, x: Reals, row: int) -> np.float64 | np.float32:
    """Sum of a row's values times what a vector has in their columns, in the vector's precision."""
    first = np.uint64(rows.firsts[row])
    total = x.dtype.type(0.0)
    for entry in range(rows.starts[row], rows.starts[row + 1]):
        total += values[entry] * x[first + np.uint64(rows.offsets[entry])]
    return total


@compiled(fastmath=FINITE_OR_NOT)
def row_exchange(rows: Rows, couplings: Floats, x: Floats, row: int) -> float:
    """Sum of a row's couplings times by how much more a vector has in their columns than in the row."""
    first, here = np.uint64(rows.firsts[row]), x[row]
    total = 0.0
    for entry in range(rows.starts[row], rows.starts[row + 1]):
        total += couplings[entry] * (x[first + np.uint64(rows.offsets[entry])] - here)
    return total


@compiled()
def _find_firsts(starts: Indices, columns: Indices, firsts: Indices) -> int:
    """Fill in the lowest column of each row that has any; the largest difference to it."""
    span = np.int64(0)
    for row in range(len(firsts)):
        first, end = np.int64(starts[row]), np.int64(starts[row + 1])
        if first == end:
            continue
        lowest = highest = np.int64(columns[first])
        for entry in range(first + 1, end):
            column = np.int64(columns[entry])
            lowest, highest = min(lowest, column), max(highest, column)
        firsts[row] = lowest
        span = max(span, highest - lowest)
    return int(span)


@compiled()
def _find_offsets(starts: Indices, columns: Indices, firsts: Indices, offsets: Offsets) -> None:
    for row in range(len(firsts)):
        first = firsts[row]
        for entry in range(starts[row], starts[row + 1]):
            offsets[entry] = columns[entry] - first
