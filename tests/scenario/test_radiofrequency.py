"""Sets, expandable and bipolar electrodes, pads: what they stand for, how they are driven, and their devices."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ablasim.anatomy import build_anatomy, expected_points
from ablasim.scenario import json_schema, parse_scenario, scenario_hash, write_resolved
from ablasim.scenario.devices import device_names, read_device
from ablasim.scenario.load import load_scenario
from ablasim.scenario.radiofrequency import COOLED_SURFACE_W_M2_K, GroundPad, RfBipolar, RfNeedle
from ablasim.scenario.terminal_pairs import TerminalPair, driven_pairs, metals_of
from ablasim.schedule import schedule

FILE = Path(__file__).parents[1] / "data" / "radiofrequency.yaml"
CLUSTER = ("cluster_1", "cluster_2", "cluster_3")


@pytest.fixture(scope="module")
def scenario():
    return load_scenario(FILE)


def test_a_set_stands_for_its_needles(scenario):
    needles = [item for item in scenario.applicators if isinstance(item, RfNeedle)]
    assert tuple(needle.name for needle in needles) == CLUSTER
    assert all(needle.film_coefficient_w_m2_k == COOLED_SURFACE_W_M2_K for needle in needles)
    tips = [needle.tip_mm for needle in needles]
    assert {round(tip[2], 6) for tip in tips} == {-10.0}
    assert sum(tip[0] for tip in tips) / 3 == pytest.approx(-30.0)
    assert scenario.applicators[-1] == GroundPad(
        name="pad", kind="ground_pad", face="-z", patch={"shape": "rectangle", "centre_mm": [0, 0], "size_mm": [60, 40]}
    )


def test_terminals_of_the_steps(scenario):
    stages = schedule(scenario)
    assert [stage.terminals for stage in stages] == [
        (TerminalPair(CLUSTER, ("pad",)),),
        (TerminalPair(("star",), ("pad",)),),
        (TerminalPair(("probe.distal",), ("probe.proximal",)),),
        (TerminalPair(CLUSTER, ("star",)),),
        tuple(TerminalPair((one,), (other,)) for one, other in zip(CLUSTER[:1] * 2 + CLUSTER[1:2],
                                                                  (*CLUSTER[1:], CLUSTER[2]), strict=True)),
    ]  # fmt: skip
    assert len(driven_pairs(scenario)) == 7
    assert metals_of(scenario) == (*CLUSTER, "star", "probe.distal", "probe.proximal", "pad")


def test_without_a_pad_current_returns_to_the_outside(scenario):
    changed = scenario.model_copy(update={"applicators": scenario.applicators[:-1]})
    assert driven_pairs(changed)[0] == TerminalPair(CLUSTER, ())


def test_a_set_beside_others_is_spelt_out():
    needle = {"direction": [0, 0, 1], "active_length_mm": 10}
    pair = {"name": "pair", "kind": "rf_needles", "count": 2, "spacing_mm": 10, "centre_mm": [0, 0, 0], **needle}
    single = {"name": "single", "kind": "rf_needle", "tip_mm": [20, 0, -5], **needle}
    drive = {"single": {"control": "voltage", "voltage_v": 5, "against": "pair"}}
    scenario = parse_scenario(plain(pair, single, drive=drive))
    assert driven_pairs(scenario) == (TerminalPair(("single",), ("pair_1", "pair_2")),)


def test_the_resolved_scenario_says_the_same(scenario, tmp_path):
    write_resolved(scenario, tmp_path / "resolved.yaml")
    again = load_scenario(tmp_path / "resolved.yaml")
    assert again == scenario
    assert scenario_hash(again) == scenario_hash(scenario)


def plain(*applicators, drive):
    return {
        "schema_version": 1,
        "title": "Radiofrequency",
        "organ": {"shape": "box", "size_mm": [100, 100, 100], "tissue": "liver"},
        "applicators": list(applicators),
        "protocol": [{"duration_s": 60, "drive": drive}],
        "numerics": {"mesh": "coarse"},
    }


PLACE = {"direction": [0, 0, 1]}
RF_DEVICES = [name for name in device_names() if read_device(name).kind.startswith("rf_")]


def with_device(name, **own):
    kind = read_device(name).kind
    where = {"centre_mm": [0, 0, 0]} if kind == "rf_needles" else {"tip_mm": [0, 0, -5]}
    applicator = {"name": "electrode", "kind": kind, "device": name, **where, **PLACE, **own}
    return parse_scenario(plain(applicator, drive={"electrode": {"control": "power", "power_w": 20}}))


@pytest.mark.parametrize("name", RF_DEVICES)
def test_every_electrode_of_the_library_fits_a_scenario_and_every_number_has_a_source(name):
    scenario, device = with_device(name), read_device(name)
    item = scenario.applicators[0]
    given = {key: value for key, value in device.plain.items() if hasattr(item, key)}
    assert {key: getattr(item, key) for key in given} == given
    assert len(given) >= len(device.plain) - 3  # a set's count, layout and spacing are those of its needles
    assert {value.path for value in device.values} == set(device.plain)
    assert all(value.source.strip() for value in device.values)
    assert expected_points(scenario, build_anatomy(scenario)) < 100_000


def test_the_library_has_the_usual_electrodes():
    assert set(RF_DEVICES) == {
        *(f"cooled_17g_{length}cm" for length in (1, 2, 3, 4)),
        "cooled_cluster",
        "star_4_tines",
        "star_9_tines",
        "umbrella_10_tines",
        "bipolar_3cm",
    }


def test_what_is_given_beside_a_device_stands_before_its_values():
    electrode = with_device("cooled_17g_3cm", coolant_temperature_c=None, diameter_mm=1.8).applicators[0]
    assert (electrode.active_length_mm, electrode.diameter_mm, electrode.coolant_temperature_c) == (30, 1.8, None)
    assert electrode.device == "cooled_17g_3cm"


def test_a_set_may_be_of_needles_of_the_library():
    needles = {"name": "six", "kind": "rf_needles", "device": "cooled_17g_2cm", "count": 6, "spacing_mm": 20}
    scenario = parse_scenario(
        plain({**needles, "centre_mm": [0, 0, 0], **PLACE}, drive={"six": {"control": "power", "power_w": 20}})
    )
    assert [item.active_length_mm for item in scenario.applicators] == 6 * [20]


def test_the_schema_asks_for_no_key_that_a_device_gives():
    definitions = json.loads(json.dumps(json_schema()))["$defs"]
    assert set(definitions["RfNeedle"]["required"]) == {"name", "tip_mm", "direction", "kind"}
    assert set(definitions["RfNeedles"]["required"]) == {"name", "centre_mm", "direction", "kind"}
    assert "exposure_mm" in definitions["IreNeedle"]["required"]


def test_both_poles_of_a_bipolar_electrode_are_told_apart():
    bipolar = with_device("bipolar_3cm").applicators[0]
    assert isinstance(bipolar, RfBipolar)
    assert (bipolar.heating_length_mm, bipolar.pole_names) == (30.0, ("electrode.distal", "electrode.proximal"))
    needle = build_anatomy(with_device("bipolar_3cm")).needles["electrode"]
    assert needle.gap == (0.0135, 0.0165)
