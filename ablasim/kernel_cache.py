"""Machine code of kernels, kept on disk between runs by numba."""

from __future__ import annotations

import logging
from functools import cache
from pathlib import Path
from types import FunctionType
from typing import Any, cast

from numba.core.caching import FunctionCache
from numba.core.dispatcher import Dispatcher

_logger = logging.getLogger(__name__)

_files_of: dict[Dispatcher, frozenset[Path]] = {}  # that a kernel is made of


def keep_on_disk(kernel: Dispatcher) -> None:
    """Keep the machine code of a kernel until a file in its folder, or in that of one that it may call, changes.

    Where neither the package's folder nor the user's cache folder can be written, nothing is kept.
    """
    function = cast(FunctionType, kernel.py_func)
    # numba looks at the file of the kernel alone, and not at those that kernels and constants in it come from.
    files = _files_of[kernel] = _files_behind(function)
    try:
        cast(Any, kernel)._cache = _KernelCache(function, tuple(_age_and_size(file) for file in sorted(files)))
    except RuntimeError:  # numba found no folder for it
        return


class _KernelCache(FunctionCache):  # type: ignore[misc]  # numba has no types
    """numba's cache, of which a damaged file or a full disk costs time and not the run."""

    def __init__(self, function: FunctionType, stamp: tuple[tuple[str, int, int], ...]) -> None:
        super().__init__(function)
        self._cache_file._source_stamp = stamp

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        try:
            return super().load_overload(sig, target_context)
        except Exception as error:  # whatever unpickling or LLVM makes of damaged bytes
            _logger.warning("machine code in %s is damaged and is made anew: %s", self.cache_path, error)
            self._drop()
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        try:
            super().save_overload(sig, data)
        except OSError as error:
            _tell_once(self.cache_path, str(error))

    def _drop(self) -> None:
        try:
            self.flush()
        except OSError as error:
            _tell_once(self.cache_path, str(error))


@cache
def _tell_once(folder: str, error: str) -> None:
    _logger.warning("machine code not kept in %s: %s", folder, error)


def _files_behind(function: FunctionType) -> frozenset[Path]:
    """Files in the folder of a function, and those behind the kernels that its module knows."""
    own = _modules_in(Path(function.__code__.co_filename).parent)
    known = [value for value in function.__globals__.values() if isinstance(value, Dispatcher)]
    return own.union(*(_files_of.get(kernel, frozenset()) for kernel in known))


@cache
def _modules_in(folder: Path) -> frozenset[Path]:
    return frozenset(folder.glob("*.py"))


@cache
def _age_and_size(file: Path) -> tuple[str, int, int]:
    found = file.stat()
    return file.name, found.st_mtime_ns, found.st_size
