"""V-A3: a half-space of perfused tissue whose surface jumps by 50 K."""

import numpy as np
from scipy.special import erfc

from ablasim.mesh.structured import box_mesh

LENGTH, WIDTH, STEP = 0.06, 0.5e-3, 50.0


def exact(x, t, liv):
    alpha, beta = liv.k / (liv.rho * liv.c), liv.w / (liv.rho * liv.c)
    decay = np.sqrt(liv.k / liv.w)
    near, spread = np.sqrt(beta * t), x / (2.0 * np.sqrt(alpha * t))
    return 0.5 * STEP * (np.exp(-x / decay) * erfc(spread - near) + np.exp(x / decay) * erfc(spread + near))


def slab(tools, n, dt, n_steps):
    mesh = box_mesh((LENGTH, WIDTH, WIDTH), (n, 1, 1))
    body = tools.LIV.body
    bioheat = tools.bioheat_on(mesh, tools.simple_tissue(), [("x_min", body + STEP), ("x_max", body)])
    start = np.full(mesh.n_points, body)
    depth = mesh.points[:, 0] - mesh.points[:, 0].min()
    return depth, tools.march_fixed(bioheat, start, dt, n_steps)


def test_temperature_is_within_a_tenth_of_a_kelvin_of_the_exact_curve(tools):
    depth, temperatures = slab(tools, n=240, dt=0.5, n_steps=120)
    for time in (10.0, 30.0, 60.0):
        rise = temperatures[round(time / 0.5)] - tools.LIV.body
        assert np.abs(rise - exact(depth, time, tools.LIV)).max() < 0.1


def test_exact_curve_gives_the_tabulated_values(tools):
    assert abs(exact(np.array([1e-3]), 10.0, tools.LIV)[0] - 26.5289) < 1e-4
    assert abs(exact(np.array([5e-3]), 60.0, tools.LIV)[0] - 8.4508) < 1e-4


def test_the_first_step_neither_overshoots_nor_undershoots(tools):
    for dt in (0.01, 0.5, 20.0):
        _, temperatures = slab(tools, n=240, dt=dt, n_steps=2)
        for temperature in temperatures[1:]:
            rise = temperature - tools.LIV.body
            assert rise.max() <= STEP * (1.0 + 1e-6)
            assert rise.min() >= -STEP * 1e-3
