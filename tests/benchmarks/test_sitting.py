"""What a sitting makes of the lines that the codes print."""

from __future__ import annotations

import ast
import json
import os
import select
import signal
import subprocess
import sys

import numpy as np
import pytest

from benchmarks.contestants import PEERS, SCRIPTS, Pythons, is_installed, peer_names, split_by_installed
from benchmarks.errors import BenchmarkError
from benchmarks.process import run_program
from benchmarks.sitting import Sitting, hold, lacking_in, medians_of, record

SITTING = Sitting(mesh="s", steps=12, scheme="adaptive", repeats=3, peers=("dolfinx",))


@pytest.fixture
def lines(line):
    extra = {"least_bytes": 20_000_000_000, "simulated_s": 60.0}
    return {
        "ablasim": [line("ablasim", cpu_s, **extra) for cpu_s in (2.0, 4.0, 3.0)],
        "dolfinx": [line("dolfinx", cpu_s) for cpu_s in (20.0, 20.0, 33.0)],
    }


def test_ratios_are_taken_within_each_repeat_and_then_their_median(lines):
    found = record(SITTING, lines, gb_per_s=10.0)
    assert found["cpu_ratio_to_ablasim"] == {"dolfinx": 10.0}  # of 10, 5 and 11
    assert found["loop_ratio_to_ablasim"] == {"dolfinx": 16.0}  # of 19/1, 19/3 and 32/2, without the set-up of 1 s


def test_the_bound_is_the_least_bytes_over_the_bandwidth(lines):
    found = record(SITTING, lines, gb_per_s=10.0)
    assert found["bandwidth_bound_s"] == 2.0
    assert found["cpu_over_bound"] == 1.5
    assert found["times_real_time"] == 20.0
    assert "prototype_bound_s" not in found


def test_the_bytes_of_the_first_prototype_are_counted_by_the_step(lines):
    sitting = Sitting(mesh="m", steps=100, scheme="euler", repeats=3, peers=("dolfinx",))
    assert record(sitting, lines, gb_per_s=11.0)["prototype_bound_s"] == pytest.approx(7.0)


def test_medians_go_through_whole_lines_and_leave_words_alone():
    lines = [{"name": "a", "n": None, "parts": {"x": x}} for x in (1.0, 5.0, 2.0)]
    assert medians_of(lines) == {"name": "a", "n": None, "parts": {"x": 2.0}}


def test_peers_that_are_not_installed_are_told_apart():
    nowhere = Pythons(system="/nowhere/python3", peers="/nowhere/python")
    installed, missing = split_by_installed(PEERS, nowhere)
    assert {"dolfinx", "scikit-fem", "NGSolve"} <= {peer.name for peer in missing}
    assert all(peer.how_to_get for peer in missing)
    assert all(is_installed(peer, nowhere) for peer in installed)


@pytest.fixture
def sitting_with(lines, tmp_path, monkeypatch):
    """Holds a sitting without measuring, in which FreeFEM is a script; gives its record and what was said."""

    def call(script):
        (tmp_path / "freefem_peer.py").write_text(script)
        monkeypatch.setattr("benchmarks.contestants.SCRIPTS", tmp_path)
        monkeypatch.setattr("benchmarks.sitting.mesh_files", lambda name: (tmp_path / "arrays", tmp_path / "mesh"))
        monkeypatch.setattr("benchmarks.sitting.split_by_installed", lambda peers, pythons: (peers, []))
        monkeypatch.setattr("benchmarks.sitting.bandwidth", lambda threads: 10.0)
        monkeypatch.setattr("benchmarks.sitting._own_line", lambda *_: lines["ablasim"][0])
        said = []
        found = hold(Sitting("s", 12, "adaptive", 2, ("FreeFEM",)), Pythons(), said.append)
        return found, said

    return call


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("raise SystemExit('no luck')", "ended with code 1:\nno luck"),
        ("print('{broken')", "printed no JSON line but:\n{broken"),
        ('print(\'{"name": "FreeFEM", "iterations": null}\')', "must hold n_nodes, steps, setup_s"),
        ("import sys\nif sys.argv[2] != '1': sys.exit('no luck')\nprint(LINE)", "ended with code 1:\nno luck"),
    ],
)
def test_a_peer_that_fails_is_left_out_with_its_reason_and_the_others_go_on(script, why, sitting_with, line):
    found, said = sitting_with(f"LINE = {json.dumps(line('FreeFEM', 5.0))!r}\n{script}")
    assert list(found["runs"]) == ["ablasim"]
    [left_out] = [text for text in said if text.startswith("FreeFEM is left out: ")]
    assert why in left_out
    assert said[-1] == "2 of 2: ablasim"


