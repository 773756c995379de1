"""V-B1's antenna in liver: the published model's field, for 10 W at the port."""

from dataclasses import replace

import numpy as np
import pytest

from ablasim.errors import ModelError
from ablasim.geometry.antenna import Antenna, Catheter, Coaxial, CoaxialSlots, Slot
from ablasim.mesh.antenna_mesh import AntennaDomain, antenna_mesh
from ablasim.physics.microwave.antenna import antenna_media, make_antenna_model
from ablasim.physics.microwave.field import Place

FREQUENCY, PERMITTIVITY, CONDUCTIVITY, WAVELENGTH = 2.45e9, 43.03, 1.69, 18.467e-3
POWER = 10.0  # W
TIP = 9.5  # mm, height of the tip in the published coordinates
DOMAIN = AntennaDomain(radius=30e-3, below=9.5e-3, shaft=70.5e-3)
CONICAL = Antenna(
    Coaxial(0.135e-3, 0.47e-3, 0.595e-3, permittivity=2.03),
    CoaxialSlots((Slot(distance=5.5e-3, length=1e-3),), short_length=0.1e-3),
    Catheter(0.895e-3, permittivity=2.6, tip_length=0.5e-3, tip="conical"),
)
FLAT = replace(CONICAL, catheter=replace(CONICAL.catheter, tip="flat"))
ALONG = {10: 0.991, 12: 1.759, 14: 2.107, 15: 2.395, 16: 2.798, 17: 3.020, 18: 2.945, 20: 2.611, 25: 1.908, 30: 1.327}
ALONG |= {40: 0.567, 50: 0.226, 60: 0.0957}
"""MW/m³ on r = 2.5 mm, by z in mm."""
ACROSS = {1.5: 6.180, 2: 3.973, 3: 2.082, 5: 0.8353, 10: 0.1686, 15: 0.0502}
"""MW/m³ on z = 16 mm, by r in mm."""


def model_of(antenna, refinement=1.0):
    mesh = antenna_mesh(antenna, DOMAIN, WAVELENGTH, refinement)
    return make_antenna_model(mesh, antenna_media(antenna))


@pytest.fixture(scope="module")
def model():
    return model_of(CONICAL)


@pytest.fixture(scope="module")
def field(model):
    return model.solve(FREQUENCY, PERMITTIVITY, CONDUCTIVITY)


def density(field, r_mm, z_mm):
    """Absorbed power density of 10 W, MW/m³."""
    points = np.stack(np.broadcast_arrays(r_mm, np.subtract(z_mm, TIP)), axis=-1) * 1e-3
    values, place = field.electric_field(points)
    assert (place == Place.TISSUE).all()
    return POWER * 0.5 * CONDUCTIVITY * np.sum(np.abs(values) ** 2, axis=1) / 1e6


def test_power_absorbed_by_the_liver_and_reflected(field):
    assert POWER * field.absorbed["tissue"] == pytest.approx(9.3734, rel=0.01)
    assert field.reflected == pytest.approx(0.01332, abs=0.003)


def test_power_that_leaves(field):
    tissue = sum(power for part, power in field.radiated.items() if part.startswith("tissue"))
    assert POWER * tissue == pytest.approx(0.4738, rel=0.01)
    assert POWER * field.radiated["catheter_top"] == pytest.approx(0.0196, rel=0.01)


def test_voltage_reflection_is_minus_the_listed_magnetic_one(field):
    assert -field.s11 == pytest.approx(-0.0796 - 0.0836j, abs=1e-3)


def test_power_density_along_the_antenna(field):
    assert density(field, 2.5, list(ALONG)) == pytest.approx(list(ALONG.values()), rel=0.03)


def test_power_density_has_its_peak_above_the_slot(field):
    heights = np.linspace(10.0, 40.0, 601)
    along = density(field, 2.5, heights)
    assert heights[np.argmax(along)] == pytest.approx(17.15, abs=0.3)
    assert along.max() == pytest.approx(3.0232, rel=0.01)


def test_power_density_across_the_slot(field):
    assert density(field, list(ACROSS), 16.0) == pytest.approx(list(ACROSS.values()), rel=0.03)


