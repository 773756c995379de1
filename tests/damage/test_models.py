from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ablasim.damage import DEFAULT_MODELS, HEADLINE, damage_model, damage_model_names
from ablasim.errors import ModelError

TOLERANCE = {"cem43": 1e-10, "isotherm": 0.0, "arrhenius": 1e-6, "three_state": 1e-4}
"""Largest relative change of the state when one step is cut into many, by kind of model."""

TEMPERATURES_C = st.floats(0.0, 120.0)


def tolerance_of(name: str) -> float:
    return next(value for kind, value in TOLERANCE.items() if name.startswith(kind))


@pytest.mark.parametrize("name", damage_model_names())
@pytest.mark.parametrize(("start_c", "end_c"), [(37.0, 87.0), (87.0, 37.0), (20.0, 120.0), (55.0, 55.0), (42.0, 44.0)])
def test_one_big_step_equals_many_small_ones(name, start_c, end_c, march):
    model = damage_model(name)
    once = march(model, start_c, end_c, 300.0)
    often = march(model, start_c, end_c, 300.0, n_steps=257)
    np.testing.assert_allclose(once, often, rtol=tolerance_of(name), atol=1e-4 * tolerance_of(name))


@pytest.mark.parametrize("name", damage_model_names())
def test_advance_leaves_its_inputs_alone(name):
    model = damage_model(name)
    cool, hot = np.full(4, 310.15), np.full(4, 350.0)
    state = model.start(4, cool)
    before = state.copy()
    after = model.advance(state, cool, hot, 10.0)
    np.testing.assert_array_equal(state, before)
    assert after is not state
    assert not np.shares_memory(after, state)
    assert np.all(cool == 310.15)
    assert np.all(hot == 350.0)


@pytest.mark.parametrize("name", damage_model_names())
def test_unheated_tissue_is_alive_and_its_level_is_finite(name):
    model = damage_model(name)
    level = model.level(model.start(3, 310.15))
    assert np.all(np.isfinite(level))
    assert np.all(level < 0.0)


@pytest.mark.parametrize("name", damage_model_names())
def test_tissue_at_100_degrees_for_ten_minutes_is_dead_and_its_level_is_finite(name, march):
    model = damage_model(name)
    level = model.level(march(model, 100.0, 100.0, 600.0))
    assert np.all(level > 0.0)
    assert np.all(np.isfinite(level))


@pytest.mark.parametrize("name", damage_model_names())
@settings(max_examples=40, deadline=None)
@given(cooler_c=TEMPERATURES_C, warmer_c=TEMPERATURES_C, end_c=TEMPERATURES_C)
def test_hotter_tissue_is_never_less_dead_and_damage_never_heals(name, cooler_c, warmer_c, end_c):
    model = damage_model(name)
    start = np.sort(np.array([cooler_c, warmer_c])) + 273.15
    end = np.full(2, end_c + 273.15)
    state = model.start(2, 310.15)
    after = model.advance(state, start, end, 60.0)
    level = model.level(after)
    assert np.all(level >= model.level(state))
    assert level[1] >= level[0] - 1e-9


@pytest.mark.parametrize("name", damage_model_names())
def test_a_step_of_no_duration_adds_no_dose(name):
    model = damage_model(name)
    state = model.start(2, 350.0)
    hot = np.full(2, 350.0)
    np.testing.assert_array_equal(model.advance(state, hot, hot, 0.0), state)


@pytest.mark.parametrize("name", damage_model_names())
def test_very_hot_points_do_not_overflow(name):
    model = damage_model(name)
    hot = np.array([1500.0])
    state = model.advance(model.start(1, 310.15), np.array([310.15]), hot, 5.0)
    assert np.all(np.isfinite(state))
    assert np.isfinite(model.level(state)[0])


@pytest.mark.parametrize("name", damage_model_names())
def test_each_model_describes_itself(name):
    model = damage_model(name)
    described = model.describe()
    assert described["name"] == name
    assert described["label"] == model.label
    assert described["source"]
    assert model.start(2, 310.15).shape == (len(model.quantities), 2)


def test_the_defaults_are_known_and_hold_the_headline():
    assert set(DEFAULT_MODELS) <= set(damage_model_names())
    assert HEADLINE in DEFAULT_MODELS


def test_an_unknown_model_names_the_nearest():
    with pytest.raises(ModelError, match="did you mean arrhenius_liver"):
        damage_model("arhenius_liver")
    with pytest.raises(ModelError, match="known: cem43_240"):
        damage_model("xyzzy")


def test_arrays_of_the_wrong_length_are_refused():
    model = damage_model("cem43_240")
    with pytest.raises(ValueError, match=r"shape \(3,\): must be \(2,\)"):
        model.advance(model.start(2, 310.15), np.full(3, 310.0), np.full(2, 310.0), 1.0)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -5.0])
def test_impossible_temperatures_are_refused(bad):
    model = damage_model("arrhenius_liver")
    with pytest.raises(ValueError, match="must be finite and above 0 K"):
        model.advance(model.start(1, 310.15), np.full(1, 310.0), np.array([bad]), 1.0)


def test_time_that_runs_backwards_is_refused():
    model = damage_model("isotherm_50")
    with pytest.raises(ValueError, match="must not be negative"):
        model.advance(model.start(1, 310.15), np.full(1, 310.0), np.full(1, 310.0), -1.0)


def test_an_initial_field_of_the_wrong_length_is_refused():
    with pytest.raises(ValueError, match="broadcast"):
        damage_model("cem43_240").start(3, np.full(2, 310.0))
