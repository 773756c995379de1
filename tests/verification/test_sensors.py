"""What sensors read beside an electrode that is a ball, against the exact solution: second order.

Between two balls at 0 and V volt, both held at T₀, with constant σ and k, the potential φ falls as 1/r and the steady
temperature is T₀ + σ/(2k) φ (V - φ).
"""

import numpy as np
import pytest

from ablasim.fem.point_fit import PointFit
from ablasim.mesh.structured import shell_mesh
from ablasim.physics.electric import ElectricProblem
from ablasim.physics.steady import solve_steady
from ablasim.sensors import Sensors

SIGMA, K, BODY, VOLTS = 0.333, 0.52, 310.15, 15.0
INNER, OUTER = 3e-3, 15e-3
N_SENSORS = 60


@pytest.fixture(scope="module")
def places():
    """Sensors scattered between 1.3 and 4 radii of the electrode, m."""
    random = np.random.default_rng(7)
    directions = random.normal(size=(N_SENSORS, 3))
    directions /= np.linalg.norm(directions, axis=1)[:, None]
    return random.uniform(1.3, 4.0, N_SENSORS)[:, None] * INNER * directions


@pytest.fixture(scope="module")
def exact(places):
    radius = np.linalg.norm(places, axis=1)
    scale = VOLTS / (1.0 / INNER - 1.0 / OUTER)
    potential = scale * (1.0 / radius - 1.0 / OUTER)
    field = scale / radius**2
    return {
        "temperature": BODY + SIGMA / (2.0 * K) * potential * (VOLTS - potential),
        "field": field,
        "heat": SIGMA * field**2,
    }


def solved(tools, n, subdivisions):
    """Space, temperature, potential and heat per volume on a mesh of the shell."""
    mesh = shell_mesh(np.geomspace(INNER, OUTER, n + 1), subdivisions)
    bioheat = tools.bioheat_on(
        mesh, tools.simple_tissue(perfusion_rate_per_s=0.0), holds=[("inner", BODY), ("outer", BODY)]
    )
    inner, outer = mesh.points_of_facets("inner"), mesh.points_of_facets("outer")
    everywhere = np.ones(mesh.n_cells, dtype=bool)
    problem = ElectricProblem(bioheat.space, bioheat.pattern, inner, outer, everywhere)
    unit = problem.solve(np.full(mesh.n_cells, SIGMA))
    heat = unit.joule_heat * VOLTS**2
    start = np.full(mesh.n_points, BODY)
    temperature = solve_steady(bioheat, lambda T: (heat, ()), (), (), start, tolerance=1e-6)
    return mesh, bioheat.space, temperature, VOLTS * unit.potential, heat / bioheat.space.gradient_weights


@pytest.fixture(scope="module")
def errors(places, exact):
    """Root mean squares of the errors over all sensors by quantity, relative, on three meshes."""

    def on(tools, n, subdivisions):
        mesh, space, temperature, potential, heat = solved(tools, n, subdivisions)
        sensors = Sensors.of(mesh, tuple(map(str, range(N_SENSORS))), places)
        assert sensors.cells.min() >= 0
        fits = [
            PointFit.of(space, np.ones(mesh.n_cells, dtype=bool), cell, point)
            for cell, point in zip(sensors.cells, places, strict=True)
        ]
        read = {
            "temperature": sensors.at(temperature),
            "field": np.array([np.linalg.norm(fit.gradient @ potential[fit.nodes]) for fit in fits]),
            "heat": np.array([fit.mean @ heat[fit.cells] for fit in fits]),
        }
        size = {"temperature": exact["temperature"] - BODY, "field": exact["field"], "heat": exact["heat"]}
        return {key: np.sqrt(np.mean(((read[key] - exact[key]) / size[key]) ** 2)) for key in read}

    return on


def test_temperature_field_and_absorption_converge_at_second_order(tools, errors):
    coarse, _, fine = (errors(tools, n, subdivisions) for n, subdivisions in ((6, 2), (12, 3), (24, 4)))
    for key in ("temperature", "field", "heat"):
        assert 0.5 * np.log2(coarse[key] / fine[key]) > 1.8, key  # over two halvings of the edges
    assert fine["temperature"] < 0.002
    assert fine["field"] < 0.004
    assert fine["heat"] < 0.015


def test_a_quadratic_field_has_its_exact_gradient_and_a_linear_density_its_exact_value(tools):
    mesh, space, *_ = solved(tools, 4, 1)
    point = np.array([4e-3, 3e-3, -2e-3])
    sensors = Sensors.of(mesh, ("one",), point[None])
    fit = PointFit.of(space, np.ones(mesh.n_cells, dtype=bool), sensors.cells[0], point)
    slope, curved = np.array([2.0, -3.0, 5.0]), np.array([[1e3, 4e2, 0.0], [4e2, -7e2, 2e2], [0.0, 2e2, 3e2]])
    values = space.points @ slope + np.einsum("ni,ij,nj->n", space.points, curved, space.points)
    np.testing.assert_allclose(fit.gradient @ values[fit.nodes], slope + 2.0 * curved @ point, rtol=1e-9)
    middles = space.points[space.cells].mean(axis=1)
    assert fit.mean @ (7.0 + middles[fit.cells] @ slope) == pytest.approx(7.0 + point @ slope)
