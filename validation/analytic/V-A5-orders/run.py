"""V-A5: orders of convergence on a manufactured solution."""

import numpy as np
import sympy as sp

from ablasim.book import converges
from ablasim.book.direct import BODY, LIVER, bioheat_on, constant_tissue, l2_error, march_fixed, solve_potential
from ablasim.build import build_case
from ablasim.mesh.structured import box_mesh
from ablasim.physics.bioheat import RegionLaws
from ablasim.views.book_figures import Series

SIDE, TAU, RISE = 0.04, 60.0, 40.0
K37, K_SLOPE, SIGMA37, SIGMA_SLOPE = 0.52, 0.0012, 0.333, 0.015
FACES = ("x_min", "x_max", "y_min", "y_max", "z_min", "z_max")
SIZES = {"needle_mm": 0.5, "vessel_mm": 1.4, "far_mm": 4.0, "growth": 0.4}
LAWS = {"blood flows on": "none", "blood stops by CEM43": "cem43"}
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


def problem(mesh, order):
    """Bioheat problem, nodes and quadrature points from the corner of the block, and the volumes of the latter."""
    tissue = constant_tissue(
        thermal_conductivity_slope_per_k=K_SLOPE,
        electrical_conductivity_slope_per_k=SIGMA_SLOPE,
        thermal_conductivity_cap=400.0,
        electrical_conductivity_cap=400.0,
    )
    faces = [name for name in mesh.facet_region_names if name in ("outer", *FACES) or name.endswith(".end")]
    bioheat = bioheat_on(mesh, tissue, [(name, BODY) for name in faces], order)
    space = bioheat.space
    nodes = (space.points - mesh.points.min(axis=0)).T
    places = np.stack([space.at_values(row) for row in nodes])
    volumes = space.measure(np.ones(mesh.n_cells))
    return bioheat, nodes, places, volumes


def heat_error(mesh, order, end, n_steps):
    bioheat, _, places, volumes = problem(mesh, order)
    corner = mesh.points.min(axis=0)
    space = bioheat.space
    temperature = march_fixed(
        bioheat, np.full(space.n_nodes, BODY), end / n_steps, n_steps,
        source=lambda t, now: space.from_values(HEAT_AT(*places, t) * volumes),
    )[-1]  # fmt: skip
    norm = l2_error(mesh, space, temperature - BODY, lambda places: RISE_AT(*(places - corner).T, end))
    return norm, temperature


def potential_error(mesh, order):
    bioheat, nodes, places, volumes = problem(mesh, order)
    corner = mesh.points.min(axis=0)
    space = bioheat.space
    sigma = RegionLaws(space, bioheat.regions).electrical(BODY + RISE_AT(*nodes, SETTLED))
    exact = PHI_AT(*nodes, 0.0)
    load = space.from_values(CURRENT_AT(*places, SETTLED) * volumes)
    solution = solve_potential(space, sigma, bioheat.fixed, np.where(bioheat.fixed, exact, 0.0), load)
    return l2_error(mesh, space, solution, lambda places: PHI_AT(*(places - corner).T, 0.0))


def bricks(n):
    """A mesh of n³ bricks."""
    return box_mesh((SIDE, SIDE, SIDE), (n, n, n))


def needle_mesh(bench, factor):
    """The mesh that a run makes of the scenario's needle and vein, every edge times a factor."""
    sizes = {f"numerics.mesh.{name}": factor * size for name, size in SIZES.items()}
    return build_case(bench.scenario(sizes)).mesh


def in_space(bench, where, label, meshes):
    """Orders on meshes by order of the elements; errors in the L2 norm relative to the largest rise and potential."""
    checks, series = [], []
    for order, sizes_and_meshes in meshes.items():
        sizes, every_mesh = zip(*sizes_and_meshes, strict=True)
        words = {1: "first-order elements", 2: "second-order elements"}[order]
        heat = [heat_error(mesh, order, 20.0, 20)[0] / RISE / SIDE**1.5 for mesh in every_mesh]
        electric = [potential_error(mesh, order) / 28.0 / SIDE**1.5 for mesh in every_mesh]
        checks += [
            converges(f"temperature in space, {where}, {words}", sizes, heat, order + 1.0),
            converges(f"potential in space, {where}, {words}", sizes, electric, order + 1.0),
        ]
        series += [Series(f"temperature, {words}", sizes, heat), Series(f"potential, {words}", sizes, electric)]
    bench.convergence(
        f"space_{where.split()[-1]}",
        f"L2 error on meshes of {where}, relative to the largest rise and the largest potential.",
        series, x_label=label, y_label="relative L2 error", orders=[order + 1.0 for order in meshes for _ in range(2)],
    )  # fmt: skip
    return checks


def on_bricks(bench):
    counts = {1: (6, 12), 2: (5, 10)} if bench.quick else {1: (6, 12, 24), 2: (3, 6, 12)}
    meshes = {order: [(1e3 * SIDE / n, bricks(n)) for n in ns] for order, ns in counts.items()}
    return in_space(bench, "bricks", "edge of a brick / mm", meshes)


def round_a_needle(bench):
    factors = {1: (1.0, 0.5)} if bench.quick else {1: (1.0, 0.5, 0.25), 2: (1.6, 0.8, 0.4)}
    meshes = {order: [(f * SIZES["far_mm"], needle_mesh(bench, f)) for f in fs] for order, fs in factors.items()}
    return in_space(bench, "a needle", "largest edge / mm", meshes)


def manufactured_in_time(bench):
    end, counts = 80.0, (8, 16, 32)
    mesh = bricks(6)
    _, reference = heat_error(mesh, 1, end, 256)
    errors = [np.abs(heat_error(mesh, 1, end, n)[1] - reference).max() for n in counts]
    steps = [end / n for n in counts]
    bench.convergence(
        "time", "Largest difference at a node from 256 steps, at 80 s.", [Series("temperature", steps, errors)],
        x_label="time step / s", y_label="difference / K", orders=[2.0],
    )  # fmt: skip
    return [converges("temperature in time, manufactured", steps, errors, 2.0)]


def ablation_in_time(bench):
    """Runs of the scenario with ever shorter steps."""
    dts, shortest = (8.0, 4.0, 2.0, 1.0), 0.125
    checks, series = [], []
    for words, law in LAWS.items():
        changes = {"damage.perfusion_shutdown.model": law}
        runs = [bench.run(changes | {"numerics.time_step_s": dt}) for dt in (*dts, shortest)]
        *temperatures, reference = [run.actual.temperature_end_of_power for run in runs]
        volume = runs[0].case.nodal_tissue_volume
        errors = [np.sqrt(np.average((found - reference) ** 2, weights=volume)) for found in temperatures]
        checks.append(converges(f"temperature in time, ablation, {words}", dts, errors, 2.0))
        series.append(Series(words, dts, errors))
    bench.convergence(
        "time_ablation", "Root mean square difference of the tissue's temperature from steps of 0.125 s, after 64 s.",
        series, x_label="time step / s", y_label="difference / K", orders=[2.0],
    )  # fmt: skip
    return checks


def run(bench):
    return [*on_bricks(bench), *round_a_needle(bench), *manufactured_in_time(bench), *ablation_in_time(bench)]
