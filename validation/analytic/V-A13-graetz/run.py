"""V-A13: blood in a wall of constant temperature, against Graetz's series."""

import numpy as np
from scipy.linalg import eigh
from scipy.special import j0, j1, jn_zeros

from ablasim.book import compare, context, converges, stays_below
from ablasim.materials import blood
from ablasim.physics.lumen_march import CrossSection, march_blood
from ablasim.units import kelvin
from ablasim.views.book_figures import Curve, Series

BLOOD = blood()
CAPACITY = BLOOD.density * BLOOD.heat_capacity
WALL_C, INLET_C = 60.0, 37.0
UNIFORM_FLUX = 48.0 / 11.0
PLUG = jn_zeros(0, 1)[0] ** 2
FROM = 0.01  # x* from which on the run in tissue is judged


def eigenmodes(n=120):
    """Eigenvalues λ² and C I of Graetz's problem, by Galerkin's method with Bessel functions."""
    nodes, weights = np.polynomial.legendre.leggauss(4 * n)
    r, weights = 0.5 * (nodes + 1.0), 0.5 * weights
    zeros = jn_zeros(0, n)
    basis = j0(np.outer(zeros, r))
    flow = weights * r * (1.0 - r**2)
    squares, shapes = eigh(np.diag(0.5 * (zeros * j1(zeros)) ** 2), (basis * flow) @ basis.T)
    through = shapes.T @ (basis @ flow)  # I, for modes of norm 1
    return squares, through**2


def graetz(x_star, modes):
    """Mean excess over the wall and local Nusselt number."""
    squares, parts = modes
    decay = np.exp(-2.0 * squares * np.asarray(x_star)[..., None])
    mean = 4.0 * decay @ parts
    return mean, 2.0 * (decay @ (squares * parts)) / mean


