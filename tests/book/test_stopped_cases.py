"""The command ``ablasim validate`` when a case or the command itself is killed, is stopped, or takes too long."""

import json
import os
import re
import signal
import subprocess
import sys
import time

import pytest

DIES = """
import os, signal
def run(bench):
    (bench.output / "half.png").write_bytes(b"half")
    os.kill(os.getpid(), signal.SIGKILL)
"""
HEARING = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
"""A job in the background is started deaf to Ctrl-C."""
SLEEPS = """
import os, time
def run(bench):
    (bench.output / "alive").write_text(str(os.getpid()))
    time.sleep(300)
"""


def wait_until(happens, seconds=60.0):
    end = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.1)


def is_alive(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def links(index):
    """Files that a page links to."""
    return {link for link in re.findall(r'href="([^"#]+)"', index.read_text())}


def test_a_case_whose_process_is_killed_leaves_nothing_half_done(book, validate):
    book.add("V-A1", DIES)
    book.add("V-A2")
    code, _, err = validate("--all")
    assert code == 1
    assert "code -9" in err
    pages = book.folder / "book"
    assert not list(pages.glob(".*"))
    assert not list(pages.rglob("half.png"))
    assert (pages / "V-A2" / "index.html").is_file()


@pytest.fixture
def begun(book):
    """The command on the book in a process of its own, with the given words; it is killed at the end."""
    processes = []

    def begin(*words):
        call = HEARING + "import sys; from ablasim.cli.main import main; sys.argv[0] = 'ablasim'; main()"
        command = [sys.executable, "-c", call, "validate", "--book", str(book.folder), *words]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        processes.append(process)
        return process

    yield begin
    for process in processes:
        process.kill()
        process.communicate()


def worker_of(pages, case):
    """Wait until a case that sleeps has begun; gives its process."""
    wait_until(lambda: [file for file in pages.glob(f".{case}.part-*/alive") if file.read_text()])
    return int(next(pages.glob(f".{case}.part-*/alive")).read_text())


def test_cases_end_with_a_run_that_is_killed_and_what_it_left_is_cleared(book, validate, begun):
    book.add("V-A1", SLEEPS)
    pages = book.folder / "book"
    process = begun()
    worker = worker_of(pages, "V-A1")
    process.kill()
    process.wait()
    wait_until(lambda: not is_alive(worker))
    book.add("V-A2")
    validate("--only", "V-A2")
    assert [file.name for file in pages.glob(".*")] == []


def test_a_run_that_is_stopped_keeps_what_is_done_and_accepts_nothing(book, validate, begun):
    for name in ("V-A1", "V-A2"):
        book.add(name)
    validate("--all", "--accept")
    committed = (book.folder / "results.json").read_bytes()
    (book.folder / "analytic" / "V-A2-case" / "run.py").write_text(SLEEPS)
    book.add("V-A3", SLEEPS)
    pages = book.folder / "book"
    process = begun("--all", "--accept", "--jobs", "3")
    workers = [worker_of(pages, name) for name in ("V-A2", "V-A3")]
    began = process.stderr.readline()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=180)
    assert began.startswith("V-A1")
    assert process.returncode == 130
    assert err.splitlines()[-1] == "stopped: 1 of 3 cases done"
    assert "V-A1" in out
    assert "V-A2" not in out
    assert not any(is_alive(worker) for worker in workers)
    assert (book.folder / "results.json").read_bytes() == committed
    assert [file.name for file in pages.glob(".*")] == []
    assert all((pages / link).is_file() for link in links(pages / "index.html"))
    assert "failed" not in [check["verdict"] for case in book.shown() for check in case["checks"]]


def test_a_case_that_takes_too_long_is_stopped_and_fails_in_words(book, validate, monkeypatch):
    monkeypatch.setattr("ablasim.book.runner.UNKNOWN_LIMIT_S", 1.0)
    book.add("V-A1", SLEEPS)
    code, out, err = validate("--all")
    assert code == 1
    assert "it was stopped after 1 s: a case may take 10 times as long as its committed results say" in err
    assert "failed" in out


def test_a_case_that_failed_leaves_no_record_of_an_earlier_pass(book, validate):
    folder = book.add("V-A1")
    validate("--all")
    (folder / "run.py").write_text(DIES)
    validate("--all")
    for records in (book.shown(), [json.loads((book.folder / "book/V-A1/case.json").read_text())]):
        assert "code -9" in records[0]["error"]
