"""V-A1: temperature at all nodes against the closed form, on falling mesh sizes."""

import numpy as np

from ablasim.book import compare, converges, stays_below
from ablasim.book.direct import BODY, LIVER, l2_error, spread_out
from ablasim.views.book_figures import Curve, Series

RADIUS, POWER = 5e-3, 5.0
GRID = np.linspace(0.0, 0.06, 6001)
SIZES = {"tumour_mm": 0.7, "shell_mm": 2.0, "far_mm": 8.0, "growth": 0.3}


def exact(r):
    decay = np.sqrt(LIVER["k"] / LIVER["w"])
    density = POWER / (4.0 / 3.0 * np.pi * RADIUS**3)
    a, s = RADIUS / decay, np.maximum(np.asarray(r) / decay, 1e-12)
    within = np.minimum(s, a)
    inside = density / LIVER["w"] * (1.0 - (1.0 + a) * np.exp(-a) * np.sinh(within) / within)
    outside = density / LIVER["w"] * (a * np.cosh(a) - np.sinh(a)) * np.exp(-s) / s
    return np.where(s <= a, inside, outside)


def exact_at(places):
    return exact(np.linalg.norm(places, axis=1))


EXACT_NORM = float(np.sqrt(np.trapezoid(4.0 * np.pi * GRID**2 * exact(GRID) ** 2, GRID)))


def run(bench):
    centre = float(exact(0.0))
    factors = ([] if bench.quick else [1.0]) + [0.5**0.5, 0.5, 0.5**1.5]
    norms, largest, results = [], [], None
    for factor in factors:
        results = bench.run({"numerics.mesh": {key: value * factor for key, value in SIZES.items()}})
        mesh = results.case.mesh
        radius = np.linalg.norm(mesh.points, axis=1)
        error = results.actual.temperature - BODY - exact(radius)
        norms.append(l2_error(mesh, results.case.space, results.actual.temperature - BODY, exact_at) / EXACT_NORM)
        largest.append(np.abs(error).max() / centre)
    sizes_mm = [factor * SIZES["tumour_mm"] for factor in factors]
    bench.convergence(
        "convergence",
        "Error over the mesh size on the ball's surface, with the slope of second order.",
        [Series("L2 norm, relative", sizes_mm, norms),
         Series("largest at a node, relative to the centre", sizes_mm, largest)],
        x_label="mesh size on the ball / mm", y_label="relative error of the rise", orders=[2.0],
    )  # fmt: skip
    line = np.linspace(0.0, 0.025, 400)
    pick = spread_out(radius, 0.0, 0.025, 60)
    bench.profile(
        "profile",
        "Rise over body temperature at some nodes of the finest mesh, on the exact curve.",
        [
            Curve("exact", 1e3 * line, exact(line), kind="exact", group=0),
            Curve("nodes", 1e3 * radius[pick], results.actual.temperature[pick] - BODY, group=1),
        ],
        x_label="distance from the centre / mm", y_label="rise / K",
    )  # fmt: skip
    rows = bench.reference()
    formula = max(abs(float(exact(1e-3 * float(row["radius_mm"]))) - float(row["rise_k"])) for row in rows)
    ledger = results.actual.ledger
    return [
        stays_below("closed form against its table", formula, 1e-4, unit="K"),
        compare("rise at the hottest node", results.actual.hottest[0] - BODY, centre, relative=0.005, unit="K"),
        stays_below("largest error at any node", largest[-1] * centre, 0.005 * centre, unit="K"),
        converges("L2 error of temperature", sizes_mm, norms, 2.0),
        compare("heat carried off by perfusion and faces", ledger.perfusion + ledger.boundary, POWER, relative=0.001,
                unit="W"),
    ]  # fmt: skip
