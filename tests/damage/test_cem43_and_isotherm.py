from __future__ import annotations

import math

import numpy as np
import pytest

from ablasim.damage import damage_model


@pytest.mark.parametrize(
    ("temperature_c", "minutes_per_minute"),
    [
        (39, 0.00390625),
        (41, 0.0625),
        (43, 1.0),
        (45, 4.0),
        (47, 16.0),
        (50, 128.0),
        (55, 4096.0),
        (60, 131072.0),
    ],
)
def test_dose_of_a_minute_at_constant_temperature_is_the_closed_form(temperature_c, minutes_per_minute, march):
    dose = march(damage_model("cem43_240"), temperature_c, temperature_c, 60.0)[0, 0]
    assert dose == pytest.approx(minutes_per_minute, rel=1e-10)


@pytest.mark.parametrize(("temperature_c", "seconds"), [(47, 900.0), (50, 112.5), (55, 3.515625)])
def test_the_lethal_dose_is_reached_when_the_closed_form_says(temperature_c, seconds, march):
    model = damage_model("cem43_240")
    level = model.level(march(model, temperature_c, temperature_c, seconds))
    assert level[0] == pytest.approx(0.0, abs=1e-10)


def test_a_ramp_through_43_degrees_in_one_step_is_the_closed_form(march):
    dose = march(damage_model("cem43_240"), 37.0, 87.0, 300.0)[0, 0]
    assert dose == pytest.approx(2.538015956467e12, rel=1e-12)


def test_the_way_up_and_the_way_down_give_the_same_dose(march):
    model = damage_model("cem43_240")
    np.testing.assert_allclose(march(model, 37.0, 50.0, 60.0), march(model, 50.0, 37.0, 60.0), rtol=1e-14)


def test_the_dose_is_continuous_across_43_degrees(march):
    model = damage_model("cem43_240")
    below, above = (march(model, 43.0 + d, 43.0 + d, 60.0)[0, 0] for d in (-1e-9, 1e-9))
    assert below == pytest.approx(above, rel=1e-8)


def test_a_nearly_flat_step_loses_no_digits(march):
    dose = march(damage_model("cem43_240"), 50.0, 50.0 + 1e-7, 60.0)[0, 0]
    assert dose == pytest.approx(128.0 * (1.0 + 0.5e-7 * math.log(2.0)), rel=1e-10)


@pytest.mark.parametrize("limit_c", [50, 54, 60])
def test_an_isotherm_keeps_the_maximum_over_time(limit_c):
    model = damage_model(f"isotherm_{limit_c}")
    body, hot = np.full(1, 310.15), np.full(1, limit_c + 273.15 + 2.0)
    state = model.advance(model.start(1, body), body, hot, 1.0)
    cooled = model.advance(state, hot, body, 1.0)
    assert model.level(cooled)[0] == pytest.approx(2.0)
