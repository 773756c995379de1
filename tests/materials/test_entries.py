"""No number without a source, conditions and a range; no disagreement without the grounds of the choice."""

from __future__ import annotations

from copy import deepcopy

import pytest

from ablasim.errors import ModelError
from ablasim.materials import alternatives, library_table, tissue
from ablasim.materials.entries import UNITS
from ablasim.materials.records import parse_record, read_record, record_names

GOOD = {
    "kind": "tissue",
    "title": "test tissue",
    "values": {
        "density_kg_m3": {
            "value": 1000,
            "range": [900, 1100],
            "source": "a paper",
            "conditions": "20 °C",
            "alternatives": [{"value": 950, "source": "another paper"}],
            "choice": "more animals",
        }
    },
}

DISPUTED = {
    "liver": ("thermal_conductivity_w_m_k", "perfusion_rate_per_s", "electrical_conductivity_s_m"),
    "colorectal_metastasis": ("perfusion_rate_per_s", "electrical_conductivity_s_m"),
}
"""Quantities that decide an ablation and on which sources disagree."""


def entry_without(key: str) -> dict:
    raw = deepcopy(GOOD)
    del raw["values"]["density_kg_m3"][key]
    return raw


def entry_with(**changes: object) -> dict:
    raw = deepcopy(GOOD)
    raw["values"]["density_kg_m3"].update(changes)
    return raw


def alternative(**changes: object) -> dict:
    return entry_with(alternatives=[{"value": 950, "source": "another paper"} | changes])


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (entry_without("source"), r"bad\.yaml: density_kg_m3: no source"),
        (entry_with(source="  "), "no source"),
        (entry_without("range"), "no range"),
        (entry_with(range=[900]), "no range"),
        (entry_with(range=[1100, 900]), r"range = \[1100, 900\]: must be two numbers, the lower one first"),
        (entry_with(range=["low", 1100]), "must be two numbers"),
        (entry_without("conditions"), "no conditions"),
        (entry_with(conditions=""), "no conditions"),
        (entry_with(range=[1100, 1200]), "value = 1000: must be within its range 1100 to 1200"),
        (entry_without("value"), "must be a number"),
        (entry_with(value=True), "must be a number"),
        (entry_with(value=float("nan")), "must be a number"),
        (entry_with(verified="yes"), "verified = yes: must be true or false"),
        (entry_with(colour="red"), "must be a mapping with keys among"),
        (entry_with(alternatives=950), "must be a list"),
        (entry_with(alternatives=[950]), "must be a mapping with keys among source, value"),
        (alternative(source=""), "alternatives: no source"),
        (alternative(value=None), "alternatives: value = None: must be a number"),
        (alternative(value=2000), "value = 2000: must be within its range 900 to 1100"),
        (alternative(value=1000), "must differ from each other and from the value 1000"),
        (alternative(unit="g"), "must be a mapping with keys among source, value, verified"),
        (entry_without("choice"), "no choice: where sources disagree"),
        (GOOD | {"kind": "soup"}, "must be one of base, tissue, solid"),
        (GOOD | {"values": {"weight": {}}}, "unknown quantity"),
        (GOOD | {"values": [1]}, "must be a mapping of quantities"),
    ],
)
def test_a_record_that_breaks_the_rules_is_refused(raw, message):
    parse_record("good", GOOD)
    with pytest.raises(ModelError, match=message):
        parse_record("bad", raw)


@pytest.mark.parametrize("name", record_names())
def test_every_number_of_every_file_has_a_source_conditions_a_unit_and_a_range_around_it(name):
    entries = read_record(name).values
    assert entries
    for key, entry in entries.items():
        assert entry.source.strip(), key
        assert entry.conditions.strip(), key
        assert entry.unit == UNITS[key]
        assert entry.range[0] <= entry.value <= entry.range[1]


def test_the_table_holds_every_entry_of_every_tissue_and_solid():
    rows = library_table()
    assert len(rows) > 150
    assert {row.name for row in rows} == {name for name in record_names() if read_record(name).kind != "base"}
    liver = {row.quantity: row for row in rows if row.name == "liver"}
    entry = read_record("liver").values["thermal_conductivity_w_m_k"]
    row = liver["thermal_conductivity_w_m_k"]
    assert (row.value, row.range, row.source, row.conditions) == (
        entry.value,
        entry.range,
        entry.source,
        entry.conditions,
    )
    assert (row.alternatives, row.choice, row.verified) == (entry.alternatives, entry.choice, entry.verified)


@pytest.mark.parametrize(("name", "quantity"), [(name, key) for name, keys in DISPUTED.items() for key in keys])
def test_where_sources_disagree_the_others_and_the_grounds_of_the_choice_are_told(name, quantity):
    entry = read_record(name).values[quantity]
    assert len(entry.alternatives) >= 2
    assert entry.choice.endswith(".")
    for other in alternatives(name)[quantity]:
        own = tissue("mine", defined={"mine": {"from": name, quantity: other.value}})
        assert own.provenance[quantity].value == other.value != entry.value
        assert own.user_defined


def test_the_spread_of_published_values_for_liver_is_covered():
    given = {key: [item.value for item in items] for key, items in alternatives("liver").items()}
    assert {0.302, 0.564} <= set(given["thermal_conductivity_w_m_k"])
    assert min(given["perfusion_rate_per_s"]) == 0.0036
    assert max(given["perfusion_rate_per_s"]) >= 0.0155
    assert given["perfusion_rate_per_s"] == sorted(given["perfusion_rate_per_s"])


def test_a_value_without_a_readable_source_is_marked_even_as_an_alternative():
    (low, high) = alternatives("liver")["thermal_conductivity_w_m_k"]
    assert (low.verified, high.verified) == (False, True)


def test_alternatives_of_an_unknown_tissue_are_refused():
    with pytest.raises(ModelError, match="did you mean liver"):
        alternatives("livr")
