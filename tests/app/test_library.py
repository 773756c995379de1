"""Interpolation between runs: exact where fields are what it takes them for."""

from dataclasses import replace

import numpy as np
import pytest

from ablasim.app.courses import LOWEST
from ablasim.app.fields import state
from ablasim.app.library import AXES, read_library
from ablasim.app.modalities import MODALITIES
from ablasim.app.places import outside_vessel
from ablasim.app.settings import Setting
from ablasim.errors import OutputError
from tests.app.made import GAPS, STEEPNESS, bite, made_library, radius_mm

RF = Setting("rf", gap_mm=9.0, diameter_mm=5.0, speed_mm_s=90.0, power=20.0, time_s=333.0)


@pytest.fixture(scope="module")
def library():
    return made_library("rf")


def test_the_zone_grows_evenly_between_powers_and_moments(library):
    found = state(library.at(RF), library.modality, RF.time_s)
    radius = radius_mm("rf", RF.power, RF.time_s)
    expected = STEEPNESS * (radius - np.linalg.norm(library.modality.places.grid(), axis=1))
    near = np.abs(expected) < 2.0
    assert np.abs(found.free.ravel() - expected)[near].max() < 0.25  # of two levels with a step of 2 % each


def test_the_bite_lies_at_the_vessel_wherever_that_is(library):
    for gap in (6.0, 9.0, 15.0):
        setting = replace(RF, gap_mm=gap)
        found = state(library.at(setting), library.modality, RF.time_s)
        grid = library.modality.places.grid()
        away = np.maximum(outside_vessel(grid, gap, 2.5), 0.0)
        change = (found.level - found.free).ravel()
        kept = found.level.ravel() > LOWEST  # below, levels are cut off
        assert np.abs(change - bite(away))[kept].max() < 0.35  # linear between places 0.5 to 5 mm apart


def test_a_run_of_the_library_is_found_and_everything_between_is_not(library):
    held = replace(RF, gap_mm=float(GAPS[1]), diameter_mm=10.0, speed_mm_s=50.0, power=27.0)
    assert library.holds(held)
    assert not library.holds(replace(held, gap_mm=11.5))
    assert not library.holds(replace(held, power=20.0))


def test_weights_of_the_runs_on_all_sides_add_up_to_one(library):
    corners = library.at(RF)._corners
    assert len(corners) == 2 ** len(AXES)
    assert sum(weight for _, weight in corners) == pytest.approx(1.0)


def test_speeds_are_interpolated_by_their_logarithm(library):
    middle = library.at(replace(RF, speed_mm_s=100.0))
    assert [round(weight, 6) for _, weight in middle._sides[2]] == [0.5, 0.5]


def test_pulses_change_the_zone_in_steps():
    ire = made_library("ire")
    setting = Setting("ire", power=2500.0, tumour_mm=20.0)
    at, before, after = (state(ire.at(setting), ire.modality, time).free.max() for time in (120.0, 119.0, 179.0))
    assert after == at
    assert before < at


def test_blood_has_no_temperature_of_tissue(library):
    found = state(library.at(RF), library.modality, RF.time_s)
    inside = np.isnan(found.temperature_c)
    assert inside.sum() == 4 * found.temperature_c.shape[1]  # grid lines at 10 to 13 mm, between the walls at 9 and 14
    assert np.nanmin(found.temperature_c) >= 37.0


def test_a_library_that_cannot_be_read_is_told(tmp_path):
    file = tmp_path / "rf.npz"
    file.write_bytes(b"not a library")
    with pytest.raises(OutputError, match=r"rf\.npz: the library of the app cannot be read"):
        read_library(MODALITIES["rf"], file)
