"""The folder of a study: what is refused, and that a record is whole or not there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ablasim.errors import OutputError
from ablasim.study.store import StudyFolder, write_whole


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def plan(plan_of, sphere_text):
    return plan_of(sphere_text)


def test_the_same_study_goes_on_in_its_folder(plan, tmp_path):
    folder = StudyFolder(tmp_path / "out")
    folder.begin(plan)
    folder.fail("abc", "why")
    before = contents(folder.path)
    folder.begin(plan)
    assert contents(folder.path) == before
    assert folder.status("abc") == "failed"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("values: [9, 10]", "values: [9, 11]", "vary.size_mm"),
        ("title: Heated ball", "title: Another", "title"),
        ("size_mm", "other_mm", "vary.size_mm, vary.other_mm"),
    ],
)
def test_the_folder_of_another_study_is_refused_and_kept(plan, plan_of, sphere_text, tmp_path, old, new, words):
    folder = StudyFolder(tmp_path / "out")
    folder.begin(plan)
    folder.fail("abc", "why")
    before = contents(folder.path)
    with pytest.raises(OutputError, match=rf"holds another study, 'Heated ball' \(it differs in {words}\)"):
        folder.begin(plan_of(sphere_text.replace(old, new)))
    assert contents(folder.path) == before


def test_a_folder_of_something_else_is_refused_and_kept(plan, tmp_path):
    (tmp_path / "home").mkdir()
    (tmp_path / "home/letters.txt").write_text("dear")
    with pytest.raises(OutputError, match="is not the folder of a study; nothing was changed"):
        StudyFolder(tmp_path / "home").begin(plan)
    assert list(contents(tmp_path / "home")) == ["letters.txt"]


def test_results_of_another_version_are_not_mixed(plan, tmp_path, monkeypatch):
    folder = StudyFolder(tmp_path / "out")
    folder.begin(plan)
    monkeypatch.setattr("ablasim.study.store.package_versions", lambda: {"ablasim": "99.0"})
    with pytest.raises(OutputError, match=r"this is 99\.0: results of two versions are not mixed"):
        folder.begin(plan)


def test_a_place_that_cannot_be_written_is_told(plan, tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match="not the folder of a study"):
        StudyFolder(tmp_path / "file").begin(plan)
    with pytest.raises(OutputError, match="cannot be written"):
        StudyFolder(tmp_path / "file" / "deep").begin(plan)


def test_a_record_that_a_disk_has_damaged_counts_as_not_there(plan, tmp_path):
    folder = StudyFolder(tmp_path / "out")
    folder.begin(plan)
    folder.fail("abc", "why")
    file = folder.path / "cases/abc.json"
    file.write_text(file.read_text()[:20])
    assert folder.record("abc") is None


def test_writing_that_fails_leaves_what_was_there(tmp_path):
    write_whole(tmp_path / "a.json", {"a": 1})
    with pytest.raises(TypeError):
        write_whole(tmp_path / "a.json", {"a": object()})
    assert json.loads((tmp_path / "a.json").read_text()) == {"a": 1}
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


def test_writing_that_is_cut_off_leaves_what_was_there(tmp_path, monkeypatch):
    write_whole(tmp_path / "a.json", {"a": 1})

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ablasim.study.store.os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(tmp_path / "a.json", {"a": 2})
    assert json.loads((tmp_path / "a.json").read_text()) == {"a": 1}
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


def test_tries_are_counted_across_processes_and_forgotten_on_a_new_start(plan, tmp_path):
    folder = StudyFolder(tmp_path / "out")
    folder.begin(plan)
    assert [folder.begin_try("abc", who) for who in ("one", "two", "three")] == [1, 2, 3]
    assert StudyFolder(folder.path).tries("abc") == ["one", "two", "three"]
    folder.forget_tries()
    assert folder.begin_try("abc", "four") == 1


def test_only_failed_cases_are_run_again(plan, tmp_path):
    folder = StudyFolder(tmp_path / "out")
    folder.begin(plan)
    first, second, third, *_ = plan.cases
    folder.fail(first, "why")
    folder.write_record(second, {"status": "done", "summary": {}})
    folder.forget_failed(plan.cases)
    assert [folder.status(key) for key in (first, second, third)] == [None, "done", None]
