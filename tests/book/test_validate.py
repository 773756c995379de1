"""The command ``ablasim validate`` on small books: verdicts, what is accepted, and pages."""

import json
import shutil

import pytest

MISSES = """
from ablasim.book import compare
def run(bench):
    return [compare("two", 3.0, 2.0, relative=0.01)]
"""
FAILS = """
def run(bench):
    raise ArithmeticError("the sum does not add up")
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
    code, _, err = validate("--list", "--accept")
    assert code == 2
    assert "--list runs nothing that could be accepted" in err


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


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (".", "holds the cases and their committed results.json"),
        ("analytic", "lies among the cases"),
        ("analytic/V-A1-case/pages", "lies among the cases"),
        ("..", "but no book's index.html and results.json: must be empty, new"),
    ],
)
def test_pages_do_not_go_among_cases_or_other_files(book, validate, place, words):
    book.add("V-A1")
    before = sorted(book.folder.parent.rglob("*"))
    code, _, err = validate("--output", str(book.folder / place))
    assert code == 2
    assert words in err
    assert sorted(book.folder.parent.rglob("*")) == before


def test_pages_go_where_there_is_nothing_and_where_pages_are(book, validate, tmp_path):
    book.add("V-A1")
    place = tmp_path / "pages"
    place.mkdir()
    validate("--output", str(place))
    validate("--output", str(place))
    assert (place / "V-A1" / "index.html").is_file()
    assert not (book.folder / "book").exists()


def test_a_results_file_that_is_none_is_named_with_what_to_do(book, validate):
    book.add("V-A1")
    (book.folder / "results.json").write_text('{"cases": [7]}')
    code, _, err = validate()
    assert code == 2
    assert "results.json: is not a record of this book: restore it, or remove it" in err


def test_a_tolerance_that_is_not_the_committed_one_is_a_change(book, validate):
    folder = book.add("V-A1")
    validate("--all", "--accept")
    (folder / "run.py").write_text((folder / "run.py").read_text().replace("relative=0.01", "relative=0.1"))
    code, _, err = validate()
    assert code == 1
    assert "differs: V-A1 two: tolerance 10 %, committed 1 %\n" in err


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


def test_accepting_what_is_committed_already_changes_nothing(book, validate):
    book.add("V-A1")
    validate("--all", "--accept")
    data = json.loads((book.folder / "results.json").read_text())
    data["cases"][0]["seconds"] = 1234.0
    (book.folder / "results.json").write_text(json.dumps(data))
    validate("--only", "V-A1", "--accept")
    assert json.loads((book.folder / "results.json").read_text()) == data


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
    assert [case["identifier"] for case in book.shown()] == ["V-A1", "V-A2"]


def test_a_group_runs_whole_where_it_has_no_quick_form_and_the_index_marks_the_quick_forms(book, validate):
    book.add("V-C1", DRAWS, group="experiment", quick=False)
    book.add("V-C2", DRAWS, group="experiment")
    book.add("V-A1", FAILS)
    validate("--group", "experiment")
    pages = book.folder / "book"
    assert {case["identifier"]: case["full"] for case in book.shown()} == {"V-C1": True, "V-C2": False}
    index = (pages / "index.html").read_text()
    assert index.count("quick form</span>") == 1
    assert '<a href="V-C2/index.html">V-C2</a><br><span class="note">quick form</span>' in index


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
