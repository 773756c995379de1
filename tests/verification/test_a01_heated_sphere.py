"""V-A1: a uniformly heated sphere in perfused tissue, steady."""

import numpy as np
import pytest

from ablasim.mesh.structured import ball_mesh
from ablasim.physics.prescribed import prescribed_heat
from ablasim.physics.steady import solve_steady

RADIUS, POWER, FAR = 5e-3, 5.0, 60e-3


def exact(r, liv):
    decay = np.sqrt(liv.k / liv.w)
    density = POWER / (4.0 / 3.0 * np.pi * RADIUS**3)
    a = RADIUS / decay
    s = np.maximum(r / decay, 1e-12)
    inside = density / liv.w * (1.0 - (1.0 + a) * np.exp(-a) * np.sinh(np.minimum(s, a)) / np.minimum(s, a))
    outside = density / liv.w * (a * np.cosh(a) - np.sinh(a)) * np.exp(-s) / s
    return np.where(r <= RADIUS, inside, outside)


def solve(tools, n, subdivisions):
    radii = np.concatenate([np.linspace(0, RADIUS, n + 1)[1:], RADIUS * np.geomspace(1, FAR / RADIUS, 2 * n + 1)[1:]])
    mesh = ball_mesh(radii, subdivisions)
    bioheat = tools.bioheat_on(mesh, tools.simple_tissue(), [("outer", tools.LIV.body)])
    centres = np.linalg.norm(mesh.points[mesh.cells], axis=2).max(axis=1)
    heated = centres <= RADIUS * (1 + 1e-9)
    heat = prescribed_heat(bioheat.space, heated, 1.0)
    heat *= POWER / heat.sum()
    start = np.full(mesh.n_points, tools.LIV.body)
    temperature = solve_steady(bioheat, lambda T: heat, (), start, tolerance=1e-8)
    return mesh, bioheat, temperature


def test_exact_solution_gives_the_tabulated_values(tools):
    radii = np.array([0.0, 2.5e-3, 5e-3, 10e-3, 20e-3])
    assert exact(radii, tools.LIV) == pytest.approx([111.88110, 98.53481, 55.86335, 8.98606, 0.46503], abs=1e-4)


def test_temperature_is_within_half_a_percent_and_converges_at_second_order(tools):
    errors, worst = [], []
    for n, subdivisions in ((5, 2), (10, 3), (20, 4)):
        mesh, bioheat, temperature = solve(tools, n, subdivisions)
        error = temperature - tools.LIV.body - exact(np.linalg.norm(mesh.points, axis=1), tools.LIV)
        errors.append(tools.l2_norm(bioheat.space, error))
        worst.append(np.abs(error).max() / 111.88110)
    assert tools.observed_order(errors) > 1.8
    assert worst[-1] < 0.005


def test_perfusion_carries_off_the_whole_power(tools):
    _, bioheat, temperature = solve(tools, 10, 3)
    carried = bioheat.perfusion_power(temperature, np.ones_like(bioheat.perfusion))
    assert carried == pytest.approx(POWER, rel=1e-3)