def test_a_flat_tip_absorbs_less_and_reflects_more():
    field = model_of(FLAT).solve(FREQUENCY, PERMITTIVITY, CONDUCTIVITY)
    assert POWER * field.absorbed["tissue"] == pytest.approx(9.3473, rel=0.001)
    assert field.reflected == pytest.approx(0.01630, abs=0.0003)


def test_power_balances(field):
    assert field.balance == pytest.approx(0.0, abs=1e-8)
    assert field.entering == pytest.approx(1.0 - field.reflected, abs=1e-9)


def test_the_field_recovered_at_points_holds_the_absorbed_power(model, field):
    """Integrated with the tissue's own points: the projection loses nothing that matters."""
    values, _ = field.electric_field(model.tissue_points)
    recovered = 0.5 * CONDUCTIVITY * np.sum(np.abs(values) ** 2, axis=1) @ model.tissue_volumes
    assert recovered == pytest.approx(field.absorbed["tissue"], rel=1e-3)
    assert field.tissue_density @ model.tissue_volumes == pytest.approx(field.absorbed["tissue"], rel=1e-12)


def test_tissue_given_point_by_point(model, field):
    n_points = len(model.tissue_points)
    again = model.solve(FREQUENCY, np.full(n_points, PERMITTIVITY), np.full(n_points, CONDUCTIVITY))
    assert again.s11 == pytest.approx(field.s11, rel=1e-12)
    dry = np.linalg.norm(model.tissue_points - [0.0, 6.5e-3], axis=1) < 5e-3
    dried = model.solve(FREQUENCY, np.where(dry, 10.0, PERMITTIVITY), np.where(dry, 0.3, CONDUCTIVITY))
    in_dry = np.where(dry, model.tissue_volumes, 0.0)
    assert dried.tissue_density @ in_dry < 0.8 * (field.tissue_density @ in_dry)
    assert dried.balance == pytest.approx(0.0, abs=1e-8)


def test_places_of_points(field):
    points = np.array([[2e-3, 5e-3], [0.3e-3, 30e-3], [0.7e-3, 30e-3], [31e-3, 5e-3], [2e-3, 71e-3], [0.0, -1e-3]])
    values, place = field.electric_field(points)
    assert place.tolist() == [Place.TISSUE, Place.ANTENNA, Place.ANTENNA, Place.BEYOND, Place.BEYOND, Place.TISSUE]
    assert not values[[1, 2, 3, 4]].any()
    assert np.abs(values[5, 0]) < 0.02 * np.abs(values[5, 1])  # E has the axis' direction there
    with pytest.raises(ModelError, match=r"2 points lie in the antenna, the first at r = 0\.0003 m, z = 0\.03 m"):
        field.electric_field(points, allow_antenna=False)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0.0, 43.0, 1.69), r"frequency = 0 Hz: must be above 0"),
        ((FREQUENCY, -1.0, 1.69), r"tissue permittivity = -1: must be above 0"),
        ((FREQUENCY, 43.0, -0.1), r"tissue conductivity = -0\.1: must be at least 0"),
        ((FREQUENCY, [43.0, 43.0], 1.69), r"tissue permittivity: must be one number or an array of shape"),
        ((FREQUENCY, np.nan, 1.69), r"tissue permittivity = nan"),
    ],
)
def test_impossible_tissue_is_refused(model, arguments, message):
    with pytest.raises(ModelError, match=message):
        model.solve(*arguments)


def test_missing_media_are_refused(model):
    media = {name: medium for name, medium in model.media.items() if name != "catheter"}
    with pytest.raises(ModelError, match="antenna model: no catheter"):
        make_antenna_model(model.mesh, media)


@pytest.mark.slow
def test_absorbed_power_and_reflection_converge():
    """Halved edges leave at most a quarter of the change, though corners of the metals limit the order."""
    fields = [model_of(CONICAL, n).solve(FREQUENCY, PERMITTIVITY, CONDUCTIVITY) for n in (0.5, 1.0, 2.0)]
    for values in ([f.absorbed["tissue"] for f in fields], [f.s11 for f in fields]):
        first, second = np.abs(np.diff(values))
        assert second < 0.25 * first
    assert POWER * fields[-1].absorbed["tissue"] == pytest.approx(9.3734, rel=1e-4)
