"""V-A19: the TEM feed of a coaxial line, as a formula and as a field."""

import numpy as np
import pytest
from half_planes import coaxial_line

from ablasim.errors import ModelError
from ablasim.physics.microwave.antenna import make_antenna_model
from ablasim.physics.microwave.coaxial import TemLine

A, B, PERMITTIVITY, FREQUENCY = 0.135e-3, 0.47e-3, 2.03, 2.45e9
LENGTH = 70e-3
BETA = 73.15993  # rad/m


def field_of(far_end, n_cells=200, n_across=3):
    mesh = coaxial_line(A, B, [("tissue", LENGTH)], n_cells, far_end, n_across)
    return make_antenna_model(mesh, {}).solve(FREQUENCY, PERMITTIVITY, 0.0)


def test_formulas_give_the_listed_numbers():
    line = TemLine(A, B, PERMITTIVITY, FREQUENCY)
    assert line.impedance.real == pytest.approx(52.49629, rel=1e-6)
    assert line.impedance.imag == 0.0
    voltage = line.voltage(10.0)
    assert abs(voltage) == pytest.approx(32.40256, rel=1e-6)
    assert np.abs(line.radial_field(voltage, [A, B])) == pytest.approx([192406.4, 55265.7], rel=1e-6)
    assert line.propagation.imag == pytest.approx(BETA, rel=1e-6)
    assert line.propagation.real == 0.0
    assert TemLine(0.255e-3, 0.84e-3, 2.1, FREQUENCY).impedance.real == pytest.approx(49.32507, rel=1e-6)


def test_net_power_of_two_waves_is_that_of_either_alone_only_without_loss():
    lossless, lossy = TemLine(A, B, 2.0, FREQUENCY), TemLine(A, B, 2.0 - 1.0j, FREQUENCY)
    for line, interferes in ((lossless, False), (lossy, True)):
        difference = line.power(1.0, 0.0) - line.power(0.5j, 0.0)
        assert line.power(1.0, 0.5j) != pytest.approx(difference, rel=1e-3) or not interferes
    assert lossless.power(1.0, 0.5j) == pytest.approx(lossless.power(1.0, 0.0) - lossless.power(0.5j, 0.0))
    assert lossy.power(lossy.current(3.0), 0.0) == pytest.approx(3.0)


def test_a_matched_line_reflects_nothing_and_carries_the_tem_field():
    field = field_of("far")
    assert abs(field.s11) < 2.0 * (BETA * LENGTH / 200) ** 4  # the method's order, at these cells
    assert field.radiated["far"] == pytest.approx(1.0, rel=1e-8)
    heights = np.linspace(1e-3, 69e-3, 9)
    for radius, expected in ((A, 192406.4), (B, 55265.7)):
        values, _ = field.electric_field(np.stack([np.full(9, radius), heights], axis=1))
        assert np.sqrt(10.0) * np.abs(values[:, 0]) == pytest.approx(np.full(9, expected), rel=0.01)
        phase = np.unwrap(np.angle(values[:, 0]))
        assert np.polyfit(heights, phase, 1)[0] == pytest.approx(BETA, rel=1e-5)
        assert np.max(np.abs(values[:, 1])) < 1e-4 * np.max(np.abs(values[:, 0]))


def test_the_field_at_the_conductors_converges_with_third_order_across():
    heights = np.linspace(30e-3, 40e-3, 50)
    errors = []
    for n_across in (2, 4, 8):
        field = field_of("far", n_across=n_across)
        values, _ = field.electric_field(np.stack([np.full(50, A), heights], axis=1))
        errors.append(np.max(np.abs(np.sqrt(10.0) * np.abs(values[:, 0]) / 192406.4 - 1.0)))
    assert np.log2(np.array(errors[:-1]) / errors[1:]).min() > 2.5


def test_a_shorted_line_returns_all_with_the_voltage_turned_round():
    field = field_of("metal")
    assert abs(field.s11) == pytest.approx(1.0, abs=1e-9)
    assert field.s11 == pytest.approx(-np.exp(-2j * BETA * LENGTH), abs=1e-5)
    assert field.entering == pytest.approx(0.0, abs=1e-9)


def test_reflection_of_the_short_converges_with_fourth_order():
    exact = -np.exp(-2j * TemLine(A, B, PERMITTIVITY, FREQUENCY).propagation.imag * LENGTH)
    errors = [abs(field_of("metal", n).s11 - exact) for n in (10, 20, 40)]
    assert np.log2(np.array(errors[:-1]) / errors[1:]) == pytest.approx([4.0, 4.0], abs=0.3)


def test_a_lossy_filling_at_the_port_is_refused():
    model = make_antenna_model(coaxial_line(A, B, [("tissue", LENGTH)], 20, "far"), {})
    with pytest.raises(ModelError, match="at the port must have no loss"):
        model.solve(FREQUENCY, PERMITTIVITY, 0.01)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [((B, A, 2.0, 1e9), "must rise"), ((0.0, B, 2.0, 1e9), "must rise"), ((A, B, 2.0, 0.0), "frequency = 0 Hz")],
)
def test_impossible_lines_are_refused(arguments, message):
    with pytest.raises(ModelError, match=message):
        TemLine(*arguments)
