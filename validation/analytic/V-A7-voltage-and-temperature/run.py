"""V-A7: temperature at all nodes against the formula of the code's own potential, round a ball."""

import numpy as np

from ablasim.book import compare, converges, stays_below
from ablasim.book.direct import spread_out
from ablasim.book.shapes import ball_electrode_mesh
from ablasim.scenario.terminal_pairs import TerminalPair
from ablasim.units import celsius
from ablasim.views.book_figures import Curve, Series

PAIR = TerminalPair(("electrode",))

SIGMA, K, VOLTS, BODY, COOLED, SLOPE = 0.333, 0.52, 22.0, 37.0, 20.0, 0.015
LEVELS = ((24, 3), (48, 4))
SURFACES = {"held": BODY, "cooled": COOLED, "adiabatic": None}


def law(name, phi):
    """Temperature at a potential, °C."""
    if name == "adiabatic":
        return BODY + SIGMA * (VOLTS * phi - phi**2 / 2.0) / K
    drop = 0.0 if name == "held" else (COOLED - BODY) * phi / VOLTS
    return BODY + drop + SIGMA * phi * (VOLTS - phi) / (2.0 * K)


def solve(bench, layers, subdivisions, **changes):
    mesh = ball_electrode_mesh((1.5e-3, 50e-3), (layers,), subdivisions, name="electrode")
    return bench.run({"numerics.mesh_file": bench.mesh_file(f"ball_{layers}", mesh), **changes})


def error_of(name, results):
    """Temperature (°C), distance and error at the nodes of tissue, relative to the largest rise."""
    case = results.case
    kelvin = results.actual.temperature
    unit = case.electric_problem(PAIR, "actual").solve(case.conductors("actual").electrical(kelvin))
    tissue = case.bioheat("actual").active
    temperature = celsius(kelvin)[tissue]
    largest = np.abs(law(name, np.linspace(0.0, VOLTS, 2001)) - BODY).max()
    error = np.abs(temperature - law(name, VOLTS * unit.potential[tissue])) / largest
    return temperature, 1e3 * np.linalg.norm(case.mesh.points[tissue], axis=1), error


def run(bench):
    checks, series, curves = [], [], []
    sizes = [1.0 / layers for layers, _ in LEVELS]
    rows = bench.reference()
    places = np.array([float(row["radius_mm"]) for row in rows])
    line = np.geomspace(1.5, 50.0, 300)
    potential = VOLTS * (1.5 / line) * (1.0 - line / 50.0) / (1.0 - 1.5 / 50.0)
    for group, (name, surface) in enumerate(SURFACES.items()):
        errors = []
        for level in LEVELS:
            results = solve(bench, *level, **{"applicators.electrode.surface_temperature_c": surface})
            temperature, radius, error = error_of(name, results)
            errors.append(error.max())
        rise = np.ptp(law(name, np.linspace(0.0, VOLTS, 2001)))
        shells = np.unique(radius.round(6))
        profile = np.array([temperature[np.abs(radius - one) < 1e-5].mean() for one in shells])
        found = np.interp(np.log(places), np.log(shells), profile)
        off = np.abs(found - [float(row[name]) for row in rows]).max() / rise
        checks += [
            stays_below(f"{name}: largest error at any node, relative to the largest rise", errors[-1], 0.005),
            converges(f"{name}: largest error at any node", sizes, errors, 2.0),
            stays_below(
                f"{name}: largest error of the tabulated temperatures, relative",
                off,
                0.005,
            ),
        ]
        series.append(Series(name, sizes, errors))
        pick = spread_out(np.log(radius), np.log(1.5), np.log(50.0), 40)
        curves += [
            Curve(f"exact, {name}", line, law(name, potential), kind="exact", group=group),
            Curve("", radius[pick], temperature[pick], group=group),
        ]
    slope = {"tissues.conductor.electrical_conductivity_slope_per_k": SLOPE}
    hottest = celsius(solve(bench, *LEVELS[-1], **slope).actual.hottest[0])
    exact = (np.exp(SLOPE * SIGMA * VOLTS**2 / (8.0 * K)) - 1.0) / SLOPE
    checks.append(compare("held: largest rise with σ(T)", hottest - BODY, exact, relative=0.005, unit="K"))
    bench.convergence("convergence", "Largest error at a node, relative to the largest rise.", series,
                      x_label="1 / number of layers", y_label="relative error", orders=[2.0])  # fmt: skip
    bench.profile("profile", "Temperature at some nodes of the finer mesh, on the exact curves.", curves,
                  x_label="distance from the centre / mm", y_label="temperature / °C", log_x=True)  # fmt: skip
    return checks
