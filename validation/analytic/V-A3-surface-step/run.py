"""V-A3: a column of tissue whose first face jumps, against the half-space."""

import numpy as np
from scipy.special import erfc

from ablasim.book import compare, converges, stays_below
from ablasim.book.columns import slab_mesh
from ablasim.book.direct import LIVER, l2_error
from ablasim.units import kelvin
from ablasim.views.book_figures import Curve, Series

LENGTH, WIDTH, JUMP, COLD_C = 0.06, 2e-3, 50.0, 5.0
SHOWN = (10, 30, 60, 120, 300)
FOREVER = 1e6
FIRST_STEPS = (0.01, 0.5, 20.0)


def exact(x, t):
    alpha, beta = LIVER["k"] / (LIVER["rho"] * LIVER["c"]), LIVER["w"] / (LIVER["rho"] * LIVER["c"])
    decay = np.sqrt(LIVER["k"] / LIVER["w"])
    near, spread = np.sqrt(beta * t), x / (2.0 * np.sqrt(alpha * t))
    return 0.5 * JUMP * (np.exp(-x / decay) * erfc(spread - near) + np.exp(x / decay) * erfc(spread + near))


def column(bench, size_mm, changes=None):
    """Depth of the points of a run and its rises by time, s; one of the four points of each layer."""
    mesh = slab_mesh(np.linspace(0.0, LENGTH, round(1e3 * LENGTH / size_mm) + 1), WIDTH)
    results = bench.run({"numerics.mesh_file": bench.mesh_file(f"slab_{size_mm:g}", mesh), **(changes or {})})
    depth = results.case.mesh.points[:, 0]
    rises = {round(time, 6): temperature - COLD_C for time, temperature in results.frames}
    return depth, rises, results


def first_steps(bench, dt):
    """Lowest and highest rise after one and two steps."""
    changes = {"numerics.time_step_s": dt, "protocol.0.duration_s": 2.0 * dt, "outputs.save_every_s": dt}
    _, rises, _ = column(bench, 0.25, changes)
    early = np.concatenate([rise for time, rise in rises.items() if time > 0.0])
    return early.min(), early.max()


def run(bench):
    depth, rises, results = column(bench, 0.25)
    largest = max(np.abs(rises[time] - exact(depth, time)).max() for time in SHOWN)
    checks = [stays_below("largest error at any depth, 10 to 300 s", largest, 0.1, unit="K")]
    table = []
    for row in bench.reference():
        x = 1e-3 * float(row["depth_mm"])
        table += [abs(float(exact(x, time)) - float(row[f"{time} s"])) for time in SHOWN]
        table.append(abs(float(exact(x, FOREVER)) - float(row["steady"])))
        here = np.argmin(np.abs(depth - x))
        checks.append(compare(f"rise at {row['depth_mm']} mm after 300 s", rises[300][here], float(row["300 s"]),
                              absolute=0.1, unit="K"))  # fmt: skip
    checks.insert(0, stays_below("closed form against its table", max(table), 6e-5, unit="K"))

    sizes, errors = [2.0, 1.0, 0.5], []
    for size in sizes:
        _, _, after = column(bench, size, {"protocol.0.duration_s": 60})
        mesh, rise = after.case.mesh, after.actual.temperature - kelvin(COLD_C)
        error = l2_error(mesh, after.case.space, rise, lambda places: exact(places[:, 0], 60.0))
        errors.append(error / np.sqrt(mesh.cell_volumes.sum()))
    checks.append(converges("L2 error after 60 s", sizes, errors, 2.0))
    bench.convergence(
        "convergence",
        "Error after 60 s over the mesh size; time step 0.5 s.",
        [Series("root mean square over the column", sizes, errors)],
        x_label="mesh size / mm", y_label="error / K", orders=[2.0],
    )  # fmt: skip

    for dt in FIRST_STEPS:
        lowest, highest = first_steps(bench, dt)
        checks += [
            stays_below(f"undershoot in the first two steps of {dt:g} s", max(-lowest, 0.0), 1e-3 * JUMP, unit="K"),
            stays_below(f"overshoot in the first two steps of {dt:g} s", max(highest - JUMP, 0.0), 1e-6 * JUMP,
                        unit="K"),
        ]  # fmt: skip
    ledger = results.actual.ledger
    checks.append(stays_below("heat that the audit cannot find, of that through the surface",
                              ledger.residual / ledger.boundary, 1e-3))  # fmt: skip

    line = np.linspace(0.0, 0.02, 400)
    curves = []
    for group, time in enumerate(SHOWN):
        layers, first = np.unique(depth, return_index=True)
        near = layers <= 0.0201
        curves += [
            Curve(f"exact, {time} s", 1e3 * line, exact(line, time), kind="exact", group=group),
            Curve("", 1e3 * layers[near][::4], rises[time][first][near][::4], group=group),
        ]
    bench.profile(
        "profile",
        "Rise over the start along the depth: lines exact, points every fourth layer of the mesh.",
        curves,
        x_label="depth below the surface / mm", y_label="rise / K",
    )  # fmt: skip
    return checks
