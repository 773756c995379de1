"""V-A7: the exact tie between voltage and temperature round a ball."""

import numpy as np
import pytest

from ablasim.mesh.structured import shell_mesh
from ablasim.physics.electric import ElectricProblem
from ablasim.physics.heat_flux import FacetFlux
from ablasim.physics.steady import solve_steady

SIGMA, K, VOLTS, BODY = 0.333, 0.52, 22.0, 310.15
INNER, OUTER = 1.5e-3, 50e-3


def graded_radii(inner, outer, n):
    """Radii growing by a constant factor: the potential is equally well resolved everywhere."""
    return np.geomspace(inner, outer, n + 1)


def potential_on(tools, mesh, tissue):
    bioheat = tools.bioheat_on(mesh, tissue)
    problem = ElectricProblem(
        bioheat.space,
        bioheat.pattern,
        mesh.points_of_facets("inner"),
        mesh.points_of_facets("outer"),
        np.ones(mesh.n_cells, dtype=bool),
    )
    return problem, problem.solve(bioheat.laws.electrical(np.full(mesh.n_points, BODY)))


def sphere_resistance(inner, outer):
    return (1.0 / inner - 1.0 / outer) / (4.0 * np.pi * SIGMA)


def steady_heat_of(tools, mesh, tissue, holds):
    """Steady temperature with the Joule heat of 22 V, no perfusion, and the unit potential."""
    bioheat = tools.bioheat_on(mesh, tissue, holds)
    problem = ElectricProblem(
        bioheat.space,
        bioheat.pattern,
        mesh.points_of_facets("inner"),
        mesh.points_of_facets("outer"),
        np.ones(mesh.n_cells, dtype=bool),
    )
    temperature = solve_steady(
        bioheat,
        lambda T: problem.solve(bioheat.laws.electrical(T)).joule_heat * VOLTS**2,
        (),
        np.full(mesh.n_points, BODY),
        tolerance=1e-6,
    )
    phi = VOLTS * problem.solve(bioheat.laws.electrical(temperature)).potential
    return bioheat, temperature, phi


def dry_tissue(tools, **changes):
    return tools.simple_tissue(
        perfusion_rate_per_s=0.0, electrical_conductivity_cap=500.0, thermal_conductivity_cap=500.0, **changes
    )


CASES = {
    "both electrodes at body temperature": (
        [("inner", BODY), ("outer", BODY)],
        lambda phi: SIGMA * phi * (VOLTS - phi) / (2 * K),
    ),
    "active electrode cooled to 20 °C": (
        [("inner", BODY - 17.0), ("outer", BODY)],
        lambda phi: -17.0 * phi / VOLTS + SIGMA * phi * (VOLTS - phi) / (2 * K),
    ),
    "active electrode insulated": (
        [("outer", BODY)],
        lambda phi: SIGMA * (VOLTS * phi - phi**2 / 2) / K,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_temperature_is_the_exact_function_of_the_potential(tools, case):
    holds, law = CASES[case]
    errors = []
    for n, subdivisions in ((24, 3), (48, 4)):
        mesh = shell_mesh(graded_radii(INNER, OUTER, n), subdivisions)
        _, temperature, phi = steady_heat_of(tools, mesh, dry_tissue(tools), holds)
        rise = law(phi)
        errors.append(np.abs(temperature - BODY - rise).max() / np.abs(rise).max())
    assert errors[-1] < 0.005
    assert errors[-1] < 0.4 * errors[0]


def test_temperature_dependent_conductivity_gives_the_exact_maximum(tools):
    slope = 0.015
    mesh = shell_mesh(graded_radii(INNER, OUTER, 48), 3)
    tissue = dry_tissue(tools, electrical_conductivity_slope_per_k=slope)
    _, temperature, _ = steady_heat_of(tools, mesh, tissue, [("inner", BODY), ("outer", BODY)])
    exact = (np.exp(slope * SIGMA * VOLTS**2 / (8 * K)) - 1.0) / slope
    assert exact + 37.0 == pytest.approx(89.539456, abs=1e-4)
    assert temperature.max() - BODY == pytest.approx(exact, rel=0.005)


def test_gradient_flux_approaches_the_reaction_flux_as_the_mesh_is_refined(tools):
    """The audit's reactions balance by construction; the flux -k ∇T·n must come to the same."""
    gaps = []
    for n, subdivisions in ((16, 2), (32, 3)):
        mesh = shell_mesh(graded_radii(INNER, OUTER, n), subdivisions)
        holds = [("inner", BODY), ("outer", BODY)]
        bioheat, temperature, _ = steady_heat_of(tools, mesh, dry_tissue(tools), holds)
        flux = FacetFlux(mesh, np.ones(mesh.n_cells, dtype=bool), mesh.facets_of("outer"))
        heat = flux.power(temperature, bioheat.laws.thermal(temperature))
        delivered = VOLTS**2 / sphere_resistance(INNER, OUTER)
        gaps.append(abs(heat / (0.5 * delivered) - 1.0))
    assert gaps[-1] < 0.55 * gaps[0]  # first order: the gradient is one-sided
    assert gaps[-1] < 0.15
