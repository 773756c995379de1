"""What is put side by side, and whether it may be."""

import json

import numpy as np
import pytest

from ablasim.comparison import compare_runs, read_run
from ablasim.comparison.courses import reach_of_agreement
from ablasim.errors import OutputError, ScenarioError
from ablasim.scenario import write_resolved

VEIN = {"name": "vein", "points_mm": [[12, 0, -25], [12, 0, 25]], "diameter_mm": 6, "mean_speed_mm_s": 150}


def row(comparison, key):
    (found,) = (row for row in comparison.rows if row.quantity.key == key)
    return found


def paths(comparison):
    return {difference.path: difference.of_patient for difference in comparison.differences}


def test_values_stand_in_the_order_of_the_runs_with_their_spread(finished):
    verified = {"zone": {"volume_ml": 20.0}, "uncertainty": {"status": "verified", "zone": {"volume_ml": 0.5}}}
    comparison = compare_runs([finished("a"), finished("b", summary=verified)])
    volume = row(comparison, "zone.volume_ml")
    assert volume.values == (18.0, 20.0)
    assert volume.spreads == (None, 0.5)
    assert volume.quantity.unit == "ml"


def test_what_no_run_has_is_left_out_and_what_one_lacks_is_none(finished):
    comparison = compare_runs([finished("a"), finished("b", summary={"heat_sink": None})])
    keys = {row.quantity.key for row in comparison.rows}
    assert "heat_sink.vessels.vein.rim_min_mm" not in keys
    assert row(comparison, "heat_sink.vessels.vein.retraction_mm").values == (3.2, None)
    assert row(comparison, "without_vessels.minimum_mm").values == (5.5, None)
    assert row(comparison, "without_vessels.volume_ml").values == (20.0, None)


def test_treatment_time_leaves_out_the_cool_down_and_tells_power_from_pauses(finished):
    drive = {"electrode": {"control": "power", "power_w": 15}}
    pausing = [{"duration_s": 30, "drive": drive}, {"duration_s": 60}, {"duration_s": 10, "drive": drive}]
    comparison = compare_runs([finished("a"), finished("b", protocol=pausing)])
    assert row(comparison, "treatment.power_on_s").values == (20.0, 40.0)
    assert row(comparison, "treatment.protocol_s").values == (20.0, 100.0)
    assert row(comparison, "treatment.n_applicators").values == (1, 1)


def test_pulses_electrodes_and_walls_have_their_rows(finished):
    plates = [{"name": name, "kind": "ire_plate", "face": face} for name, face in (("left", "-x"), ("right", "+x"))]
    needle = {"name": "needle", "kind": "ire_needle", "tip_mm": [0, 0, -8], "direction": [0, 0, 1], "exposure_mm": 15}
    pulses = {"voltage_v": 1000, "pairs": [{"between": ["left", "right"]}, {"between": ["needle", "left"]}]}
    numbers = {
        "source": {"kind": "ire", "trains": [{"pulses": 90}, {"pulses": 60}], "largest_current_a": 31.0},
        "heat_sink": {"volume_loss_ml": 0.4, "vessels": {"vein": {"wall_max_temperature_c": 41.5}}},
    }
    pulsed = finished("b", summary=numbers, applicators=[*plates, needle], protocol=[{"pulses": pulses}])
    comparison = compare_runs([finished("a"), pulsed])
    assert row(comparison, "treatment.n_applicators").values == (1, 3)
    assert row(comparison, "treatment.n_pulses").values == (None, 150)
    assert row(comparison, "source.largest_current_a").values == (None, 31.0)
    assert row(comparison, "heat_sink.vessels.vein.wall_max_temperature_c").values == (None, 41.5)
    (remark,) = comparison.remarks
    assert remark.startswith("b: what vessels cost it is the field's distortion by blood")


def test_structures_of_any_run_have_their_rows(finished):
    duct = {"critical_structures": {"duct": {"max_temperature_c": 44.0}}}
    comparison = compare_runs([finished("a"), finished("b", summary=duct)])
    assert row(comparison, "critical_structures.duct.max_temperature_c").values == (None, 44.0)


def test_device_treatment_and_outputs_may_differ_in_silence(finished):
    needle = {"name": "other", "kind": "rf_needle", "tip_mm": [0, 0, -8], "direction": [0, 0, 1], "diameter_mm": 1.5}
    protocol = [{"duration_s": 9, "drive": {"other": {"control": "power", "power_w": 5}}}]
    other = finished(
        "b", title="Other", applicators=[needle | {"active_length_mm": 9}], protocol=protocol, cool_down_s=0
    )
    comparison = compare_runs([finished("a"), other])
    assert comparison.differences == ()
    assert comparison.same_patient


