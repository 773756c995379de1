"""V-A14: blood warmed along a vessel, against the one-dimensional balance."""

from dataclasses import replace

import numpy as np
from scipy.optimize import brentq
from scipy.special import j0, j1, y0, y1

from ablasim.anatomy import build_anatomy, build_scenario_mesh
from ablasim.book import compare, context, converges, stays_below
from ablasim.materials import blood
from ablasim.units import kelvin
from ablasim.views.book_figures import Curve, Series

BLOOD = blood()
OUTSIDE, LENGTH, CONDUCTIVITY, NUSSELT = 0.02, 0.04, 0.52, 3.66
MANTLE_C, INLET_C = 60.0, 37.0
LEAST_MM = 1.0  # diameter from which on conduction along the vessel does not matter
FACTORS = (1.0, 0.5**0.5, 0.5)
SIZES = {"vessel": 0.2, "far_mm": 4.0, "growth": 0.24}  # on the wall in diameters


def capacity_rate(diameter, speed):
    return BLOOD.density * BLOOD.heat_capacity * 0.25 * np.pi * diameter**2 * speed


def equilibration_length(diameter, speed, shape=None):
    """L_eq, m; with another shape factor instead of ln(2R/D)."""
    factor = np.log(2.0 * OUTSIDE / diameter) if shape is None else shape
    film = 1.0 / (np.pi * NUSSELT * BLOOD.thermal_conductivity)
    return capacity_rate(diameter, speed) * (factor / (2.0 * np.pi * CONDUCTIVITY) + film)


def with_conduction_along(diameter, speed):
    """The same with conduction along the vessel, in a cylinder without ends."""

    def excess(length):
        r, out = 0.5 * diameter / length, OUTSIDE / length
        rise = j0(r) * y0(out) - y0(r) * j0(out)
        slope = r * (j1(r) * y0(out) - y1(r) * j0(out))
        return equilibration_length(diameter, speed, rise / slope) / length - 1.0

    short = OUTSIDE / 2.404  # rise and slope change sign where R/L is the first zero of J0
    return brentq(excess, 1.02 * short, 2.0 * equilibration_length(diameter, speed) + short)


def warmed(bench, diameter_mm, speed_mm_s, factor):
    """Results in a cylinder whose ends are insulated."""
    sizes = {
        "vessel_mm": SIZES["vessel"] * diameter_mm * factor,
        "far_mm": SIZES["far_mm"] * factor,
        "growth": SIZES["growth"] * factor,
    }
    changes = {
        "vessels.core.diameter_mm": diameter_mm,
        "vessels.core.mean_speed_mm_s": speed_mm_s,
        "vessels.core.film_coefficient_w_m2_k": NUSSELT * BLOOD.thermal_conductivity / (1e-3 * diameter_mm),
        "numerics.mesh": sizes,
    }
    scenario = bench.scenario(changes)
    mesh = build_scenario_mesh(scenario, build_anatomy(scenario))
    at_ends = (np.abs(mesh.points[mesh.facets][..., 2]) > 0.5 * LENGTH - 1e-6).all(axis=1)
    mantle = replace(mesh, facets=mesh.facets[~at_ends], facet_region=mesh.facet_region[~at_ends])
    name = f"core_{diameter_mm:g}_{factor:.2f}".replace(".", "_")
    return bench.run(changes | {"numerics.mesh_file": bench.mesh_file(name, mantle)})


def course_of(results):
    return results.case.walls().network().courses(results.actual.temperature)["core"]


def length_from(course):
    share = (kelvin(MANTLE_C) - course.temperature[-1]) / (kelvin(MANTLE_C) - kelvin(INLET_C))
    return -LENGTH / np.log(share)


def run(bench):
    checks, curves, rows = [], [], []
    exact, outlets = [], []
    for i, row in enumerate(bench.reference()):
        diameter_mm, speed_mm_s = float(row["diameter_mm"]), float(row["speed_mm_s"])
        diameter, speed = 1e-3 * diameter_mm, 1e-3 * speed_mm_s
        expected = float(row["length_mm"])
        formula = equilibration_length(diameter, speed)
        exact.append(abs(1e3 * formula / expected - 1.0))
        along = 1e3 * with_conduction_along(diameter, speed)
        results = warmed(bench, diameter_mm, speed_mm_s, 1.0 if diameter_mm < LEAST_MM else FACTORS[-1])
        course = course_of(results)
        length = 1e3 * length_from(course)
        outlets.append(course)
        rows.append((row["diameter_mm"], row["speed_mm_s"], f"{(1e3 * OUTSIDE / expected) ** 2:.2g}", row["length_mm"],
                     f"{along:.5g}", f"{length:.5g}"))  # fmt: skip
        quantity = f"L_eq of {diameter_mm:g} mm"
        if diameter_mm < LEAST_MM:
            checks.append(context(quantity, length, expected=expected, unit="mm",
                                  note=f"{along:.4g} mm with conduction along a cylinder without ends"))  # fmt: skip
        else:
            checks.append(compare(quantity, length, expected, relative=0.01, unit="mm"))
        through_mantle = -results.actual.ledger.boundary
        checks.append(compare(f"heat carried off over heat through the mantle, {diameter_mm:g} mm",
                              course.exchange.carried / through_mantle, 1.0, relative=0.005))  # fmt: skip
        if diameter_mm <= 2.0:
            z = np.linspace(0.0, LENGTH, 200)
            blood_c = MANTLE_C - (MANTLE_C - INLET_C) * np.exp(-z / formula)
            shown = np.linspace(0, len(course.arc_length) - 1, 20).astype(int)
            curves += [
                Curve(f"{diameter_mm:g} mm, {speed_mm_s:g} mm/s", 1e3 * z, blood_c, kind="exact", group=i),
                Curve("", 1e3 * course.arc_length[shown], course.temperature[shown] - kelvin(0.0), group=i),
            ]
    formula = equilibration_length(2e-3, 0.06)
    errors = [abs(length_from(course_of(warmed(bench, 2.0, 60.0, factor))) / formula - 1.0) for factor in FACTORS]
    sizes_mm = [SIZES["vessel"] * 2.0 * factor for factor in FACTORS]
    bench.table(
        "Equilibration length, mm: by the formula, with conduction along a cylinder without ends, and computed.",
        ("D, mm", "u, mm/s", "(R/L)²", "formula", "with conduction along", "computed"), rows,
    )  # fmt: skip
    bench.profile("course", "Mixed mean temperature along the vessel: points on the formula's curves. For 0.5 mm and "
                  "0.6 mm the tissue conducts heat along the vessel, which the formula leaves out.", curves,
                  x_label="distance from the inlet / mm", y_label="temperature / °C")  # fmt: skip
    bench.convergence("convergence", "Error of L_eq of the 2 mm vessel over the mesh size on its wall.",
                      [Series("L_eq", sizes_mm, errors)], x_label="mesh size on the wall / mm",
                      y_label="relative error", orders=[2.0])  # fmt: skip
    return [
        stays_below("formula against its table, relative", max(exact), 1e-5),
        *checks,
        converges("error of L_eq of 2 mm", sizes_mm[::2], errors[::2], 2.0),
    ]
