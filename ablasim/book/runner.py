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
from dataclasses import dataclass, field
from pathlib import Path

from ablasim.book.case import BookCase
from ablasim.book.record import CaseRecord
from ablasim.book.worker import RECORD
from ablasim.results.files import write_json

SHORTEST_LIMIT_S = 600.0
"""Time that every case is given at least, s."""

LIMIT_FACTOR = 10.0
"""Time that a case is given, over that of its committed results: enough for a slower machine that others share."""

UNKNOWN_LIMIT_S = 3600.0
"""Time that a case without committed results is given, s: as long as the whole book may take."""

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

    Ctrl-C ends all cases under way; what is returned are then the records of those that had come to their end.

    Parameters
    ----------
    cases : sequence of BookCase
        What to run.
    output : Path
        Folder of the book's pages.
    quick : bool
        Whether cases that have a quick form run in it; the others always run whole.
    jobs : int
        Cases at a time.
    expected_seconds : mapping of str to float
        How long each took before: the longest start first, and `time_limit` follows from it.
    started, finished : callable, optional
        Told of each case.

    Returns
    -------
    list of CaseRecord
        In the order of `cases`; a case whose process was killed is there with its error.
    """
    output.mkdir(parents=True, exist_ok=True)
    _clear_up(output)
    processes = _Processes()

    def one(case: BookCase) -> CaseRecord | None:
        if processes.stopped:
            return None
        started(case)
        limit = time_limit(expected_seconds.get(case.identifier))
        return _run_apart(case, output, full=not (quick and case.quick), limit=limit, processes=processes)

    by_length = sorted(cases, key=lambda case: -expected_seconds.get(case.identifier, 0.0))
    records: dict[str, CaseRecord] = {}
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        try:
            for future in as_completed([pool.submit(one, case) for case in by_length]):
                if (record := future.result()) is not None:
                    records[record.identifier] = record
                    finished(record)
        except KeyboardInterrupt:
            processes.stop()
        except BaseException:
            processes.stop()
            raise
    return [records[case.identifier] for case in cases if case.identifier in records]


def time_limit(expected_seconds: float | None) -> float:
    """Longest time that a case may take, s, from that of its committed results (None: it has none).

    Examples
    --------
    >>> time_limit(2.0), time_limit(228.0), time_limit(None)
    (600.0, 2280.0, 3600.0)
    """
    return UNKNOWN_LIMIT_S if expected_seconds is None else max(SHORTEST_LIMIT_S, LIMIT_FACTOR * expected_seconds)


@dataclass
class _Processes:
    """Processes of the cases under way; once stopped, each that is added ends at once."""

    running: set[subprocess.Popen[bytes]] = field(default_factory=set)
    stopped: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, process: subprocess.Popen[bytes]) -> None:
        with self.lock:
            self.running.add(process)
            if self.stopped:
                process.kill()

    def remove(self, process: subprocess.Popen[bytes]) -> None:
        with self.lock:
            self.running.discard(process)

    def stop(self) -> None:
        with self.lock:
            self.stopped = True
            for process in self.running:
                process.kill()


def _run_apart(case: BookCase, output: Path, *, full: bool, limit: float, processes: _Processes) -> CaseRecord | None:
    """Record of a case that ran in a process of its own; None if all were stopped before its end."""
    scratch = output / f".{case.identifier}.part-{os.getpid()}"
    log = scratch.with_name(f"{scratch.name}.log")
    depth = "full" if full else "quick"
    command = [sys.executable, "-m", "ablasim.book.worker", str(case.folder), case.group, str(scratch), depth]
    began = time.perf_counter()
    try:
        ending = _wait_for(command, log, limit, processes)
        if processes.stopped:
            return None
        if not (scratch / RECORD).is_file():
            tail = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LOG_LINES:])
            error, seconds = f"{tail}\n{ending}".strip(), time.perf_counter() - began
            _leave_only(scratch, CaseRecord.failed(case, full=full, seconds=seconds, error=error))
        record = CaseRecord.from_json(json.loads((scratch / RECORD).read_text(encoding="utf-8")))
        _replace(output / case.identifier, scratch)
        return record
    finally:
        log.unlink(missing_ok=True)
        shutil.rmtree(scratch, ignore_errors=True)


def _wait_for(command: Sequence[str], log: Path, limit: float, processes: _Processes) -> str:
    """Run a command to its end or to the limit; gives the words for one that leaves no record.

    It is in a session of its own, so that Ctrl-C in a terminal reaches only this process, which then stops it.
    """
    with log.open("wb") as stream:
        process = subprocess.Popen(
            command, stdout=stream, stderr=subprocess.STDOUT, env=_one_thread_each(), start_new_session=True
        )
        processes.add(process)
        try:
            code = process.wait(timeout=limit)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return (
                f"it was stopped after {limit:.0f} s: a case may take {LIMIT_FACTOR:g} times as long as its committed "
                f"results say, and {SHORTEST_LIMIT_S:.0f} s at least ({UNKNOWN_LIMIT_S:.0f} s without any)"
            )
        finally:
            processes.remove(process)
    return f"the process of the case ended with code {code} and left no record"


def _leave_only(folder: Path, record: CaseRecord) -> None:
    """Keep nothing of a case that failed but its record."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    write_json(folder / RECORD, record.to_json())


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
