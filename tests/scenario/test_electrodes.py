"""Electrodes of pulses in a scenario: sets and the needles they stand for, poles, plates and trains."""

import numpy as np
import pytest

from ablasim.errors import ModelError
from ablasim.physics.electroporation.train import PulseTrain
from ablasim.scenario import load_scenario, located_error
from ablasim.scenario.poles import needle_pairs, not_parallel, poles_of
from ablasim.scenario.write import scenario_hash, write_resolved
from ablasim.schedule import schedule


def test_a_set_stands_for_plain_needles(electrodes_text, load_text):
    scenario = load_text(electrodes_text)
    needles = [item for item in scenario.applicators if item.kind == "ire_needle"]
    assert [needle.name for needle in needles] == ["needles_1", "needles_2", "needles_3", "needles_4"]
    assert [needle.tip_mm for needle in needles] == [
        (7.5, 7.5, -10),
        (-7.5, 7.5, -10),
        (-7.5, -7.5, -10),
        (7.5, -7.5, -10),
    ]
    assert {(needle.exposure_mm, needle.diameter_mm, needle.direction) for needle in needles} == {(20, 1.07, (0, 0, 1))}
    assert all(item.kind != "ire_needles" for item in scenario.applicators)


def test_depth_offsets_and_tilts_move_single_needles_about_mid_exposure(electrodes_text, load_text):
    moves = "depth_offsets_mm: [0, 4, 0, 0], tilts: [{needle: 1, angle_deg: 10, towards_deg: 45}]"
    scenario = load_text(electrodes_text.replace("exposure_mm: 20}", f"exposure_mm: 20, {moves}}}"))
    first, second = scenario.applicators[:2]
    middle = np.array(first.tip_mm) + 10 * np.array(first.direction)
    np.testing.assert_allclose(middle, [7.5, 7.5, 0], atol=1e-8)
    assert np.degrees(np.arccos(first.direction[2])) == pytest.approx(10)
    assert first.direction[0] == pytest.approx(first.direction[1])
    assert second.tip_mm == (-7.5, 7.5, -14)
    pairs = {(pair.first, pair.second): pair for pair in needle_pairs(scenario)}
    assert pairs["needles_2", "needles_3"].depth_offset == pytest.approx(4)
    assert pairs["needles_1", "needles_3"].angle_deg == pytest.approx(10)
    sentences = not_parallel(tuple(pairs.values()))
    assert len(sentences) == 3
    assert "needles_1 and needles_3 are 10.0° from parallel: 19.5 mm apart at the tips, 21.2 mm" in sentences[1]
    assert sentences[1].endswith("at the wide end the voltage per distance is 92 % of that at mid-exposure")


def test_a_set_at_a_slant_keeps_its_spacing(electrodes_text, load_text):
    scenario = load_text(
        electrodes_text.replace("direction: [0, 0, 1], exposure_mm: 20", "direction: [1, 2, 5], exposure_mm: 20")
    )
    spacing = {round(pair.spacing, 6) for pair in needle_pairs(scenario)}
    assert spacing == {15.0, round(15 * np.sqrt(2), 6)}
    assert not not_parallel(needle_pairs(scenario))


def test_what_a_pair_may_name(electrodes_text, load_text):
    needles = [f"needles_{number}" for number in (1, 2, 3, 4)]
    assert list(poles_of(load_text(electrodes_text))) == [
        *needles,
        "probe.distal",
        "probe.proximal",
        "left",
        "right",
        "below",
    ]


