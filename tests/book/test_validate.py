"""The command ``ablasim validate`` on small books."""

import json
import os
import shutil
import subprocess
import sys
import time

import pytest

from ablasim.cli.main import main

MISSES = """
from ablasim.book import compare
def run(bench):
    return [compare("two", 3.0, 2.0, relative=0.01)]
"""
FAILS = """
def run(bench):
    raise ArithmeticError("the sum does not add up")
"""
DIES = """
import os, signal
def run(bench):
    (bench.output / "half.png").write_bytes(b"half")
    os.kill(os.getpid(), signal.SIGKILL)
"""
SLEEPS = """
import os, time
def run(bench):
    (bench.output / "alive").write_text(str(os.getpid()))
    time.sleep(300)
"""
DRAWS = """
import numpy as np
from ablasim.book import context, stays_below
from ablasim.views.book_figures import Curve, Series
def run(bench):
    bench.convergence("c", "Falls.", [Series("e", [2.0, 1.0], [0.4, 0.1])], x_label="h", y_label="e", orders=[2.0])
    bench.profile("p", "Fits <well>.", [Curve("exact", [0, 1], [0, 1], kind="exact")], x_label="x", y_label="y")
    bench.table("Numbers", ("a", "b"), [("1", "<2>")])
    bench.note("A note.")
    return [stays_below("error", 0.1 if bench.quick else 0.01, 1.0, unit="K"), context("width", 2.0, unit="mm")]
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


@pytest.fixture
def validate(book, monkeypatch, capsys):
    """Runs the command on the book; gives the exit code and what was printed."""

    def call(*words):
        monkeypatch.setattr("sys.argv", ["ablasim", "validate", "--book", str(book.folder), *words])
        with pytest.raises(SystemExit) as end:
            main()
        printed = capsys.readouterr()
        return end.value.code, printed.out, printed.err

    (book.folder.parent / "README.md").parent.mkdir(exist_ok=True, parents=True)
    (book.folder.parent / "README.md").write_text(
        "before\n<!-- table of `ablasim validate --all --accept`: begin -->\nold\n"
        "<!-- table of `ablasim validate --all --accept`: end -->\nafter\n"
    )
    return call


def test_a_pass_that_is_committed_ends_with_0(book, validate):
    book.add("V-A1")
    assert validate("--all", "--accept")[0] == 0
    code, out, _ = validate()
    assert code == 0
    assert "V-A1" in out
    assert "pass" in out


def test_a_verdict_not_yet_committed_is_a_change(book, validate):
    book.add("V-A1")
    code, _, err = validate()
    assert code == 1
    assert "not yet committed" in err


def test_an_analytic_miss_ends_with_1_even_when_committed(book, validate):
    book.add("V-A1", MISSES)
    assert validate("--all", "--accept")[0] == 1
    assert validate()[0] == 1


def test_a_committed_miss_of_a_published_case_ends_with_0_and_its_change_with_1(book, validate):
    folder = book.add("V-C1", MISSES, group="experiment")
    assert validate("--all", "--accept")[0] == 0
    assert validate()[0] == 0
    (folder / "run.py").write_text(MISSES.replace("3.0", "2.0"))
    code, _, err = validate()
    assert code == 1
    assert "V-C1 two: pass, committed is miss" in " ".join(err.split())


def test_a_case_that_raises_is_shown_and_ends_with_1(book, validate):
    book.add("V-A1", FAILS)
    book.add("V-A2")
    code, out, err = validate("--all")
    assert code == 1
    assert "the sum does not add up" in err
    assert "failed" in out
    assert "pass" in out


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


def test_cases_end_with_a_run_that_is_killed_and_what_it_left_is_cleared(book, validate):
    book.add("V-A1", SLEEPS)
    pages = book.folder / "book"
    call = "import sys; from ablasim.cli.main import main; sys.argv[0] = 'ablasim'; main()"
    command = [sys.executable, "-c", call, "validate", "--book", str(book.folder)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: list(pages.glob(".V-A1.part-*/alive")))
        worker = int(next(pages.glob(".V-A1.part-*/alive")).read_text())
    finally:
        process.kill()
        process.wait()
    wait_until(lambda: not is_alive(worker))
    book.add("V-A2")
    validate("--only", "V-A2")
    assert [file.name for file in pages.glob(".*")] == []


def test_a_failed_or_quick_case_is_not_accepted(book, validate):
    book.add("V-A1", FAILS)
    code, _, err = validate("--all", "--accept")
    assert code == 2
    assert "only a whole case is accepted" in err
    assert not (book.folder / "results.json").exists()
    assert (book.folder / "book" / "index.html").is_file()
    code, _, err = validate("--accept")
    assert code == 2
    assert "must come with --all or --only" in err


def test_what_cannot_be_accepted_or_written_is_refused_before_anything_runs(book, validate, tmp_path):
    book.add("V-A1")
    (book.folder.parent / "README.md").unlink()
    code, _, err = validate("--all", "--accept")
    assert code == 2
    assert "README.md: must be there" in err
    (tmp_path / "file").write_text("")
    code, _, err = validate("--output", str(tmp_path / "file" / "book"))
    assert code == 2
    assert "cannot be written there" in err
    assert not (book.folder / "book").exists()


def test_a_committed_case_that_is_gone_is_a_change(book, validate):
    book.add("V-A1")
    folder = book.add("V-A2")
    validate("--all", "--accept")
    shutil.rmtree(folder)
    code, _, err = validate()
    assert code == 1
    assert "V-A2: its results are committed, but the case is gone" in " ".join(err.split())


@pytest.mark.parametrize(
    ("given", "words"),
    [("None", "gives no checks"), ("[3]", "gives 3, which is no check"), ("[c, c]", "gives a twice")],
)
def test_a_case_that_gives_no_proper_checks_fails_in_words(book, validate, given, words):
    book.add(
        "V-A1", f"from ablasim.book import context\ndef run(bench):\n    c = context('a', 1.0)\n    return {given}\n"
    )
    code, _, err = validate()
    assert code == 1
    assert words in " ".join(err.split())


def test_accepting_writes_the_table_between_the_marks_of_the_readme(book, validate):
    book.add("V-A1")
    validate("--all", "--accept")
    text = (book.folder.parent / "README.md").read_text()
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert "old" not in text
    assert "| V-A1 | two | 2 m | 2.001 m |" in text


def test_accepting_one_case_keeps_the_others(book, validate):
    book.add("V-A1")
    book.add("V-A2", quick=False)
    validate("--all", "--accept")
    validate("--only", "V-A2", "--accept")
    kept = json.loads((book.folder / "results.json").read_text())["cases"]
    assert [case["identifier"] for case in kept] == ["V-A1", "V-A2"]


def test_pages_have_figures_tables_and_words_and_escape_them(book, validate):
    book.add("V-A1", DRAWS)
    validate("--all", "--accept")
    pages = book.folder / "book"
    page = (pages / "V-A1" / "index.html").read_text()
    assert {"c.png", "p.png"} <= {file.name for file in (pages / "V-A1").iterdir()}
    assert "Fits &lt;well&gt;." in page
    assert "&lt;2&gt;" in page
    assert "Is it so?" in page
    assert "A note." in page
    index = (pages / "index.html").read_text()
    assert 'href="V-A1/index.html"' in index
    assert "1 context" in index
    assert (pages / "materials.html").is_file()
    assert json.loads((pages / "results.json").read_text())["cases"][0]["checks"][0]["got"] == 0.01


def test_a_case_that_was_not_run_now_keeps_its_page(book, validate):
    book.add("V-A1", DRAWS)
    book.add("V-A2")
    validate("--all", "--accept")
    validate("--only", "V-A2")
    index = (book.folder / "book" / "index.html").read_text()
    assert 'href="V-A1/index.html"' in index
    assert "not run yet" not in index


def test_the_list_runs_nothing(book, validate):
    book.add("V-A1", FAILS, quick=False)
    code, out, _ = validate("--list")
    assert code == 0
    assert "V-A1" in out
    assert not (book.folder / "book").exists()


def test_a_page_of_every_material_value_has_its_source(book, validate):
    book.add("V-A1")
    validate("--all")
    page = (book.folder / "book" / "materials.html").read_text()
    assert page.count("<tr>") > 50
    assert "Gabriel" in page
