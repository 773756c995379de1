"""The library of devices: each number with its source, each antenna one that a scenario can have."""

from __future__ import annotations

from copy import deepcopy

import pytest

from ablasim.errors import ModelError
from ablasim.scenario import parse_scenario
from ablasim.scenario.devices import device_names, parse_device, read_device

GOOD = {
    "kind": "mw_antenna",
    "title": "an antenna",
    "source": "a paper",
    "verified": True,
    "design": {
        "frequency_mhz": 2450,
        "inner_conductor_diameter_mm": 0.5,
        "dielectric_diameter_mm": 1.7,
        "dielectric_permittivity": 2.1,
        "outer_conductor_diameter_mm": 2.2,
        "radiator": {"kind": "slots", "slots": [{"distance_mm": 5, "length_mm": 1}], "short_length_mm": 0.5},
    },
    "exceptions": {"radiator.slots.0.length_mm": {"source": "another paper", "verified": False, "note": "guessed"}},
}


@pytest.mark.parametrize("name", device_names("mw_antenna"))
def test_every_device_fits_a_scenario_and_every_number_has_a_source(name):
    antenna = {"name": "antenna", "kind": "mw_antenna", "device": name, "tip_mm": [0, 0, -10], "direction": [0, 0, 1]}
    scenario = parse_scenario(
        {
            "schema_version": 1,
            "title": name,
            "organ": {"shape": "box", "size_mm": [80, 80, 80], "tissue": "liver"},
            "applicators": [antenna],
            "protocol": [{"duration_s": 60, "drive": {"antenna": {"control": "forward_power", "forward_power_w": 10}}}],
        }
    )
    device = read_device(name)
    assert scenario.applicators[0].design() == device.design
    assert device.title
    assert {value.path for value in device.values} >= {"frequency_mhz", "radiator.kind", "dielectric_permittivity"}
    assert all(value.source.strip() for value in device.values)


def test_the_slot_antenna_is_that_of_the_published_model():
    # V-B1, radii and heights in mm above the liver's bottom: 0.135, 0.47, 0.595, 0.895; slot from 15.5 to 16.5,
    # conductor's end at 10, dielectric from 10.1, catheter's point at 9.5.
    design = read_device("coaxial_slot").design
    radii = [design.inner_conductor_diameter_mm, design.dielectric_diameter_mm, design.outer_conductor_diameter_mm]
    assert [0.5 * value for value in (*radii, design.outer_diameter_mm)] == pytest.approx([0.135, 0.47, 0.595, 0.895])
    slot = design.radiator.slots[0]
    assert (10 + slot.distance_mm, 10 + slot.distance_mm + slot.length_mm) == (15.5, 16.5)
    assert (10 + design.radiator.short_length_mm, 10 - design.conductor_tip_mm) == (10.1, 9.5)
    assert (design.dielectric_permittivity, design.catheter.permittivity, slot.permittivity) == (2.03, 2.6, 1.0)


def test_exceptions_say_their_own_source():
    values = {value.path: value for value in parse_device("good", GOOD).values}
    assert (values["frequency_mhz"].source, values["frequency_mhz"].verified) == ("a paper", True)
    length = values["radiator.slots.0.length_mm"]
    assert (length.value, length.source, length.verified, length.note) == (1, "another paper", False, "guessed")


def changed(**changes: object) -> dict:
    return deepcopy(GOOD) | changes


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (changed(source=" "), r"bad\.yaml: no source"),
        (changed(colour="red"), "must have keys among"),
        (changed(kind="ire_needle"), "kind 'ire_needle': must be one of mw_antenna, rf_needle,"),
        (changed(kind="rf_needle", design=[]), "design: must be keys and values of a rf_needle"),
        (changed(design={"frequency_mhz": 2450}), r"design: .*inner_conductor_diameter_mm"),
        (changed(exceptions={"radiator.colour": {"note": "red"}}), "exceptions: radiator.colour: must be the path"),
        (changed(exceptions={"frequency_mhz": {"colour": "red"}}), "with keys among note, source, verified"),
    ],
)
def test_a_file_that_breaks_the_rules_is_refused(raw, message):
    with pytest.raises(ModelError, match=r"(?s)" + message):
        parse_device("bad", raw)
