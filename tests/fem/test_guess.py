import numpy as np
import pytest

from ablasim.fem import EnthalpyCurve
from ablasim.fem.guess import Extrapolation, Repetition, Trend

CURVE = EnthalpyCurve(np.array([372.15, 373.15]), np.array([[4.0], [1600.0], [0.6]]), 273.15)
"""One node: 4 J/K, 1600 J/K while its water boils, 0.6 J/K dry."""

START = np.array([320.0])
BEFORE, STAGE, END = 3.0, 0.6, 2.0  # s: how long the step before was, and two times in this one


def heat_gained(time):
    """Heat gained by a time after the start of the step, J, whose rate changes steadily."""
    return 7.0 * time + 0.8 * time**2


def rate_at(time):
    return np.array([7.0 + 1.6 * time])


def test_a_rate_that_changes_steadily_is_followed_to_the_end_of_the_step():
    rate = np.array([-heat_gained(-BEFORE) / BEFORE])
    trend = Trend(rate, rate / 4.0, BEFORE)
    at_stage = START + heat_gained(STAGE) / 4.0
    end = Extrapolation(CURVE, START, trend).beyond(END, STAGE, at_stage, rate_at(STAGE))
    assert end == pytest.approx(START + heat_gained(END) / 4.0, rel=1e-12)


def test_a_stage_is_guessed_with_the_rate_of_its_own_end():
    first = Trend.of_step(heat_gained(-BEFORE) - heat_gained(np.array([-7.0])), np.array([40.0]), 7.0 - BEFORE, None)
    assert first.bend is None
    second = Trend.of_step(np.array([-heat_gained(-BEFORE)]), np.array([40.0]), BEFORE, first)
    guess = Extrapolation(CURVE, START, second)
    assert guess.at(STAGE) == pytest.approx(START + STAGE * rate_at(STAGE) / 4.0, rel=1e-12)
    assert guess.straight(STAGE) == pytest.approx(START - STAGE * heat_gained(-BEFORE) / BEFORE / 4.0, rel=1e-12)


def test_without_a_step_before_the_stage_alone_tells_the_rate():
    guess = Extrapolation(CURVE, START, None)
    assert guess.at(END) is START
    assert guess.beyond(END, STAGE, START + 0.3, np.array([2.0])) == pytest.approx(START + 2.0 * END / 4.0)


def test_no_node_is_thrown_beyond_twice_what_it_has_begun_with():
    boiling = np.array([373.1])
    guess = Extrapolation(CURVE, boiling, None)
    assert guess.beyond(END, STAGE, boiling + 0.01, np.array([1e4])) <= boiling + 2.0 * END / STAGE * 0.01 + 1e-9


def test_a_step_made_again_is_guessed_as_it_was_plus_what_its_stage_was_wrong_by():
    guess = Repetition(START, START + 4.0, END)
    assert guess.at(0.5 * END) == pytest.approx(START + 2.0)
    assert guess.beyond(END, 0.5 * END, START + 2.3, np.zeros(1)) == pytest.approx(START + 4.3)
