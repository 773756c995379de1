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


@pytest.fixture
def cooled():
    """Temperature after 100 s in equal steps, K above the reference, and the heat that is not accounted for, J."""
    mesh = box_mesh((SIDE, SIDE, SIDE), (2, 2, 2))
    space = make_space(mesh)
    everywhere = np.ones(mesh.n_cells)
    curve = EnthalpyCurve(np.zeros(0), space.measure(CAPACITY * everywhere)[np.newaxis], 0.0)
    losses = mass(space, Pattern.of(space), space.measure(LOSS * everywhere))
    nothing, free = np.zeros(mesh.n_points), np.zeros(mesh.n_points, dtype=bool)

    def cool(advance, n_steps):
        temperature, unaccounted = np.full(mesh.n_points, START), 0.0
        for _ in range(n_steps):
            step = advance(space, curve, losses, nothing, free, temperature, 100.0 / n_steps, tolerance=1e-9)
            lost = 100.0 / n_steps * float(losses.apply(step.mean_temperature).sum())
            unaccounted += abs(float(step.stored.sum()) + lost)
            temperature = step.temperature
        return temperature, unaccounted

    return cool


@pytest.mark.parametrize(("advance", "order"), [(advance_implicit_euler, 1), (advance_sdirk2, 2)])
def test_a_method_converges_with_its_order_and_conserves_heat(cooled, advance, order):
    exact = START * np.exp(-100.0 / TAU)
    errors = []
    for n_steps in (4, 8, 16):
        temperature, unaccounted = cooled(advance, n_steps)
        np.testing.assert_allclose(temperature, temperature[0], rtol=1e-7)
        errors.append(abs(temperature[0] - exact))
        assert unaccounted < 1e-5 * CAPACITY * VOLUME * START
    assert np.log2(errors[1] / errors[2]) == pytest.approx(order, abs=0.1)


def test_implicit_euler_gives_its_own_formula(cooled):
    temperature, _ = cooled(advance_implicit_euler, 4)
    np.testing.assert_allclose(temperature, START / (1.0 + 25.0 / TAU) ** 4, rtol=1e-6)
