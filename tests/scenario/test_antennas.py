"""Antennas in a scenario: devices and parts laid over them; everything that cannot be, with its place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ablasim.antennas import REACH, antenna_model
from ablasim.errors import ScenarioError
from ablasim.materials import spectra, tissue
from ablasim.materials.dielectric_laws import LAW_NAMES
from ablasim.resolve import check_names
from ablasim.scenario import load_scenario, scenario_hash, write_resolved
from ablasim.scenario.antennas import HIGHEST_FREQUENCY_MHZ, LOWEST_FREQUENCY_MHZ, SlotsRadiator
from ablasim.scenario.applicators import MwAntenna
from ablasim.scenario.radiofrequency import COOLED_SURFACE_W_M2_K
from ablasim.scenario.tissues import TissueOverrides
from ablasim.schedule import schedule

TEXT = (Path(__file__).parents[1] / "data" / "microwave.yaml").read_text(encoding="utf-8")

DEVICE = "device: coaxial_slot, tip_mm"

# what the scenario says, what that is changed to, what the error points at in the changed text, the sentence
FAULTS = {
    "device": (
        DEVICE,
        "device: coaxial_slit, tip_mm",
        "device: coaxial_slit",
        "applicators.slot.device: 'coaxial_slit': must be an antenna of the library; did you mean 'coaxial_slot'?",
    ),
    "neither device nor parts": (
        DEVICE,
        "tip_mm",
        "{name: slot",
        "applicators.slot.radiator: missing: must be given, or a device of the library that has it",
    ),
    "no direction": (
        "tip_mm: [0, 0, -10], direction: [0, 0, 1]",
        "tip_mm: [0, 0, -10], direction: [0, 0, 0]",
        "direction: [0, 0, 0]",
        "applicators.slot.direction: [0, 0, 0]: must have a length",
    ),
    "frequency out of range": (
        "frequency_mhz: 2450",
        "frequency_mhz: 13.56",
        "frequency_mhz",
        "applicators.cooled.frequency_mhz: 13.56 MHz: must be between 400 and 10000 MHz",
    ),
    "unknown radiator": (
        "kind: slots",
        "kind: slot",
        "kind: slot,",
        "applicators.cooled.radiator.kind: 'slot': must be slots or monopole; did you mean 'slots'?",
    ),
    "dielectric inside the inner conductor": (
        "dielectric_diameter_mm: 1.68",
        "dielectric_diameter_mm: 0.5",
        "dielectric_diameter_mm",
        "applicators.cooled.dielectric_diameter_mm: 0.5 mm: must be above inner_conductor_diameter_mm, 0.51 mm",
    ),
    "outer conductor of no thickness": (
        "outer_conductor_diameter_mm: 2.2",
        "outer_conductor_diameter_mm: 1.68",
        "outer_conductor_diameter_mm",
        "outer_conductor_diameter_mm: 1.68 mm: must be above dielectric_diameter_mm, 1.68 mm",
    ),
    "field inside the antenna": (
        DEVICE,
        "field: {radius_mm: 0.6, below_mm: 10, shaft_mm: 40}, " + DEVICE,
        "radius_mm: 0.6",
        "applicators.slot.field.radius_mm: 0.6 mm: must be above 0.895 mm, that of the antenna",
    ),
    "dielectric too thin for a mesh": (
        "dielectric_diameter_mm: 1.68",
        "dielectric_diameter_mm: 0.511",
        "dielectric_diameter_mm",
        "0.511 mm: the layer over inner_conductor_diameter_mm, 0.51 mm, is 0.0005 mm thick: must be at least 0.02 mm",
    ),
    "coolant as wide as the catheter": (
        "outer_diameter_mm: 2.8",
        "outer_diameter_mm: 3.2",
        "outer_diameter_mm: 3.2, permittivity: 2.6",
        "applicators.cooled.catheter.outer_diameter_mm: 3.2 mm: must be above coolant.outer_diameter_mm, 3.2 mm",
    ),
    "coolant without a catheter": (
        "catheter: {outer_diameter_mm: 3.2, permittivity: 2.6, tip: flat, tip_length_mm: 1.5}",
        "catheter: null",
        "coolant",
        "applicators.cooled.coolant: must be left out: it flows inside a catheter, and there is none",
    ),
    "own part that does not fit the device": (
        DEVICE,
        "inner_conductor_diameter_mm: 0.95, device: coaxial_slot, tip_mm",
        "{name: slot",
        "applicators.slot.dielectric_diameter_mm: 0.94 mm: must be above inner_conductor_diameter_mm, 0.95 mm",
    ),
    "slot in the short": (
        "distance_mm: 4,",
        "distance_mm: 0.4,",
        "distance_mm: 0.4",
        "radiator.slots.0.distance_mm: 0.4 mm: must be at least short_length_mm, 0.5 mm",
    ),
    "slots that overlap": (
        "distance_mm: 10,",
        "distance_mm: 5,",
        "distance_mm: 5",
        "radiator.slots.1.distance_mm: 5 mm: must be above 5 mm, where the slot nearer to the tip ends",
    ),
    "no slots": (
        "slots: [{distance_mm: 4, length_mm: 1}, {distance_mm: 10, length_mm: 2}]",
        "slots: []",
        "slots: []",
        "applicators.cooled.radiator.slots: 0 values: must have at least 1",
    ),
    "slot outside the shaft": (
        "shaft_length_mm: 40",
        "shaft_length_mm: 13",
        "shaft_length_mm",
        "applicators.cooled.shaft_length_mm: 13 mm: must be above 13.5 mm, where the last slot ends",
    ),
    "permittivity below that of vacuum": (
        "dielectric_permittivity: 2.05",
        "dielectric_permittivity: 0.5",
        "dielectric_permittivity",
        "applicators.cooled.dielectric_permittivity: 0.5: must be between 1 and 200",
    ),
    "tip outside the organ": (
        "tip_mm: [-10, 0, -12]",
        "tip_mm: [-10, 0, -52]",
        "tip_mm: [-10, 0, -52]",
        "applicators.cooled.tip_mm: the tip [-10, 0, -52] mm lies 2 mm outside the organ",
    ),
    "tip on the organ's face": (
        "tip_mm: [-10, 0, -12]",
        "tip_mm: [-10, 0, -50]",
        "tip_mm: [-10",
        "the tip [-10, 0, -50] mm lies 0 mm below the organ's outside: must lie deeper than 0.2 mm",
    ),
    "antennas that cross": (
        "tip_mm: [-10, 0, -12]\n    direction: [0, 0, 1]",
        "tip_mm: [-11.1, 0, 0.1]\n    direction: [1, 0, 0]",
        "tip_mm: [-11.1",
        "antenna 'cooled' passes through antenna 'slot': their axes come as near as 0 mm: must be more than",
    ),
    "radiator outside the organ": (
        "tip_mm: [-10, 0, -12]",
        "tip_mm: [-10, 0, 40]",
        "radiator: {kind",
        "applicators.cooled.radiator: 13.5 mm: the end of the radiator [-10, 0, 53.5] mm lies 3.5 mm outside the organ",
    ),
    "antenna through a vessel": (
        "tip_mm: [-10, 0, -12]",
        "tip_mm: [15, 0, -12]",
        "points_mm",
        "vessels.vein.points_mm: vessel 'vein' passes through antenna 'cooled'",
    ),
    "antennas that touch": (
        "tip_mm: [-10, 0, -12]",
        "tip_mm: [-2, 0, -12]",
        "tip_mm: [-2, 0, -12]",
        "antenna 'cooled' passes through antenna 'slot': their axes come as near as 2 mm",
    ),
    "control of an electrode": (
        "{control: forward_power, forward_power_w: 30}",
        "{control: power, power_w: 30}",
        "control: power,",
        "protocol.0.drive.slot.control: 'power': must be forward_power for an applicator of kind mw_antenna",
    ),
    "no power": (
        "forward_power_w: 30",
        "forward_power_w: 0",
        "forward_power_w: 0",
        "protocol.0.drive.slot.forward_power_w: 0 W: must be above 0: an antenna left out of the step is off",
    ),
    "coherent at two frequencies": (
        "frequency_mhz: 2450",
        "frequency_mhz: 915",
        "together",
        "protocol.0.together: 'coherent': must come with antennas of one frequency, not of 915 and 2450 MHz",
    ),
    "coherent with none": (
        "drive: {slot: {control: forward_power, forward_power_w: 30}, "
        "cooled: {control: forward_power, forward_power_w: 40}}, ",
        "",
        "together",
        "protocol.0.together: 'coherent': must come with antennas: the step drives none",
    ),
    "a word that is no way to add": (
        "together: coherent",
        "together: coherently",
        "together",
        "protocol.0.together: 'coherently': must be coherent or incoherent; did you mean 'coherent'?",
    ),
    "needle and antenna at once": (
        "  - name: cooled",
        "  - {name: needle, kind: rf_needle, tip_mm: [-20, 0, 0], direction: [0, 0, 1], active_length_mm: 20}\n"
        "  - name: cooled",
        None,
        "protocol.0.drive: needle, slot: must not drive radiofrequency and microwave in one step",
    ),
    "own values for two frequencies": (
        "frequency_mhz: 2450",
        "frequency_mhz: 915",
        None,
        "tissues.mine.relative_permittivity: 45: holds at one frequency, the scenario's antennas have 915 and 2450 MHz",
    ),
    "dielectric law": (
        "organ: {",
        "tissues: {mine: {from: liver, dielectric_law: ji_brace}}\norgan: {",
        "dielectric_law",
        "tissues.mine.dielectric_law: 'ji_brace': must be constant, ji_brace_2011, lopresto, linear_915 or by_freq",
    ),
}

FURTHER = {
    "needle and antenna at once": (
        "cooled: {control: forward_power, forward_power_w: 40}}, together: coherent",
        "needle: {control: power, power_w: 20}}",
        "drive: {",
    ),
    "own values for two frequencies": (
        "together: coherent}",
        "together: incoherent}\ntissues: {mine: {from: liver, relative_permittivity: 45}}",
        "relative_permittivity: 45",
    ),
}
"""Second changes of faults that need two, and what their error points at."""


@pytest.mark.parametrize("fault", FAULTS)
def test_what_cannot_be_is_refused_with_its_place(fault, load_text, place_of):
    old, new, target, sentence = FAULTS[fault]
    changes = [(old, new)]
    if fault in FURTHER:
        *change, target = FURTHER[fault]
        changes.append(tuple(change))
    text = TEXT
    for before, after in changes:
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    with pytest.raises(ScenarioError) as error:
        load_text(text)
    lines = [line for line in str(error.value).splitlines() if sentence in line]
    assert lines, str(error.value)
    if text.count(target) == 1:
        assert lines[0].startswith(place_of(text, target)), lines[0]


def antennas(scenario) -> dict[str, MwAntenna]:
    return {item.name: item for item in scenario.applicators if isinstance(item, MwAntenna)}


def test_a_device_is_filled_in_whole(load_text):
    slot = antennas(load_text(TEXT))["slot"]
    assert (slot.frequency_mhz, slot.inner_conductor_diameter_mm, slot.outer_conductor_diameter_mm) == (
        2450,
        0.27,
        1.19,
    )
    assert isinstance(slot.radiator, SlotsRadiator)
    assert slot.radiator.slots[0].distance_mm == 5.5
    assert slot.catheter is not None
    assert (slot.catheter.tip, slot.coolant) == ("conical", None)
    design = slot.design()
    assert (design.outer_diameter_mm, design.conductor_tip_mm, design.radiator_end_mm) == (1.79, 0.5, 7.0)


def test_what_is_given_stands_before_the_device(load_text):
    text = TEXT.replace(DEVICE, "frequency_mhz: 915, catheter: null, dielectric_permittivity: 2.1, " + DEVICE)
    slot = antennas(load_text(text.replace("coherent", "incoherent")))["slot"]
    design = slot.design()
    assert (design.frequency_mhz, design.dielectric_permittivity, design.catheter) == (915, 2.1, None)
    assert (design.outer_diameter_mm, design.conductor_tip_mm) == (1.19, 0.0)
    assert design.dielectric_diameter_mm == 0.94


def test_defaults_of_an_antenna(load_text):
    text = re.sub(r"    (frequency_mhz|cable_loss_db|phase_deg): .*\n", "", TEXT)
    cooled = antennas(load_text(text))["cooled"]
    assert (cooled.frequency_mhz, cooled.cable_loss_db, cooled.phase_deg) == (2450, 0, 0)
    assert cooled.coolant is not None
    assert (cooled.coolant.film_coefficient_w_m2_k, cooled.coolant.stops_with_power) == (COOLED_SURFACE_W_M2_K, True)
    assert load_text(TEXT).protocol[0].together == "coherent"
    assert load_text(TEXT.replace(", together: coherent", "")).protocol[0].together == "incoherent"


def test_the_resolved_scenario_says_the_same(load_text, tmp_path):
    for text in (TEXT, TEXT.replace(DEVICE, "catheter: null, " + DEVICE)):
        scenario = load_text(text)
        write_resolved(scenario, tmp_path / "resolved.yaml")
        again = load_scenario(tmp_path / "resolved.yaml")
        assert again == scenario
        assert scenario_hash(again) == scenario_hash(scenario)


def test_keys_of_a_device_can_be_swept(tmp_path):
    (tmp_path / "case.yaml").write_text(TEXT, encoding="utf-8")
    changes = {
        "applicators.slot.device": "monopole_ji_brace_2011",
        "applicators.cooled.radiator.slots.0.length_mm": 1.5,
    }
    scenario = load_scenario(tmp_path / "case.yaml", changes)
    assert antennas(scenario)["slot"].design().radiator.kind == "monopole"


def test_the_frequencies_allowed_are_those_of_the_library_of_tissues():
    allowed = (LOWEST_FREQUENCY_MHZ * 1e6, HIGHEST_FREQUENCY_MHZ * 1e6)
    assert allowed == (spectra.LOWEST_FREQUENCY_HZ, spectra.HIGHEST_FREQUENCY_HZ)


def test_the_laws_in_temperature_that_a_scenario_may_name_are_those_there_are():
    schema = TissueOverrides.model_json_schema()["properties"]["dielectric_law"]["anyOf"][0]
    assert tuple(schema["enum"]) == LAW_NAMES


def test_a_tissue_unknown_at_microwave_frequencies_is_refused_with_its_place(load_text):
    check_names(load_text(TEXT))
    scenario = load_text(TEXT.replace("tissue: liver", "tissue: normal_saline"))
    with pytest.raises(
        ScenarioError, match=r"case\.yaml:3:.*organ\.tissue: tissue 'normal_saline' has no values at micro"
    ):
        check_names(scenario)


def test_a_layer_unknown_at_microwave_frequencies_is_refused_with_its_place(load_text):
    layer = 'layers: [{name: fluid, face: "+x", thickness_mm: 10, tissue: dextrose_5}]\n'
    with pytest.raises(ScenarioError, match=r"layers\.fluid\.tissue: tissue 'dextrose_5' has no values at micro"):
        check_names(load_text(TEXT + layer))


def test_an_unknown_material_of_the_body_is_refused(load_text):
    scenario = load_text(TEXT.replace(DEVICE, "material: brass, " + DEVICE))
    with pytest.raises(ScenarioError, match=r"applicators\.slot\.material: tissue 'brass' is unknown"):
        check_names(scenario)


def test_a_stage_drives_antennas_with_their_forward_power(load_text):
    powered, cooling = schedule(load_text(TEXT))
    assert powered.antennas == (("slot", 30.0), ("cooled", 40.0))
    assert powered.coherent
    assert powered.is_powered
    assert powered.electrode is None
    assert not cooling.antennas


FIELD = "field: {radius_mm: 30, below_mm: 9.5, shaft_mm: 70.5}, "


def slot_model(load_text, text):
    scenario = load_text(text)
    return antenna_model(scenario, antennas(scenario)["slot"], tissue("liver")).mesh


def test_a_field_is_computed_where_the_scenario_says(load_text):
    points = slot_model(load_text, TEXT.replace(DEVICE, FIELD + DEVICE)).points
    assert points.min(axis=0) == pytest.approx([0.0, -9.5e-3], abs=1e-9)
    assert points.max(axis=0) == pytest.approx([30e-3, 70.5e-3], abs=1e-9)


def test_a_field_is_computed_wavelengths_round_the_antenna_by_default(load_text):
    points = slot_model(load_text, TEXT).points
    reach = points.max(axis=0)[0]
    assert reach == pytest.approx(REACH * 18.4e-3, rel=0.02)  # wavelength in liver at 2.45 GHz, V-A19
    assert points.min(axis=0)[1] == pytest.approx(-reach)
    assert points.max(axis=0)[1] == pytest.approx(7e-3 + reach)  # the slot ends 7 mm above the tip


def test_a_field_too_short_for_its_antenna_is_refused(load_text):
    text = TEXT.replace(DEVICE, FIELD.replace("70.5", "7") + DEVICE)
    with pytest.raises(ScenarioError, match=r"applicators\.slot: antenna domain: shaft = 0\.007 m"):
        slot_model(load_text, text)