def test_each_pair_is_a_stage_and_takes_what_it_lacks_from_its_step(electrodes_text, load_text):
    stages = schedule(load_text(electrodes_text))
    assert [stage.start for stage in stages] == pytest.approx([0, 35, 65, 135, 165, 225, 285])
    assert [stage.end for stage in stages] == pytest.approx([35, 65, 135, 165, 225, 285, 885])
    assert [stage.pulses for stage in stages[:3]] == [
        PulseTrain("needles_1", "needles_2", 1800.0, 70, 100e-6, 2),
        PulseTrain("needles_1", "needles_3", 2400.0, 60, 100e-6, 2),
        PulseTrain("probe.distal", "probe.proximal", 1800.0, 70, 50e-6, 1),
    ]
    assert stages[3].pulses is None
    assert not stages[3].is_powered
    assert stages[4].pulses == PulseTrain("right", "left", 3000.0, 90, 90e-6, 1.5)
    assert stages[5].pulses.voltage == pytest.approx(500 * 5.75)
    assert all(stage.is_powered and stage.coolant_flows for stage in stages if stage.pulses)
    assert all(stage.pulses.duration == pytest.approx(stage.end - stage.start) for stage in stages if stage.pulses)


def test_plates_that_face_each_other_are_the_organ_apart(electrodes_text, load_text):
    stages = schedule(load_text(electrodes_text.replace("{voltage_v: 3000, pairs", "{volts_per_cm: 250, pairs")))
    assert stages[4].pulses.voltage == pytest.approx(2500)


def test_the_list_of_pairs_may_be_repeated(electrodes_text, load_text):
    stages = schedule(load_text(electrodes_text.replace("      count: 70\n", "      count: 10\n      repeat: 3\n")))
    pairs = [(stage.pulses.anode, stage.pulses.cathode) for stage in stages if stage.pulses][:9]
    assert pairs == [("needles_1", "needles_2"), ("needles_1", "needles_3"), ("probe.distal", "probe.proximal")] * 3


def test_an_occlusion_divides_a_train_without_losing_or_doubling_pulses(electrodes_text, load_text):
    clamp = "occlusions: [{name: clamp, systems: [portal_vein], start_s: 10.3, end_s: 41.9}]\n"
    stages = [stage for stage in schedule(load_text(electrodes_text + clamp)) if stage.end <= 65]
    assert [(stage.end, bool(stage.closed), stage.pulses.count) for stage in stages] == [
        (10.3, False, 21),
        (35.0, True, 49),
        (41.9, True, 14),
        (65.0, False, 46),
    ]


def test_a_resolved_scenario_names_every_needle_and_is_the_same(electrodes_text, load_text, tmp_path):
    scenario = load_text(electrodes_text)
    write_resolved(scenario, tmp_path / "resolved.yaml")
    again = load_scenario(tmp_path / "resolved.yaml")
    assert again == scenario
    assert scenario_hash(again) == scenario_hash(scenario)
    assert scenario.pulse_generator.voltage_limit_v == 3000
    assert scenario.pulse_generator.current_limit_a == 50


def test_a_set_can_be_swept_by_path(electrodes_text, tmp_path):
    file = tmp_path / "case.yaml"
    file.write_text(electrodes_text, encoding="utf-8")
    scenario = load_scenario(file, {"applicators.needles.spacing_mm": 12, "applicators.needles.count": 3})
    assert [item.name for item in scenario.applicators[:4]] == ["needles_1", "needles_2", "needles_3", "probe"]
    assert needle_pairs(scenario)[0].spacing == pytest.approx(12)


def test_an_error_about_a_needle_of_a_set_points_at_the_set(electrodes_text, load_text, place_of):
    scenario = load_text(electrodes_text)
    error = located_error(scenario, "applicators.needles_2.exposure_mm", "20 mm: too long")
    assert (
        str(error)
        == f"{place_of(electrodes_text, 'exposure_mm: 20')}: applicators.needles.exposure_mm: 20 mm: too long"
    )


def test_a_train_refuses_what_cannot_be():
    with pytest.raises(ModelError, match="duty = 2: must be at most 1"):
        PulseTrain("a", "b", 1000.0, 1, 1e-3, 2000.0)
    with pytest.raises(ModelError, match="count = 0: must be above 0"):
        PulseTrain("a", "b", 1000.0, 0, 1e-4, 1.0)
    with pytest.raises(ModelError, match="'a' is anode and cathode"):
        PulseTrain("a", "a", 1000.0, 1, 1e-4, 1.0)
