"""Antennas other than the published one: they run, balance their power and behave as they must."""

from types import SimpleNamespace

import numpy as np
import pytest

from ablasim.errors import SolverError
from ablasim.geometry.antenna import Antenna, Catheter, Coaxial, CoaxialSlots, Coolant, Monopole, Slot
from ablasim.mesh.antenna_mesh import AntennaDomain, antenna_mesh
from ablasim.physics.microwave import system
from ablasim.physics.microwave.antenna import antenna_media, make_antenna_model
from ablasim.physics.microwave.waves import complex_permittivity, wavelength

THIN = Coaxial(0.135e-3, 0.47e-3, 0.595e-3, permittivity=2.03)
JI_BRACE = Antenna(Coaxial(0.255e-3, 0.84e-3, 1.1e-3, permittivity=2.05), Monopole(13e-3, covered=False))
"""V-B9: the bare inner conductor beyond a flush cut, as in the public model."""
ONE_SLOT = CoaxialSlots((Slot(5.5e-3, 1e-3),), short_length=0.1e-3)
TWO_SLOTS = CoaxialSlots((Slot(5.5e-3, 1e-3), Slot(10.5e-3, 1e-3)), short_length=0.1e-3)
LIVER_2450, LIVER_915 = (43.03, 1.69), (46.76, 0.861)
NEAR, WIDE = AntennaDomain(30e-3, 20e-3, 60e-3), AntennaDomain(60e-3, 50e-3, 100e-3)


def sigmoid(temperature_c, s1, s2, s3, s4):
    return s1 * (1.0 - 1.0 / (1.0 + np.exp(s2 - s3 * temperature_c))) + s4


def ji_brace_liver(temperature_c):
    """Relative permittivity and conductivity (D5)."""
    return sigmoid(temperature_c, 48.391, 6.286, 0.0764, 1.0), sigmoid(temperature_c, 2.173, 5.951, 0.0697, 0.0)


def solve(antenna, tissue=LIVER_2450, frequency=2.45e9, domain=NEAR, refinement=1.0):
    mesh = antenna_mesh(antenna, domain, wavelength(complex_permittivity(*tissue, frequency), frequency), refinement)
    model = make_antenna_model(mesh, antenna_media(antenna))
    return model.solve(frequency, *tissue)


@pytest.mark.parametrize(
    ("antenna", "tissue", "frequency", "domain"),
    [
        (Antenna(THIN, TWO_SLOTS, Catheter(0.895e-3, 2.6, 0.5e-3)), LIVER_2450, 2.45e9, NEAR),
        (Antenna(THIN, ONE_SLOT), LIVER_2450, 2.45e9, NEAR),
        (Antenna(THIN, ONE_SLOT, Catheter(0.895e-3, 2.6, 0.5e-3, "conical")), LIVER_915, 915e6, WIDE),
        (JI_BRACE, ji_brace_liver(20.0), 2.45e9, NEAR),
        (Antenna(THIN, Monopole(10e-3), Catheter(0.895e-3, 2.6, 0.5e-3)), LIVER_2450, 2.45e9, NEAR),
    ],
)
def test_power_balances_and_a_finer_mesh_changes_little(antenna, tissue, frequency, domain):
    coarse, field = (solve(antenna, tissue, frequency, domain, refinement) for refinement in (0.6, 1.0))
    assert field.balance == pytest.approx(0.0, abs=1e-6)
    assert 0.0 < field.reflected < 1.0
    assert sum(field.absorbed.values()) == pytest.approx(field.absorbed["tissue"], rel=1e-12)  # nothing else has loss
    assert field.absorbed["tissue"] > 0.85 * (1.0 - field.reflected)  # the rest leaves the computed tissue
    assert coarse.s11 == pytest.approx(field.s11, abs=3e-3)
    assert coarse.absorbed["tissue"] == pytest.approx(field.absorbed["tissue"], rel=3e-3)


def test_lossy_catheter_and_coolant_take_their_share():
    catheter, water = Catheter(1.2e-3, 2.6, 0.5e-3, conductivity=0.01), Coolant(0.9e-3, 77.0, 1.0)
    field = solve(Antenna(THIN, ONE_SLOT, catheter, water))
    assert field.absorbed["coolant"] > 0.01
    assert field.absorbed["catheter"] > 0.01
    assert field.absorbed["dielectric"] == field.absorbed["slot_1"] == 0.0
    assert field.balance == pytest.approx(0.0, abs=1e-8)


def test_a_second_slot_moves_the_heat_up_the_shaft():
    """Share of the density along r = 2.5 mm that lies above the first slot."""
    heights = np.linspace(-5e-3, 30e-3, 141)
    shares = []
    for radiator in (ONE_SLOT, TWO_SLOTS):
        field = solve(Antenna(THIN, radiator, Catheter(0.895e-3, 2.6, 0.5e-3)))
        values, _ = field.electric_field(np.stack([np.full(141, 2.5e-3), heights], axis=1))
        density = np.sum(np.abs(values) ** 2, axis=1)
        shares.append(density[(heights > 8e-3) & (heights < 14e-3)].sum() / density.sum())
    assert shares[1] > 1.05 * shares[0]


def test_liver_that_dries_round_the_monopole_lets_the_power_go_further_out():
    """V-B9: of what the tissue absorbs, the share near the antenna falls when a sleeve of 6 mm is at 100 or 110 °C."""
    mesh = antenna_mesh(JI_BRACE, NEAR, 18e-3)
    model = make_antenna_model(mesh, antenna_media(JI_BRACE))
    r, z = model.tissue_points.T
    distance = np.hypot(r - 0.255e-3, np.maximum(np.maximum(-z, z - 13e-3), 0.0))
    near, further = distance < 2e-3, (distance > 6e-3) & (distance < 12e-3)
    shares = []
    for hot in (37.0, 100.0, 110.0):
        temperature_c = 37.0 + (hot - 37.0) / (1.0 + np.exp((distance - 6e-3) / 0.5e-3))
        field = model.solve(2.45e9, *ji_brace_liver(temperature_c))
        assert field.balance == pytest.approx(0.0, abs=1e-6)
        power = field.tissue_density * model.tissue_volumes / field.absorbed["tissue"]
        shares.append((power[near].sum(), power[further].sum()))
    near_share, further_share = np.transpose(shares)
    assert near_share[2] < near_share[1] < near_share[0]
    assert further_share[2] > further_share[1] > further_share[0]


def test_one_model_serves_a_sweep_of_frequencies():
    antenna = Antenna(THIN, ONE_SLOT, Catheter(0.895e-3, 2.6, 0.5e-3))
    mesh = antenna_mesh(antenna, NEAR, wavelength(complex_permittivity(*LIVER_2450, 3e9), 3e9))
    model = make_antenna_model(mesh, antenna_media(antenna))
    reflected = [model.solve(frequency, *LIVER_2450).reflected for frequency in (2.0e9, 2.45e9, 3.0e9)]
    assert reflected[1] == pytest.approx(solve(antenna).reflected, abs=3e-4)
    assert min(reflected) > 0.0
    assert max(reflected) < 1.0


def test_a_solution_that_misses_its_equations_is_refused(monkeypatch):
    mesh = antenna_mesh(JI_BRACE, NEAR, 18e-3, 0.4)
    model = make_antenna_model(mesh, antenna_media(JI_BRACE))
    monkeypatch.setattr(system, "Factors", lambda matrix, is_ordered: SimpleNamespace(solve=lambda right: 2.0 * right))
    with pytest.raises(SolverError, match="does not satisfy its equations"):
        model.solve(2.45e9, *LIVER_2450)
