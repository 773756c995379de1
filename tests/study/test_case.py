"""What a worker does with a case, whatever goes wrong in it."""

from __future__ import annotations

from dataclasses import replace

import pytest

import ablasim.study.case as module
from ablasim.errors import OutputError, SolverError
from ablasim.results.summary import package_versions
from ablasim.study.case import Order, make_mesh, run_case
from ablasim.study.store import StudyFolder


@pytest.fixture
def plan(plan_of, sphere_text):
    return plan_of(sphere_text)


@pytest.fixture
def folder(plan, tmp_path):
    folder = StudyFolder(tmp_path / "out")
    folder.begin(plan)
    return folder


@pytest.fixture
def order(plan, folder, tmp_path):
    case = next(iter(plan.cases.values()))
    return Order(
        key=case.key,
        data=case.data,
        base_folder=str(case.folder),
        study_folder=str(folder.path),
        identity=plan.identity,
        mesh_cache=str(tmp_path / "meshes"),
        verify=False,
        fields=False,
        version=package_versions()["ablasim"],
    )


def test_a_case_leaves_its_summary(order, folder, plan):
    assert run_case(order) == "done"
    record = folder.record(order.key)
    assert record["summary"]["scenario_hash"] == order.key
    assert record["error"] is None
    assert record["seconds"] > 0.0
    assert record["cpu_seconds"] > 0.0
    assert record["versions"]["ablasim"] == order.version


def test_a_case_that_has_a_record_is_not_run_again(order, folder, monkeypatch):
    folder.fail(order.key, "why")
    monkeypatch.setattr(module, "_run", lambda *_: pytest.fail("it ran"))
    assert run_case(order) == "failed"
    assert folder.tries(order.key) == []


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (SolverError("did not converge", time_s=3.0), "did not converge (at 3 s)"),
        (MemoryError(), "not enough memory"),
        (ZeroDivisionError("division by zero"), "ZeroDivisionError: division by zero (test_case.py:"),
    ],
)
def test_a_case_that_fails_is_recorded_with_its_error(order, folder, monkeypatch, error, words):
    def fail(*_):
        raise error

    monkeypatch.setattr(module, "_run", fail)
    assert run_case(order) == "failed"
    assert words in folder.record(order.key)["error"]
    assert folder.record(order.key)["cpu_seconds"] >= 0.0


def test_a_disk_that_is_full_is_no_failure_of_the_case(order, folder, monkeypatch):
    def fail(*_):
        message = "the disk is full"
        raise OutputError(message)

    monkeypatch.setattr(module, "_run", fail)
    with pytest.raises(OutputError, match="full"):
        run_case(order)
    assert folder.record(order.key) is None


def test_the_fourth_process_gives_a_case_up_that_killed_three(order, folder, monkeypatch):
    for who in ("a:1", "b:2", "c:3"):
        folder.begin_try(order.key, who)
    monkeypatch.setattr(module, "_run", lambda *_: pytest.fail("it ran"))
    assert run_case(order) == "failed"
    assert "given up after 3 tries" in folder.record(order.key)["error"]
    assert folder.record(order.key)["error"].endswith("a:1, b:2, c:3")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"version": "0.0.1"}, r"the sweep 0\.0\.1: must be the same everywhere"),
        ({"study_folder": "/nowhere"}, "must be on a file system that all workers share"),
        ({"identity": "0"}, "holds another study there"),
    ],
)
def test_a_process_that_cannot_serve_says_so_and_records_nothing(order, folder, change, words):
    with pytest.raises(OutputError, match=words):
        run_case(replace(order, **change))
    assert folder.record(order.key) is None


def test_a_mesh_is_made_once_and_found_by_its_case(order, folder, plan, tmp_path, monkeypatch):
    mesh = plan.cases[order.key].mesh
    assert make_mesh(order, mesh) == ""
    assert [file.name for file in (tmp_path / "meshes").iterdir()] == [f"{mesh}.npz"]
    monkeypatch.setattr("ablasim.anatomy.build_mesh", lambda *_: pytest.fail("it was made again"))
    assert run_case(order) == "done"
    assert folder.record(order.key)["error"] is None


def test_a_verified_case_finds_both_meshes_and_has_its_uncertainty(order, folder, plan, tmp_path, monkeypatch):
    verified = replace(order, verify=True)
    assert make_mesh(verified, plan.cases[order.key].mesh) == ""
    assert len(list((tmp_path / "meshes").iterdir())) == 2
    monkeypatch.setattr("ablasim.anatomy.build_mesh", lambda *_: pytest.fail("one was made again"))
    assert run_case(verified) == "done"
    uncertainty = folder.record(order.key)["summary"]["uncertainty"]
    assert uncertainty["status"] == "verified"
    assert uncertainty["zone"]["volume_ml"] > 0.0


def test_a_mesh_that_cannot_be_is_told(order, plan, monkeypatch):
    def fail(*_):
        raise MemoryError

    monkeypatch.setattr("ablasim.anatomy.build_mesh", fail)
    assert make_mesh(order, "key") == "not enough memory"


def test_fields_are_kept_when_asked_for(order, folder):
    data = {**order.data, "outputs": {"pictures": False}}
    assert run_case(replace(order, data=data, fields=True)) == "done"
    kept = {file.name for file in (folder.path / "fields" / order.key).iterdir()}
    assert {"summary.json", "fields.vtkhdf", "scenario.resolved.yaml"} <= kept
