"""Sweeps over real processes whose cases do not compute: what they do when cases fail, kill, or are interrupted."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import dask
import distributed  # noqa: F401  (its settings, before ours)
import pytest

from ablasim.errors import OutputError
from ablasim.study.cluster import local_client, remote_client
from ablasim.study.store import StudyFolder
from ablasim.study.sweep import run_plan
from ablasim.study.table import build_table

# Each worker reads this before it begins. The power decides what befalls a case; powers and sizes are told in a file.
WORKER = """
import os, signal, time
from pathlib import Path
import ablasim.study.case as case
from ablasim.errors import SolverError

LOG = Path({log!r})


def note(words):
    with LOG.open("a") as stream:
        stream.write(words + "\\n")


def run(order, folder):
    power, size = order.data["protocol"][0]["drive"]["ball"]["power_w"], order.data["tumour"]["diameter_mm"]
    note(f"case {{power}} {{size}} {{os.getpid()}}")
    if power == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    if power == 3:
        raise SolverError("did not converge")
    if power == 4 and not (LOG.parent / f"once{{size}}").exists():
        (LOG.parent / f"once{{size}}").touch()
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.02)
    return {{"zone": {{"volume_ml": 0.1 * power}}, "warnings": []}}


def make_mesh(order, mesh):
    size = order.data["tumour"]["diameter_mm"]
    note(f"mesh {{size}} {{os.getpid()}}")
    time.sleep(0.2)
    return "no good mesh" if size == 66 else ""


make_mesh.__module__ = "ablasim.study.case"
case._run, case.make_mesh = run, make_mesh
"""


@pytest.fixture
def log(tmp_path: Path):
    """File in which the workers tell what they are at; they are those of `WORKER` inside this test."""
    preload, log = tmp_path / "worker.py", tmp_path / "log"
    preload.write_text(WORKER.format(log=str(log)), encoding="utf-8")
    with dask.config.set({"distributed.worker.preload": [str(preload)]}):
        yield log


@pytest.fixture
def sweep(plan_of, tmp_path):
    """Run a study with two processes on this machine; gives its folder, plan and end."""

    def run(text, processes=2):
        plan = plan_of(text)
        folder = StudyFolder(tmp_path / "out")
        folder.begin(plan)
        seen = []
        end = run_plan(
            plan, folder, lambda: local_client(processes), observe=lambda progress: seen.append(vars(progress).copy())
        )
        return folder, plan, end, seen

    return run


def told(log: Path, kind: str) -> Counter[tuple[str, ...]]:
    """What was begun, and how often: powers and sizes of cases, or sizes of meshes."""
    lines = [line.split() for line in log.read_text().splitlines()]
    return Counter(tuple(words[1:-1]) for words in lines if words[0] == kind)


@pytest.mark.slow  # four processes die and are started anew
def test_cases_that_kill_or_fail_cost_only_themselves(sweep, log, sphere_text):
    folder, plan, end, seen = sweep(sphere_text.replace("[9, 10]", "[10]"))
    assert (end.total, end.done, end.failed) == (4, 2, 2)
    rows = build_table(folder).set_index("power_w")
    assert rows["case"].is_unique
    assert set(rows["case"]) == set(plan.cases)
    assert rows["status"].to_dict() == {1.0: "done", 2.0: "failed", 3.0: "failed", 4.0: "done"}
    assert rows["error"][2.0].startswith("given up after 3 tries")
    assert rows["error"][3.0] == "did not converge"
    begun = told(log, "case")
    assert {power: begun[power, "10"] for power in "1234"} == {"1": 1, "2": 3, "3": 1, "4": 2}
    assert max(state["running"] + state["meshes"] for state in seen) <= 2


def test_a_mesh_is_made_once_for_all_its_cases_and_one_that_cannot_be_fails_them(sweep, log, sphere_text):
    text = sphere_text.replace("[1, 2, 3, 4]", "[1, 5, 6]").replace("[9, 10]", "[9, 10, 66]")
    folder, _, end, _ = sweep(text)
    assert (end.done, end.failed) == (6, 3)
    assert set(build_table(folder).query("size_mm == 66")["error"]) == {"no good mesh"}
    assert told(log, "mesh") == {("9",): 1, ("10",): 1, ("66",): 1}
    assert ("1", "66") not in told(log, "case")
    places = {tuple(line.split()[:3]): number for number, line in enumerate(log.read_text().splitlines())}
    for size in ("9", "10"):
        mesh = next(number for words, number in places.items() if words[:2] == ("mesh", size))
        assert all(n > mesh for words, n in places.items() if words[0] == "case" and words[2] == size)


@pytest.mark.slow  # processes are started twice
def test_a_restart_runs_only_what_has_no_record(sweep, log, sphere_text):
    text = sphere_text.replace("[1, 2, 3, 4]", "[1, 5]")
    folder, plan, _, _ = sweep(text)
    lost = next(iter(plan.cases))
    (folder.path / "cases" / f"{lost}.json").unlink()
    log.write_text("")
    _, _, end, _ = sweep(text)
    assert end.done == 4
    assert told(log, "case").total() == 1
    assert not told(log, "mesh")


def test_a_scheduler_that_is_not_there_is_told():
    with pytest.raises(OutputError, match="no scheduler at tcp://127"), remote_client("tcp://127.0.0.1:9", 1.0):
        pass


def test_workers_that_do_not_see_the_folder_end_the_sweep(plan_of, log, sphere_text, tmp_path):
    plan = plan_of(sphere_text)
    folder = StudyFolder(tmp_path / "out")
    folder.begin(plan)

    class Elsewhere(StudyFolder):
        """A folder whose path means something else to the workers."""

        def __init__(self) -> None:
            super().__init__(folder.path)

    moved = Elsewhere()
    study = folder.path / "study.json"
    text = study.read_text()
    study.write_text(text.replace(plan.identity, "0" * 64))
    with pytest.raises(OutputError, match="holds another study there"):
        run_plan(plan, moved, lambda: local_client(1))
    assert not list((folder.path / "cases").iterdir())
