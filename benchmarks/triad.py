"""Memory bandwidth by a triad, a = b + s c, on arrays far larger than any cache; run as a process of its own.

Counted are 24 bytes per element, as is usual: two reads and a write. Where the processor reads a line before it writes
it, a third more moves than that.
"""

from __future__ import annotations

import json
import sys
import time

import numba
import numpy as np
from numpy.typing import NDArray

from benchmarks.process import run_module

N_ELEMENTS = 20_000_000  # 160 MB for each of three arrays
_REPEATS = 9
_BYTES = 24

Floats = NDArray[np.float64]


def bandwidth(threads: int) -> float:
    """Bandwidth in GB/s with a number of threads, each on a core of its own."""
    return float(run_module("benchmarks.triad", threads=threads).line()["gb_per_s"])


def triad(a: Floats, b: Floats, c: Floats, factor: float) -> None:
    """Fill a with b + factor c."""
    for i in numba.prange(len(a)):
        a[i] = b[i] + factor * c[i]


def main() -> None:
    """Print the best of some repeats, with as many threads as numba was given."""
    kernel = numba.njit(parallel=True, fastmath=True)(triad)
    a, b, c = (np.full(N_ELEMENTS, value) for value in (0.0, 1.0, 2.0))
    kernel(a[:8], b[:8], c[:8], 0.5)
    best = np.inf
    for _ in range(_REPEATS):
        begun = time.perf_counter()
        kernel(a, b, c, 0.5)
        best = min(best, time.perf_counter() - begun)
    line = {"threads": numba.get_num_threads(), "gb_per_s": _BYTES * N_ELEMENTS / best / 1e9}
    sys.stdout.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    main()
