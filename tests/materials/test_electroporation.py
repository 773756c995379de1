"""Tissues under pulses: laws, values, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from ablasim.errors import ModelError
from ablasim.materials import alternatives, electroporation, library_table, tissue
from ablasim.materials.electroporation_laws import LAW_NAMES, rise, shares
from ablasim.materials.entries import PULSE_UNITS
from ablasim.materials.records import parse_record, read_record, record_names
from ablasim.units import kelvin

CONSTANTS = {"smoothstep": (35e3, 70e3), "sigmoid": (35e3, 70e3), "gompertz": (3.053, 2.33e-5)}
GOMPERTZ = {"electroporation_law": "gompertz", "gompertz_displacement": 3.053, "gompertz_rate_cm_per_v": 0.00233}
OWN = {
    "density_kg_m3": 1000.0,
    "heat_capacity_j_kg_k": 3500.0,
    "thermal_conductivity_w_m_k": 0.5,
    "electrical_conductivity_s_m": 0.2,
}
KNOWN = (
    "liver", "ex_vivo_liver", "colorectal_metastasis", "hepatocellular_carcinoma", "embolised_hepatocellular_carcinoma",
    "neuroendocrine_metastasis", "blood",
)  # fmt: skip


@pytest.mark.parametrize("law", LAW_NAMES)
def test_the_share_rises_from_nothing_to_all_and_never_falls(law):
    share = shares(law, *CONSTANTS[law], np.linspace(0.0, 1e6, 2001))
    assert np.all(np.diff(share) >= 0.0)
    assert 0.0 <= share[0] < 0.05
    assert share[-1] == pytest.approx(1.0, abs=1e-9)


@pytest.mark.parametrize("law", LAW_NAMES)
@pytest.mark.parametrize("field", [1.0, 30e3, 40e3, 52.5e3, 69e3, 90e3])
def test_the_derivative_is_that_of_the_share(law, field):
    code, step = LAW_NAMES.index(law), 1.0
    _, slope = rise(code, *CONSTANTS[law], field)
    low, high = (rise(code, *CONSTANTS[law], field + change)[0] for change in (-step, step))
    assert slope == pytest.approx((high - low) / (2.0 * step), rel=1e-3, abs=1e-12)


def test_the_sigmoid_is_the_published_one():
    share = shares("sigmoid", 46e3, 70e3, np.array([58e3]))  # A = 58 kV/m and B = 3 kV/m
    assert share[0] == pytest.approx(1.0 / 11.0)


def test_fields_of_no_account_overflow_nothing():
    with np.errstate(all="raise"):
        assert shares("sigmoid", 1e5, 1.001e5, np.array([0.0]))[0] == pytest.approx(0.0, abs=1e-100)


def test_the_conductivity_follows_field_and_temperature():
    liver = electroporation(tissue("liver"))
    assert float(liver.conductivity(0.0)) == pytest.approx(0.08)
    assert float(liver.conductivity(52.5e3)) == pytest.approx(0.20)
    assert float(liver.conductivity(1e6, kelvin(57.0))) == pytest.approx(0.32 * 1.24)
    assert float(liver.warmth(kelvin(150.0))) == float(liver.warmth(kelvin(100.0)))


def test_excised_liver_at_room_temperature_has_the_measured_conductivity():
    assert float(electroporation(tissue("ex_vivo_liver")).conductivity(0.0, kelvin(22.0))) == pytest.approx(
        0.12, rel=5e-3
    )


@pytest.mark.parametrize("name", KNOWN)
def test_the_tissues_of_liver_scenarios_have_values(name):
    values = electroporation(tissue(name))
    assert 0.0 < values.before < values.after
    assert 0.0 < values.reversible_threshold < values.irreversible_threshold


@pytest.mark.parametrize("name", ["kidney", "normal_saline", "fat"])
def test_a_tissue_without_values_is_named_when_it_is_used(name):
    with pytest.raises(ModelError, match=rf"tissue '{name}' has no values for pulses.*pulse_conductivity_s_m"):
        electroporation(tissue(name))


@pytest.mark.parametrize("name", record_names())
def test_every_number_under_pulses_has_its_source(name):
    for key, entry in read_record(name).electroporation.items():
        assert entry.source.strip(), key
        assert entry.conditions.strip(), key
        assert entry.unit == PULSE_UNITS[key]
        assert entry.range[0] <= entry.value <= entry.range[1]


def test_what_a_tumour_takes_from_another_is_unverified_and_says_so():
    entry = read_record("neuroendocrine_metastasis").electroporation["pulse_conductivity_s_m"]
    assert not entry.verified
    assert entry.note.startswith("Taken from hepatocellular_carcinoma")


def test_the_table_of_the_library_lists_them_with_their_law():
    rows = {row.quantity: row for row in library_table() if row.name == "liver"}
    assert set(PULSE_UNITS) - {"gompertz_displacement", "gompertz_rate_cm_per_v"} <= set(rows)
    assert rows["conductivity_rise_to_v_per_cm"].conditions.endswith("law smoothstep")
    assert [item.value for item in alternatives("liver")["irreversible_threshold_v_per_cm"]] == [390, 423, 637, 700]


def test_a_run_without_pulses_does_not_list_them():
    assert not set(PULSE_UNITS) & set(tissue("liver").provenance)


def test_own_values_are_laid_over_those_of_the_library():
    mine = tissue("mine", defined={"mine": {"from": "liver", "irreversible_threshold_v_per_cm": 637.0}})
    assert electroporation(mine).irreversible_threshold == 63_700.0
    assert electroporation(mine).before == 0.08
    assert mine.user_defined


def test_the_law_can_be_changed_with_its_constants():
    mine = electroporation(tissue("liver", GOMPERTZ))
    assert mine.constants == pytest.approx((3.053, 2.33e-5))
    assert float(mine.conductivity(0.0)) == pytest.approx(0.08 + 0.24 * np.exp(-3.053))


@pytest.mark.parametrize(
    ("own", "message"),
    [
        ({"electroporation_law": "linear"}, "must be one of smoothstep, sigmoid, gompertz"),
        ({"electroporation_law": "gompertz"}, "gompertz_displacement: is needed by the law gompertz"),
        ({"electroporated_conductivity_s_m": 0.01}, r"= 0\.01: must be at least pulse_conductivity_s_m = 0\.08"),
        ({"conductivity_rise_to_v_per_cm": 350.0}, "must be above conductivity_rise_from_v_per_cm = 350"),
        ({"irreversible_threshold_v_per_cm": 100.0}, "must be at least reversible_threshold_v_per_cm = 350"),
        ({"pulse_conductivity_slope_per_k": 0.03}, "must keep the conductivity above zero"),
        ({"pulse_conductivity_s_m": 0.0}, "must be above 0"),
    ],
)
def test_values_that_cannot_be_are_refused(own, message):
    with pytest.raises(ModelError, match=message):
        tissue("liver", own)


def test_a_tissue_of_ones_own_with_some_values_but_not_all_is_refused():
    with pytest.raises(ModelError, match=r"tissues\.mine\.electroporated_conductivity_s_m: is needed"):
        tissue("mine", defined={"mine": OWN | {"pulse_conductivity_s_m": 0.1}})


@pytest.mark.parametrize(
    ("block", "message"),
    [
        ({"law": "linear"}, r"bad\.yaml: electroporation\.law = linear: must be one of"),
        ({"weight": {}}, "unknown quantity; known: pulse_conductivity_s_m"),
        ({"pulse_conductivity_s_m": {"value": 0.1, "range": [0.1, 0.1], "conditions": "x"}}, "no source"),
        ([1], "must be a mapping"),
    ],
)
def test_a_block_that_breaks_the_rules_is_refused(block, message):
    with pytest.raises(ModelError, match=message):
        parse_record("bad", {"kind": "tissue", "values": {}, "electroporation": block})
