"""A cluster over TCP that loses a worker, then its scheduler: nothing finished is lost, nothing is run twice."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ablasim.study.store import StudyFolder
from ablasim.study.table import build_table

HEARING = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
"""A job in the background is started deaf to Ctrl-C."""
COMMAND = (sys.executable, "-c", HEARING + "from ablasim.cli.main import main; main()")
SCHEDULER = (sys.executable, "-m", "distributed.cli.dask_scheduler", "--no-dashboard", "--host", "127.0.0.1", "--port")
LONGEST_S = 240.0


@contextmanager
def program(*words: str) -> Iterator[subprocess.Popen[bytes]]:
    """A program that has ended when the block has."""
    started = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        yield started
    finally:
        if started.poll() is None:
            started.send_signal(signal.SIGINT)
            try:
                started.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(started.pid, signal.SIGKILL)


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def wait_until(true: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + LONGEST_S
    while not true():
        assert time.monotonic() < end, f"waited {LONGEST_S:g} s in vain until {what}"
        time.sleep(0.05)


def finished(folder: Path) -> int:
    """Records there are; temporary names of those being written begin with a dot."""
    return len(list((folder / "cases").glob("[!.]*.json")))


def killed_at_work(folder: Path) -> bool:
    """Kill the process that began a case last; not where that case, and with it its note, went in the meantime."""
    try:
        latest = max((folder / "tries").iterdir(), key=lambda note: note.stat().st_mtime)
        os.kill(int(latest.read_text().split(":")[1]), signal.SIGKILL)
    except (FileNotFoundError, ProcessLookupError, ValueError, IndexError):
        return False
    return True


@pytest.mark.slow
def test_a_killed_worker_and_a_restarted_scheduler_lose_nothing(tmp_path, sphere_text):
    file, out = tmp_path / "study.yaml", tmp_path / "out"
    file.write_text(sphere_text.replace("[1, 2, 3, 4]", "[1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 5.5]"), encoding="utf-8")
    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    with program(*COMMAND, "worker", address, "--workers", "2", "--patience-s", "120"):
        with (
            program(*SCHEDULER, port) as scheduler,
            program(
                *COMMAND, "sweep", str(file), "-o", str(out), "--scheduler", address, "--patience-s", "120"
            ) as sweep,
        ):
            wait_until(lambda: finished(out) >= 3, "three cases are done")
            wait_until(lambda: killed_at_work(out), "a worker is killed")
            wait_until(lambda: finished(out) >= 7, "seven cases are done")
            before = {path.name: path.stat().st_mtime_ns for path in (out / "cases").glob("[!.]*.json")}
            scheduler.kill()
            scheduler.wait()
            assert sweep.poll() is None
            with program(*SCHEDULER, port):
                wait_until(lambda: sweep.poll() is not None, "the sweep ends")
        assert sweep.returncode == 0
    table = build_table(StudyFolder(out))
    assert len(table) == 20
    assert table["case"].is_unique
    assert set(table["status"]) == {"done"}
    assert finished(out) == 20
    assert len(before) < 20
    assert all((out / "cases" / name).stat().st_mtime_ns == then for name, then in before.items())
    assert (out / "table.parquet").is_file()
