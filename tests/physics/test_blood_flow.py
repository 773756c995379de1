import numpy as np
import pytest

from ablasim.materials import Blood
from ablasim.physics.blood_flow import blood_warming, film_coefficient, local_nusselt, reynolds_number

BLOOD = Blood(
    density=1050.0, heat_capacity=3617.0, thermal_conductivity=0.52, viscosity=3.5e-3, electrical_conductivity=0.7
)
GRAETZ = {0.001: 10.1302, 0.005: 6.00152, 0.01: 4.91606, 0.02: 4.17243, 0.05: 3.70999, 0.1: 3.65807, 0.2: 3.65679}
"""Exact local Nusselt number by (x/D)/(Re Pr): V-A13."""


@pytest.mark.parametrize(("place", "exact"), GRAETZ.items())
def test_laminar_nusselt_stays_within_six_percent_of_the_graetz_solution(place, exact):
    diameter, speed = 6e-3, 0.15
    peclet = 6573.2
    nusselt = local_nusselt(place * peclet * diameter, diameter, speed, BLOOD)
    assert nusselt == pytest.approx(exact, rel=0.06)


def test_reynolds_number_of_the_demo_vein():
    assert reynolds_number(0.15, 6e-3, BLOOD) == pytest.approx(270.0)


def test_nusselt_falls_along_the_flow_and_is_finite_at_the_start():
    along = local_nusselt(np.linspace(-0.01, 0.1, 50), 6e-3, 0.15, BLOOD)
    assert np.isfinite(along).all()
    assert np.all(np.diff(along) <= 1e-12)
    assert along[0] == along[1]


def test_turbulent_film_is_far_better_than_laminar_at_the_same_place():
    slow, fast = (film_coefficient(0.03, 20e-3, speed, BLOOD) for speed in (0.3, 1.0))
    assert fast > 2.0 * slow


def test_gnielinski_at_re_10000():
    """f = 0.03148, so Nu = 0.003935 · 9000 · 24.345 / (1 + 12.7 · 0.06273 · 7.40) = 125.0, far downstream."""
    speed = 1e4 * BLOOD.viscosity / (BLOOD.density * 20e-3)
    assert local_nusselt(1e6, 20e-3, speed, BLOOD) == pytest.approx(125.0, rel=0.005)


def test_blood_warming_is_power_over_heat_capacity_flow():
    flow = 1050.0 * 3617.0 * 0.15 * np.pi * 3e-3**2
    assert blood_warming(2.0, 0.15 * np.pi * 6e-3**2 / 4.0, BLOOD) == pytest.approx(2.0 / flow)
