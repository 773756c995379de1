"""Running many cases, each in a process of its own, a few at a time."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from ablasim.book.case import BookCase
from ablasim.book.record import CaseRecord
from ablasim.book.worker import RECORD

_THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
_LOG_LINES = 30

Started = Callable[[BookCase], None]
Finished = Callable[[CaseRecord], None]


def run_cases(
    cases: Sequence[BookCase],
    output: Path,
    *,
    quick: bool,
    jobs: int,
    expected_seconds: Mapping[str, float],
    started: Started = lambda case: None,
    finished: Finished = lambda record: None,
) -> list[CaseRecord]:
    """Run cases side by side; each leaves its folder below `output` only when it is whole.

    Parameters
    ----------
    cases : sequence of BookCase
        What to run.
    output : Path
        Folder of the book's pages.
    quick : bool
        Whether to leave out the finest meshes.
    jobs : int
        Cases at a time.
    expected_seconds : mapping of str to float
        How long each took before: the longest start first.
    started, finished : callable, optional
        Told of each case.

    Returns
    -------
    list of CaseRecord
        In the order of `cases`; a case whose process was killed is there with its error.
    """
    output.mkdir(parents=True, exist_ok=True)
    _clear_up(output)
    running: set[subprocess.Popen[bytes]] = set()
    stopped = threading.Event()

    def one(case: BookCase) -> CaseRecord:
        if stopped.is_set():
            return CaseRecord.failed(case, full=not quick, seconds=0.0, error="stopped before it began")
        started(case)
        return _run_apart(case, output, quick=quick, running=running)

    by_length = sorted(cases, key=lambda case: -expected_seconds.get(case.identifier, 0.0))
    records: dict[str, CaseRecord] = {}
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        waiting = [pool.submit(one, case) for case in by_length]
        try:
            for future in as_completed(waiting):
                record = future.result()
                records[record.identifier] = record
                finished(record)
        except BaseException:
            stopped.set()
            for process in list(running):
                process.kill()
            raise
    return [records[case.identifier] for case in cases]


def _run_apart(case: BookCase, output: Path, *, quick: bool, running: set[subprocess.Popen[bytes]]) -> CaseRecord:
    scratch = output / f".{case.identifier}.part-{os.getpid()}"
    log = scratch.with_name(f"{scratch.name}.log")
    depth = "quick" if quick else "full"
    command = [sys.executable, "-m", "ablasim.book.worker", str(case.folder), case.group, str(scratch), depth]
    began = time.perf_counter()
    try:
        with log.open("wb") as stream:
            process = subprocess.Popen(command, stdout=stream, stderr=subprocess.STDOUT, env=_one_thread_each())
            running.add(process)
            code = process.wait()
            running.discard(process)
        file = scratch / RECORD
        if not file.is_file():
            tail = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LOG_LINES:])
            error = f"{tail}\nthe process of the case ended with code {code} and left no record"
            return CaseRecord.failed(case, full=not quick, seconds=time.perf_counter() - began, error=error)
        record = CaseRecord.from_json(json.loads(file.read_text(encoding="utf-8")))
        _replace(output / case.identifier, scratch)
        return record
    finally:
        log.unlink(missing_ok=True)
        shutil.rmtree(scratch, ignore_errors=True)


def _clear_up(output: Path) -> None:
    """Remove what runs that were killed left behind; those that still go on keep theirs."""
    for left in output.glob(".*"):
        match = re.fullmatch(r"\..+\.part-(\d+)(\.log)?", left.name)
        if match and not _is_alive(int(match[1])):
            left.unlink() if left.is_file() else shutil.rmtree(left, ignore_errors=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _replace(target: Path, fresh: Path) -> None:
    if target.exists():
        old = target.with_name(f".{target.name}.old-{secrets.token_hex(4)}")
        target.replace(old)
        fresh.replace(target)
        shutil.rmtree(old, ignore_errors=True)
    else:
        fresh.replace(target)


def _one_thread_each() -> dict[str, str]:
    """Environment in which the linear algebra of a case keeps to one core: the cases share them."""
    return os.environ | dict.fromkeys(_THREAD_VARIABLES, "1")
