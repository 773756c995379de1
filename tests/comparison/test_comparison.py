"""What is put side by side, and whether it may be."""

import json

import numpy as np
import pytest

from ablasim.comparison import compare_runs, read_run
from ablasim.comparison.courses import reach_of_agreement
from ablasim.errors import OutputError, ScenarioError
from ablasim.scenario import write_resolved
from ablasim.views.compare_text import alarm, verdict

VEIN = {"name": "vein", "points_mm": [[12, 0, -25], [12, 0, 25]], "diameter_mm": 6, "mean_speed_mm_s": 150}


def row(comparison, key):
    (found,) = (row for row in comparison.rows if row.quantity.key == key)
    return found


def paths(comparison):
    return {difference.path: difference.of_patient or difference.of_anatomy for difference in comparison.differences}


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
    assert comparison.same_anatomy
    assert verdict(comparison).startswith("Checked: tumour, vessels, blood and tissues are the same")
    assert alarm(comparison) == ""


TUMOUR = {"shape": "sphere", "centre_mm": [0, 0, 0], "diameter_mm": 10, "tissue": "colorectal_metastasis"}


@pytest.mark.parametrize(
    ("blocks", "path"),
    [
        ({"tumour": TUMOUR | {"tissue": "liver"}}, "tumour.tissue"),
        ({"tumour": None}, "tumour"),
        ({"organ": {"shape": "box", "size_mm": [50, 50, 50], "tissue": "ex_vivo_liver"}}, "organ.tissue"),
        ({"layers": [{"name": "colon", "face": "+x", "thickness_mm": 9, "tissue": "colon_wall"}]}, "layers.colon"),
        ({"body": {"perfusion_factor": 0.5}}, "body.perfusion_factor"),
    ],
)
def test_other_tissues_or_organs_are_another_patient(finished, blocks, path):
    comparison = compare_runs([finished("a"), finished("b", **blocks)])
    assert not comparison.same_patient
    assert not comparison.same_anatomy
    (found,) = (difference for difference in comparison.differences if difference.path == path)
    assert found.of_patient
    assert " in a; " in found.text
    assert found.text.endswith(" in b")
    assert verdict(comparison) == f"Not the same patient: {found.text}."


@pytest.mark.parametrize(
    ("blocks", "path", "change"),
    [
        (
            {"tumour": TUMOUR | {"diameter_mm": 12}},
            "tumour.diameter_mm",
            "the tumour is larger in b (0.905 ml) than in a (0.524 ml)",
        ),
        ({"tumour": TUMOUR | {"centre_mm": [0, 3, 4]}}, "tumour.centre_mm", "the tumour moved by 5 mm"),
        ({"vessels": [VEIN | {"diameter_mm": 5}]}, "vessels.vein.diameter_mm", "vein.diameter_mm: 6 in a; 5 in b"),
        (
            {"vessels": [VEIN | {"points_mm": [[13, 0, -25], [13, 0, 25]]}]},
            "vessels.vein.points_mm",
            "vein moved by 1 mm",
        ),
        (
            {"vessels": [VEIN | {"points_mm": [[12, 0, -25], [12, 0, 0], [20, 0, 25]]}]},
            "vessels.vein.points_mm",
            "vein runs up to 8 mm elsewhere",
        ),
        ({"vessels": []}, "vessels.vein", "vein: there in a; not there in b"),
    ],
)
def test_another_tumour_or_vessel_is_told_for_what_it_is(finished, blocks, path, change):
    comparison = compare_runs([finished("a"), finished("b", **blocks)])
    assert comparison.same_patient
    assert not comparison.same_anatomy
    assert [difference.path for difference in comparison.differences if difference.of_anatomy] == [path]
    assert comparison.changes == (change,)
    said = verdict(comparison)
    assert (
        said == f"Not the same tumour or vessels: {change}. Tissues and their blood supply are the same in all cases."
    )
    assert alarm(comparison) == f"Not the same tumour or vessels: {change}"


def test_a_picture_that_has_no_room_for_all_changes_names_none(finished):
    vessels = [VEIN | {"diameter_mm": 5, "mean_speed_mm_s": 90, "points_mm": [[13, 0, -25], [13, 0, 25]]}]
    comparison = compare_runs([finished("a"), finished("b", vessels=vessels)])
    assert len(comparison.changes) == 3
    assert alarm(comparison) == "Not the same tumour or vessels: see the notes."


def test_of_many_differences_the_verdict_names_the_first_the_patients_foremost(finished):
    other = finished(
        "b",
        body={"perfusion_factor": 0.5},
        tumour=TUMOUR | {"diameter_mm": 8, "centre_mm": [1, 0, 0]},
        vessels=[VEIN | {"diameter_mm": 5, "mean_speed_mm_s": 90, "points_mm": [[13, 0, -25], [13, 0, 25]]}],
    )
    comparison = compare_runs([finished("a"), other])
    assert len(comparison.changes) == 5
    assert verdict(comparison) == (
        "Not the same patient: body.perfusion_factor: 1 in a; 0.5 in b; the tumour is larger in a (0.524 ml) than in b "
        "(0.268 ml); the tumour moved by 1 mm; vein moved by 1 mm; and 2 more (see the notes)."
    )
    assert alarm(comparison) == "Not the same patient: more than device and treatment differs."


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
    assert comparison.same_anatomy
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
    assert compare_runs([long, longer]).same_anatomy
    assert compare_runs([long, short]).changes == ("vein runs up to 20 mm elsewhere",)


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
