from dataclasses import dataclass
from pathlib import Path

import pytest

from ablasim.book.openness import OpenInput, Openness, answers_over, read_open_inputs
from ablasim.errors import BookError

OPEN_INPUTS = Path(__file__).parents[2] / "validation" / "experiment" / "open_inputs.yaml"

GIVEN = """
perfusion: {words: perfusion, low: {perfusion: 1}, high: {perfusion: 3}}
power: {words: power, low: {power: 40}, high: {power: 90}}
broken: {words: nothing to move}
"""


@dataclass(frozen=True)
class FakeRun:
    """Stands for the results of a run: its changes."""

    changes: dict


def run(changes):
    return FakeRun(changes)


def volume(results):
    changes = {"perfusion": 2, "power": 50, "mesh": "fine"} | results.changes
    return {"volume": changes["power"] / changes["perfusion"] + (1.0 if changes["mesh"] == "rough" else 0.0)}


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "open_inputs.yaml"
    path.write_text(GIVEN, encoding="utf-8")
    return path


def test_each_open_input_is_moved_alone_and_the_span_is_moved_to_the_finer_answer(file):
    inputs = read_open_inputs(file, ("perfusion", "power"))
    openness = answers_over(run, inputs, volume, {"mesh": "rough"})
    nominal = volume(run({}))["volume"]
    assert openness.centre == {"volume": 26.0}
    assert openness.bars("volume", nominal) == (
        ("perfusion", 50.0, pytest.approx(50.0 / 3.0)),
        ("power", 20.0, 45.0),
    )
    assert openness.span("volume", nominal) == (pytest.approx(50.0 / 3.0), 50.0)


def test_the_span_holds_the_answer_itself_when_both_ends_lie_on_one_side():
    openness = Openness({"volume": 10.0}, {"limit": ({"volume": 12.0}, {"volume": 13.0})})
    assert openness.span("volume", 5.0) == (5.0, 8.0)


def test_an_unknown_open_input_is_refused_with_those_that_are_known(file):
    with pytest.raises(BookError, match="no open input blood: known are perfusion, power, broken"):
        read_open_inputs(file, ("blood",))


def test_an_open_input_without_ends_is_refused(file):
    with pytest.raises(BookError, match="broken has the keys words: must have high, low, words"):
        read_open_inputs(file, ("broken",))


def test_every_open_input_of_the_book_has_two_different_ends():
    names = OPEN_INPUTS.read_text(encoding="utf-8")
    keys = [line.removesuffix(":") for line in names.splitlines() if line.endswith(":") and not line.startswith(" ")]
    inputs = read_open_inputs(OPEN_INPUTS, keys)
    assert len(inputs) > 5
    for one in inputs:
        assert isinstance(one, OpenInput)
        assert one.low != one.high
        assert list(one.low) == list(one.high)
