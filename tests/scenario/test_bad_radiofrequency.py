"""Radiofrequency electrodes and terminals that cannot be are refused with their place and what is allowed."""

import re
from pathlib import Path

import pytest

from ablasim.errors import ScenarioError

TEXT = (Path(__file__).parents[1] / "data" / "radiofrequency.yaml").read_text(encoding="utf-8")
STAR_LENGTH = "tine_count: 4, tine_length_mm: 12}"
AGAINST = "voltage_v: 12, against: star"

# what the file says, what that is changed to, what the error points at in the changed text, the sentence
FAULTS = {
    "an unknown device": (
        "kind: rf_tines, shape: star",
        "kind: rf_tines, device: star_5_tines, shape: star",
        "device: star_5_tines",
        "applicators.star.device: device 'star_5_tines': must be one of the library for it; did you mean",
    ),
    "a device of another kind": (
        "kind: rf_tines, shape: star",
        "kind: rf_tines, device: cooled_17g_3cm, shape: star",
        "device: cooled_17g_3cm",
        "applicators.star.device: device 'cooled_17g_3cm': must be one of the library for it; known: star_4",
    ),
    "neither length nor radius": (
        STAR_LENGTH,
        "tine_count: 4}",
        "{name: star",
        "applicators.star.tine_length_mm: missing: tines need their length, or bend_radius_mm",
    ),
    "length and radius": (
        STAR_LENGTH,
        "tine_count: 4, tine_length_mm: 12, bend_radius_mm: 9}",
        "bend_radius_mm: 9",
        "applicators.star.bend_radius_mm: 9 mm: must not come with tine_length_mm, 12 mm: give one of them",
    ),
    "a radius of straight tines": (
        STAR_LENGTH,
        "tine_count: 4, bend_radius_mm: 9, turn_deg: 0}",
        "bend_radius_mm: 9",
        "applicators.star.bend_radius_mm: 9 mm: the tines do not turn: give tine_length_mm",
    ),
    "a straight part longer than the tines": (
        STAR_LENGTH,
        "tine_count: 4, tine_length_mm: 12, straight_mm: 12}",
        "straight_mm: 12",
        "applicators.star.straight_mm: 12 mm: must be below 12 mm, the length of a tine, or turn_deg 0",
    ),
    "tines that turn too tightly": (
        STAR_LENGTH,
        "tine_count: 4, tine_length_mm: 2, turn_deg: 170}",
        "tine_length_mm: 2",
        "applicators.star.tine_length_mm: 2 mm: the tines turn on a radius of 0.67 mm: must be at least 3",
    ),
    "tines thicker than the trocar": (
        STAR_LENGTH,
        "tine_count: 4, tine_length_mm: 12, tine_diameter_mm: 2}",
        "tine_diameter_mm: 2}",
        "applicators.star.tine_diameter_mm: 2 mm: must fit into the trocar of 2.1 mm",
    ),
    "tines that begin in the trocar's wall": (
        STAR_LENGTH,
        "tine_count: 4, tine_length_mm: 12, exit_distance_mm: 1}",
        "exit_distance_mm: 1",
        "applicators.star.exit_distance_mm: 1 mm: must be at most 0.735 mm, so that a tine begins within the trocar",
    ),
    "tines that begin above the bare tip": (
        STAR_LENGTH,
        "tine_count: 4, tine_length_mm: 12, exit_height_mm: 9}",
        "exit_height_mm: 9",
        "applicators.star.exit_height_mm: 9 mm: must be at most active_length_mm, 8 mm: tines leave the bare tip",
    ),
    "too many tines": (
        STAR_LENGTH,
        "tine_count: 12, tine_length_mm: 12}",
        "tine_count: 12",
        "applicators.star.tine_count: 12: the gap between two tines outside the trocar is 0 mm: must be at least",
    ),
    "tines that come back to the trocar": (
        STAR_LENGTH,
        "tine_count: 4, bend_radius_mm: 1.5, turn_deg: 270, exit_angle_deg: 60}",
        "turn_deg: 270",
        "applicators.star.turn_deg: 270°: the tines come back to within 0 mm of the trocar",
    ),
    "tines that cross the trocar's axis": (
        STAR_LENGTH,
        "tine_count: 4, tine_length_mm: 12, turn_deg: -90}",
        "turn_deg: -90",
        "applicators.star.turn_deg: -90°: tines: must not cross the needle's axis",
    ),
    "tines that leave the organ": (
        STAR_LENGTH,
        "tine_count: 4, tine_length_mm: 50}",
        "tine_length_mm: 50",
        "applicators.star.tine_length_mm: 50 mm: the axis of a tine at [0, 40.6293, -30.4473] mm lies 0.629 mm outside",
    ),
    "tines through a vessel": (
        "protocol:\n",
        "vessels: [{name: vein, points_mm: [[7, 0, -35], [7, 0, 35]], diameter_mm: 3, mean_speed_mm_s: 9}]\n"
        "protocol:\n",
        "tip_mm: [0, 0, -5]",
        "applicators.star.tip_mm: a tine of 'star' passes through vessel 'vein': their axes come as near as",
    ),
    "tines near a needle": (
        "centre_mm: [-30, 0, 0]",
        "centre_mm: [-13.9, 0, 0]",
        "tip_mm: [0, 0, -5]",
        "applicators.star.tip_mm: the gap between a tine of 'star' and needle 'cluster_1' is 0.1 mm: must be",
    ),
    "two sets of a size that touch": (
        "spacing_mm: 6",
        "spacing_mm: 2, diameter_mm: 2",
        "centre_mm: [-30, 0, 0]",
        "applicators.cluster.centre_mm: needle 'cluster_2' passes through needle 'cluster_1'",
    ),
    "a pad that is driven": (
        "{star: {control: voltage",
        "{pad: {control: voltage",
        "pad: {control",
        "protocol.1.drive.pad: 'pad': must not be driven: the current of an electrode returns to it",
    ),
    "an electrode against nothing that is": (
        AGAINST,
        "voltage_v: 12, against: stat",
        "against: stat",
        "protocol.3.drive.cluster.against.0: 'stat': must be another electrode, a pole of one, or a ground pad; "
        "did you mean 'star'?",
    ),
    "an electrode against itself": (
        AGAINST,
        "voltage_v: 12, against: [star, cluster_2]",
        "cluster_2]",
        "protocol.3.drive.cluster.against.1: 'cluster_2': must not be named twice: the current goes from",
    ),
    "a set against what is not, behind another set": (
        AGAINST,
        "voltage_v: 12, together_with: [star, cluter], against: [pad, sta]",
        "cluter]",
        "protocol.3.drive.cluster.together_with.1: 'cluter': must be another radiofrequency electrode, not bipolar",
    ),
    "a set that is in place twice": (
        "  - {duration_s: 20, drive: {star: {control: voltage, voltage_v: 12}}}",
        "  - {duration_s: 20, in_place: [cluster, cluster_2]}",
        "cluster_2]",
        "protocol.1.in_place.1: 'cluster_2': must not be named twice",
    ),
    "a setting of a set": (
        "coolant_temperature_c: 10",
        "coolant_temperature_c: 10, surface_temperature_c: 9",
        "surface_temperature_c: 9",
        "applicators.cluster.surface_temperature_c: 9 °C: must not come with coolant_temperature_c",
    ),
    "a bipolar needle against a pad": (
        "current_a: 0.2",
        "current_a: 0.2, against: pad",
        "against: pad",
        "protocol.2.drive.probe.against: must be left out: a bipolar needle is driven between its own two poles",
    ),
    "a pole that is driven by itself": (
        "{probe: {control: current",
        "{probe.distal: {control: current",
        "probe.distal: {control",
        "empty: power off. The poles of a bipolar needle are not driven by themselves",
    ),
    "a bipolar needle together with another": (
        "{star: {control: voltage, voltage_v: 12}}",
        "{star: {control: voltage, voltage_v: 12, together_with: probe}}",
        "together_with: probe",
        "protocol.1.drive.star.together_with.0: 'probe': must be another radiofrequency electrode, not bipolar",
    ),
    "an electrode together with itself": (
        "{star: {control: voltage, voltage_v: 12}}",
        "{star: {control: voltage, voltage_v: 12, together_with: star}}",
        "together_with: star",
        "protocol.1.drive.star.together_with.0: 'star': must not be named twice: the step drives 'star'",
    ),
    "pairs of one electrode": (
        "{star: {control: voltage, voltage_v: 12}}",
        "{star: {control: voltage, voltage_v: 12, switching: {pairs: all, every_s: 5}}}",
        "pairs: all, every_s: 5}}}}\n  - {duration_s: 20, drive: {probe",
        "protocol.1.drive.star.switching.pairs: 'all': must be pairs: there is but one electrode",
    ),
    "a pair of an electrode with itself": (
        "switching: {pairs: all, every_s: 5}",
        "switching: {pairs: [[cluster_1, cluster_1]], every_s: 5}",
        "[cluster_1, cluster_1]",
        "protocol.4.drive.cluster.switching.pairs.0: 'cluster_1' twice: must be two: the current goes between them",
    ),
    "a pair of an unknown electrode": (
        "switching: {pairs: all, every_s: 5}",
        "switching: {pairs: [[cluster_1, cluster_4]], every_s: 5}",
        "cluster_4]",
        "protocol.4.drive.cluster.switching.pairs.0.1: 'cluster_4': must be an electrode, a pole of one, or a ground",
    ),
    "pairs without a time to switch": (
        "pairs: all, every_s: 5",
        "pairs: all",
        "switching",
        "protocol.4.drive.cluster.switching.every_s: missing: pairs are switched by every_s, roll_off or both",
    ),
    "a pause without a reason": (
        "every_s: 5",
        "every_s: 5, pause_s: 9",
        "pause_s",
        "protocol.4.drive.cluster.switching.pause_s: 9 s: must come with roll_off, after which a pair pauses",
    ),
    "pairs left at no impedance": (
        "every_s: 5",
        "roll_off: {}",
        "roll_off",
        "protocol.4.drive.cluster.switching.roll_off.rise_ohm: missing: a roll-off needs rise_ohm, factor or",
    ),
    "pairs of a generator that switches by itself": (
        "{control: voltage, voltage_v: 12, switching",
        "{control: pulsed_current, on_current_a: 1, on_s: 2, off_s: 2, switching",
        "switching",
        "protocol.4.drive.cluster.switching: must come with control: power, voltage or current",
    ),
    "pairs against something": (
        "switching: {pairs: all, every_s: 5}",
        "against: pad, switching: {pairs: all, every_s: 5}",
        "against: pad",
        "protocol.4.drive.cluster.against: must be left out: switching says the pairs",
    ),
    "two electrodes in a step": (
        "{star: {control: voltage, voltage_v: 12}}",
        "{star: {control: voltage, voltage_v: 12}, probe: {control: voltage, voltage_v: 3}}",
        "drive: {star: {control: voltage, voltage_v: 12}, probe",
        "protocol.1.drive: star, probe: must drive one electrode at a time; together_with makes several one",
    ),
    "a set and another electrode in a step": (
        "{star: {control: voltage, voltage_v: 12}}",
        "{cluster: {control: voltage, voltage_v: 12}, star: {control: voltage, voltage_v: 3}}",
        "drive: {cluster: {control: voltage, voltage_v: 12}, star",
        "protocol.1.drive: cluster, star: must drive one electrode at a time; together_with makes several one",
    ),
    "a set and one of its needles": (
        "{star: {control: voltage, voltage_v: 12}}",
        "{cluster: {control: voltage, voltage_v: 12}, cluster_1: {control: voltage, voltage_v: 3}}",
        "drive: {cluster: {control: voltage, voltage_v: 12}, cluster_1",
        "protocol.1.drive: 'cluster_1': must not be driven beside 'cluster', the set that it is part of",
    ),
    "nowhere to go": (
        "  - {name: pad, kind: ground_pad, face: -z, patch: {shape: rectangle, centre_mm: [0, 0], size_mm: [60, 40]}}"
        "\n",
        "boundary: {electric: insulated}\n",
        "electric: insulated",
        "boundary.electric: 'insulated': must be 'ground' for 'cluster_1': its current must go somewhere",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_radiofrequency_is_refused_with_its_place_and_a_sentence(fault, load_text, place_of):
    said, changed, pointed_at, sentence = FAULTS[fault]
    assert TEXT.count(said) == 1
    text = TEXT.replace(said, changed)
    with pytest.raises(ScenarioError, match=f"(?m)^{re.escape(place_of(text, pointed_at))}.*{re.escape(sentence)}"):
        load_text(text)


def test_terminals_mean_nothing_for_other_sources(load_text):
    text = TEXT.replace(
        "protocol:\n",
        "  - {name: source, kind: prescribed, region: organ, heat_w_m3: 1000}\n"
        "protocol:\n  - {duration_s: 9, drive: {source: {control: power, power_w: 3, against: pad}}}\n",
    )
    with pytest.raises(
        ScenarioError, match=r"source\.against: must be left out: 'source' is no radiofrequency electrode"
    ):
        load_text(text)
