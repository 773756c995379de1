"""Least squares, intervals and doubts on models that take no time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ablasim.errors import ModelError
from ablasim.fit.doubts import doubts
from ablasim.fit.intervals import intervals
from ablasim.fit.measured import Measured
from ablasim.fit.schema import Parameter
from ablasim.fit.solve import STEP, place_of, solve, value_at

TRUE = np.array([12.0, 0.03])
EACH = np.array([0.2, 0.4])
"""Uncertainty of the two sensors, K."""


def noisy(exact, random):
    return exact + EACH * random.standard_normal(exact.shape)


def told(parameters, measured, solution):
    of = Measured(Path("read.csv"), ("near", "far"), np.arange(len(measured)), measured)
    return list(doubts(parameters, of, solution, intervals(parameters, solution), told=True))


def test_exact_readings_give_the_values_back(cheap, sought):
    solution = solve(sought, cheap([TRUE])[0], EACH, cheap)
    assert solution.converged
    np.testing.assert_allclose(solution.values, TRUE, rtol=1e-4)
    assert not solution.at_bound.any()
    assert solution.noise < 1e-3


def test_values_are_between_bounds_by_their_scale(sought):
    rise, rate = sought
    assert value_at(rise, 0.5) == pytest.approx(25.5)
    assert value_at(rate, 0.5) == pytest.approx(10.0**-1.5)
    for parameter in sought:
        assert place_of(parameter, value_at(parameter, 0.3)) == pytest.approx(0.3)


def test_intervals_hold_the_true_values_as_often_as_they_say(cheap, sought):
    exact, random = cheap([TRUE])[0], np.random.default_rng(7)
    held = np.zeros(2)
    repeats = 300
    for _ in range(repeats):
        solution = solve(sought, noisy(exact, random), EACH, cheap)
        found = intervals(sought, solution)
        held += (found.low < TRUE) & (found.high > TRUE)
    spread = np.sqrt(0.95 * 0.05 / repeats)  # binomial
    assert np.abs(held / repeats - 0.95).max() < 3.0 * spread


def test_half_the_noise_or_four_times_the_readings_halve_the_interval(cheap, sought):
    exact, random = cheap([TRUE])[0], np.random.default_rng(3)
    noise = EACH * random.standard_normal(exact.shape)

    def width(readings, evaluate):
        found = intervals(sought, solve(sought, readings, EACH, evaluate))
        return np.log(found.high / found.low)[1]

    def four_times(places):
        return [np.tile(answer, (4, 1)) for answer in cheap(places)]

    whole = width(exact + noise, cheap)
    assert width(exact + 0.5 * noise, cheap) == pytest.approx(0.5 * whole, rel=0.05)
    assert width(np.tile(exact + noise, (4, 1)), four_times) == pytest.approx(0.5 * whole, rel=0.05)


def test_readings_count_by_their_uncertainty(cheap, sought):
    wrong = cheap([TRUE])[0] + [0.0, 3.0]
    near = solve(sought, wrong, np.array([0.01, 10.0]), cheap)
    np.testing.assert_allclose(near.values, TRUE, rtol=1e-3)
    equal = solve(sought, wrong, np.array([1.0, 1.0]), cheap)
    assert abs(equal.values / TRUE - 1.0).max() > 0.05


def test_missing_readings_are_passed_over(cheap, sought):
    readings = cheap([TRUE])[0].copy()
    readings[::3, 1] = np.nan
    solution = solve(sought, readings, EACH, cheap)
    np.testing.assert_allclose(solution.values, TRUE, rtol=1e-4)
    assert len(solution.residuals) == np.isfinite(readings).sum()


def test_places_are_run_together_with_their_differences(cheap, sought):
    asked = []

    def evaluate(places):
        asked.append(len(places))
        return cheap(places)

    solution = solve(sought, cheap([TRUE])[0], EACH, evaluate)
    assert asked == [2] + [5] * solution.iterations


def test_noise_below_the_differences_does_no_harm_and_is_told(cheap, sought):
    random, size = np.random.default_rng(5), 2e-3

    def shaky(places):
        return [answer + size * random.standard_normal(answer.shape) for answer in cheap(places)]

    solution = solve(sought, cheap([TRUE])[0], EACH, shaky)
    assert solution.noise == pytest.approx(np.sqrt(2.0) * size, rel=0.3)
    np.testing.assert_allclose(solution.values, TRUE, rtol=0.01)


def test_a_parameter_without_effect_beyond_the_noise_is_refused(cheap, sought):
    idle = Parameter(name="idle_mm", path="a.idle_mm", start=0.5, low=0.0, high=1.0)
    three = (*sought, idle)

    def evaluate(places):
        return cheap([values[:2] for values in places])

    with pytest.raises(ModelError, match=r"idle_mm: moved by 2% of its range it changes the readings by 0 K"):
        solve(three, cheap([TRUE])[0], EACH, evaluate)
    random = np.random.default_rng(1)

    def shaky(places):
        return [answer + 0.05 * random.standard_normal(answer.shape) for answer in evaluate(places)]

    with pytest.raises(ModelError, match="it has no effect that could be fitted"):
        solve(three, cheap([TRUE])[0], EACH, shaky)


def test_a_bound_that_is_reached_is_told_and_has_no_interval(cheap, sought):
    tight = (sought[0].model_copy(update={"high": 10.0}), sought[1])
    readings = noisy(cheap([TRUE])[0], np.random.default_rng(2))
    solution = solve(tight, readings, EACH, cheap)
    found = intervals(tight, solution)
    assert solution.at_bound.tolist() == [True, False]
    assert solution.values[0] == pytest.approx(10.0, rel=1e-3)
    assert np.isnan(found.low[0])
    assert np.isfinite(found.low[1])
    words = told(tight, readings, solution)
    assert any("rise_k lies at its bound high = 10: it has no interval" in sentence for sentence in words)
    assert any("times the uncertainty that was given" in sentence for sentence in words)


def test_parameters_that_do_the_same_are_refused_and_nearly_the_same_are_told():
    times = np.linspace(1.0, 2.0, 30)
    two = tuple(Parameter(name=name, path=f"a.{name}", start=1.0, low=0.1, high=5.0) for name in ("one_w", "other_w"))

    def model(share):
        return lambda places: [
            (37.0 + times * values[0] + times ** (1.0 + share) * values[1])[:, None] for values in places
        ]

    readings = model(0.0)([np.array([2.0, 1.0])])[0]
    with pytest.raises(ModelError, match="one_w and other_w: change the readings alike: leave out all but one"):
        intervals(two, solve(two, readings, np.array([0.1]), model(0.0)))
    readings = model(0.3)([np.array([2.0, 1.0])])[0] + 0.01 * np.random.default_rng(4).standard_normal((30, 1))
    solution = solve(two, readings, np.array([0.1]), model(0.3))
    of = Measured(Path("read.csv"), ("near",), times, readings)
    words = list(doubts(two, of, solution, intervals(two, solution), told=True))
    assert any("one_w and other_w are hard to tell apart" in sentence for sentence in words)


def test_residuals_that_follow_each_other_are_told(cheap, sought):
    readings = cheap([TRUE])[0] + 0.3 * np.sin(np.linspace(0.0, 12.0, 21))[:, None]
    words = told(sought, readings, solve(sought, readings, EACH, cheap))
    assert any(sentence.startswith("near: residuals follow each other") for sentence in words)
    clean = noisy(cheap([TRUE])[0], np.random.default_rng(2))
    assert told(sought, clean, solve(sought, clean, EACH, cheap)) == []


def test_a_fit_that_is_given_up_says_so(cheap, sought):
    solution = solve(sought, cheap([TRUE])[0], EACH, cheap, most_iterations=2)
    assert not solution.converged
    assert told(sought, cheap([TRUE])[0], solution)[0].startswith("not converged after 2 iterations")


def test_differences_are_central_and_one_sided_at_a_bound(sought):
    asked = []

    def evaluate(places):
        asked.extend(values.copy() for values in places)
        return [np.array([[values[0], 40.0], [values[1] * 1e3, 40.0 + values[0]]]) for values in places]

    high = (sought[0].model_copy(update={"start": 49.9}), sought[1])
    solve(high, np.full((2, 2), 90.0), EACH, evaluate, most_iterations=1)
    rises = sorted({round(float(values[0]), 6) for values in asked})
    assert rises[0] == pytest.approx(49.9 - 49.0 * STEP)
    assert rises[-1] == 50.0