@pytest.mark.parametrize(
    ("blocks", "path"),
    [
        ({"tumour": {"shape": "sphere", "centre_mm": [0, 0, 0], "diameter_mm": 12, "tissue": "liver"}}, "tumour"),
        ({"tumour": None}, "tumour"),
        ({"vessels": [VEIN | {"model": "convective", "diameter_mm": 5}]}, "vessels.vein.diameter_mm"),
        ({"vessels": [VEIN | {"points_mm": [[13, 0, -25], [13, 0, 25]]}]}, "vessels.vein.points_mm"),
        ({"vessels": []}, "vessels.vein"),
        ({"body": {"perfusion_factor": 0.5}}, "body.perfusion_factor"),
    ],
)
def test_another_patient_is_told_as_such(finished, blocks, path):
    comparison = compare_runs([finished("a"), finished("b", **blocks)])
    assert not comparison.same_patient
    found = [difference for difference in comparison.differences if difference.path.startswith(path)]
    assert found
    assert all(difference.of_patient for difference in found)
    assert all(" in a; " in difference.text and difference.text.endswith(" in b") for difference in found)


def test_models_mesh_organ_and_versions_are_told_without_making_another_patient(finished):
    other = finished(
        "b",
        damage={"headline": "isotherm_60"},
        organ={"shape": "box", "size_mm": [50, 50, 60], "tissue": "liver"},
        numerics={"mesh": "coarse"},
        summary={"versions": {"python": "3.11", "ablasim": "0.2.0"}},
    )
    comparison = compare_runs([finished("a"), other])
    found = paths(comparison)
    assert {"damage.headline", "organ.size_mm", "numerics.mesh", "versions.ablasim"} <= set(found)
    assert comparison.same_patient
    texts = {difference.path: difference.text for difference in comparison.differences}
    assert texts["damage.headline"] == "damage.headline: isotherm_50 in a; isotherm_60 in b"
    assert texts["versions.ablasim"] == "versions.ablasim: 0.1.0 in a; 0.2.0 in b"


def test_equal_values_of_several_runs_are_told_together(finished):
    body = {"perfusion_factor": 0.5}
    comparison = compare_runs([finished("a", body=body), finished("b"), finished("c", body=body)])
    assert [difference.text for difference in comparison.differences] == [
        "body.perfusion_factor: 0.5 in a and c; 1 in b"
    ]


def test_a_vessel_that_only_ends_elsewhere_far_away_is_the_same_vessel(finished):
    organ = {"shape": "box", "size_mm": [100, 100, 100], "tissue": "liver"}
    ends = ([[12, 0, -45], [12, 0, 45]], [[12, 0, -50], [12, 0, 10], [12, 0, 50]], [[12, 0, -45], [12, 0, 25]])
    long, longer, short = (
        finished(name, organ=organ, vessels=[VEIN | {"points_mm": points}])
        for name, points in zip("abc", ends, strict=True)
    )
    assert paths(compare_runs([long, longer])) == {"vessels.vein.points_mm": False}
    assert paths(compare_runs([long, short])) == {"vessels.vein.points_mm": True}


def test_courses_agree_up_to_where_one_leaves_the_other():
    straight, bent = [[0, 0, -60], [0, 0, 60]], [[0, 0, -60], [0, 0, 30], [30, 0, 60]]
    assert reach_of_agreement([straight, straight], [0, 0, 0]) == np.inf
    assert 29.5 < reach_of_agreement([straight, bent], [0, 0, 0]) < 30.5


def test_runs_that_stopped_or_carry_the_hash_of_another_scenario_are_remarked(finished):
    comparison = compare_runs(
        [finished("a", summary={"status": "incomplete"}), finished("b", summary={"scenario_hash": "0"})]
    )
    stopped, strange = comparison.remarks
    assert stopped.startswith("a was stopped before its end")
    assert strange.startswith("b: its numbers carry the hash of another scenario")


@pytest.mark.parametrize("names", [("a",), ("a", "a")])
def test_less_than_two_runs_or_two_of_one_name_are_refused(finished, names):
    with pytest.raises(ScenarioError, match="at least two runs, each with a name of its own"):
        compare_runs([finished(name) for name in names])


def test_a_folder_is_read_as_it_was_written(finished, tmp_path):
    run = finished("first")
    folder = tmp_path / "first"
    folder.mkdir()
    (folder / "summary.json").write_text(json.dumps(run.summary), encoding="utf-8")
    write_resolved(run.scenario, folder / "scenario.resolved.yaml")
    read = read_run(folder)
    assert (read.name, read.scenario, read.summary) == (run.name, run.scenario, run.summary)
    assert read.is_of_its_scenario


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "must be a folder of a finished run"), ("{", "cannot be read"), ("{}", "must be the summary of a run")],
)
def test_a_folder_without_a_result_is_refused(finished, tmp_path, content, words):
    write_resolved(finished("a").scenario, tmp_path / "scenario.resolved.yaml")
    if content is not None:
        (tmp_path / "summary.json").write_text(content, encoding="utf-8")
    with pytest.raises(OutputError, match=words):
        read_run(tmp_path)
