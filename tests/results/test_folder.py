import errno
import signal
import subprocess
import sys

import pytest

from ablasim.errors import OutputError
from ablasim.results.files import ResultFolder


def fill(folder, text="{}"):
    (folder / "summary.json").write_text(text)


def names_in(folder):
    return sorted(item.name for item in folder.iterdir())


def test_the_folder_appears_under_its_name_only_at_the_end(tmp_path):
    target = tmp_path / "deep" / "run"
    with ResultFolder(target) as result:
        fill(result.folder)
        assert not target.exists()
        assert result.folder.name.startswith(".")
    assert names_in(target) == ["summary.json"]
    assert names_in(target.parent) == ["run"]


def test_an_existing_result_is_refused_and_the_flag_is_named(tmp_path):
    with ResultFolder(tmp_path / "run") as result:
        fill(result.folder, "old")
    with pytest.raises(OutputError, match="--overwrite"), ResultFolder(tmp_path / "run"):
        pass
    assert (tmp_path / "run" / "summary.json").read_text() == "old"


def test_overwriting_replaces_everything(tmp_path):
    with ResultFolder(tmp_path / "run") as result:
        fill(result.folder, "old")
        (result.folder / "left_over.txt").write_text("old")
    with ResultFolder(tmp_path / "run", overwrite=True) as result:
        fill(result.folder, "new")
        assert (tmp_path / "run" / "summary.json").read_text() == "old"
    assert names_in(tmp_path / "run") == ["summary.json"]
    assert (tmp_path / "run" / "summary.json").read_text() == "new"
    assert names_in(tmp_path) == ["run"]


def test_a_failed_run_keeps_the_old_result_and_leaves_nothing_else(tmp_path):
    with ResultFolder(tmp_path / "run") as result:
        fill(result.folder, "old")
    with pytest.raises(FileNotFoundError), ResultFolder(tmp_path / "run", overwrite=True) as result:
        fill(result.folder, (tmp_path / "no_such_file").read_text())
    assert (tmp_path / "run" / "summary.json").read_text() == "old"
    assert names_in(tmp_path) == ["run"]


def test_a_killed_run_leaves_no_folder_that_looks_whole(tmp_path):
    code = (
        "import os, signal, sys\n"
        "from ablasim.results.files import ResultFolder\n"
        "with ResultFolder(sys.argv[1]) as result:\n"
        "    (result.folder / 'summary.json').write_text('{}')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    killed = subprocess.run([sys.executable, "-c", code, str(tmp_path / "run")], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert not (tmp_path / "run").exists()
    assert len(names_in(tmp_path)) == 1


def test_what_killed_runs_left_is_swept_by_the_next_and_nothing_else(tmp_path):
    left = tmp_path / ".run.part-0123abcd"
    others = [
        tmp_path / name
        for name in (".run.part-notes", ".run.part-0123abcd9", ".walk.part-0123abcd", ".run.old-0123abcd")
    ]
    for folder in (left, *others):
        folder.mkdir()
        fill(folder)
    with ResultFolder(tmp_path / "run") as alive:
        fill(alive.folder)
        assert not left.exists()
        with ResultFolder(tmp_path / "run") as second:  # the first is not finished: its folder is left alone
            assert alive.folder.is_dir()
            fill(second.folder, "second")
        assert alive.folder.is_dir()
        alive.overwrite = True
    assert (tmp_path / "run" / "summary.json").read_text() == "{}"
    assert all((folder / "summary.json").is_file() for folder in others)


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_folder_that_is_no_result_is_never_replaced(tmp_path, overwrite):
    (tmp_path / "letters.txt").write_text("dear")
    with pytest.raises(OutputError, match="not a result"), ResultFolder(tmp_path, overwrite=overwrite):
        pass
    assert (tmp_path / "letters.txt").read_text() == "dear"


def test_a_file_of_that_name_is_refused(tmp_path):
    (tmp_path / "run").write_text("a file")
    with pytest.raises(OutputError, match="not a folder"), ResultFolder(tmp_path / "run", overwrite=True):
        pass


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        OSError("Can't write data (file write failed: errno = 28, error message = 'No space left on device')"),
    ],
)
def test_a_full_disk_is_told_in_words(tmp_path, error):
    with pytest.raises(OutputError, match="disk is full"), ResultFolder(tmp_path / "run"):
        raise error
    assert names_in(tmp_path) == []


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EIO])
def test_trouble_of_a_file_elsewhere_names_that_file_and_does_not_blame_the_results(tmp_path, number):
    cache = tmp_path / "cache" / "kernel.nbi"
    with pytest.raises(OutputError) as refusal, ResultFolder(tmp_path / "run"):
        raise OSError(number, "trouble", str(cache))
    assert str(refusal.value).startswith(f"{cache}: ")
    assert str(tmp_path / "run") not in str(refusal.value)


def test_trouble_of_a_file_of_the_results_names_their_place(tmp_path):
    with pytest.raises(OutputError, match="run: the disk is full"), ResultFolder(tmp_path / "run") as result:
        raise OSError(errno.ENOSPC, "No space left on device", str(result.folder / "history.csv"))


def test_an_input_file_that_is_missing_is_not_taken_for_a_failure_to_write(tmp_path):
    with pytest.raises(FileNotFoundError), ResultFolder(tmp_path / "run"):
        (tmp_path / "tumour.stl").read_text()


def test_a_place_that_cannot_hold_folders_is_told_in_words(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"), ResultFolder(tmp_path / "file" / "run"):
        pass
