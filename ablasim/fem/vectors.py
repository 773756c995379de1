"""Products of long vectors.

numpy hands them to a library with threads of its own, which cost a hundredfold where the other cores are busy; a run
beside its twin keeps them busy.
"""

from __future__ import annotations

import numpy as np
from numba import prange
from numpy.typing import NDArray

from ablasim.compiled import compiled, n_blocks, piece

Floats = NDArray[np.float64]
Reals = NDArray[np.float64] | NDArray[np.float32]


@compiled(fastmath=True, threaded=True)
def dot(a: Reals, b: Reals) -> float:
    """Sum of the products of two vectors, in double precision."""
    n = len(a)
    blocks = n_blocks(n)
    parts = np.zeros(blocks)
    for block in prange(blocks):
        total = 0.0
        for i in piece(block, blocks, n):
            total += np.float64(a[i]) * np.float64(b[i])
        parts[block] = total
    return float(parts.sum())


@compiled(fastmath=True)
def free_norm(a: Floats, fixed: NDArray[np.bool_]) -> float:
    """Euclidean norm of a vector over the entries that are not fixed."""
    total = 0.0
    for i in range(len(a)):
        if not fixed[i]:
            total += a[i] * a[i]
    return float(np.sqrt(total))


@compiled(fastmath=frozenset({"reassoc", "contract", "nsz"}))
def size_of_free(a: Floats, scale: Floats, fixed: NDArray[np.bool_]) -> tuple[float, float]:
    """Largest ``|a / scale|`` and sum of ``|a|`` over the entries that are not fixed."""
    largest, total = 0.0, 0.0
    for i in range(len(a)):
        size = 0.0 if fixed[i] else abs(a[i])
        largest = max(largest, size / (1.0 if fixed[i] else scale[i]))
        total += size
    return largest, total
