"""V-A12: temperature round a hot vessel and the heat it gives off, against the line source."""

import numpy as np
from scipy.special import i0, i1, k0, k1

from ablasim.book import compare, converges, stays_below
from ablasim.book.direct import LIVER, l2_error, spread_out
from ablasim.units import kelvin
from ablasim.views.book_figures import Curve, Series

STRENGTH, RADIUS, OUTSIDE, LENGTH, COLD_C = 100.0, 1e-3, 0.03, 0.012, 5.0
FACTORS = (1.0, 0.5**0.5, 0.5)
DECAY = np.sqrt(LIVER["k"] / LIVER["w"])
WALL_HEAT = STRENGTH * RADIUS / DECAY * k1(RADIUS / DECAY)


def unbounded(r):
    return STRENGTH / (2.0 * np.pi * LIVER["k"]) * k0(r / DECAY)


def exact(r):
    """In the cylinder with its insulated outside; on the wall as `unbounded`."""
    back = k1(OUTSIDE / DECAY) / i1(OUTSIDE / DECAY)

    def shape(at):
        return k0(at / DECAY) + back * i0(at / DECAY)

    return unbounded(RADIUS) * shape(np.maximum(r, 1e-6)) / shape(RADIUS)


def exact_at(places):
    return exact(np.hypot(places[:, 0], places[:, 1]))


def norm():
    """L2 norm of the exact rise outside the vessel, per square root of the length."""
    r = np.linspace(RADIUS, OUTSIDE, 8001)
    return np.sqrt(np.trapezoid(2.0 * np.pi * r * exact(r) ** 2, r))


def line(bench, factor):
    """Results with the sizes about the vessel and their growth times a factor."""
    sizes = {"vessel_mm": 0.28 * factor, "far_mm": 2.4 * factor, "growth": 0.2 * factor}
    return bench.run({"numerics.mesh": sizes})


def run(bench):
    errors, heats, gradients = [], [], []
    for factor in FACTORS:
        results = line(bench, factor)
        case = results.case
        rise = results.actual.temperature - kelvin(COLD_C)
        tissue = case.heated_cells("actual")
        errors.append(l2_error(case.mesh, case.space, rise, exact_at, tissue) / (norm() * np.sqrt(LENGTH)))
        vessel = results.summary["heat_sink"]["vessels"]["core"]
        heats.append(-vessel["power_removed_end_w"] / LENGTH)
        gradients.append(-vessel["power_removed_end_by_gradient_w"] / LENGTH)
    sizes_mm = [0.28 * factor for factor in FACTORS]
    heat_errors = [abs(heat / WALL_HEAT - 1.0) for heat in heats]
    gradient_errors = [abs(heat / WALL_HEAT - 1.0) for heat in gradients]

    r = np.hypot(case.mesh.points[:, 0], case.mesh.points[:, 1])
    in_tissue = np.flatnonzero(case.bioheat("actual").active)
    worst = np.abs(rise - exact(r))[in_tissue].max()
    checks = []
    rows = bench.reference()
    table = max(abs(float(unbounded(1e-3 * float(row["radius_mm"]))) - float(row["rise_k"])) for row in rows)
    checks.append(stays_below("closed form against its table", table, 6e-6, unit="K"))
    for row in rows:
        place = 1e-3 * float(row["radius_mm"])
        near = in_tissue[np.abs(r[in_tissue] - place) < 0.1 * place]
        ratio = np.mean(rise[near] / exact(r[near]))
        checks.append(compare(f"rise at {row['radius_mm']} mm", ratio * float(row["rise_k"]), float(row["rise_k"]),
                              absolute=0.25, unit="K"))  # fmt: skip
    bench.convergence(
        "convergence",
        "Errors over the mesh size on the vessel's wall. Temperature and the heat of the audit are of second order, "
        "the gradient in the cells at the wall is of first.",
        [
            Series("temperature, L2 norm", sizes_mm, errors),
            Series("heat per length, energy audit", sizes_mm, heat_errors),
            Series("heat per length, gradient at the wall", sizes_mm, gradient_errors),
        ],
        x_label="mesh size on the wall / mm", y_label="relative error", orders=[2.0, 2.0, 1.0],
    )  # fmt: skip
    curve = np.linspace(RADIUS, 0.02, 400)
    pick = in_tissue[spread_out(r[in_tissue], RADIUS, 0.02, 60)]
    bench.profile(
        "profile",
        "Rise over the temperature far away at some nodes of the finest mesh, on the exact curve.",
        [
            Curve("exact", 1e3 * curve, exact(curve), kind="exact", group=0),
            Curve("nodes", 1e3 * r[pick], rise[pick], group=1),
        ],
        x_label="distance from the axis / mm", y_label="rise / K",
    )  # fmt: skip
    ledger = results.actual.ledger
    over_a_halving = slice(0, None, 2)
    return [
        *checks,
        stays_below("largest error at any node", worst, 0.005 * float(rows[0]["rise_k"]), unit="K"),
        converges("L2 error of temperature", sizes_mm[over_a_halving], errors[over_a_halving], 2.0),
        compare("heat per length through the wall", heats[-1], WALL_HEAT, relative=0.01, unit="W/m"),
        converges("error of the heat", sizes_mm[over_a_halving], heat_errors[over_a_halving], 2.0),
        converges("error of the heat by the gradient at the wall", sizes_mm[over_a_halving],
                  gradient_errors[over_a_halving], 1.0),
        stays_below("heat of the vessel that perfusion does not carry off, relative",
                    ledger.residual / ledger.perfusion, 1e-3),
    ]  # fmt: skip
