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


@compiled(fastmath=True)
def dot(a: Reals, b: Reals) -> float:
    """Sum of the products of two vectors, in double precision; in one thread, for a second takes longer to begin."""
    total = 0.0
    for i in range(len(a)):
        total += np.float64(a[i]) * np.float64(b[i])
    return total


@compiled(fastmath=True, threaded=True)
def total(a: Floats) -> float:
    """Sum of a vector."""
    n = len(a)
    blocks = n_blocks(n)
    parts = np.zeros(blocks)
    for block in prange(blocks):
        part = 0.0
        for i in piece(block, blocks, n):
            part += a[i]
        parts[block] = part
    return float(parts.sum())


@compiled(fastmath=True, threaded=True)
def free_norm(a: Floats, fixed: NDArray[np.bool_]) -> float:
    """Euclidean norm of a vector over the entries that are not fixed."""
    n = len(a)
    blocks = n_blocks(n)
    parts = np.zeros(blocks)
    for block in prange(blocks):
        total = 0.0
        for i in piece(block, blocks, n):
            total += 0.0 if fixed[i] else a[i] * a[i]
        parts[block] = total
    return float(np.sqrt(parts.sum()))


@compiled(fastmath=frozenset({"reassoc", "contract", "nsz"}), threaded=True)
def size_of_free(a: Floats, scale: Floats, fixed: NDArray[np.bool_]) -> tuple[float, float]:
    """Largest ``|a / scale|`` and sum of ``|a|`` over the entries that are not fixed."""
    n = len(a)
    blocks = n_blocks(n)
    worst, parts = np.zeros(blocks), np.zeros(blocks)
    for block in prange(blocks):
        largest, total = 0.0, 0.0
        for i in piece(block, blocks, n):
            size = 0.0 if fixed[i] else abs(a[i])
            largest = max(largest, size / (1.0 if fixed[i] else scale[i]))
            total += size
        worst[block] = largest
        parts[block] = total
    return float(worst.max()), float(parts.sum())


@compiled(fastmath=True, threaded=True)
def combined(first: float, a: Floats, second: float, b: Floats, third: float, c: Floats) -> Floats:
    """``first * a + second * b + third * c``."""
    n = len(a)
    blocks = n_blocks(n)
    result = np.empty_like(a)
    for block in prange(blocks):
        for i in piece(block, blocks, n):
            result[i] = first * a[i] + second * b[i] + third * c[i]
    return result


@compiled(fastmath=True, threaded=True)
def plus_multiple(a: Floats, factor: float, b: Floats) -> Floats:
    """``a + factor * b``."""
    n = len(a)
    blocks = n_blocks(n)
    result = np.empty_like(a)
    for block in prange(blocks):
        for i in piece(block, blocks, n):
            result[i] = a[i] + factor * b[i]
    return result
