"""V-A6: impedance and power of a ball in a ball, through a mesh file."""

import numpy as np

from ablasim.book import compare, converges, stays_below
from ablasim.book.shapes import ball_electrode_mesh
from ablasim.scenario.terminal_pairs import TerminalPair
from ablasim.units import kelvin
from ablasim.views.book_figures import Curve, Series

PAIR = TerminalPair(("electrode",))

VOLTS = 22.0
LEVELS = ((12, 2), (24, 3), (48, 4))


def solve(bench, inner_mm, outer_mm, layers, subdivisions):
    mesh = ball_electrode_mesh((1e-3 * inner_mm, 1e-3 * outer_mm), (layers,), subdivisions, name="electrode")
    return bench.run({
        "numerics.mesh_file": bench.mesh_file(f"ball_{layers}", mesh),
        "organ.diameter_mm": 2 * outer_mm,
        "applicators.electrode.diameter_mm": 2 * inner_mm,
    })  # fmt: skip


def joule_heat(results):
    """Heat of each cell and radius of its centre, from the case's own electric problem at 22 V."""
    case = results.case
    sigma = case.conductors("actual").electrical(np.full(case.mesh.n_points, kelvin(37.0)))
    unit = case.electric_problem(PAIR, "actual").solve(sigma)
    radius = np.linalg.norm(case.mesh.points[case.mesh.cells].mean(axis=1), axis=1)
    return unit, radius


def run(bench):
    checks = []
    for row in bench.reference():
        inner, outer = float(row["inner_mm"]), float(row["outer_mm"])
        exact, errors = float(row["resistance_ohm"]), []
        for layers, subdivisions in LEVELS:
            results = solve(bench, inner, outer, layers, subdivisions)
            source = results.summary["source"]
            errors.append(abs(source["impedance_ohm"]["start"] - exact) / exact)
        label = f"a = {inner:g}, b = {outer:g} mm"
        sizes = [1.0 / layers for layers, _ in LEVELS]
        checks += [
            compare(f"resistance, {label}", source["impedance_ohm"]["start"], exact, relative=0.003, unit="Ω"),
            converges(f"error of the resistance, {label}", sizes, errors, 2.0),
            compare(
                f"power at 22 V, {label}", source["power_w"]["end"], float(row["power_w"]), relative=0.003, unit="W"
            ),
            compare(f"current at 22 V, {label}", source["current_a"]["end"], VOLTS / exact, relative=0.003, unit="A"),
        ]
        bench.convergence(
            f"convergence_{inner:g}",
            f"Error of the resistance, {label}.",
            [Series("resistance", sizes, errors)],
            x_label="1 / number of layers", y_label="relative error", orders=[2.0],
        )  # fmt: skip
        unit, radius = joule_heat(results)
        places = np.geomspace(1e-3 * inner, 1e-3 * outer, layers + 1)[4:-1:4]  # spheres of the mesh
        found = np.array([unit.joule_heat[radius < place].sum() / unit.conductance for place in places])
        share = (1.0 - 1e-3 * inner / places) / (1.0 - inner / outer)
        checks += [
            stays_below(f"current from the nodes against that from the power, {label}",
                        abs(unit.electrode_current / unit.conductance - 1.0), 1e-6),
            stays_below(f"current of electrode against ground, {label}", unit.current_imbalance, 1e-6),
            stays_below(f"share of the power inside a radius, {label}", np.abs(found - share).max(), 0.01),
        ]  # fmt: skip
        line = np.geomspace(inner, outer, 200)
        bench.profile(
            f"share_{inner:g}",
            f"Share of the power inside a radius, {label}.",
            [
                Curve("exact", line, (1.0 - inner / line) / (1.0 - inner / outer), kind="exact"),
                Curve("computed", 1e3 * places, found, group=1),
            ],
            x_label="radius / mm", y_label="share of the power", log_x=True,
        )  # fmt: skip
    return checks
