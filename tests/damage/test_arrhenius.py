"""The Arrhenius model by itself; V-A15 of the verification book holds it to closed forms in whole runs."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.integrate import quad

from ablasim.damage import damage_model
from ablasim.damage.arrhenius_sets import ARRHENIUS_SETS


@pytest.mark.parametrize("name", [entry.name for entry in ARRHENIUS_SETS])
def test_one_step_of_63_kelvin_matches_adaptive_quadrature(name, march):
    model = damage_model(f"arrhenius_{name}")
    expected, _ = quad(lambda t: model.rate_per_s(310.15 + 63.0 * t / 90.0), 0.0, 90.0, epsrel=1e-10, limit=200)
    assert march(model, 37.0, 100.0, 90.0)[0, 0] == pytest.approx(expected, rel=1e-6)


def test_the_jacques_set_is_its_enthalpy_and_entropy_of_activation():
    boltzmann_over_planck = 1.380649e-23 / 6.62607015e-34
    factor = boltzmann_over_planck * 323.15 * math.exp(553.5 / 8.314462618)
    assert factor == pytest.approx(5.51e41, rel=0.05)


def test_the_level_is_the_logarithm_of_the_integral(march):
    model = damage_model("arrhenius_henriques")
    state = march(model, 60.0, 60.0, 30.0)
    np.testing.assert_allclose(model.level(state), np.log(state[0]))
