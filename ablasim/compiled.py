"""Numerical kernels compiled by numba, in one thread or several."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache
from types import FunctionType
from typing import Any, TypeVar, cast

# Threads that wait for the next kernel spin for some ten microseconds and then sleep. Sleeping at once costs 60
# microseconds a kernel; spinning on is four times as slow on a busy machine. numba's threads read this when they start.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ.setdefault("GOMP_SPINCOUNT", "3000")
# Where oneTBB is installed numba would take it before OpenMP: a run with two threads then takes a fifth longer.
os.environ.setdefault("NUMBA_THREADING_LAYER_PRIORITY", "omp tbb workqueue")

import numba
import numpy as np
from numba.core.dispatcher import Dispatcher

from ablasim.kernel_cache import keep_on_disk

Function = TypeVar("Function", bound=Callable[..., Any])

BLOCKS = 8
"""Pieces that threaded kernels cut long loops into, whatever the number of threads: so it changes rounding at most."""

SHORTEST_THREADED = 8192
"""Length of a loop below which threads cost more than they bring."""

FINITE_OR_NOT = frozenset({"contract", "nsz", "reassoc"})
"""Flags for `compiled` with which sums may be reordered, but no number is taken for finite."""

_ONLY_PRANGE = dict.fromkeys(("comprehension", "fusion", "inplace_binop", "numpy", "reduction", "setitem"), False)
"""What else numba would share between threads: sums over a few pieces, at the cost of a start of all threads each."""

_allowed = threading.local()
_one_at_a_time = threading.Lock()


def compiled(
    *, fastmath: bool | frozenset[str] = False, threaded: bool = False, inlined: bool = False
) -> Callable[[Function], Function]:
    """Decorator that compiles a kernel, without the global lock, so that a run and its twin go side by side.

    Machine code is kept on disk between runs (`ablasim.kernel_cache`). Division by zero gives infinities and NaN as in
    numpy.

    Parameters
    ----------
    fastmath : bool or frozenset of str, optional
        Whether sums may be reordered and infinities and NaN ignored; or flags of LLVM.
    threaded : bool, optional
        Whether loops over ``numba.prange`` are shared by the threads that `use_threads` allows. Such a kernel cannot be
        called from another one.
    inlined : bool, optional
        Whether kernels that call this one take it in as if it stood there, its loops over ``numba.prange`` too.
    """
    options: dict[str, Any] = {
        "fastmath": fastmath if isinstance(fastmath, bool) else set(fastmath),
        "nogil": True,
        "error_model": "numpy",
        "inline": "always" if inlined else "never",
    }

    def decorate(function: Function) -> Function:
        alone = _jit(function, options)
        if not threaded:
            return cast(Function, alone)
        shared = _jit(_renamed(function), options | {"parallel": _ONLY_PRANGE})  # compiled only when first called

        def call(*arguments: Any) -> Any:
            if threads_used() == 1:
                return alone(*arguments)
            with _turn():
                return shared(*arguments)

        return cast(Function, call)

    return decorate


def use_threads(number: int) -> None:
    """Let threaded kernels called from this thread use a number of threads, but no more than there are cores."""
    _allowed.number = max(1, min(number, numba.config.NUMBA_NUM_THREADS))
    if _allowed.number > 1:
        numba.set_num_threads(_allowed.number)


@contextmanager
def using_threads(number: int) -> Iterator[None]:
    """As `use_threads`, for a while; then as many as before."""
    before = threads_used()
    use_threads(number)
    try:
        yield
    finally:
        use_threads(before)


def threads_used() -> int:
    """Number of threads that kernels called from this thread use: one, unless `use_threads` said otherwise."""
    return getattr(_allowed, "number", 1)


@cache
def _turn() -> AbstractContextManager[object]:
    """What a threaded kernel holds while it runs.

    Where neither OpenMP nor oneTBB is found numba has threads of its own, and ends the process when two threads of
    control use them at a time.
    """
    return _one_at_a_time if numba.threading_layer() == "workqueue" else nullcontext()


def _jit(function: Callable[..., Any], options: dict[str, Any]) -> Callable[..., Any]:
    kernel = numba.njit(**options)(function)
    if isinstance(kernel, Dispatcher):  # and not the function itself, as with NUMBA_DISABLE_JIT
        keep_on_disk(kernel)
    return cast(Callable[..., Any], kernel)


def _renamed(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function under another name, for numba's cache on disk tells functions apart by it."""
    original = cast(FunctionType, function)
    copy = FunctionType(original.__code__, original.__globals__, f"{original.__name__}_threaded")
    copy.__qualname__ = f"{original.__qualname__}_threaded"
    copy.__module__ = original.__module__
    return copy


@compiled()
def n_blocks(length: int) -> int:
    """Number of pieces that a threaded kernel cuts a loop of some length into."""
    return BLOCKS if length >= SHORTEST_THREADED else 1


@compiled()
def piece(block: int, blocks: int, length: int) -> range:
    """Indices of one of the pieces of a long loop.

    They are unsigned: of indices that might be negative the compiler makes loops that are three times as slow.
    """
    one, count, n = np.uint64(block), np.uint64(blocks), np.uint64(length)
    return range(one * n // count, (one + np.uint64(1)) * n // count)