def march(places, n_steps, n_rings, **changes):
    """Mean excess and Nusselt number at x* of a cross-section marched by itself; the wall is at 1 K."""
    diameter, speed = 6e-3, 0.15
    length = diameter**2 * speed * CAPACITY / BLOOD.thermal_conductivity
    near, far = np.geomspace(1e-6, 0.01, n_steps // 4 + 1), np.linspace(0.01, 0.5, 3 * n_steps // 4)
    stations = np.concatenate([[0.0], near[:-1], far]) * length
    section = CrossSection(
        0.5 * diameter, BLOOD.thermal_conductivity, CAPACITY, speed, n_rings=n_rings, n_sectors=4, **changes
    )
    found = march_blood(section, stations, np.ones((len(stations) - 1, section.n_sectors)), 0.0)
    middles = 0.5 * (stations[1:] + stations[:-1])
    flux = found.wall_heat.sum(axis=1) / (np.pi * diameter * np.diff(stations))
    behind_layer = 1.0 - flux / section.wall_conductance
    film = flux / (behind_layer - 0.5 * (found.mean[1:] + found.mean[:-1]))
    nusselt = np.interp(places * length, middles, film * diameter / BLOOD.thermal_conductivity)
    return 1.0 - np.interp(places * length, stations, found.mean), nusselt


def tube(bench, model):
    """The steady run, the way of its blood, and x* along it."""
    results = bench.run({"vessels.tube.model": model})
    case = results.case
    settings = case.scenario.vessels[0]
    course = case.walls().network().courses(results.actual.temperature)["tube"]
    diameter, speed = 1e-3 * settings.diameter_mm, 1e-3 * settings.mean_speed_mm_s
    length = diameter**2 * speed * CAPACITY / BLOOD.thermal_conductivity
    return results, course, course.arc_length / length


def run(bench):
    rows = bench.reference()
    places, means, nusselts = (
        np.array([float(row[key]) for row in rows]) for key in ("x_star", "mean_excess", "nusselt")
    )
    modes = eigenmodes()
    exact_mean, exact_nusselt = graetz(places, modes)
    table = max(np.abs(exact_mean / means - 1.0).max(), np.abs(exact_nusselt / nusselts - 1.0).max())
    checks = [stays_below("series against its table, relative", table, 1e-5)]

    resolutions = [(400, 24), (800, 48), (1600, 96)]
    marches = [march(places, *resolution) for resolution in resolutions]
    mean, nusselt = march(places, 1600, 48)
    for i, place in enumerate(places):
        checks += [
            compare(f"by itself: mean excess at x* = {place:g}", mean[i], means[i], relative=0.01),
            compare(f"by itself: Nu at x* = {place:g}", nusselt[i], nusselts[i], relative=0.03),
        ]
    steps = [1.0 / n for n, _ in resolutions]
    errors = [np.abs(found[0] / means - 1.0).max() for found in marches]
    checks.append(converges("by itself: largest error of the mean excess", steps, errors, 1.0))
    far = np.array([0.2])
    plug = march(far, 1600, 48, profile="plug")[1][0]
    flux = march(far, 1600, 48, wall_conductance=1e-4 * BLOOD.thermal_conductivity / 6e-3)[1][0]
    checks += [
        compare("by itself: Nu far downstream, plug flow", plug, PLUG, relative=0.03),
        compare("by itself: Nu far downstream, uniform flux", flux, UNIFORM_FLUX, relative=0.03),
    ]

    results, course, x_star = tube(bench, "resolved")
    wall, inlet = kelvin(WALL_C), kelvin(INLET_C)
    excess = (wall - course.temperature) / (wall - inlet)
    middles = 0.5 * (x_star[1:] + x_star[:-1])
    local = -np.diff(np.log(excess)) / (4.0 * np.diff(x_star))
    judged = places >= FROM
    for place, expected_mean, expected_nusselt in zip(places[judged], means[judged], nusselts[judged], strict=True):
        checks += [
            compare(f"in tissue: mean excess at x* = {place:g}", np.interp(place, x_star, excess), expected_mean,
                    relative=0.01),
            compare(f"in tissue: Nu at x* = {place:g}", np.interp(place, middles, local), expected_nusselt,
                    relative=0.03),
        ]  # fmt: skip
    given = results.actual.ledger.vessels["tube"]
    checks.append(compare("in tissue: heat of the wall over heat carried off", given / course.exchange.carried, 1.0,
                          relative=0.005))  # fmt: skip
    exact_outlet = wall - (wall - inlet) * float(graetz(x_star[-1], modes)[0])
    for model, found in (("resolved", course), ("transport", tube(bench, "transport")[1])):
        checks.append(context(f"in tissue: outlet of the model {model}", found.temperature[-1] - inlet,
                              expected=exact_outlet - inlet, unit="K"))  # fmt: skip

    curve = np.geomspace(5e-4, x_star[-1], 300)
    exact = graetz(curve, modes)
    shown = np.geomspace(1e-3, x_star[-1], 25)
    bench.profile(
        "mean", "Excess of the mean temperature over the wall along the flow.",
        [
            Curve("Graetz", curve, exact[0], kind="exact"),
            Curve("by itself", shown, march(shown, 1600, 48)[0], group=1),
            Curve("in tissue", shown, np.interp(shown, x_star, excess), group=2),
        ],
        x_label="x* = (x/D)/(Re Pr)", y_label="mean excess over the wall", log_x=True,
    )  # fmt: skip
    bench.profile(
        "nusselt", "Local Nusselt number. In tissue its first points are a few of the lumen's steps behind the inlet.",
        [
            Curve("Graetz", curve, exact[1], kind="exact"),
            Curve("by itself", shown, march(shown, 1600, 48)[1], group=1),
            Curve("in tissue", shown, np.interp(shown, middles, local), group=2),
        ],
        x_label="x* = (x/D)/(Re Pr)", y_label="local Nusselt number", log_x=True,
    )  # fmt: skip
    bench.convergence(
        "convergence", "Largest error of the mean excess, by itself; steps and rings are refined together.",
        [Series("mean excess", steps, errors)], x_label="1 / number of steps", y_label="relative error", orders=[1.0],
    )  # fmt: skip
    return checks
