"""V-B2: power of four thin tines by first and second order, and the heat of a run."""

import numpy as np

from ablasim.book import compare, context, states
from ablasim.book.direct import nodes_of
from ablasim.build import build_case
from ablasim.fem import make_space
from ablasim.fem.operators import Pattern
from ablasim.margins import Domain
from ablasim.margins.distance import interpolate
from ablasim.physics.electric import ElectricProblem
from ablasim.units import metres, millilitres
from ablasim.views.book_figures import Curve

VOLTS, LIVER_S_M, BLOOD_S_M = 22.0, 0.333, 0.667
TOLERANCE = 0.03
FINER_TINES = {"numerics.mesh": {"tine_mm": 0.09}}
PLACES_MM = {"(-4, 0, 65)": (-4, 0, 65), "(-12, 0, 65)": (-12, 0, 65), "(-20, 0, 65)": (-20, 0, 65),
             "beside the end of a tine, (-0.27, 15.5, 60)": (-0.2667, 15.5, 60)}  # fmt: skip
MOMENTS_S = (60, 150, 300, 480, 600)


def unit_potential(case, order):
    """Potential for 1 V between metal and outside, by elements of an order."""
    mesh = case.mesh
    space = make_space(mesh, order)
    conducting = ~case.applicator_cells()
    sigma = np.where(mesh.cells_of_body("vein"), BLOOD_S_M, LIVER_S_M)
    metal, ground = nodes_of(mesh, space, "electrode.active"), nodes_of(mesh, space, "outer", "vein.end")
    problem = ElectricProblem(space, Pattern.of(space), metal, ground, conducting)
    return problem.solve(space.on_gradient_points(sigma))


def solved(bench, changes, orders):
    """The case on a mesh, and power, W, by order."""
    case = build_case(bench.scenario(changes))
    return case, {order: VOLTS**2 * unit_potential(case, order).conductance for order in orders}


def over_time(bench):
    """Temperatures and damage at the asked places, and the volume above 50 °C, over the run."""
    results = bench.run()
    case, frames = results.case, dict(results.frames)
    domain = Domain.of_mesh(case.mesh, ("electrode",))
    cell, weights = domain.locate_in_tissue(metres(np.array(list(PLACES_MM.values()))))
    inside = cell >= 0
    temperatures = np.full((len(MOMENTS_S), len(cell)), np.nan)
    volumes, hottest = [], []
    tissue = np.where(case.tissue_cells, case.mesh.cell_volumes, 0.0)
    for row, moment in enumerate(MOMENTS_S):
        nodal = frames[float(moment)].astype(float)
        temperatures[row, inside] = interpolate(domain.cells, nodal, cell[inside], weights[inside])
        volumes.append(millilitres(float((nodal[case.mesh.cells] > 50.0).mean(axis=1) @ tissue)))
        hottest.append(float(nodal.max()))
    exponent = results.actual.damage["arrhenius_liver"][0]
    dead = 1.0 - np.exp(-interpolate(domain.cells, exponent, cell[inside], weights[inside]))
    return results, temperatures, volumes, hottest, dict(zip(np.array(list(PLACES_MM))[inside], dead, strict=True))


def run(bench):
    expected = {row["quantity"]: float(row["value"]) for row in bench.reference()}
    reference = expected["power"]
    coarse, by_order = solved(bench, {"numerics.mesh": "coarse"}, (1, 2))
    rows = [["coarse", f"{coarse.mesh.n_points:,}", f"{by_order[1]:.3f}", f"{by_order[2]:.3f}"]]
    checks = [
        context("power at 22 V, first order on coarse", by_order[1], unit="W"),
        compare("power at 22 V, second order on coarse", by_order[2], reference, relative=TOLERANCE, unit="W"),
    ]
    normal, powers = solved(bench, {}, (1,) if bench.quick else (1, 2))
    unit = unit_potential(normal, 1)
    rows.append(["normal", f"{normal.mesh.n_points:,}", *(f"{power:.3f}" for power in powers.values())])
    checks += [
        compare("power at 22 V, first order on normal", powers[1], reference, relative=TOLERANCE, unit="W"),
        compare("resistance, first order on normal", 1.0 / unit.conductance, expected["resistance"],
                relative=TOLERANCE, unit="Ω"),
        compare("power by volume over voltage times current", unit.conductance / unit.electrode_current, 1.0,
                relative=0.005),
        compare("current into the outside over that out of the electrode",
                unit.ground_current / unit.electrode_current, 1.0, relative=0.001),
    ]  # fmt: skip
    if bench.quick:
        return checks
    checks.append(compare("power at 22 V, second order on normal", powers[2], reference, relative=TOLERANCE, unit="W"))
    for name, changes in (("fine", {"numerics.mesh": "fine"}), ("normal, tines of 0.09 mm", FINER_TINES)):
        case, finer = solved(bench, changes, (1,))
        rows.append([name, f"{case.mesh.n_points:,}", f"{finer[1]:.3f}", ""])
        quantity = f"power at 22 V, first order on {name}"
        checks.append(compare(quantity, finer[1], reference, relative=TOLERANCE, unit="W"))
        powers[name] = finer[1]
    falls = by_order[1] > powers[1] > powers["fine"] > reference
    checks.append(states("first order comes down to the reference as the mesh is refined", falls))
    bench.table(
        f"Power at 22 V in W. Reference: {reference:g} of third order, {expected['power of second order']:g} of "
        f"second, {expected['power of first order']:g} of first on the same mesh.",
        ["mesh", "points", "first order", "second order"],
        [[*row, ""][:4] for row in rows],
    )
    return checks + heat(bench)


def heat(bench):
    """What the run says at the places that the file asks for."""
    results, temperatures, volumes, hottest, dead = over_time(bench)
    power = results.summary["source"]["power_w"]["end"]
    checks = [
        context("highest temperature at 10 min", hottest[-1], unit="°C"),
        context("volume above 50 °C at 10 min", volumes[-1], unit="ml"),
        context("power at the end of the run", power, unit="W"),
    ]
    for place, value in zip(PLACES_MM, temperatures[-1], strict=True):
        if np.isfinite(value):
            checks.append(context(f"temperature at {place} mm at 10 min", value, unit="°C"))
    checks += [context(f"share damaged at {place} mm at 10 min", value) for place, value in dead.items()]
    bench.table(
        "Temperature at the asked places in °C, the highest, and the volume of liver above 50 °C.",
        ["time / s", *(f"{place} mm" for place in PLACES_MM), "highest", "volume / ml"],
        [[f"{moment}", *(f"{value:.2f}" for value in row), f"{top:.2f}", f"{volume:.2f}"]
         for moment, row, top, volume in zip(MOMENTS_S, temperatures, hottest, volumes, strict=True)],
    )  # fmt: skip
    bench.profile(
        "temperatures",
        "Temperature at the asked places.",
        [Curve(f"{place} mm", MOMENTS_S, column, group=group)
         for group, (place, column) in enumerate(zip(PLACES_MM, temperatures.T, strict=True))],
        x_label="time / s", y_label="temperature / °C", y_range=(10.0, 105.0),
    )  # fmt: skip
    return checks
