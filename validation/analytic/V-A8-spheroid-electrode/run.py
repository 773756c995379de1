"""V-A8: resistance of confocal spheroids, prolate and oblate, and of a real needle."""

import numpy as np

from ablasim.book import compare, converges, within_band
from ablasim.book.direct import BODY, bioheat_on, constant_tissue
from ablasim.mesh.structured import shell_mesh
from ablasim.physics.electric import ElectricProblem
from ablasim.views.book_figures import Series

SIGMA, FAR = 0.333, 0.3
LEVELS = ((12, 2), (24, 3), (48, 4))


def prolate(half_length, focus):
    return np.log((half_length + focus) / (half_length - focus)) / (8.0 * np.pi * SIGMA * focus)


def oblate(half_thickness, focus):
    return (0.5 * np.pi - np.arctan(half_thickness / focus)) / (4.0 * np.pi * SIGMA * focus)


def lengthen(focus):
    """Spheres of radius r to the confocal prolate spheroids of half-width r."""

    def stretch(points):
        r = np.linalg.norm(points, axis=1, keepdims=True)
        return points * np.hstack([np.ones((len(points), 2)), np.sqrt(r**2 + focus**2) / r])

    return stretch


def flatten(focus):
    """Spheres of radius r to the confocal oblate spheroids of half-thickness r."""

    def stretch(points):
        r = np.linalg.norm(points, axis=1, keepdims=True)
        wide = np.sqrt(r**2 + focus**2) / r
        return points * np.hstack([wide, wide, np.ones((len(points), 1))])

    return stretch


def resistance(half_width, layers, subdivisions, stretch):
    mesh = shell_mesh(np.geomspace(half_width, FAR, layers + 1), subdivisions, stretch=stretch)
    bioheat = bioheat_on(mesh, constant_tissue(electrical_conductivity=SIGMA))
    active, ground = (mesh.points_of_facets(name) for name in ("inner", "outer"))
    problem = ElectricProblem(bioheat.space, bioheat.pattern, active, ground, np.ones(mesh.n_cells, dtype=bool))
    return 1.0 / problem.solve(bioheat.laws.electrical(np.full(mesh.n_points, BODY))).conductance


def run(bench):
    checks, series = [], []
    sizes = [1.0 / layers for layers, _ in LEVELS]
    for row in bench.reference():
        half_length, half_width = 1e-3 * float(row["half_length_mm"]), 1e-3 * float(row["half_width_mm"])
        focus = np.sqrt(half_length**2 - half_width**2)
        beyond = prolate(np.sqrt(FAR**2 + focus**2), focus)
        exact = float(row["resistance_ohm"])
        found = [resistance(half_width, *level, lengthen(focus)) + beyond for level in LEVELS]
        errors = [abs(value - exact) / exact for value in found]
        series.append(Series(row["shape"], sizes, errors))
        checks += [
            compare(f"isolated {row['shape']}", found[-1], exact, relative=0.01, unit="Ω"),
            converges(f"error for the {row['shape']}", sizes, errors, 2.0),
        ]
    focus, half_thickness = 2e-3, 0.02e-3
    exact = 2.0 * oblate(half_thickness, focus)
    beyond = 2.0 * oblate(FAR, focus)
    found = [2.0 * resistance(half_thickness, *level, flatten(focus)) + beyond for level in LEVELS]
    series.append(Series("disk of 4 mm", sizes, [abs(value - exact) / exact for value in found]))
    checks.append(compare("disk of 4 mm on half a space", found[-1], exact, relative=0.01, unit="Ω"))
    bench.convergence(
        "convergence", "Error of the resistance of spheroids.", series,
        x_label="1 / number of layers", y_label="relative error", orders=[2.0],
    )  # fmt: skip
    needle = bench.run().summary["source"]["impedance_ohm"]["start"]
    checks.append(within_band("real needle of 30 mm, 17 G, grounded box of 200 mm", needle, 50.0, 60.0, unit="Ω"))
    return checks
