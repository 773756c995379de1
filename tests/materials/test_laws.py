from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ablasim.materials import (
    PropertyRangeWarning,
    electrical_conductivity,
    enthalpy,
    enthalpy_curve,
    forget_notices,
    temperature_of_enthalpy,
    thermal_conductivity,
    tissue,
    tissue_names,
    vapour_fraction,
)

KELVINS = arrays(float, 8, elements=st.floats(280.0, 430.0)).map(np.sort)
QUIET = pytest.mark.filterwarnings("ignore::ablasim.materials.PropertyRangeWarning")
PROPERTY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def at(celsius: float) -> np.ndarray:
    return np.array([celsius + 273.15])


@pytest.mark.parametrize(
    ("power_w_m3", "until_99_s", "plateau_s"), [(1e7, 23.6592, 158.3716), (5e7, 4.73184, 31.67432)]
)
def test_heating_without_loss_boils_when_the_closed_form_says(power_w_m3, until_99_s, plateau_s, boiling_tissue):
    start, low, high = (enthalpy(boiling_tissue, at(c))[0] for c in (37.0, 99.0, 100.0))
    assert (low - start) / power_w_m3 == pytest.approx(until_99_s, rel=1e-6)
    assert (high - low) / power_w_m3 == pytest.approx(plateau_s, rel=1e-6)


def test_steps_that_jump_the_window_keep_the_energy(boiling_tissue):
    heat = enthalpy(boiling_tissue, at(37.0))
    for _ in range(200):
        heat = enthalpy(boiling_tissue, temperature_of_enthalpy(boiling_tissue, heat)) + 1e7
    expected = enthalpy(boiling_tissue, at(37.0)) + 200e7
    # Round-off of a temperature, 6e-14 K, is 1e-4 J/m³ in the window: 200 of them are 1e-11 of the whole.
    np.testing.assert_allclose(heat, expected, rtol=1e-11)


def test_enthalpy_counts_from_zero_celsius(boiling_tissue):
    assert enthalpy(boiling_tissue, at(0.0))[0] == 0.0
    assert enthalpy(boiling_tissue, at(1.0))[0] == pytest.approx(1060.0 * 3600.0)
    assert enthalpy(boiling_tissue, at(-1.0))[0] == pytest.approx(-1060.0 * 3600.0)


def test_the_enthalpy_curve_has_three_slopes_with_boiling_and_one_without(boiling_tissue, dry_law_tissue):
    breakpoints, slopes = enthalpy_curve(boiling_tissue)
    np.testing.assert_allclose(breakpoints, [372.15, 373.15])
    np.testing.assert_allclose(slopes, [3.816e6, 3.816e6 + 1.5799e9, 0.6e6])
    breakpoints, slopes = enthalpy_curve(dry_law_tissue)
    assert breakpoints.shape == (0,)
    np.testing.assert_allclose(slopes, [1079.0 * 3540.0])


@PROPERTY
@given(temperature=KELVINS)
def test_temperature_of_enthalpy_inverts_enthalpy_and_both_rise(boiling_tissue, temperature):
    heat = enthalpy(boiling_tissue, temperature)
    np.testing.assert_allclose(temperature_of_enthalpy(boiling_tissue, heat), temperature, rtol=1e-12)
    assert np.all(np.diff(heat) >= 0.0)


@PROPERTY
@given(temperature=KELVINS)
def test_the_vapour_fraction_rises_from_zero_to_one(boiling_tissue, temperature):
    fraction = vapour_fraction(boiling_tissue, temperature)
    assert np.all((fraction >= 0.0) & (fraction <= 1.0))
    assert np.all(np.diff(fraction) >= 0.0)


def test_without_boiling_there_is_no_vapour(dry_law_tissue):
    np.testing.assert_array_equal(vapour_fraction(dry_law_tissue, at(150.0)), [0.0])


@QUIET
@PROPERTY
@given(temperature=KELVINS)
@pytest.mark.parametrize("name", tissue_names())
def test_conductivities_rise_with_temperature_and_stay_positive(name, temperature):
    for law in (electrical_conductivity, thermal_conductivity):
        values = law(tissue(name), temperature)
        assert np.all(values > 0.0)
        assert np.all(np.diff(values) >= 0.0)


@QUIET
@PROPERTY
@given(share=st.floats(0.0, 1.0), more=st.floats(0.0, 1.0))
def test_drying_only_lowers_electrical_conductivity(boiling_tissue, share, more):
    hot = at(100.0)
    drier = max(share, more)
    wet = electrical_conductivity(boiling_tissue, hot, min(share, more))[0]
    assert 0.0 < electrical_conductivity(boiling_tissue, hot, drier)[0] <= wet * (1 + 1e-12)


def test_electrical_conductivity_is_linear_to_the_cap():
    liver = tissue("liver")
    np.testing.assert_allclose(electrical_conductivity(liver, at(37.0)), 0.2)
    np.testing.assert_allclose(electrical_conductivity(liver, at(87.0)), 0.2 * 1.75)
    np.testing.assert_allclose(electrical_conductivity(liver, at(140.0)), 0.2 * (1.0 + 0.015 * 63.0))


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 1.0])
def test_the_logarithm_of_conductivity_is_linear_in_the_vapour_fraction(share):
    liver = tissue("liver")
    at_cap = 0.2 * (1.0 + 0.015 * 63.0)
    expected = np.exp((1.0 - share) * np.log(at_cap) + share * np.log(0.01 * at_cap))
    np.testing.assert_allclose(electrical_conductivity(liver, at(100.0), share), expected, rtol=1e-12)


def test_thermal_conductivity_is_linear_in_temperature():
    np.testing.assert_allclose(thermal_conductivity(tissue("liver"), at(87.0)), 0.52 * 1.1)


def test_laws_keep_the_shape_and_leave_their_input_alone():
    temperature = np.full((3, 4), 320.0)
    temperature.flags.writeable = False
    for law in (electrical_conductivity, thermal_conductivity, enthalpy, vapour_fraction):
        assert law(tissue("liver"), temperature).shape == (3, 4)


def test_a_law_outside_its_range_warns_once_with_value_and_range():
    liver = tissue("liver")
    with pytest.warns(PropertyRangeWarning, match=r"liver: thermal conductivity: asked at 130.0 °C.*0 to 100 °C"):
        thermal_conductivity(liver, at(130.0))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        thermal_conductivity(liver, at(131.0))
    forget_notices()
    with pytest.warns(PropertyRangeWarning, match="asked at -5.0 °C"):
        thermal_conductivity(liver, at(-5.0))


def test_boiling_tissue_may_be_above_the_cap_without_notice_but_others_may_not(dry_law_tissue):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        electrical_conductivity(tissue("liver"), at(150.0), 1.0)
    with pytest.warns(PropertyRangeWarning, match="electrical conductivity"):
        electrical_conductivity(dry_law_tissue, at(150.0))


def test_metals_have_no_law_and_give_no_notice():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        np.testing.assert_allclose(thermal_conductivity(tissue("stainless_steel"), at(500.0)), 16.2)
