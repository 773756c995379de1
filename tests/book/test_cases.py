from pathlib import Path

import pytest

from ablasim.book.case import chosen_cases, find_book, read_cases
from ablasim.book.readme import table_text
from ablasim.book.record import RESULTS, read_records
from ablasim.errors import BookError

ROOT = Path(__file__).resolve().parents[2]
CASES = read_cases(ROOT / "validation")


def test_cases_come_in_the_order_of_their_numbers(book):
    for name in ("V-A10", "V-A2", "V-A1"):
        book.add(name)
    book.add("V-C1", group="experiment")
    assert [case.identifier for case in read_cases(book.folder)] == ["V-A1", "V-A2", "V-A10", "V-C1"]


def test_a_case_without_a_tolerance_is_refused(book):
    folder = book.add("V-A1")
    text = (folder / "case.md").read_text().replace("## Tolerance", "## Hopes")
    (folder / "case.md").write_text(text)
    with pytest.raises(BookError, match=r"case\.md: lacks Tolerance"):
        read_cases(book.folder)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("quick: true", "quick: perhaps", "true or false"),
        ("id: V-A1", "id: A1", "such as V-A6"),
        ("quick: true\n", "", "must have the keys id, quick, title"),
        ("---\nid", "id", "must begin with a header"),
        ("title: Case V-A1", "title: [", "no valid YAML"),
    ],
)
def test_a_bad_header_is_refused_with_what_is_allowed(book, before, after, words):
    folder = book.add("V-A1")
    text = (folder / "case.md").read_text()
    (folder / "case.md").write_text(text.replace(before, after, 1))
    with pytest.raises(BookError, match=words):
        read_cases(book.folder)


def test_a_folder_without_a_case_is_named(book):
    book.add("V-A1")
    (book.folder / "analytic" / "V-A2-forgotten").mkdir()
    (book.folder / "analytic" / "__pycache__").mkdir()
    with pytest.raises(BookError, match=r"V-A2-forgotten: has no case\.md: a folder in the group 'analytic'"):
        read_cases(book.folder)


def test_a_section_that_begins_with_an_indented_block_keeps_it(book):
    folder = book.add("V-A1")
    text = (folder / "case.md").read_text().replace("Reckoning.", "    a = 1\n    b = 2")
    (folder / "case.md").write_text(text)
    (case,) = read_cases(book.folder)
    assert case.sections["Source"] == "    a = 1\n    b = 2"


def test_two_cases_of_one_name_are_refused(book):
    book.add("V-A1")
    book.add("V-A1", group="code")
    with pytest.raises(BookError, match="already that of"):
        read_cases(book.folder)


def test_a_case_that_cannot_run_is_refused(book):
    (book.add("V-A1") / "run.py").unlink()
    with pytest.raises(BookError, match=r"has no run\.py"):
        read_cases(book.folder)


def test_the_choice_is_the_quick_set_unless_more_is_asked_for(book):
    book.add("V-A1")
    book.add("V-A2", quick=False)
    book.add("V-C1", group="experiment", quick=False)
    cases = read_cases(book.folder)

    def names(**choice):
        return [case.identifier for case in chosen_cases(cases, **choice)]

    assert names() == ["V-A1"]
    assert names(everything=True) == ["V-A1", "V-A2", "V-C1"]
    assert names(only=["v-a2", "C1"]) == ["V-A2", "V-C1"]
    assert names(group="experiment", everything=True) == ["V-C1"]
    with pytest.raises(BookError, match="no case V-A9: must be among V-A1, V-A2, V-C1"):
        names(only=["V-A9"])
    with pytest.raises(BookError, match="must be one of analytic, code, experiment"):
        names(group="analytics")
    assert names(group="experiment") == ["V-C1"]
    assert names(group="analytic") == ["V-A1", "V-A2"]
    with pytest.raises(BookError, match="--list shows them all"):
        names(group="code")


def test_a_folder_without_cases_is_no_book(tmp_path):
    with pytest.raises(BookError, match="no cases there"):
        find_book(tmp_path)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.identifier)
def test_every_case_of_the_book_has_its_results_committed(case):
    assert case.identifier in read_records(ROOT / "validation" / RESULTS)


def test_the_table_in_the_readme_is_the_one_of_the_committed_results():
    records = read_records(ROOT / "validation" / RESULTS)
    assert set(records) == {case.identifier for case in CASES}
    assert table_text(list(records.values())) in (ROOT / "README.md").read_text(encoding="utf-8")
