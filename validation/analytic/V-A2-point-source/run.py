"""V-A2: a small heated ball, in a sector of fine layers and whole, against the point source."""

import numpy as np
from scipy.special import erfc

from ablasim.book import compare, converges, stays_below
from ablasim.book.columns import cone_mesh
from ablasim.book.direct import LIVER, l2_error
from ablasim.views.book_figures import Curve, Series

RADIUS = 1e-4
TIMES = (30, 60, 120, 300, 600)
FOREVER = 1e12
PERFUSED = {"perfused": 1.0, "not perfused": 0.0}


def exact(r, t, factor):
    """Rise for 1 W with the perfusion times `factor`, which is 0 or 1."""
    alpha, beta = LIVER["k"] / (LIVER["rho"] * LIVER["c"]), factor * LIVER["w"] / (LIVER["rho"] * LIVER["c"])
    decay = np.sqrt(factor * LIVER["w"] / LIVER["k"])
    spread, near = r / (2.0 * np.sqrt(alpha * t)), np.sqrt(beta * t)
    waves = np.exp(-r * decay) * erfc(spread - near) + np.exp(r * decay) * erfc(spread + near)
    return waves / (8.0 * np.pi * LIVER["k"] * r)


def sector(size):
    """Layers `size` apart from 1 to 11 mm, closer together nearer the centre and wider outside."""
    growth = 2e3 * size
    inside = np.geomspace(0.05 * RADIUS, RADIUS, round(np.log(20.0) / growth) + 1)
    near = np.geomspace(RADIUS, 1e-3, round(np.log(10.0) / growth) + 1)
    radii = [*inside[:-1], *near[:-1], *np.linspace(1e-3, 0.011, round(0.01 / size) + 1)]
    while radii[-1] < 0.06:
        radii.append(radii[-1] + size + growth * (radii[-1] - 0.011))
    return cone_mesh(radii, 0.01)


def in_sector(bench, factor):
    """Distance of the points from the centre, and rises for 1 W by time."""
    mesh = bench.mesh_file("sector", sector(5e-5))
    results = bench.run({"numerics.mesh_file": mesh, "body.perfusion_factor": factor}, "sector.yaml")
    rises = {round(time): (temperature - 37.0) / 0.1 for time, temperature in results.frames}
    return np.linalg.norm(results.case.mesh.points, axis=1), rises


def of_the_table(bench, name, rows):
    """Answers beside the tabulated ones by distance and time; draws them on the exact curves."""
    points, rises = in_sector(bench, PERFUSED[name])
    found = {
        (row["radius_mm"], time): rises[time][np.abs(points - 1e-3 * float(row["radius_mm"])) < 1e-8].mean()
        for row in rows for time in TIMES
    }  # fmt: skip
    line = np.linspace(1.5e-3, 0.015, 300)
    layers, first = np.unique(points.round(9), return_index=True)
    shown = first[(layers >= 1.5e-3) & (layers <= 0.01501)][::15]
    curves = []
    for group, time in enumerate(TIMES):
        curves += [
            Curve(f"exact, {time} s", 1e3 * line, exact(line, time, PERFUSED[name]), kind="exact", group=group),
            Curve("", 1e3 * points[shown], rises[time][shown], group=group),
        ]
    bench.profile(
        f"profile_{name.replace(' ', '_')}",
        f"Rise for 1 W, {name}: lines exact, points some layers of the sector.",
        curves,
        x_label="distance from the centre / mm", y_label="rise / K", log_y=True, y_range=(1e-3, 200.0),
    )  # fmt: skip
    return found


def of_the_whole_ball(bench, changes, factor=1.0):
    """Results of the ball in the ball of organ; sizes and growth of the mesh times `factor`."""
    sizes = {"tumour_mm": 0.2, "shell_mm": 2.2, "far_mm": 12.0, "growth": 0.2}
    return bench.run({"numerics.mesh": {key: factor * value for key, value in sizes.items()}, **changes})


