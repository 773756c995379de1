"""V-A20: waves in liver, in the forms that an axisymmetric magnetic field can take."""

import numpy as np
import pytest
from half_planes import coaxial_line, rectangle
from scipy.sparse.linalg import splu
from scipy.special import hankel2

from ablasim.physics.microwave.antenna import make_antenna_model
from ablasim.physics.microwave.elements import wave_elements
from ablasim.physics.microwave.recovery import Recovery
from ablasim.physics.microwave.system import wave_system
from ablasim.physics.microwave.waves import (
    VACUUM_PERMITTIVITY_F_M,
    Medium,
    angular_frequency,
    complex_permittivity,
    propagation_constant,
    vacuum_wavenumber,
    wave_impedance,
    wavelength,
)

LIVER = {2.45e9: (43.03, 1.69), 915e6: (46.76, 0.861)}
"""Relative permittivity and conductivity, S/m."""
LISTED = {
    2.45e9: {"alpha": 48.04280, "beta": 340.23910, "length": 18.46697e-3, "eta": 55.7439 + 7.8712j, "share": 0.5510232},
    915e6: {"alpha": 23.35009, "beta": 133.19732, "length": 47.17201e-3, "eta": 52.6223 + 9.2249j, "share": 0.5700364},
}
frequencies = pytest.mark.parametrize("frequency", LIVER)


@frequencies
def test_plane_wave_quantities_of_liver(frequency):
    listed, permittivity = LISTED[frequency], complex_permittivity(*LIVER[frequency], frequency)
    gamma = propagation_constant(permittivity, frequency)
    assert gamma.real == pytest.approx(listed["alpha"], rel=1e-6)
    assert gamma.imag == pytest.approx(listed["beta"], rel=1e-6)
    assert wavelength(permittivity, frequency) == pytest.approx(listed["length"], rel=1e-6)
    assert wave_impedance(permittivity) == pytest.approx(listed["eta"], rel=1e-5)


def line_with_step(frequency, n_cells, depth=40e-3, air=10e-3):
    """A coaxial line, filled with air at the port and with liver from 10 mm on."""
    mesh = coaxial_line(1e-3, 3e-3, [("tissue", depth), ("air", air)], n_cells, "far")
    return make_antenna_model(mesh, {"air": Medium(1.0)}).solve(frequency, *LIVER[frequency])


def gamma_from_field(field, depth=40e-3):
    """Propagation constant between 5 and 15 mm below the step."""
    points = np.array([[2e-3, depth - 5e-3], [2e-3, depth - 15e-3]])
    values, _ = field.electric_field(points)
    near, far = values[:, 0]
    return -np.log(np.abs(far / near)) / 10e-3, -np.angle(far / near)  # the phase only to multiples of 2π


@frequencies
def test_a_wave_in_a_line_of_liver_decays_as_in_open_liver(frequency):
    alpha, phase = gamma_from_field(line_with_step(frequency, 100))
    assert alpha == pytest.approx(LISTED[frequency]["alpha"], rel=1e-5)
    turns = np.exp(1j * (phase - LISTED[frequency]["beta"] * 10e-3))
    assert turns == pytest.approx(1.0, abs=1e-5)


@frequencies
def test_reflection_of_the_step_from_air_to_liver(frequency):
    field = line_with_step(frequency, 100)
    assert field.reflected == pytest.approx(LISTED[frequency]["share"], rel=1e-6)
    eta = wave_impedance(complex_permittivity(*LIVER[frequency], frequency))
    step = (eta - wave_impedance(1.0)) / (eta + wave_impedance(1.0))
    exact = step * np.exp(-2j * vacuum_wavenumber(frequency) * 10e-3)
    assert field.s11 == pytest.approx(exact, abs=1e-5)
    alpha = LISTED[frequency]["alpha"]
    assert field.absorbed["tissue"] == pytest.approx(
        (1.0 - field.reflected) * -np.expm1(-2.0 * alpha * 40e-3), rel=1e-4
    )
    assert field.balance == pytest.approx(0.0, abs=1e-8)


def test_absorbed_power_density_below_the_step_is_twice_alpha_times_the_flux():
    """1 kW/m² from air give 43 140 W/m³: peak against rms, or field against power, would be off by two."""
    field = line_with_step(2.45e9, 400)
    radius = np.sqrt(1e-3 * 3e-3)
    flux = 1.0 / (2.0 * np.pi * radius**2 * np.log(3.0))  # of 1 W at that radius, W/m²
    values, _ = field.electric_field([[radius, 40e-3], [radius, 30e-3]])
    density = 0.5 * 1.69 * np.sum(np.abs(values) ** 2, axis=1) / flux * 1e3
    assert density == pytest.approx([43140.205, 16503.944], rel=5e-3)


