"""Dose and isotherms by themselves; V-A16 of the verification book holds the dose to closed forms in whole runs."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ablasim.damage import damage_model


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