def error_between_2_and_10_mm(bench, factor):
    """L2 norm of the error after 300 s, relative; the exact rise is that of a ball of finite radius."""
    results = of_the_whole_ball(bench, {}, factor)
    case = results.case
    size = 5e-4 * np.sqrt(LIVER["w"] / LIVER["k"])
    of_a_ball = 3.0 * (size * np.cosh(size) - np.sinh(size)) / size**3

    def wanted(places):
        return 0.5 * of_a_ball * exact(np.linalg.norm(places, axis=1), 300.0, 1.0)

    centres = case.mesh.points[case.mesh.cells].mean(axis=1)
    r = np.linalg.norm(centres, axis=1)
    near = (r >= 2e-3) & (r <= 1e-2)
    rise = results.actual.temperature - case.initial_temperature("actual")
    error = l2_error(case.mesh, case.space, rise, wanted, near)
    return error / np.sqrt(case.mesh.cell_volumes[near] @ wanted(centres[near]) ** 2)


def errors_of_steps(bench, steps_s):
    """Largest difference after 60 s from steps of 0.25 s on the same mesh."""
    ends = []
    for dt in (*steps_s, 0.25):
        changes = {"protocol.0.duration_s": 60, "numerics.time_step_s": dt, "numerics.time_tolerance": 1e-4}
        ends.append(of_the_whole_ball(bench, changes, np.sqrt(2.0)).actual.temperature)
    return [np.abs(end - ends[-1]).max() for end in ends[:-1]]


def run(bench):
    rows = bench.reference()
    columns = {f"{time} s": time for time in TIMES} | {"steady": FOREVER}
    table = max(
        abs(exact(1e-3 * float(row["radius_mm"]), time, PERFUSED[row["case"]]) / float(row[column]) - 1.0)
        for row in rows for column, time in columns.items()
    )  # fmt: skip
    checks = [stays_below("closed form against its table, relative", table, 1e-3)]
    lines = []
    for name in PERFUSED:
        of_case = [row for row in rows if row["case"] == name]
        found = of_the_table(bench, name, of_case)
        errors = []
        for row in of_case:
            radius = row["radius_mm"]
            here = [found[radius, time] / float(row[f"{time} s"]) - 1.0 for time in TIMES]
            errors += here
            cells = (
                f"{found[radius, time]:.4g} ({100.0 * error:+.2f} %)" for time, error in zip(TIMES, here, strict=True)
            )
            lines.append([name, f"{radius} mm", *cells])
            checks.append(compare(f"rise at {radius} mm after 60 s, {name}", found[radius, 60], float(row["60 s"]),
                                  relative=0.01, unit="K"))  # fmt: skip
        checks.append(
            stays_below(f"largest error in the table from 30 s on, relative, {name}", np.abs(errors).max(), 0.01)
        )
    bench.table("Rise for 1 W, K, with its error.", ["case", "distance", *(f"{time} s" for time in TIMES)], lines)

    factors = [2.0**0.5, 1.0, 0.5**0.5] + ([] if bench.quick else [0.5])
    sizes_mm = [0.2 * factor for factor in factors]
    in_space = [error_between_2_and_10_mm(bench, factor) for factor in factors]
    steps_s = [15.0, 7.5, 3.75]
    in_time = errors_of_steps(bench, steps_s)
    bench.convergence(
        "space",
        "Error of the rise between 2 and 10 mm after 300 s, whole ball.",
        [Series("L2 norm, relative", sizes_mm, in_space)],
        x_label="mesh size on the ball / mm", y_label="relative error of the rise", orders=[2.0],
    )  # fmt: skip
    bench.convergence(
        "time",
        "Largest difference after 60 s from steps of 0.25 s on the same mesh, whole ball.",
        [Series("largest at a node", steps_s, in_time)],
        x_label="time step / s", y_label="difference / K", orders=[2.0],
    )  # fmt: skip
    return [
        *checks,
        converges("L2 error in space, whole ball", sizes_mm, in_space, 2.0),
        converges("error in time, whole ball", steps_s, in_time, 2.0),
    ]
