"""The file of results: one record per benchmark, and the machine they were measured on."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from benchmarks.errors import BenchmarkError

RESULTS = Path(__file__).with_name("results.json")
"""The committed results, from which the README's table is made; absent until someone has measured."""

_PACKAGES = ("ablasim", "numpy", "scipy", "numba", "pyamg", "sfepy")


def check_place(file: Path) -> None:
    """Refuse, before anything is measured, a file that `keep` could not put a record into; nothing is left behind.

    Raises
    ------
    BenchmarkError
        If it is no file, holds no results, or cannot be written.
    """
    try:
        if file.is_file():
            read_records(file)
        elif file.exists():
            message = f"{file}: must be a file of results"
            raise BenchmarkError(message)
        folder = next(above for above in file.absolute().parents if above.exists())
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise _cannot_be_written(file, error) from error


def keep(file: Path, name: str, record: Mapping[str, Any]) -> None:
    """Put a record into a file of results, in place of an earlier one of that name.

    Raises
    ------
    BenchmarkError
        If the file is there but holds no results, or cannot be written.
    """
    records = read_records(file) if file.is_file() else {}
    records[name] = {**record, "machine": machine()}
    part = file.with_name(f".{file.name}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(json.dumps(records, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")
        part.replace(file)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        raise _cannot_be_written(file, error) from error


def read_records(file: Path) -> dict[str, Any]:
    """Records of a file by name.

    Raises
    ------
    BenchmarkError
        If it cannot be read as results.
    """
    try:
        records = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        message = f"{file}: cannot be read as results: {error}"
        raise BenchmarkError(message) from error
    if not isinstance(records, dict) or not all(isinstance(record, dict) for record in records.values()):
        message = f"{file}: must hold records by name"
        raise BenchmarkError(message)
    return records


def machine() -> dict[str, Any]:
    """Processor, cores, and versions that speed depends on; those of the peers stand in what they print."""
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)),
        "python": platform.python_version(),
        "packages": {package: found for package in _PACKAGES if (found := _version(package))},
    }


def _cannot_be_written(file: Path, error: OSError) -> BenchmarkError:
    return BenchmarkError(f"{file}: cannot be written: {error.strerror}")


def _processor() -> str:
    try:
        rows = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        rows = []
    names = [row.partition(":")[2].strip() for row in rows if row.startswith("model name")]
    return names[0] if names else platform.machine()


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