def test_the_step_converges_with_fourth_order():
    exact = LISTED[2.45e9]["share"]
    errors = [abs(line_with_step(2.45e9, n).reflected - exact) for n in (20, 40, 80)]
    assert np.log2(np.array(errors[:-1]) / errors[1:]) == pytest.approx([4.0, 4.0], abs=0.4)


def test_attenuation_converges_with_fourth_order():
    errors = [
        abs(gamma_from_field(line_with_step(2.45e9, n))[0] / LISTED[2.45e9]["alpha"] - 1.0) for n in (40, 80, 160)
    ]
    assert np.log2(np.array(errors[:-1]) / errors[1:]) == pytest.approx([4.0, 4.0], abs=0.3)


def test_a_step_given_point_by_point_is_a_step_between_regions():
    mesh = coaxial_line(1e-3, 3e-3, [("tissue", 50e-3)], 100, "far")
    model = make_antenna_model(mesh, {})
    deep = model.tissue_points[:, 1] < 40e-3
    by_points = model.solve(2.45e9, np.where(deep, 43.03, 1.0), np.where(deep, 1.69, 0.0))
    by_regions = line_with_step(2.45e9, 100)
    assert by_points.s11 == pytest.approx(by_regions.s11, abs=1e-10)
    assert by_points.absorbed["tissue"] == pytest.approx(by_regions.absorbed["tissue"], rel=1e-10)


# -- the field of a line current --------------------------------------------------------------------------------

INNER, OUTER, HEIGHT = 1e-3, 20e-3, 1e-3
RADII = [1e-3, 5e-3, 10e-3, 20e-3]
LINE_CURRENT = [5482.190, 2262.504, 1275.714, 561.025]  # |E_z|, V/m, of 1 A (peak) in liver at 2.45 GHz
FREQUENCY = 2.45e9
PERMITTIVITY = complex_permittivity(*LIVER[FREQUENCY], FREQUENCY)
K = propagation_constant(PERMITTIVITY, FREQUENCY) / 1j


def exact_u(r):
    """R H_φ round 1 A."""
    return r * K / 4j * hankel2(1, K * r)


def exact_ez(r):
    return -angular_frequency(FREQUENCY) * 4e-7 * np.pi / 4.0 * hankel2(0, K * r)


def line_current(n_cells):
    """E_z at `RADII` and r H_φ in the nodes of an annulus, held to the exact field at its two radii."""
    radii = np.geomspace(INNER, OUTER, n_cells + 1)
    n_high = n_cells // 10
    heights = np.linspace(0.0, HEIGHT, n_high + 1)
    elements = wave_elements(rectangle(radii, heights, ["tissue"] * n_high, ("metal",) * 4))
    system = wave_system(elements)
    matrix = system.matrix(np.full(elements.weights.shape, PERMITTIVITY), FREQUENCY).tocsr()
    r = elements.points[:, 0]
    held = np.isclose(r, INNER) | np.isclose(r, OUTER)
    u = np.where(held, exact_u(r), 0.0)
    inside = ~held
    u[inside] = splu(matrix[inside][:, inside].tocsc()).solve(-(matrix[inside][:, held] @ u[held]))
    slopes = np.einsum("cqi,ci->cq", elements.gradients[:, :, 0], u[elements.cells])
    ez = slopes / (
        1j * angular_frequency(FREQUENCY) * VACUUM_PERMITTIVITY_F_M * PERMITTIVITY * elements.quadrature[..., 0]
    )
    recovery = Recovery.of(elements, np.ones(len(elements.cells), dtype=bool))
    at_radii, inside = recovery.at(np.array([[r, HEIGHT / 3.0] for r in RADII]), recovery.project(ez[..., None]))
    assert inside.all()
    return at_radii[:, 0], np.max(np.abs(u - exact_u(r)))


def test_field_of_a_line_current():
    assert np.abs(exact_ez(np.array(RADII))) == pytest.approx(LINE_CURRENT, rel=1e-6)
    found, _ = line_current(160)
    assert np.abs(found) == pytest.approx(LINE_CURRENT, rel=2e-3)
    assert found == pytest.approx(exact_ez(np.array(RADII)), rel=2e-3)


def test_field_of_a_line_current_converges():
    found = [line_current(n) for n in (20, 40, 80)]
    of_field = [np.max(np.abs(ez / exact_ez(np.array(RADII)) - 1.0)) for ez, _ in found]
    of_unknown = [error for _, error in found]
    assert np.log2(np.array(of_unknown[:-1]) / of_unknown[1:]).min() > 2.8
    assert np.log2(np.array(of_field[:-1]) / of_field[1:]).min() > 1.85
