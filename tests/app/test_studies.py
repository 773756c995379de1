"""The studies behind the shipped library, and that the library is theirs."""

from pathlib import Path

import numpy as np
import pytest

from ablasim.app.fields import state
from ablasim.app.library import shipped
from ablasim.app.modalities import DATA, MODALITIES
from ablasim.app.settings import DIAMETER, GAP, POWER, SPEED, Setting
from ablasim.study.load import load_study
from ablasim.study.sampling import design
from studies.app_packing import section_of

STUDIES = Path(__file__).parents[2] / "studies" / "app"


@pytest.fixture(scope="module")
def study():
    return load_study(STUDIES / "library.yaml").study


@pytest.mark.parametrize("name", MODALITIES)
def test_the_library_holds_the_cases_of_the_study(study, name):
    points = list(design(study, name))
    library = shipped(name)
    assert len(points) == np.prod([len(axis) for axis in library.axes])
    assert len(points) <= 150
    power = next(key for key in points[0] if key in ("power_w", "forward_power_w", "voltage_v"))
    distance = next(key for key in points[0] if key.endswith("distance_mm"))
    assert {point[distance] + 4.0 for point in points} == set(library.axes[0])
    diameter = next(key for key in points[0] if key.endswith("diameter_mm"))
    assert {float(point[diameter]) for point in points} == set(library.axes[1])
    assert {float(point[power]) for point in points} == set(library.axes[3])


@pytest.mark.parametrize("name", MODALITIES)
def test_sliders_stay_within_the_library(name):
    gaps, diameters, speeds, powers = shipped(name).axes
    spans = [(GAP, gaps), (DIAMETER, diameters), (POWER[name], powers)]
    if len(speeds) > 1:
        spans.append((SPEED, speeds))
    for span, axis in spans:
        assert (span.low, span.high) == (axis.min(), axis.max())


def test_cases_held_back_lie_within_the_sliders():
    held_back = load_study(STUDIES / "held_back.yaml").study
    for name in MODALITIES:
        for point in design(held_back, name):
            assert GAP.low <= point["distance_mm"] + 4.0 <= GAP.high
            assert DIAMETER.low <= point["diameter_mm"] <= DIAMETER.high


@pytest.mark.parametrize("name", MODALITIES)
def test_the_error_of_interpolation_was_measured(name):
    told = shipped(name).held_back
    assert told["n_cases"] == 6
    assert 0.0 < told["margin_mm_mean"] <= told["margin_mm_max"]


def test_all_of_it_is_small_enough_to_ship():
    assert sum((DATA / f"{name}.npz").stat().st_size for name in MODALITIES) < 20e6


@pytest.mark.parametrize("name", MODALITIES)
def test_zones_grow_with_time_and_a_vein_far_away_takes_less_than_one_nearby(name):
    modality, library = MODALITIES[name], shipped(name)
    power = float(library.axes[3][-1])
    near, far = (
        Setting(name, gap_mm=gap, diameter_mm=10.0, speed_mm_s=float(library.axes[2][-1]), power=power, tumour_mm=8.0)
        for gap in (float(library.axes[0][1]), 24.0)
    )
    volumes = [state(library.at(near), modality, time).numbers.volume_ml for time in modality.times_s[1:]]
    assert (np.diff(volumes) >= 0.0).all()
    changed = []
    for setting in (near, far):
        found = state(library.at(setting), modality, float(modality.times_s[-1]))
        changed.append(int(((found.free > 0.0) & (found.level <= 0.0)).sum()))
    assert changed[0] > changed[1]


def test_the_page_says_what_the_library_holds():
    page = (STUDIES.parents[1] / "docs" / "app.md").read_text(encoding="utf-8")
    assert section_of([shipped(name) for name in MODALITIES]) in page
