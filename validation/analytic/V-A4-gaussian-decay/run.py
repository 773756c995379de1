"""V-A4: a Gaussian of heat in a sector of a ball, and in one octant of a cube."""

from dataclasses import replace

import numpy as np

from ablasim.book import compare, converges, stays_below
from ablasim.book.columns import cone_mesh, with_outside
from ablasim.book.direct import LIVER, l2_error
from ablasim.mesh.structured import box_mesh
from ablasim.views.book_figures import Curve, Series

WIDTH, HEIGHT, EDGE, FLASH = 5e-3, 50.0, 0.03, 0.002
TIMES = (10, 30, 60, 120, 300)
TOLERANCE = 0.005 * HEIGHT


def exact(radius, t):
    alpha, beta = LIVER["k"] / (LIVER["rho"] * LIVER["c"]), LIVER["w"] / (LIVER["rho"] * LIVER["c"])
    spread = WIDTH**2 + 2.0 * alpha * t
    return HEIGHT * (WIDTH**2 / spread) ** 1.5 * np.exp(-beta * t - radius**2 / (2.0 * spread))


def sector(size):
    """Layers `size` apart from the centre to 40 mm, closer together about the centre."""
    radii = [0.1 * size]
    while radii[-1] < 0.04:
        radii.append(radii[-1] + min(size, 0.3 * radii[-1]))
    return cone_mesh(radii, 0.02)


def octant(size):
    """One octant of a cube of 60 mm, with its corner at the origin."""
    mesh = with_outside(box_mesh((EDGE,) * 3, (round(EDGE / size),) * 3), "x_max", "y_max", "z_max")
    return replace(mesh, points=mesh.points - mesh.points.min(axis=0))


def decay(bench, mesh, dt, end):
    """Radius of the points, rises by time, and the results, of a run that ends after `end` seconds."""
    results = bench.run({
        "numerics.mesh_file": bench.mesh_file("gaussian", mesh),
        "numerics.time_step_s": dt,
        "protocol.1.duration_s": end - FLASH,
    })  # fmt: skip
    rises = {round(time): temperature - 37.0 for time, temperature in results.frames}
    return np.linalg.norm(results.case.mesh.points, axis=1), rises, results


def error_after_a_minute(bench, mesh, dt):
    """L2 norm of the error, relative."""
    _, _, results = decay(bench, mesh, dt, 60.0)
    case = results.case
    rise = results.actual.temperature - case.initial_temperature("actual")
    error = l2_error(case.mesh, case.space, rise, lambda places: exact(np.linalg.norm(places, axis=1), 60.0))
    radius = np.linalg.norm(case.mesh.points, axis=1)
    return error / np.sqrt(case.space.measure(np.ones(case.mesh.n_cells)) @ exact(radius, 60.0) ** 2)


def run(bench):
    mesh = sector(2.5e-4)
    radius, rises, _ = decay(bench, mesh, 1.0, 300.0)
    largest = max(np.abs(rises[time] - exact(radius, time)).max() for time in TIMES)
    rows = bench.reference()
    table = max(abs(float(exact(1e-3 * float(row["radius_mm"]), time)) - float(row[f"{time} s"]))
                for row in rows for time in TIMES)  # fmt: skip
    centre = np.argmin(radius)

    sizes_mm = [2.0, 1.0, 0.5]
    in_sector = [error_after_a_minute(bench, sector(1e-3 * size), 0.5) for size in sizes_mm]
    edges_mm = [3.0, 2.0, 1.5] + ([] if bench.quick else [1.0])
    in_octant = [error_after_a_minute(bench, octant(1e-3 * size), 2.5) for size in edges_mm]
    steps_s = [15.0, 7.5, 3.75]
    ends = [decay(bench, octant(3e-3), dt, 60.0)[2].actual.temperature for dt in (*steps_s, 0.25)]
    in_time = [np.abs(end - ends[-1]).max() for end in ends[:-1]]

    bench.convergence(
        "space",
        "L2 error after 60 s: layers of the sector, and bricks of the octant, each of six tetrahedra.",
        [Series("sector", sizes_mm, in_sector), Series("octant", edges_mm, in_octant)],
        x_label="mesh size / mm", y_label="relative error of the rise", orders=[2.0],
    )  # fmt: skip
    bench.convergence(
        "time",
        "Largest difference after 60 s from steps of 0.25 s on the same mesh, the octant of 3 mm.",
        [Series("largest at a node", steps_s, in_time)],
        x_label="time step / s", y_label="difference / K", orders=[2.0],
    )  # fmt: skip
    line = np.linspace(0.0, 0.02, 300)
    layers, first = np.unique(radius.round(9), return_index=True)
    shown = first[(layers >= 1e-3) & (layers <= 0.02)][::3]
    curves = []
    for group, time in enumerate(TIMES):
        curves += [
            Curve(f"exact, {time} s", 1e3 * line, exact(line, time), kind="exact", group=group),
            Curve("", 1e3 * radius[shown], rises[time][shown], group=group),
        ]
    bench.profile(
        "profile",
        "Rise over body temperature: lines exact, points every third layer of the sector.",
        curves,
        x_label="distance from the centre / mm", y_label="rise / K",
    )  # fmt: skip
    return [
        stays_below("closed form against its table", table, 6e-6, unit="K"),
        *(compare(f"rise at the centre after {time} s", rises[time][centre], float(rows[0][f"{time} s"]),
                  absolute=TOLERANCE, unit="K") for time in TIMES),
        stays_below("largest error at any node, 10 to 300 s", largest, TOLERANCE, unit="K"),
        converges("L2 error in space, sector of a ball", sizes_mm, in_sector, 2.0),
        converges("L2 error in space, octant of a cube", edges_mm, in_octant, 2.0),
        converges("error in time", steps_s, in_time, 2.0),
    ]  # fmt: skip
