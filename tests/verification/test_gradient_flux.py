"""Heat through a surface by gradients against the nodes' balance, round a ball heated by its current."""

import numpy as np

from ablasim.mesh.structured import shell_mesh
from ablasim.physics.electric import ElectricProblem
from ablasim.physics.heat_flux import FacetFlux
from ablasim.physics.steady import solve_steady

SIGMA, K, VOLTS, BODY = 0.333, 0.52, 22.0, 310.15
INNER, OUTER = 1.5e-3, 50e-3


def graded_radii(inner, outer, n):
    """Radii growing by a constant factor: the potential is equally well resolved everywhere."""
    return np.geomspace(inner, outer, n + 1)


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
        lambda T: (problem.solve(bioheat.laws.electrical(T)).joule_heat * VOLTS**2, ()),
        (),
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