def test_a_peer_that_does_its_work_is_in_the_record(sitting_with, line):
    found, _ = sitting_with(f"print({json.dumps(line('FreeFEM', 5.0, iterations=None, version='4.11'))!r})")
    assert found["cpu_ratio_to_ablasim"] == {"FreeFEM": 2.5}
    assert found["runs"]["FreeFEM"]["version"] == "4.11"


@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.name)
def test_every_peer_has_a_script_that_python_understands(peer):
    ast.parse((SCRIPTS / peer.script).read_text(encoding="utf-8"), feature_version=(3, 10))


@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.name)
def test_every_peer_prints_its_version(peer):
    text = (SCRIPTS / peer.script).read_text(encoding="utf-8")
    assert f'r1.Course("{peer.name}", {peer.needs}.__version__, ' in text or '"version": version(),' in text


def test_a_course_prints_the_version_it_is_given(peers_r1, capsys):
    course = peers_r1.Course("sfepy", "2026.3", 8)
    course.start()
    course.note(1, 1, 45.0, np.full(8, 37.0), np.zeros(8), np.ones(8))
    course.finish()
    line = json.loads(capsys.readouterr().out)
    assert line["version"] == "2026.3"
    assert lacking_in(line) == []


def test_a_program_that_fails_is_reported_with_what_it_said():
    with pytest.raises(BenchmarkError, match=r"ended with code 1:\n.*no luck"):
        run_program([sys.executable, "-c", "raise SystemExit('no luck')"])


def test_a_program_runs_on_as_many_cores_as_threads():
    script = "import json, os; print(json.dumps({'cores': len(os.sched_getaffinity(0)), **os.environ}))"
    line = run_program([sys.executable, "-c", script], threads=1).line()
    assert line["cores"] == 1
    assert line["NUMBA_NUM_THREADS"] == "1"


def test_more_threads_than_cores_are_refused():
    with pytest.raises(BenchmarkError, match="10000 threads: must be at most"):
        run_program(["true"], threads=10_000)


def test_a_program_without_an_answer_is_reported():
    with pytest.raises(BenchmarkError, match="no JSON line"):
        run_program(["true"]).line()


def test_a_peer_that_nobody_knows_is_refused_with_the_names_that_are_known():
    assert peer_names(["dolfinx"], every=False) == ("dolfinx",)
    assert len(peer_names((), every=True)) == 5
    with pytest.raises(BenchmarkError, match=r"--peer fenics: must be one of dolfinx, sfepy"):
        peer_names(["fenics"], every=False)


_SLEEPER = "import sys, time; pipe = open(sys.argv[1], 'wb', buffering=0); pipe.write(b'x'); time.sleep(60)"
_STARTER = "import sys; from benchmarks.process import run_program; run_program([sys.executable, '-c', *sys.argv[1:]])"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_program_ends_with_the_process_that_started_it(number, root, tmp_path):
    """Only the program holds the other end of the pipe, so that reading comes to an end when it ends."""
    os.mkfifo(tmp_path / "pipe")
    pipe = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    starter = subprocess.Popen([sys.executable, "-c", _STARTER, _SLEEPER, str(tmp_path / "pipe")], cwd=root)
    try:
        assert select.select([pipe], [], [], 60.0)[0]
        assert os.read(pipe, 1) == b"x"
        starter.send_signal(number)
        assert select.select([pipe], [], [], 30.0)[0]
        assert os.read(pipe, 1) == b""
    finally:
        os.close(pipe)
        starter.kill()
        starter.wait()
    assert starter.returncode == -number


_BUSY = """
import threading, time
import numpy as np
from benchmarks.process import run_program

def multiply():
    while True:
        matrix @ matrix

matrix = np.ones((400, 400))
threading.Thread(target=multiply, daemon=True).start()
time.sleep(0.2)
run_program(["true"])
print("started")
"""


@pytest.mark.parametrize("attempt", range(3))  # of a start that hangs, most do
def test_a_program_starts_beside_a_thread_in_blas(attempt, root):
    done = subprocess.run([sys.executable, "-c", _BUSY], cwd=root, capture_output=True, text=True, timeout=60)
    assert done.stdout == "started\n", done.stderr


def test_a_program_that_cannot_be_started_is_reported(tmp_path):
    (tmp_path / "python").write_text("no program")
    with pytest.raises(BenchmarkError, match=r"python: cannot be started: no such program, or none that may be"):
        run_program([str(tmp_path / "python")])
