"""Products of long vectors in one thread.

numpy hands them to a threaded library. Its threads cost more than they bring at these lengths, a hundredfold where the
other cores are busy, and a run beside its twin keeps them busy.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ablasim.compiled import compiled

Floats = NDArray[np.float64]
Reals = NDArray[np.float64] | NDArray[np.float32]


@compiled(fastmath=True)
def dot(a: Reals, b: Reals) -> float:
    """Sum of the products of two vectors, in double precision."""
    total = 0.0
    for i in range(len(a)):
        total += np.float64(a[i]) * np.float64(b[i])
    return total


@compiled(fastmath=True)
def free_norm(a: Floats, fixed: NDArray[np.bool_]) -> float:
    """Euclidean norm of a vector over the entries that are not fixed."""
    total = 0.0
    for i in range(len(a)):
        if not fixed[i]:
            total += a[i] * a[i]
    return float(np.sqrt(total))
