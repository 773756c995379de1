"""Generators that cannot be are refused with their place, what was given and what is allowed."""

import re

import pytest

from ablasim.errors import ScenarioError
from ablasim.scenario import load_scenario, write_resolved

DRIVE = "control: power, power_w: 29, voltage_limit_v: 50"
TEMPERATURE = "control: temperature, target_c: 90, sensors: [beside_vein], power_limit_w: 60"
IMPEDANCE = "control: impedance, power_w: 60"
PULSED = "control: pulsed_current, on_current_a: 1.5, on_s: 10, off_s: 15"

# the drive of the demo's electrode, what the error points at, the sentence
FAULTS = {
    "a ramp without length": (
        "control: power, power_w: 29, ramp: {from_w: 5}",
        "ramp",
        "ramp.over_s: missing: a ramp needs over_s, or step_w and every_s",
    ),
    "a ramp of steps without their time": (
        "control: power, power_w: 29, ramp: {from_w: 5, step_w: 10}",
        "ramp",
        "ramp.every_s: missing: a ramp needs over_s, or step_w and every_s",
    ),
    "a ramp of steps without their height": (
        "control: current, current_a: 1, ramp: {from_a: 0.5, every_s: 10}",
        "ramp",
        "ramp.step_a: missing: a ramp needs over_s, or step_a and every_s",
    ),
    "a ramp of two kinds": (
        "control: voltage, voltage_v: 40, ramp: {from_v: 10, over_s: 20, step_v: 10, every_s: 60}",
        "over_s",
        "ramp.over_s: must be left out of a ramp in steps (step_v and every_s)",
    ),
    "a ramp to where it begins": (
        "control: power, power_w: 29, ramp: {from_w: 29, over_s: 10}",
        "from_w",
        "ramp.from_w: 29 W: must differ from the end of the ramp",
    ),
    "a power limit of a power": (
        "control: power, power_w: 29, power_limit_w: 20",
        "power_limit_w",
        "unknown key 'power_limit_w'",
    ),
    "a temperature without a sensor": (
        "control: temperature, target_c: 90, sensors: [], power_limit_w: 60",
        "sensors: []",
        "sensors: 0 values: must have at least 1",
    ),
    "an unknown sensor": (
        TEMPERATURE.replace("[beside_vein]", "[beside_vain]"),
        "beside_vain",
        "sensors.0: 'beside_vain': must be the name of a sensor; did you mean 'beside_vein'?",
    ),
    "a sensor twice": (
        TEMPERATURE.replace("[beside_vein]", "[beside_vein, beside_vein]"),
        "beside_vein], power",
        "sensors.1: 'beside_vein': must not be named twice",
    ),
    "a temperature without a power": (
        TEMPERATURE.replace(", power_limit_w: 60", ""),
        "electrode: {control",
        "power_limit_w: missing: Power that is never passed, W",
    ),
    "a target in kelvin": (
        TEMPERATURE.replace("90", "363.15"),
        "target_c",
        "target_c: 363.15 °C: must be between 37 and 120 °C; did you mean 90 °C, given in kelvin?",
    ),
    "half of the gains": (
        TEMPERATURE + ", gain_w_per_k: 2",
        "electrode: {control",
        "integral_time_s: missing: gain_w_per_k and integral_time_s are given together, or neither",
    ),
    "a hold longer than its step": (
        TEMPERATURE + ", hold_s: 720",
        "hold_s",
        "hold_s: 720 s: must be below the step's duration_s, 720 s, which warming up is part of",
    ),
    "intervals that are no interval": (
        TEMPERATURE + ", shortest_sample_s: 5, longest_sample_s: 2",
        "longest_sample_s",
        "longest_sample_s: 2 s: must be at least shortest_sample_s, 5 s",
    ),
    "impedance control without a threshold": (
        IMPEDANCE,
        "electrode: {control",
        "roll_off: missing: Impedance at which the power goes off.",
    ),
    "a roll-off at nothing": (
        IMPEDANCE + ", roll_off: {}",
        "roll_off",
        "roll_off.rise_ohm: missing: a roll-off needs rise_ohm, factor or above_ohm",
    ),
    "a roll-off at two impedances": (
        IMPEDANCE + ", roll_off: {rise_ohm: 20, above_ohm: 150}",
        "above_ohm",
        "roll_off.above_ohm: must be left out beside rise_ohm: one of rise_ohm, factor, above_ohm",
    ),
    "a baseline of an absolute impedance": (
        IMPEDANCE + ", roll_off: {above_ohm: 150, baseline: lowest}",
        "baseline",
        "roll_off.baseline: 'lowest': must be left out beside above_ohm, which has none",
    ),
    "an unknown baseline": (
        IMPEDANCE + ", roll_off: {rise_ohm: 20, baseline: first}",
        "baseline",
        "roll_off.baseline: 'first': must be start or lowest",
    ),
    "impedance control without power": (
        "control: impedance, power_w: 0, roll_off: {rise_ohm: 20}",
        "power_w",
        "power_w: 0 W: must be above 0: without current no impedance is read",
    ),
    "a pause longer than the step": (
        IMPEDANCE + ", roll_off: {rise_ohm: 20}, off_s: 800",
        "off_s",
        "off_s: 800 s: must be below the step's duration_s, 720 s",
    ),
    "a restart with more power": (
        IMPEDANCE + ", roll_off: {rise_ohm: 20}, restart_share: 1.5",
        "restart_share",
        "restart_share: 1.5: must be between 0.01 and 1",
    ),
    "half a roll-off": (
        IMPEDANCE + ", roll_off: {rise_ohm: 20}, last_roll_off: 1.5",
        "last_roll_off",
        "last_roll_off: 1.5: must be a whole number",
    ),
    "pulses weaker than pauses": (
        PULSED + ", off_current_a: 1.5",
        "off_current_a",
        "off_current_a: 1.5 A: must be below on_current_a, 1.5 A",
    ),
    "pulses without current": (
        PULSED.replace("1.5", "0"),
        "on_current_a",
        "on_current_a: 0 A: must be between 0.001 and 20 A",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_a_generator_is_refused_with_its_place_and_a_sentence(fault, demo_text, load_text, place_of):
    drive, pointed_at, sentence = FAULTS[fault]
    assert demo_text.count(DRIVE) == 1
    text = demo_text.replace(DRIVE, drive)
    with pytest.raises(ScenarioError) as caught:
        load_text(text)
    line = next(number for number, said in enumerate(text.splitlines(), start=1) if "duration_s" in said)
    found = re.search(
        rf"(?m)^case\.yaml:{line}:(\d+): protocol\.0\.drive\.electrode\.{re.escape(sentence)}", str(caught.value)
    )
    if sentence.startswith("unknown"):
        found = re.search(rf"(?m)^case\.yaml:{line}:(\d+): .*{re.escape(sentence)}", str(caught.value))
    assert found, str(caught.value)
    assert f"case.yaml:{line}:{found[1]}" == place_of(text, pointed_at)


@pytest.mark.parametrize(
    ("drive", "sentence"),
    [
        (TEMPERATURE, "control: 'temperature': must be power, voltage or current where the steady state is asked for"),
        (IMPEDANCE + ", roll_off: {rise_ohm: 20}", "control: 'impedance': must be power, voltage or current"),
        (PULSED, "control: 'pulsed_current': must be power, voltage or current"),
        ("control: power, power_w: 5, ramp: {from_w: 1, over_s: 5}", "ramp: must be left out where the steady state"),
    ],
)
def test_a_steady_state_knows_no_generator_that_switches(drive, sentence, demo_text, load_text):
    text = demo_text.replace("duration_s: 720", "steady: true").replace(DRIVE, drive)
    with pytest.raises(ScenarioError, match=re.escape(sentence)):
        load_text(text)


def test_a_prescribed_heat_has_no_such_generator(sphere_text, load_text):
    with pytest.raises(ScenarioError, match="control: 'pulsed_current': must be as_given or power"):
        load_text(sphere_text.replace("control: power, power_w: 5", PULSED))


def test_temperature_control_without_sensors_in_the_scenario_says_so(demo_text, load_text):
    with pytest.raises(ScenarioError, match="'beside_vein': must be the name of a sensor; the scenario has none"):
        load_text(re.sub(r"(?m)^sensors:.*\n(  .*\n)+", "", demo_text).replace(DRIVE, TEMPERATURE))


@pytest.mark.parametrize(
    "drive",
    [
        TEMPERATURE + ", hold_s: 60",
        IMPEDANCE + ", roll_off: {above_ohm: 150}",
        IMPEDANCE + ", roll_off: {factor: 1.5, baseline: lowest}, ramp: {from_w: 20, step_w: 10, every_s: 60}",
        PULSED,
    ],
)
def test_what_may_be_may_also_be_read_again_with_all_defaults(drive, demo_text, load_text, tmp_path):
    scenario = load_text(demo_text.replace(DRIVE, drive))
    write_resolved(scenario, tmp_path / "resolved.yaml", {})
    assert load_scenario(tmp_path / "resolved.yaml").protocol == scenario.protocol
