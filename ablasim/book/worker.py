"""One case in a process of its own: ``python -m ablasim.book.worker CASE_FOLDER GROUP OUTPUT quick|full``."""

from __future__ import annotations

import importlib.util
import logging
import os
import shutil
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path

from ablasim.book.bench import Bench
from ablasim.book.case import BookCase, read_case
from ablasim.book.checks import Check
from ablasim.book.record import CaseRecord
from ablasim.errors import AblasimError, BookError
from ablasim.results.files import write_json
from ablasim.results.summary import package_versions

RECORD = "case.json"

_LOOK_EVERY_S = 1.0


def run_case(case: BookCase, output: Path, *, quick: bool) -> CaseRecord:
    """Run a case and leave its record and figures in a folder.

    Parameters
    ----------
    case : BookCase
        The case.
    output : Path
        Folder to write into; it is made.
    quick : bool
        Whether to leave out the finest meshes.
    """
    output.mkdir(parents=True, exist_ok=True)
    bench = Bench(case.folder.resolve(), output, quick)
    began = time.perf_counter()
    checks: list[Check] = []
    error = ""
    try:
        checks = _checks_of(case, _entry(case)(bench))
    except AblasimError as problem:
        error = f"{type(problem).__name__}: {problem}"
    except Exception:  # a case is the user's own code: whatever it raises belongs on its page
        error = traceback.format_exc()
    record = CaseRecord(
        identifier=case.identifier,
        title=case.title,
        group=case.group,
        full=not quick,
        seconds=time.perf_counter() - began,
        checks=tuple(checks),
        error=error,
        figures=tuple(figure for figure in bench.figures if (output / figure.file).is_file()),
        tables=tuple(bench.tables),
        notes=tuple(bench.notes),
        versions=package_versions(),
    )
    for scratch in output.glob("*.msh"):
        scratch.unlink()
    write_json(output / RECORD, record.to_json())
    return record


def _entry(case: BookCase) -> Callable[[Bench], object]:
    file = case.folder / "run.py"
    name = f"ablasim_book_case_{case.folder.name.replace('-', '_')}"
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        message = f"{file}: cannot be loaded"
        raise BookError(message)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    entry: Callable[[Bench], object] | None = getattr(module, "run", None)
    if entry is None:
        message = f"{file}: must define run(bench), which gives the checks"
        raise BookError(message)
    return entry


def _checks_of(case: BookCase, given: object) -> list[Check]:
    """The checks that a case gave, each quantity once."""
    checks = list(given) if isinstance(given, Iterable) else []
    if strays := [item for item in checks if not isinstance(item, Check)]:
        message = f"{case.folder / 'run.py'}: gives {strays[0]!r}, which is no check"
        raise BookError(message)
    names = [check.quantity for check in checks]
    twice = sorted({name for name in names if names.count(name) > 1})
    if not checks or twice:
        what = f"gives {', '.join(twice)} twice" if twice else "gives no checks"
        message = f"{case.folder / 'run.py'}: {what}: each quantity must be there once"
        raise BookError(message)
    return checks


def _end_with(parent: int) -> None:
    """End this process once the one that started it is gone, however it ended."""
    while os.getppid() == parent:
        time.sleep(_LOOK_EVERY_S)
    os._exit(1)


def main() -> None:
    """Run the case named on the command line."""
    folder, group, output, depth = sys.argv[1:]
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    logging.basicConfig(level=logging.WARNING)
    target = Path(output)
    shutil.rmtree(target, ignore_errors=True)
    run_case(read_case(Path(folder), group), target, quick=depth == "quick")


if __name__ == "__main__":
    main()
