"""V-A5: orders of convergence on a manufactured solution."""

import numpy as np
import sympy as sp

from ablasim.book import converges
from ablasim.book.direct import BODY, LIVER, bioheat_on, constant_tissue, l2_error, march_fixed, solve_potential
from ablasim.mesh.structured import box_mesh
from ablasim.physics.bioheat import RegionLaws
from ablasim.views.book_figures import Series

SIDE, TAU, RISE = 0.04, 60.0, 40.0
K37, K_SLOPE, SIGMA37, SIGMA_SLOPE = 0.52, 0.0012, 0.333, 0.015
FACES = ("x_min", "x_max", "y_min", "y_max", "z_min", "z_max")
SETTLED = 1e9  # s: the temperature does not change any more


def fields():
    """Rise of temperature, heat source, potential and current source as functions of x, y, z, t."""
    x, y, z, t = sp.symbols("x y z t", real=True)
    shape = sp.sin(sp.pi * x / SIDE) * sp.sin(sp.pi * y / SIDE) * sp.sin(sp.pi * z / SIDE)
    rise = RISE * shape * (1 - sp.exp(-t / TAU))
    k, sigma = K37 * (1 + K_SLOPE * rise), SIGMA37 * (1 + SIGMA_SLOPE * rise)
    phi = 20 + 5 * x * y * z / SIDE**3 + 3 * x / SIDE

    def flow(coefficient, field):
        return -sum(sp.diff(coefficient * sp.diff(field, s), s) for s in (x, y, z))

    heat = LIVER["rho"] * LIVER["c"] * sp.diff(rise, t) + flow(k, rise) + LIVER["w"] * rise
    return [sp.lambdify((x, y, z, t), field, "numpy") for field in (rise, heat, phi, flow(sigma, phi))]


RISE_AT, HEAT_AT, PHI_AT, CURRENT_AT = fields()


def problem(n, order):
    mesh = box_mesh((SIDE, SIDE, SIDE), (n, n, n))
    tissue = constant_tissue(
        thermal_conductivity_slope_per_k=K_SLOPE,
        electrical_conductivity_slope_per_k=SIGMA_SLOPE,
        thermal_conductivity_cap=400.0,
        electrical_conductivity_cap=400.0,
    )
    bioheat = bioheat_on(mesh, tissue, [(name, BODY) for name in FACES], order)
    space = bioheat.space
    nodes = (space.points - mesh.points.min(axis=0)).T
    places = np.stack([space.at_values(row) for row in nodes])
    volumes = space.measure(np.ones(mesh.n_cells))
    return mesh, bioheat, nodes, places, volumes


def heat_error(n, order, end, n_steps):
    mesh, bioheat, _, places, volumes = problem(n, order)
    corner = mesh.points.min(axis=0)
    space = bioheat.space
    temperature = march_fixed(
        bioheat, np.full(space.n_nodes, BODY), end / n_steps, n_steps,
        source=lambda t, now: space.from_values(HEAT_AT(*places, t) * volumes),
    )[-1]  # fmt: skip
    norm = l2_error(mesh, space, temperature - BODY, lambda places: RISE_AT(*(places - corner).T, end))
    return norm, temperature


def potential_error(n, order):
    mesh, bioheat, nodes, places, volumes = problem(n, order)
    corner = mesh.points.min(axis=0)
    space = bioheat.space
    sigma = RegionLaws(space, bioheat.regions).electrical(BODY + RISE_AT(*nodes, SETTLED))
    exact = PHI_AT(*nodes, 0.0)
    load = space.from_values(CURRENT_AT(*places, SETTLED) * volumes)
    solution = solve_potential(space, sigma, bioheat.fixed, np.where(bioheat.fixed, exact, 0.0), load)
    return l2_error(mesh, space, solution, lambda places: PHI_AT(*(places - corner).T, 0.0))


def in_space(bench):
    meshes = {1: (6, 12), 2: (5, 10)} if bench.quick else {1: (6, 12, 24), 2: (3, 6, 12)}
    checks, series = [], []
    for order, counts in meshes.items():
        sizes = [1e3 * SIDE / n for n in counts]
        words = {1: "first-order elements", 2: "second-order elements"}[order]
        steps = 40 if bench.quick else 100
        heat = [heat_error(n, order, 20.0, steps)[0] / RISE / SIDE**1.5 for n in counts]
        electric = [potential_error(n, order) / 28.0 / SIDE**1.5 for n in counts]
        checks += [
            converges(f"temperature in space, {words}", sizes, heat, order + 1.0),
            converges(f"potential in space, {words}", sizes, electric, order + 1.0),
        ]
        series += [Series(f"temperature, {words}", sizes, heat), Series(f"potential, {words}", sizes, electric)]
    bench.convergence(
        "space", "L2 error over the edge of a brick, relative to the largest rise and the largest potential.", series,
        x_label="edge of a brick / mm", y_label="relative L2 error", orders=[2.0, 2.0, 3.0],
    )  # fmt: skip
    return checks


def in_time(bench):
    end, counts = 80.0, (8, 16, 32)
    _, reference = heat_error(6, 1, end, 256)
    errors = [np.abs(heat_error(6, 1, end, n)[1] - reference).max() for n in counts]
    steps = [end / n for n in counts]
    bench.convergence(
        "time", "Largest difference at a node from 256 steps, at 80 s.", [Series("temperature", steps, errors)],
        x_label="time step / s", y_label="difference / K", orders=[2.0],
    )  # fmt: skip
    return [converges("temperature in time", steps, errors, 2.0)]


def run(bench):
    return [*in_space(bench), *in_time(bench)]
