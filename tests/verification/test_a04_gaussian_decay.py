"""V-A4: a Gaussian of heat spreads and is perfused away; the order in time."""

import numpy as np
import pytest

from ablasim.mesh.structured import box_mesh

WIDTH, HEIGHT, TIME = 5e-3, 50.0, 60.0


def exact(radius, t, liv):
    alpha, beta = liv.k / (liv.rho * liv.c), liv.w / (liv.rho * liv.c)
    spread = WIDTH**2 + 2.0 * alpha * t
    return HEIGHT * (WIDTH**2 / spread) ** 1.5 * np.exp(-beta * t - radius**2 / (2.0 * spread))


def octant(tools, n):
    """One octant of a cube of 2 x 30 mm: symmetry planes are insulated by themselves."""
    mesh = box_mesh((0.03, 0.03, 0.03), (n, n, n))
    radius = np.linalg.norm(mesh.points - mesh.points.min(axis=0), axis=1)
    return mesh, radius, tools.bioheat_on(mesh, tools.simple_tissue())


def test_exact_solution_gives_the_tabulated_values(tools):
    assert exact(0.0, 10.0, tools.LIV) == pytest.approx(39.92165, abs=1e-5)
    assert exact(5e-3, 60.0, tools.LIV) == pytest.approx(11.41690, abs=1e-5)


def test_halving_the_time_step_divides_the_error_by_four(tools):
    _, radius, bioheat = octant(tools, 10)
    start = tools.LIV.body + exact(radius, 0.0, tools.LIV)
    reference = tools.march_fixed(bioheat, start, TIME / 256, 256)[-1]
    errors = [np.abs(tools.march_fixed(bioheat, start, TIME / n, n)[-1] - reference).max() for n in (4, 8, 16)]
    assert tools.observed_order(errors) == pytest.approx(2.0, abs=0.2)


def test_the_error_falls_with_the_square_of_the_mesh_size(tools):
    errors = []
    for n in (10, 20):
        _, radius, bioheat = octant(tools, n)
        start = tools.LIV.body + exact(radius, 0.0, tools.LIV)
        end = tools.march_fixed(bioheat, start, TIME / 24, 24)[-1]
        error = end - tools.LIV.body - exact(radius, TIME, tools.LIV)
        errors.append(tools.l2_norm(bioheat.space, error))
    assert tools.observed_order(errors) > 1.8
