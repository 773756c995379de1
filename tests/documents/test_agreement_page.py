"""The page on vessels says what the committed results say, and the tubes of the bench are those that the book runs."""

import re

from ablasim.book.agreement import HEAT_SINK, PULSES, agreement_text
from ablasim.book.record import RESULTS, read_records
from ablasim.scenario.document import read_document

NOT_THE_QUESTION = ("numerics", "outputs", "title")


def test_the_table_is_made_from_the_committed_results(root):
    records = read_records(root / "validation" / RESULTS)
    assert {*HEAT_SINK, *PULSES} <= set(records)
    assert agreement_text(list(records.values())) in (root / "docs/agreement.md").read_text(encoding="utf-8")


def test_the_glass_tube_of_the_scenarios_is_that_of_the_book(root):
    shipped, _ = read_document(root / "scenarios/rfa_glass_tube.yaml")
    in_book, _ = read_document(root / "validation/experiment/V-C18-heat-sink-rows/scenario.yaml")
    assert {key for key in shipped if shipped[key] != in_book.get(key)} <= set(NOT_THE_QUESTION)


def test_every_scenario_the_page_names_is_shipped(root):
    page = (root / "docs/agreement.md").read_text(encoding="utf-8")
    assert all((root / name).is_file() for name in re.findall(r"scenarios/\w+\.yaml", page))
