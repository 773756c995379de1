"""Wrong words on the command line are answered in words."""

from __future__ import annotations

import signal

import pytest

from benchmarks.cli import main
from benchmarks.record import read_records
from benchmarks.table import BEFORE, BEGIN, END


@pytest.fixture
def answer(monkeypatch, capsys):
    """Runs the command with some words; gives the exit code and what was said."""

    def call(*words):
        monkeypatch.setattr("sys.argv", ["benchmarks", *words])
        with pytest.raises(SystemExit) as end:
            main()
        return end.value.code, capsys.readouterr().err

    return call


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("r1", "--mesh", "xl"), "--mesh"),
        (("r1", "--steps", "0"), "--steps"),
        (("r1", "--steps", "145"), "--steps"),
        (("r1", "--scheme", "leapfrog"), "--scheme"),
        (("r1", "--repeats", "0"), "--repeats"),
        (("r1", "--peer-python", "/nowhere/python"), "--peer-python /nowhere/python: must be a Python that exists"),
        (("sprint",), "sprint"),
    ],
)
def test_it_is_refused_with_the_word_that_is_wrong(words, said, answer):
    code, message = answer(*words)
    assert code == 2
    assert message.startswith("error: ")
    assert said in message


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (".", "must be a file of results"),
        ("broken.json", "cannot be read as results"),
        ("broken.json/x.json", "cannot be written: Not a directory"),
        ("/proc/x.json", "cannot be written"),
        ("/dev/null", "must be a file of results"),
        ("x" * 300, "cannot be written: File name too long"),
    ],
)
def test_a_file_that_can_keep_no_record_is_refused_before_anything_is_measured(
    place, said, answer, monkeypatch, tmp_path
):
    monkeypatch.setattr("benchmarks.frames.measure_frames", lambda say: pytest.fail("it was measured"))
    (tmp_path / "broken.json").write_text('{"frames": ')
    code, message = answer("frames", "--json", str(tmp_path / place))
    assert code == 2
    assert message.startswith("error: ")
    assert said in message
    assert message.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["broken.json"]


def test_a_record_is_kept_in_a_folder_that_is_not_there_yet(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr("benchmarks.frames.measure_frames", lambda say: {"wall_s": 1.0})
    monkeypatch.setattr("sys.argv", ["benchmarks", "frames", "--json", str(tmp_path / "new" / "x.json")])
    main()
    assert read_records(tmp_path / "new" / "x.json")["frames"]["wall_s"] == 1.0
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["x.json"]


def test_ctrl_c_ends_it_with_a_word_and_a_code_of_its_own(answer, monkeypatch):
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background is started deaf to it
    monkeypatch.setattr("benchmarks.frames.measure_frames", lambda say: signal.raise_signal(signal.SIGINT))
    try:
        code, message = answer("frames")
    finally:
        signal.signal(signal.SIGINT, before)
    assert code == 130
    assert message.endswith("error: stopped\n")


def test_a_table_without_results_says_so(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("benchmarks.cli.RESULTS", tmp_path / "none.json")
    monkeypatch.setattr("sys.argv", ["benchmarks", "table"])
    main()
    assert "no results yet" in capsys.readouterr().out


@pytest.mark.parametrize("words", [(), ("--results", "typo.json"), ("--results", ".")])
def test_a_readme_keeps_its_section_where_there_are_no_results(words, answer, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("benchmarks.cli.RESULTS", tmp_path / "none.json")
    text = f"# Title\n\n{BEGIN}\n\nOld.\n\n{END}\n\n{BEFORE}"
    (tmp_path / "README.md").write_text(text)
    code, message = answer("table", "--write", "--readme", str(tmp_path / "README.md"), *words)
    assert code == 2
    assert message.endswith(": must be a file of results\n")
    assert (tmp_path / "README.md").read_text() == text
