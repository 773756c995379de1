import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ablasim.fem import EnthalpyCurve
from ablasim.fem.enthalpy import gain_cautiously

CURVE = EnthalpyCurve(np.array([372.15, 373.15]), np.array([[4.0], [1600.0], [0.6]]), 273.15)
"""One node: 4 J/K, 1600 J/K while its water boils, 0.6 J/K dry."""

ROUNDING_K = 1e-9
"""Of some 500 K and 2000 J in 15 digits, with room: heat of 1e-13 J may round to a move the other way."""

temperatures = st.floats(280.0, 500.0).map(lambda value: np.array([value]))


def corrected(temperature, correction):
    moved = np.empty_like(temperature)
    gain_cautiously(0, 1, *CURVE.arrays, temperature, correction, True, 1.0, moved)
    return moved


@settings(deadline=None)
@given(temperatures)
def test_temperature_undoes_heat(temperature):
    assert CURVE.temperature(CURVE.heat(temperature)) == pytest.approx(temperature, rel=1e-12)


@settings(deadline=None)
@given(temperatures, st.floats(-200.0, 200.0))
def test_a_correction_goes_the_right_way_and_never_past_the_curve_nor_itself(temperature, correction):
    moved = corrected(temperature, np.array([correction]))[0]
    by_curve = CURVE.temperature(CURVE.heat(temperature) + CURVE.capacity(temperature) * correction)[0]
    assert abs(moved - temperature[0]) <= min(abs(by_curve - temperature[0]), abs(correction)) + ROUNDING_K
    assert (moved - temperature[0]) * np.sign(correction) >= -ROUNDING_K


def test_capacity_is_that_of_the_segment():
    assert [CURVE.capacity(np.array([t]))[0] for t in (300.0, 372.5, 380.0)] == [4.0, 1600.0, 0.6]


def test_a_transition_runs_from_the_first_breakpoint_to_the_last():
    assert CURVE.transition == (372.15, 373.15)
    never = EnthalpyCurve(np.array([]), np.array([[4.0]]), 273.15).transition
    assert np.clip((500.0 - never[0]) / (never[1] - never[0]), 0.0, 1.0) == 0.0


@settings(deadline=None)
@given(temperatures, st.floats(-2000.0, 2000.0), st.floats(-5.0, 5.0), st.floats(0.01, 30.0))
def test_an_extrapolation_is_a_cautious_move_of_at_most_twice_the_warming(temperature, heating_rate, warming, time):
    rates = np.array([heating_rate]), np.array([warming])
    move = (CURVE.extrapolated(temperature, *rates, time) - temperature)[0]
    cautious = (corrected(temperature, time * rates[0] / CURVE.capacity(temperature)) - temperature)[0]
    assert move == pytest.approx(
        np.clip(cautious, -2.0 * time * abs(warming), 2.0 * time * abs(warming)), abs=ROUNDING_K
    )
