"""V-A5: a manufactured solution with k(T), perfusion and σ(T); the order in space and time."""

import numpy as np
import pytest
import sympy as sp

from ablasim.fem import MultigridSolver
from ablasim.fem.operators import stiffness
from ablasim.mesh.structured import box_mesh
from ablasim.physics.bioheat import RegionLaws

SIDE, TAU, RISE, BODY = 0.04, 60.0, 40.0, 310.15
K37, K_SLOPE, SIGMA37, SIGMA_SLOPE = 0.52, 0.0012, 0.333, 0.015
FACES = ("x_min", "x_max", "y_min", "y_max", "z_min", "z_max")


def symbols_and_fields(liv):
    x, y, z, t = sp.symbols("x y z t", real=True)
    shape = sp.sin(sp.pi * x / SIDE) * sp.sin(sp.pi * y / SIDE) * sp.sin(sp.pi * z / SIDE)
    excess = RISE * shape * (1 - sp.exp(-t / TAU))
    k = K37 * (1 + K_SLOPE * excess)
    space = (x, y, z)
    source = (
        liv.rho * liv.c * sp.diff(excess, t) - sum(sp.diff(k * sp.diff(excess, s), s) for s in space) + liv.w * excess
    )
    phi = 20 + 5 * x * y * z / SIDE**3 + 3 * x / SIDE
    sigma = SIGMA37 * (1 + SIGMA_SLOPE * excess)
    current = -sum(sp.diff(sigma * sp.diff(phi, s), s) for s in space)
    arguments = (x, y, z, t)
    return tuple(sp.lambdify(arguments, f, "numpy") for f in (excess, source, phi, current))


def tissue(tools):
    return tools.simple_tissue(
        thermal_conductivity_slope_per_k=K_SLOPE,
        electrical_conductivity_slope_per_k=SIGMA_SLOPE,
        thermal_conductivity_cap=400.0,
        electrical_conductivity_cap=400.0,
    )


def centred_box(n):
    mesh = box_mesh((SIDE, SIDE, SIDE), (n, n, n))
    return mesh, mesh.points.min(axis=0)


def solve_heat(tools, n, order, end, n_steps):
    """Nodal error and the space after marching to `end`."""
    excess, source, _, _ = symbols_and_fields(tools.LIV)
    mesh, corner = centred_box(n)
    bioheat = tools.bioheat_on(mesh, tissue(tools), [(name, BODY) for name in FACES], order)
    space = bioheat.space
    volumes = space.measure(np.ones(mesh.n_cells))
    places = np.stack([space.at_values(space.points[:, i] - corner[i]) for i in range(3)])
    end_temperature = tools.march_fixed(
        bioheat,
        np.full(space.n_nodes, BODY),
        end / n_steps,
        n_steps,
        source=lambda t, T: space.from_values(source(*places, t) * volumes),
    )[-1]
    nodes = (space.points - corner).T
    return space, end_temperature - BODY - excess(*nodes, end)


@pytest.mark.parametrize(("order", "sizes"), [(1, (6, 12)), (2, (3, 6))])
def test_temperature_converges_in_space_at_the_order_of_the_elements(tools, order, sizes):
    errors = []
    for n in sizes:
        space, error = solve_heat(tools, n, order, end=20.0, n_steps=40)
        errors.append(tools.l2_norm(space, error))
    assert tools.observed_order(errors) > order + 1 - 0.2


@pytest.mark.slow
@pytest.mark.parametrize(("order", "sizes"), [(1, (12, 24)), (2, (5, 10))])
def test_temperature_converges_in_space_on_finer_meshes_too(tools, order, sizes):
    errors = []
    for n in sizes:
        space, error = solve_heat(tools, n, order, end=20.0, n_steps=100)
        errors.append(tools.l2_norm(space, error))
    assert tools.observed_order(errors) > order + 1 - 0.2


def test_temperature_converges_in_time_at_second_order(tools):
    _, reference = solve_heat(tools, 6, 1, end=80.0, n_steps=256)
    errors = [np.abs(solve_heat(tools, 6, 1, end=80.0, n_steps=n)[1] - reference).max() for n in (8, 16, 32)]
    assert tools.observed_order(errors) > 1.8


@pytest.mark.parametrize(("order", "sizes"), [(1, (6, 12)), (2, (4, 8))])
def test_potential_converges_at_the_order_of_the_elements(tools, order, sizes):
    excess, _, phi, current = symbols_and_fields(tools.LIV)
    errors = []
    for n in sizes:
        mesh, corner = centred_box(n)
        bioheat = tools.bioheat_on(mesh, tissue(tools), [(name, BODY) for name in FACES], order)
        space = bioheat.space
        nodes = (space.points - corner).T
        temperature = BODY + excess(*nodes, 1e9)
        sigma = RegionLaws(space, bioheat.regions).electrical(temperature)
        operator = stiffness(space, bioheat.pattern, sigma)
        volumes = space.measure(np.ones(mesh.n_cells))
        places = np.stack([space.at_values(row) for row in nodes])
        load = space.from_values(current(*places, 1e9) * volumes)
        exact = phi(*nodes, 0.0)
        held = np.where(bioheat.fixed, exact, 0.0)
        residual = load - operator.apply(held)
        correction, _ = MultigridSolver("test").solve(
            operator.constrained(bioheat.fixed), residual, tolerance=1e-10, reference=np.linalg.norm(residual)
        )
        errors.append(tools.l2_norm(space, held + correction - exact))
    assert tools.observed_order(errors) > order + 1 - 0.2
