"""What each damage model kills at a constant temperature, against closed forms and against what was seen."""

from __future__ import annotations

import math

import pytest

from ablasim.damage import (
    HEADLINE,
    OBSERVATIONS,
    damage_model,
    damage_model_names,
    damage_table,
    lethal_temperature,
    seconds_to_death,
)
from ablasim.damage.arrhenius_sets import ARRHENIUS_SETS
from ablasim.damage.cem43 import STEEP_ABOVE
from ablasim.damage.comparison import takes_for_dead
from ablasim.units import celsius, kelvin

GAS_CONSTANT_J_MOL_K = 8.314462618


@pytest.fixture(scope="module")
def table():
    return {row.name: row for row in damage_table()}


@pytest.mark.parametrize("parameters", ARRHENIUS_SETS, ids=lambda entry: entry.name)
def test_first_order_damage_kills_at_constant_temperature_when_the_closed_form_says(parameters):
    exponent = parameters.activation_energy_j_mol / (GAS_CONSTANT_J_MOL_K * 333.15)
    seconds = math.exp(exponent) / parameters.frequency_factor_per_s
    assert seconds_to_death(damage_model(f"arrhenius_{parameters.name}"), 333.15) == pytest.approx(seconds, rel=1e-6)


@pytest.mark.parametrize(("name", "minutes_at_43"), [("cem43_240", 240.0), ("cem43_30", 30.0)])
def test_the_dose_is_lethal_when_the_closed_form_says(name, minutes_at_43):
    model = damage_model(name)
    assert seconds_to_death(model, kelvin(47.0)) == pytest.approx(60.0 * minutes_at_43 / 16.0, rel=1e-6)
    assert celsius(lethal_temperature(model, 720.0)) == pytest.approx(43.0 + math.log2(minutes_at_43 / 12.0), abs=1e-6)


def test_an_isotherm_kills_at_once_or_never():
    model = damage_model("isotherm_54")
    assert seconds_to_death(model, kelvin(54.5)) == 0.0
    assert seconds_to_death(model, kelvin(53.5)) == math.inf
    assert celsius(lethal_temperature(model, 1.0)) == pytest.approx(54.0)


def test_where_body_temperature_kills_that_is_the_lowest_and_where_nothing_does_there_is_none():
    assert lethal_temperature(damage_model("arrhenius_liver"), 3600.0) == kelvin(37.0)
    assert lethal_temperature(damage_model("three_state"), 60.0) == math.inf


def test_the_models_that_kill_at_body_temperature_within_a_procedure_are_known_and_warn(table):
    kills = {name for name, row in table.items() if row.body_temperature_min < 120.0}
    assert kills == {"arrhenius_liver", "arrhenius_hepatoma", "three_state"}
    assert all("body temperature" in table[name].warning for name in kills)
    assert table["arrhenius_liver"].body_temperature_min == pytest.approx(56.7, abs=0.1)
    assert table["arrhenius_hepatoma"].body_temperature_min == pytest.approx(108.2, abs=0.1)
    assert table["three_state"].body_temperature_min == pytest.approx(63.9, abs=0.1)


def test_the_headline_kills_nothing_that_was_seen_to_live(table):
    assert table[HEADLINE].kills_the_living == ()
    assert table[HEADLINE].body_temperature_min == math.inf
    seen = {item.temperature_c for item in table[HEADLINE].spares_the_dead}
    assert seen == {42.0, 50.0}  # it errs towards a zone that is too small


def test_the_dose_says_where_it_errs_to_the_unsafe_side(table):
    """What its page says against it: edges hotter than 50 °C, in ablations of less than two minutes."""
    assert "too large" in table[HEADLINE].warning
    assert (
        lethal_temperature(damage_model(HEADLINE), 120.0)
        < STEEP_ABOVE
        < lethal_temperature(damage_model(HEADLINE), 60.0)
    )


def test_a_lower_lethal_dose_agrees_with_more_of_what_was_seen_in_liver(table):
    assert len(table["cem43_30"].spares_the_dead) < len(table[HEADLINE].spares_the_dead)
    assert table["cem43_30"].kills_the_living == ()


def test_the_three_state_model_contradicts_what_was_seen_at_both_ends(table):
    row = table["three_state"]
    assert {item.temperature_c for item in row.kills_the_living} == {37.0, 40.0}
    assert {item.temperature_c for item in row.spares_the_dead} == {50.0, 55.0, 60.0}
    assert "5 minutes at 60 °C" in row.warning


def test_the_table_tells_of_every_model_what_it_was_measured_on_and_whether_that_was_checked(table):
    assert tuple(table) == damage_model_names()
    for name, row in table.items():
        assert row.process.strip()
        assert row.source.strip()
        assert damage_model(name).describe()["process"] == row.process
        assert damage_model(name).describe()["verified"] is row.verified
    unchecked = {name for name, row in table.items() if not row.verified}
    assert unchecked == {"isotherm_54", "arrhenius_borrelli"}


def test_observations_tell_what_was_seen_and_where():
    assert [item.temperature_c for item in OBSERVATIONS] == sorted(item.temperature_c for item in OBSERVATIONS)
    for item in OBSERVATIONS:
        assert item.seen
        assert item.source
    assert takes_for_dead(damage_model("isotherm_60"), OBSERVATIONS[-1])
