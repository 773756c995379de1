"""Electrodes and pulses that cannot be are refused with their place, what was given and what is allowed."""

import re

import pytest

from ablasim.errors import ScenarioError
from ablasim.scenario import parse_scenario

FAULTS = {
    "a spacing of 0": (
        "spacing_mm: 15",
        "spacing_mm: 0",
        "spacing_mm: 0",
        "applicators.needles.spacing_mm: 0 mm: must be between 2 and 100 mm",
    ),
    "one needle": ("count: 4,", "count: 1,", "count: 1,", "applicators.needles.count: 1: must be between 2 and 6"),
    "half a needle": ("count: 4,", "count: 2.5,", "count: 2.5,", "needles.count: 2.5: must be a whole number"),
    "a centre of nothing": (
        "count: 4,",
        "layout: polygon_with_centre, count: 3,",
        "count: 3,",
        "applicators.needles.count: 3: must be at least 4 for a polygon with a needle in its middle",
    ),
    "a polygon of two": (
        "count: 4,",
        "layout: polygon, count: 2,",
        "layout: polygon",
        "applicators.needles.layout: 'polygon' of 2 needles: must be line, or left out, or of at least 3",
    ),
    "an unknown layout": (
        "count: 4,",
        "layout: circle, count: 4,",
        "layout: circle",
        "applicators.needles.layout: 'circle': must be line, polygon or polygon_with_centre",
    ),
    "offsets of some needles": (
        "rotation_deg: 45,",
        "depth_offsets_mm: [1, 2],",
        "depth_offsets_mm",
        "applicators.needles.depth_offsets_mm: 2 values: must be 4, one for each needle",
    ),
    "a tilt of no needle": (
        "rotation_deg: 45,",
        "tilts: [{needle: 5, angle_deg: 3}],",
        "needle: 5",
        "applicators.needles.tilts.0.needle: 5: must be a needle of the set, 1 to 4",
    ),
    "two tilts of a needle": (
        "rotation_deg: 45,",
        "tilts: [{needle: 2, angle_deg: 3}, {needle: 2, angle_deg: 4}],",
        "needle: 2, angle_deg: 4",
        "applicators.needles.tilts.1.needle: 2: must not be tilted twice",
    ),
    "needles that meet by a tilt": (
        "rotation_deg: 45,",
        "rotation_deg: 45, tilts: [{needle: 1, angle_deg: 50, towards_deg: 180}],",
        "centre_mm: [0, 0, 0]",
        "applicators.needles.centre_mm: needle 'needles_2' passes through needle 'needles_1'",
    ),
    "needles that touch": (
        "spacing_mm: 15",
        "diameter_mm: 2, spacing_mm: 2",
        "centre_mm: [0, 0, 0]",
        "applicators.needles.centre_mm: needle 'needles_2' passes through needle 'needles_1': "
        "their axes come as near as 2 mm: must be more than the sum of",
    ),
    "a needle through another applicator": (
        "tip_mm: [25, 0, -11]",
        "tip_mm: [7, 7.5, -11]",
        "tip_mm: [7, 7.5, -11]",
        "applicators.probe.tip_mm: needle 'probe' passes through needle 'needles_1'",
    ),
    "exposed parts longer than the organ": (
        "centre_mm: [0, 0, 0],\n     direction: [0, 0, 1], exposure_mm: 20",
        "centre_mm: [0, 0, 20],\n     direction: [0, 0, 1], exposure_mm: 90",
        "exposure_mm: 90",
        "applicators.needles.exposure_mm: 90 mm: the end of the exposed part [7.5, 7.5, 65] mm lies 15 mm outside",
    ),
    "tips outside the organ": (
        "centre_mm: [0, 0, 0]",
        "centre_mm: [0, 0, -25]",
        "centre_mm: [0, 0, -25]",
        "applicators.needles.centre_mm: the tip [7.5, 7.5, -35] mm lies 5 mm outside the organ",
    ),
    "an upper pole outside the organ": (
        "gap_mm: 8",
        "gap_mm: 60",
        "proximal_length_mm: 7",
        "applicators.probe.proximal_length_mm: 74 mm: the end of the upper pole [25, 0, 63] mm lies 13 mm outside",
    ),
    "a set with a name that is taken": (
        "name: electrode",
        "name: needles_3",
        "name: needles,",
        "applicators.needles.name: 'needles': 'needles_3' is already the name of something else",
    ),
    "a plate beside its face": (
        "centre_mm: [0, 10], diameter_mm: 40",
        "centre_mm: [40, 10], diameter_mm: 40",
        "patch: {shape: disc",
        "applicators.right.patch: the plate reaches 15 mm beyond the face along y: must lie within it, -45 to 45 mm",
    ),
    "a plate that ends just within its face": (
        "centre_mm: [0, 10], diameter_mm: 40",
        "centre_mm: [25, 10], diameter_mm: 40",
        "patch: {shape: disc",
        "applicators.right.patch: the plate nearly reaches the edge of the face along y: must stay 1 mm away from it",
    ),
    "a rectangle that ends just within its face": (
        "centre_mm: [5, 0], size_mm: [30, 40]",
        "centre_mm: [5, 0], size_mm: [30, 89.8]",
        "patch: {shape: rectangle",
        "applicators.below.patch: the plate nearly reaches the edge of the face along y: must end on it, -45 or 45 mm",
    ),
    "plates upon each other": (
        "face: -x}",
        "face: +x}",
        "face: +x, patch",
        "applicators.right.face: '+x': 'left' lies on it too, and the gap between them is 0 mm: must be at least 1 mm",
    ),
    "a needle through a plate": (
        "face: -x}",
        "face: +z}",
        "centre_mm: [0, 0, 0]",
        "applicators.needles.centre_mm: needle 'needles_1' leaves the organ through plate 'left', or within 1 mm of it",
    ),
    "a plate under a layer": (
        "protocol:\n",
        "layers: [{name: fluid, face: -x, thickness_mm: 5, tissue: normal_saline}]\nprotocol:\n",
        "face: -x}",
        "applicators.left.face: '-x': layers lie on it: a plate must lie on the organ itself",
    ),
    "a pair of one": (
        "between: [needles_1, needles_2]",
        "between: [needles_1]",
        "between: [needles_1]",
        "protocol.0.pulses.pairs.0.between: ['needles_1']: must have 2 names: The two electrodes, the anode first",
    ),
    "a place on a face with one number": (
        "centre_mm: [0, 10], diameter_mm: 40",
        "centre_mm: [10], diameter_mm: 40",
        "centre_mm: [10]",
        "applicators.right.patch.centre_mm: [10]: must have 2 numbers",
    ),
    "a pair that names no needle": (
        "between: [needles_1, needles_2]",
        "between: [needles_1, needle_2]",
        "needle_2",
        "protocol.0.pulses.pairs.0.between.1: 'needle_2': must be a needle, pole or plate for pulses; did you mean "
        "'needles_2'?",
    ),
    "a pair that names a radiofrequency needle": (
        "between: [needles_1, needles_2]",
        "between: [needles_1, electrode]",
        "electrode]",
        "protocol.0.pulses.pairs.0.between.1: 'electrode': must be a needle, pole or plate for pulses",
    ),
    "a pair of one needle with itself": (
        "between: [needles_1, needles_2]",
        "between: [needles_1, needles_1]",
        "between: [needles_1, needles_1]",
        "protocol.0.pulses.pairs.0.between: 'needles_1' twice: must be two electrodes",
    ),
    "a pair of three": (
        "between: [needles_1, needles_2]",
        "between: [needles_1, needles_2, needles_3]",
        "between: [needles_1, needles_2, needles_3]",
        "protocol.0.pulses.pairs.0.between",
    ),
    "no pulses": ("count: 70", "count: 0", "count: 0", "protocol.0.pulses.count: 0: must be between 1 and 100000"),
    "no pulses of a pair": (
        "count: 60",
        "count: 0",
        "count: 0",
        "protocol.0.pulses.pairs.1.count: 0: must be between 1 and 100000",
    ),
    "no voltage": (
        "      volts_per_cm: 1200\n",
        "",
        "{between: [needles_1, needles_2]}",
        "protocol.0.pulses.pairs.0.voltage_v: missing: a pair, or its step, needs voltage_v or volts_per_cm",
    ),
    "two voltages of a pair": (
        "voltage_v: 2400",
        "volts_per_cm: 1000, voltage_v: 2400",
        "volts_per_cm: 1000",
        "protocol.0.pulses.pairs.1.volts_per_cm: 1000 V/cm: must not come with voltage_v, 2400 V: give one of them",
    ),
    "two voltages of a step": (
        "volts_per_cm: 1200",
        "volts_per_cm: 1200\n      voltage_v: 2000",
        "volts_per_cm: 1200",
        "protocol.0.pulses.volts_per_cm: 1200 V/cm: must not come with voltage_v, 2000 V",
    ),
    "a voltage above the generator's": (
        "voltage_v: 2400",
        "voltage_v: 3100",
        "voltage_v: 3100",
        "protocol.0.pulses.pairs.1.voltage_v: 3100 V between needles_1 and needles_3: must be at most 3000 V, the "
        "limit of the generator (pulse_generator.voltage_limit_v)",
    ),
    "a voltage per centimetre above the generator's": (
        "volts_per_cm: 1200",
        "volts_per_cm: 2100",
        "volts_per_cm: 2100",
        "protocol.0.pulses.volts_per_cm: 2100 V/cm over 15 mm, 3150 V between needles_1 and needles_2: must be at "
        "most 3000 V",
    ),
    "a generator of one's own": (
        "protocol:\n",
        "pulse_generator: {voltage_limit_v: 1500}\nprotocol:\n",
        "volts_per_cm: 1200",
        "1200 V/cm over 15 mm, 1800 V between needles_1 and needles_2: must be at most 1500 V",
    ),
    "pulses that overlap": (
        "rate_hz: 1, width_us: 50",
        "rate_hz: 20, width_us: 90000",
        "width_us: 90000",
        "protocol.0.pulses.pairs.2.width_us: 90000 µs at 20 Hz: pulses would overlap, their duty is 1.8",
    ),
    "volts per centimetre between plates at an angle": (
        "{voltage_v: 3000, pairs: [{between: [right, left]}",
        "{volts_per_cm: 300, pairs: [{between: [right, below]}",
        "volts_per_cm: 300",
        "300 V/cm: right and below are plates that do not face each other: give voltage_v",
    ),
    "a duration of pulses": (
        "  - {duration_s: 30}\n  - pulses: {voltage_v: 3000,",
        "  - {duration_s: 30}\n  - duration_s: 12\n    pulses: {voltage_v: 3000,",
        "duration_s: 12",
        "protocol.2.duration_s: 12 s: must be left out of a step of pulses, which takes 120 s",
    ),
    "pulses and radiofrequency in one step": (
        "  - {duration_s: 30}\n  - pulses: {voltage_v: 3000,",
        "  - {duration_s: 30}\n  - drive: {electrode: {control: power, power_w: 9}}\n    pulses: {voltage_v: 3000,",
        "drive: {electrode",
        "protocol.2.drive: electrode: must not be driven in a step of pulses: give it one of its own",
    ),
    "power for a needle of pulses": (
        "  - {duration_s: 30}\n",
        "  - {duration_s: 30, drive: {needles_1: {control: power, power_w: 9}}}\n",
        "needles_1: {control",
        "protocol.1.drive.needles_1: 'needles_1': must be driven by pulses of the step, not by drive",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_electrodes_or_pulses_is_refused_with_its_place_and_a_sentence(
    fault, electrodes_text, load_text, place_of
):
    said, changed, pointed_at, sentence = FAULTS[fault]
    assert electrodes_text.count(said) == 1
    text = electrodes_text.replace(said, changed)
    with pytest.raises(ScenarioError, match=f"(?m)^{re.escape(place_of(text, pointed_at))}.*{re.escape(sentence)}"):
        load_text(text)


def test_a_plate_needs_a_box():
    plate = {"name": "pad", "kind": "ire_plate", "face": "+z"}
    organ = {"shape": "sphere", "diameter_mm": 80, "tissue": "liver"}
    data = {"schema_version": 1, "title": "t", "organ": organ, "applicators": [plate], "protocol": [{"duration_s": 9}]}
    with pytest.raises(ScenarioError, match=r"applicators\.pad\.face: '\+z': a sphere has no faces: the organ must be"):
        parse_scenario(data)


def test_two_sets_of_one_name_are_refused(electrodes_text, load_text):
    again = (
        "  - {name: needles, kind: ire_needles, count: 2, spacing_mm: 9, centre_mm: [25, 9, 0], direction: [0, 0, 1], "
        "exposure_mm: 9}\n"
    )
    with pytest.raises(ScenarioError, match="'needles': 'needles' is already the name of something else"):
        load_text(electrodes_text.replace("  - {name: probe,", again + "  - {name: probe,"))
