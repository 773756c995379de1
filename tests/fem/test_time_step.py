"""One tissue that cools through its perfusion: T falls as exp(-t / τ) everywhere, whatever the mesh."""

import numpy as np
import pytest

from ablasim.fem import EnthalpyCurve, advance_implicit_euler, advance_sdirk2, make_space
from ablasim.fem.operators import Pattern, mass
from ablasim.mesh.structured import box_mesh

CAPACITY, LOSS, START = 4e6, 2e4, 50.0  # J/(m³ K), W/(m³ K), K above the reference
TAU = CAPACITY / LOSS
SIDE = 0.02  # m
VOLUME = SIDE**3


class Cooling:
    """A block of tissue that starts warm."""

    def __init__(self):
        mesh = box_mesh((SIDE, SIDE, SIDE), (2, 2, 2))
        self.space = make_space(mesh)
        everywhere = np.ones(mesh.n_cells)
        self.curve = EnthalpyCurve(np.zeros(0), self.space.measure(CAPACITY * everywhere)[np.newaxis], 0.0)
        self.losses = mass(self.space, Pattern.of(self.space), self.space.measure(LOSS * everywhere))
        self.start = np.full(mesh.n_points, START)

    def step(self, advance, temperature, dt):
        nothing, free = np.zeros_like(temperature), np.zeros(len(temperature), dtype=bool)
        return advance(self.space, self.curve, self.losses, nothing, free, temperature, dt, tolerance=1e-9)

    def after(self, duration, advance, n_steps):
        """Temperature, K above the reference, and the heat that is not accounted for, J."""
        temperature, unaccounted, dt = self.start, 0.0, duration / n_steps
        for _ in range(n_steps):
            step = self.step(advance, temperature, dt)
            lost = dt * float(self.losses.apply(step.mean_temperature).sum())
            unaccounted += abs(float(step.stored.sum()) + lost)
            temperature = step.temperature
        return temperature, unaccounted


@pytest.fixture(scope="module")
def cooling():
    return Cooling()


@pytest.mark.parametrize(("advance", "order"), [(advance_implicit_euler, 1), (advance_sdirk2, 2)])
def test_a_method_converges_with_its_order_and_conserves_heat(cooling, advance, order):
    exact = START * np.exp(-100.0 / TAU)
    errors = []
    for n_steps in (4, 8, 16):
        temperature, unaccounted = cooling.after(100.0, advance, n_steps)
        np.testing.assert_allclose(temperature, temperature[0], rtol=1e-7)
        errors.append(abs(temperature[0] - exact))
        assert unaccounted < 1e-5 * CAPACITY * VOLUME * START
    assert np.log2(errors[1] / errors[2]) == pytest.approx(order, abs=0.1)


def test_implicit_euler_gives_its_own_formula(cooling):
    temperature, _ = cooling.after(100.0, advance_implicit_euler, 4)
    np.testing.assert_allclose(temperature, START / (1.0 + 25.0 / TAU) ** 4, rtol=1e-6)


@pytest.mark.parametrize("dt", [10.0, 40.0])
def test_the_estimated_error_of_a_step_is_the_true_one(cooling, dt):
    step = cooling.step(advance_sdirk2, cooling.start, dt)
    exact = START * np.exp(-dt / TAU)
    assert step.error[0] == pytest.approx(exact - step.temperature[0], rel=0.03)
