"""Numerical kernels compiled by numba."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(*, fastmath: bool = False) -> Callable[[Function], Function]:
    """Decorator that compiles a kernel, without the global lock, so that a run and its twin go side by side.

    Machine code is kept on disk between runs; where neither the package's folder nor the user's cache folder can be
    written, it is made anew each time. Division by zero gives infinities and NaN as in numpy.

    Parameters
    ----------
    fastmath : bool, optional
        Whether sums may be reordered and infinities and NaN ignored.
    """
    options: dict[str, Any] = {"fastmath": fastmath, "nogil": True, "error_model": "numpy"}

    def decorate(function: Function) -> Function:
        try:
            return cast(Function, numba.njit(cache=True, **options)(function))
        except RuntimeError:  # numba found no folder for its cache
            return cast(Function, numba.njit(**options)(function))

    return decorate
