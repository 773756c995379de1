"""V-A9f: a ball and a spheroid of metal that float in a uniform field."""

import numpy as np

from ablasim.book import compare, converges, stays_below
from ablasim.book.direct import l2_error
from ablasim.fem import make_space
from ablasim.fem.operators import Pattern, stiffness
from ablasim.materials import tissue
from ablasim.mesh.structured import shell_mesh
from ablasim.physics.bioheat import Region
from ablasim.physics.electroporation.media import Media
from ablasim.physics.electroporation.nonlinear import NonlinearPotential
from ablasim.units import kelvin
from ablasim.views.book_figures import Series

CONSTANT = {"pulse_conductivity_s_m": 0.1, "electroporated_conductivity_s_m": 0.1}
FIELD, OFFSET = 1e3, 7.0
LEVELS = ((8, 2), (16, 3), (32, 4))


class Ball:
    """A ball of metal."""

    label, radius, reach, half_length = "ball of 6 mm", 3e-3, 18e-3, 3e-3

    def stretch(self, points):
        """Spheres as they are."""
        return points

    def shielding(self, places):
        """Share of the outer potential that the charges of the metal take away."""
        return (self.radius / np.linalg.norm(places, axis=1)) ** 3

    tip = 3.0  # field at its poles over that far away


class Spheroid:
    """A prolate spheroid of metal along the field."""

    label, radius, reach, half_length = "spheroid of 20 by 2 mm", 1e-3, 16e-3, 10e-3
    focus = np.sqrt(half_length**2 - radius**2)

    def stretch(self, points):
        """Spheres of radius r to the confocal spheroids of half-width r."""
        r = np.linalg.norm(points, axis=1, keepdims=True)
        return points * np.hstack([np.ones((len(points), 2)), np.sqrt(r**2 + self.focus**2) / r])

    def shielding(self, places):
        """Share of the outer potential that the charges of the metal take away."""
        above, below = (np.linalg.norm(places - [0.0, 0.0, sign * self.focus], axis=1) for sign in (1.0, -1.0))
        return self.q(0.5 * (above + below) / self.focus) / self.q(self.half_length / self.focus)

    @staticmethod
    def q(xi):
        """Radial part of the potential of those charges."""
        return np.arctanh(1.0 / xi) - 1.0 / xi

    @property
    def tip(self):
        """Field at its ends over that far away, 1/N."""
        xi = self.half_length / self.focus
        return 1.0 / ((xi**2 - 1.0) * (xi * np.arctanh(1.0 / xi) - 1.0))


def potential(body, places):
    return OFFSET - FIELD * places[:, 2] * (1.0 - body.shielding(places))


def solve(body, layers, subdivisions):
    mesh = shell_mesh(np.geomspace(body.radius, body.reach, layers + 1), subdivisions, stretch=body.stretch)
    space, cells = make_space(mesh), np.ones(mesh.n_cells, dtype=bool)
    metal, outside = mesh.points_of_facets("inner"), mesh.points_of_facets("outer")
    media = Media(space, [Region(tissue("liver", CONSTANT), cells)])
    problem = NonlinearPotential(space, media, cells, [metal])
    warm = np.full(space.n_nodes, kelvin(37.0))
    found = problem.solve(outside, potential(body, mesh.points[outside]), warm, tolerance=1e-10)
    return mesh, space, metal, problem, found


def through(body, mesh, space, metal, found):
    """Current that enters the lower half of the metal and leaves the upper one, A."""
    reactions = stiffness(space, Pattern.of(space), found.conductivity).apply_at(metal, found.potential)
    height = mesh.points[metal, 2]
    return float(0.5 * np.sign(np.where(np.abs(height) < 1e-9, 0.0, height)) @ reactions)


def of_body(body):
    potentials, currents = [], []
    exact = 0.1 * FIELD * np.pi * body.radius**2 * body.tip
    for layers, subdivisions in LEVELS:
        mesh, space, metal, problem, found = solve(body, layers, subdivisions)
        potentials.append(l2_error(mesh, space, found.potential, lambda places: potential(body, places)))
        current = through(body, mesh, space, metal, found)
        currents.append(abs(current / exact - 1.0))
    floats_at = abs(found.potential[metal[0]] - OFFSET) / (FIELD * body.half_length)
    sizes = [1.0 / layers for layers, _ in LEVELS]
    checks = [
        stays_below(f"potential of the {body.label} less φ₀, relative", floats_at, 1e-4),
        stays_below(f"net current of the {body.label}", abs(problem.current(metal, found)) / current, 1e-6),
        compare(f"current through the {body.label}", 1e3 * current, 1e3 * exact, relative=0.01, unit="mA"),
        converges(f"error of that current, {body.label}", sizes, currents, 2.0),
        converges(f"L2 error of the potential, {body.label}", sizes, potentials, 2.0),
    ]
    return checks, [
        Series(f"potential, {body.label}", sizes, np.array(potentials) / potentials[0]),
        Series(f"current, {body.label}", sizes, np.array(currents) / currents[0]),
    ]


def run(bench):
    checks, series = [], []
    for body in (Ball(), Spheroid()):
        found, errors = of_body(body)
        checks += found
        series += errors
    bench.convergence("errors", "Errors of potential and current, relative to those of the first mesh.", series,
                      x_label="1 / layers", y_label="error over the first", orders=[2.0])  # fmt: skip
    return checks
