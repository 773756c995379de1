"""V-A20: a coaxial line with a step from air to liver, and the field round a line current in liver."""

import numpy as np
from scipy.sparse.linalg import splu
from scipy.special import hankel2

from ablasim.book import compare, converges, stays_below
from ablasim.book.half_planes import coaxial_line, rectangle
from ablasim.constants import VACUUM_PERMITTIVITY_F_M
from ablasim.physics.microwave.antenna import make_antenna_model
from ablasim.physics.microwave.elements import wave_elements
from ablasim.physics.microwave.recovery import Recovery
from ablasim.physics.microwave.system import wave_system
from ablasim.physics.microwave.waves import Medium, angular_frequency, complex_permittivity, propagation_constant
from ablasim.views.book_figures import Series

LIVER = {"2450": (2.45e9, 43.03, 1.69), "915": (915e6, 46.76, 0.861)}
DEPTH, AIR, APART = 40e-3, 10e-3, 10e-3
RADII_MM = (1, 5, 10, 20)
FREQUENCY = 2.45e9
OF_LIVER = complex_permittivity(43.03, 1.69, FREQUENCY)
K = propagation_constant(OF_LIVER, FREQUENCY) / 1j


def step(name, n_along):
    """Field of a line with air at its port and liver behind."""
    frequency, permittivity, conductivity = LIVER[name]
    mesh = coaxial_line(1e-3, 3e-3, [("tissue", DEPTH), ("air", AIR)], n_along, "far")
    return make_antenna_model(mesh, {"air": Medium(1.0)}).solve(frequency, permittivity, conductivity)


def decay(field):
    """Attenuation, 1/m, and the factor of the phase over 10 mm, from the field below the step."""
    values, _ = field.electric_field([[2e-3, DEPTH - 5e-3], [2e-3, DEPTH - 5e-3 - APART]])
    near, far = values[:, 0]
    return float(-np.log(abs(far / near)) / APART), np.exp(1j * np.angle(far / near))


def densities(field):
    """Absorbed power density at the step and 10 mm behind it for 1 kW/m² in the air, W/m³."""
    radius = np.sqrt(1e-3 * 3e-3)
    flux = 1.0 / (2.0 * np.pi * radius**2 * np.log(3.0))  # of 1 W at that radius, W/m²
    values, _ = field.electric_field([[radius, DEPTH], [radius, DEPTH - 10e-3]])
    return 0.5 * 1.69 * np.sum(np.abs(values) ** 2, axis=1) / flux * 1e3


def exact_u(r):
    return r * K / 4j * hankel2(1, K * r)


def exact_ez(r):
    return -angular_frequency(FREQUENCY) * 4e-7 * np.pi / 4.0 * hankel2(0, K * r)


def line_current(n_across):
    """E_z at `RADII_MM`, and the largest error of r H_φ, in an annulus round 1 A."""
    n_high = n_across // 10
    radii, heights = np.geomspace(1e-3, 20e-3, n_across + 1), np.linspace(0.0, 1e-3, n_high + 1)
    elements = wave_elements(rectangle(radii, heights, ["tissue"] * n_high, ("metal",) * 4))
    system = wave_system(elements)
    by_node = np.argsort(system.free)  # all nodes, for none lies on the axis
    matrix = system.matrix(np.full(elements.weights.shape, OF_LIVER), FREQUENCY).tocsr()[by_node][:, by_node]
    r = elements.points[:, 0]
    held = np.isclose(r, radii[0]) | np.isclose(r, radii[-1])
    u = np.where(held, exact_u(r), 0.0)
    u[~held] = splu(matrix[~held][:, ~held].tocsc()).solve(-(matrix[~held][:, held] @ u[held]))
    slopes = np.einsum("cqi,ci->cq", elements.gradients[:, :, 0], u[elements.cells])
    scale = 1j * angular_frequency(FREQUENCY) * VACUUM_PERMITTIVITY_F_M * OF_LIVER
    recovery = Recovery.of(elements, np.ones(len(elements.cells), dtype=bool))
    nodal = recovery.project((slopes / (scale * elements.quadrature[..., 0]))[..., None])
    places = np.array([[1e-3 * radius, heights[-1] / 3.0] for radius in RADII_MM])
    return recovery.at(places, nodal)[0][:, 0], float(np.abs(u - exact_u(r)).max())


def run(bench):
    exact = {row["quantity"]: float(row["value"]) for row in bench.reference()}
    checks = []
    for name in LIVER:
        field = step(name, 100)
        alpha, turn = decay(field)
        turned = np.exp(-1j * exact[f"beta_{name}"] * APART)
        missed = np.abs(turn - np.array([turned, turned.conj()]))  # whichever way the phase is counted
        checks += [
            compare(f"α at {name} MHz", alpha, exact[f"alpha_{name}"], relative=1e-5, unit="1/m"),
            stays_below(f"error of the phase over 10 mm at {name} MHz", float(missed.min()), 1e-5),
            compare(f"|Γ|² from air at {name} MHz", field.reflected, exact[f"share_{name}"], relative=1e-5),
        ]  # fmt: skip
    for depth, density in zip((0, 10), densities(step("2450", 400)), strict=True):
        checks.append(compare(f"absorbed power density {depth} mm behind the step, 1 kW/m²", float(density),
                              exact[f"density_{depth}_mm"], relative=5e-3, unit="W/m³"))  # fmt: skip
    found, _ = line_current(160)
    for radius, value in zip(RADII_MM, np.abs(found), strict=True):
        checks.append(compare(f"|E_z| {radius} mm from 1 A", float(value), exact[f"ez_{radius}_mm"],
                              relative=2e-3, unit="V/m"))  # fmt: skip

    coarse, fine = (20, 40, 80), (40, 80, 160)
    of_alpha = [abs(decay(step("2450", n))[0] / exact["alpha_2450"] - 1.0) for n in fine]
    of_share = [abs(step("2450", n).reflected / exact["share_2450"] - 1.0) for n in coarse]
    currents = [line_current(n) for n in coarse]
    at = exact_ez(1e-3 * np.array(RADII_MM))
    of_field = [float(np.abs(ez / at - 1.0).max()) for ez, _ in currents]
    of_unknown = [error for _, error in currents]
    along = {n: 1e3 * (DEPTH + AIR) / n for n in (*coarse, *fine)}
    bench.convergence(
        "convergence",
        "Errors of attenuation and reflection over the length of the cells along the line; of the field round a line "
        "current over the mean width of the cells.",
        [
            Series("α", [along[n] for n in fine], of_alpha),
            Series("|Γ|²", [along[n] for n in coarse], of_share),
            Series("r H_φ of a line current, A", [19.0 / n for n in coarse], of_unknown),
            Series("E_z of a line current", [19.0 / n for n in coarse], of_field),
        ],
        x_label="cell / mm", y_label="error", orders=[4.0, 4.0, 3.0, 2.0],
    )  # fmt: skip
    return [
        *checks,
        converges("error of α", [along[n] for n in fine], of_alpha, 4.0),
        converges("error of |Γ|²", [along[n] for n in coarse], of_share, 4.0),
        converges("error of r H_φ round a line current", [19.0 / n for n in coarse], of_unknown, 3.0),
        converges("error of E_z round a line current", [19.0 / n for n in coarse], of_field, 2.0),
    ]
