from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.integrate import quad

from ablasim.damage import damage_model

SECONDS_TO_ONE = {
    "liver": [510.50, 275.64, 61.053, 14.159, 3.4308, 0.22800],
    "henriques": [184260, 41038, 1042.0, 29.594, 0.93526, 1.26e-3],
    "jacques": [10178, 5249.0, 1039.1, 216.12, 47.119, 2.5587],
    "agah": [1.97e7, 7.06e6, 570890, 49832, 4680.2, 50.766],
    "borrelli": [1554.2, 462.98, 23.942, 1.3550, 0.083596, 4.06e-4],
    "hepatoma": [820.97, 419.26, 81.032, 16.466, 3.5099, 0.18255],
}
"""Time to Ω = 1 at 43, 45, 50, 55, 60 and 70 °C, s: exp(Ea / RT) / A evaluated by hand."""

CASES = [
    (name, temperature_c, seconds)
    for name, times in SECONDS_TO_ONE.items()
    for temperature_c, seconds in zip((43, 45, 50, 55, 60, 70), times, strict=True)
]


@pytest.mark.parametrize(("name", "temperature_c", "seconds"), CASES)
def test_constant_temperature_reaches_one_when_the_closed_form_says(name, temperature_c, seconds, march):
    model = damage_model(f"arrhenius_{name}")
    integral = march(model, temperature_c, temperature_c, seconds)[0, 0]
    assert integral == pytest.approx(1.0, rel=4e-3)  # the table is rounded to three digits in places
    assert model.level(march(model, temperature_c, temperature_c, seconds))[0] == pytest.approx(0.0, abs=4e-3)


def test_a_ramp_of_50_kelvin_in_one_step_matches_the_reference(march):
    integral = march(damage_model("arrhenius_liver"), 37.0, 87.0, 300.0)[0, 0]
    assert integral == pytest.approx(7649.28205, rel=1e-6)


@pytest.mark.parametrize("name", SECONDS_TO_ONE)
def test_a_ramp_matches_adaptive_quadrature(name, march):
    model = damage_model(f"arrhenius_{name}")
    expected, _ = quad(lambda t: model.rate_per_s(310.15 + 63.0 * t / 90.0), 0.0, 90.0, epsrel=1e-10, limit=200)
    assert march(model, 37.0, 100.0, 90.0)[0, 0] == pytest.approx(expected, rel=1e-6)


def test_the_popular_liver_set_kills_at_body_temperature_and_says_so(march):
    model = damage_model("arrhenius_liver")
    assert model.rate_per_s(310.15) == pytest.approx(2.940e-4, rel=1e-3)
    assert march(model, 37.0, 37.0, 600.0)[0, 0] == pytest.approx(0.176, abs=5e-4)
    assert march(model, 37.0, 37.0, 56.7 * 60.0)[0, 0] == pytest.approx(1.0, abs=1e-3)
    assert "57 minutes" in (model.warning or "")


def test_the_jacques_set_is_its_enthalpy_and_entropy_of_activation():
    boltzmann_over_planck = 1.380649e-23 / 6.62607015e-34
    factor = boltzmann_over_planck * 323.15 * math.exp(553.5 / 8.314462618)
    assert factor == pytest.approx(5.51e41, rel=0.05)


def test_the_level_is_the_logarithm_of_the_integral(march):
    model = damage_model("arrhenius_henriques")
    state = march(model, 60.0, 60.0, 30.0)
    np.testing.assert_allclose(model.level(state), np.log(state[0]))
