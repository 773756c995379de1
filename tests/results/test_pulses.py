"""What a run with pulses tells: summary, warnings, history, files and words."""

from __future__ import annotations

import csv
import math
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest

from ablasim import run
from ablasim.cli.tables import print_summary
from ablasim.margins import common_volume
from ablasim.materials import electroporation
from ablasim.results.pulse_warnings import pulse_warnings
from ablasim.results.walls import wall_summary
from ablasim.scenario import parse_scenario
from ablasim.scenario.document import read_document
from ablasim.views.publish import write_results
from ablasim.views.publish_heat_sink import _directions
from ablasim.views.report_heat_sink import heat_sink_heading
from ablasim.views.report_tables import headline

SMALL = Path(__file__).parents[1] / "data" / "leaning_needles.yaml"


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    data, _ = read_document(SMALL)
    return run(parse_scenario(data), mesh_cache=tmp_path_factory.mktemp("meshes"))


@pytest.fixture(scope="module")
def summary(result):
    return result.summary


@pytest.fixture(scope="module")
def folder(result, tmp_path_factory):
    place = tmp_path_factory.mktemp("results")
    write_results(result, place)
    return place


def test_trains_are_told_in_their_order_with_what_was_asked_of_them(summary):
    source = summary["source"]
    assert source["kind"] == "ire"
    first, second = source["trains"]
    assert (first["anode"], first["cathode"]) == ("needles_1", "needles_2")
    assert (second["anode"], second["cathode"]) == ("needles_2", "needles_3")
    assert first["spacing_mm"] == pytest.approx(13.0)
    assert first["volts_per_cm"] == pytest.approx(1500.0)
    assert first["voltage_v"] == pytest.approx(1950.0)
    assert second["volts_per_cm"] == pytest.approx(2600.0 / second["spacing_mm"] * 10.0)
    assert [first["pulses"], first["width_us"], first["rate_hz"]] == pytest.approx([20, 90.0, 1.5])
    for train in source["trains"]:
        for moment in ("start", "end"):
            assert train["resistance_ohm"][moment] * train["current_a"][moment] == pytest.approx(train["voltage_v"])
    assert source["largest_current_a"] == max(train["current_a"]["end"] for train in source["trains"])
    assert source["electrode_current_imbalance"] < 1e-3


def test_energies_of_trains_add_up_to_what_was_delivered(summary, result):
    trains = summary["source"]["trains"]
    assert sum(train["energy_j"] for train in trains) == pytest.approx(summary["energy"]["delivered_j"], rel=1e-9)
    for train, outcome in zip(trains, result.actual.pulses.trains, strict=True):
        powers = sorted(outcome.train.voltage * point.current for point in (outcome.start, outcome.end))
        assert powers[0] <= train["energy_j"] / outcome.train.on_time * (1 + 1e-9)
        assert train["energy_j"] / outcome.train.on_time <= powers[1] * (1 + 1e-9)


def test_a_current_above_the_limit_is_told_with_a_voltage_that_fits(summary):
    limited = [train for train in summary["source"]["trains"] if train["current_limited"]]
    assert limited
    fitting = [train for train in limited if train["voltage_that_fits_v"] is not None]
    assert fitting
    for train in fitting:
        assert train["current_a"]["start"] > 14.0
        share = train["voltage_that_fits_v"] / train["voltage_v"]
        assert 14.0 / train["current_a"]["start"] <= share < 1.0  # current rises at least as the voltage does
        words = (
            f"above the generator's limit of 14 A, which the run does not act on: {train['voltage_that_fits_v']:.0f} V"
        )
        assert sum(words in warning for warning in summary["warnings"]) == 1


def test_the_zone_is_that_of_the_pulses_and_heat_is_told_apart(summary, result):
    block = summary["electroporation"]
    assert summary["zone"]["damage_model"] == block["damage_model"] == "irreversible_threshold"
    assert block["irreversible_ml"] == summary["zone"]["volume_ml"] > 0.0
    models = summary["zone"]["by_damage_model"]
    opened = models["reversible_threshold"]["volume_ml"]
    assert block["reversible_ml"] == pytest.approx(opened - block["irreversible_ml"], abs=1e-9)  # a lower threshold
    assert block["dead_by_heat"]
    assert "arrhenius_liver" not in block["dead_by_heat"]  # takes living liver for dead
    for name, heat in block["dead_by_heat"].items():
        assert heat["volume_ml"] == models[name]["volume_ml"]
        assert heat["inside_ml"] + heat["outside_ml"] == pytest.approx(heat["volume_ml"], abs=1e-12)
        assert 0.0 <= heat["inside_ml"] <= min(heat["volume_ml"], block["irreversible_ml"]) + 1e-12
        assert heat["share_of_zone_percent"] == pytest.approx(100.0 * heat["inside_ml"] / block["irreversible_ml"])
    assert block["heat_share_percent"] == block["dead_by_heat"]["cem43_240"]["share_of_zone_percent"]
    assert common_volume(result.zone, result.zone) == pytest.approx(result.zone.volume, rel=1e-12)


def test_a_zone_of_another_mesh_has_nothing_in_common(result):
    other = replace(result.zone, domain=replace(result.zone.domain))
    with pytest.raises(ValueError, match="two meshes"):
        common_volume(result.zone, other)


def test_only_models_of_pulses_that_kill_make_the_spread(summary):
    margin, models = summary["margin"], summary["zone"]["by_damage_model"]
    thresholds = ["irreversible_threshold", "irreversible_threshold_lowest", "irreversible_threshold_highest"]
    assert margin["models_counted"] == [*thresholds, "peleg_fermi"]
    ends = sorted(models[name]["minimum_margin_mm"] for name in margin["models_counted"])
    assert [margin["model_low_mm"], margin["model_high_mm"]] == [ends[0], ends[-1]]
    chosen, lowest, highest = (models[name]["volume_ml"] for name in thresholds)
    assert highest < chosen < lowest


def test_the_ends_of_a_threshold_are_those_of_its_range_in_each_tissue(result):
    """Of a level ln(E/E_t) the chosen threshold's differs by the logarithm of the two, tissue by tissue."""
    case, damage = result.case, result.actual.damage
    in_tumour = case.mesh.cells_of_tissue("tumour")
    alone = {}
    for name, cells in (("tumour", in_tumour), ("organ", case.zone_cells("actual") & ~in_tumour)):
        alone[name] = np.setdiff1d(case.mesh.cells[cells], case.mesh.cells[~cells])
    for end, sign in (("lowest", 0), ("highest", 1)):
        level = damage[f"irreversible_threshold_{end}"][0] - damage["irreversible_threshold"][0]
        for name, nodes in alone.items():
            values = electroporation(case.materials[name]).provenance["irreversible_threshold_v_per_cm"]
            np.testing.assert_allclose(level[nodes], math.log(values.value / values.range[sign]), atol=1e-9)


def test_with_a_model_of_heat_as_headline_the_zone_of_the_pulses_is_named_too(summary, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "160")
    by_heat = summary | {"zone": summary["zone"] | {"damage_model": "cem43_240"}}
    tiles = {tile.label: tile.value for tile in headline(by_heat)}
    assert "ablation zone, by cem43_240" in tiles
    assert tiles["dead by pulses, by irreversible_threshold"].startswith(
        f"{summary['electroporation']['irreversible_ml']:.1f}"
    )
    assert heat_sink_heading(by_heat) == "What the vessels took"
    print_summary(by_heat)
    assert "dead by pulses, by irreversible_threshold" in capsys.readouterr().out
    assert not any(tile.label.startswith("dead by pulses") for tile in headline(summary))


def test_the_order_of_pairs_and_the_lie_of_needles_are_told(summary):
    block = summary["electroporation"]
    assert block["order"] == ["needles_1 to needles_2", "needles_2 to needles_3"]
    assert block["conductivity_stays"] is True
    pairs = {(pair["first"], pair["second"]): pair for pair in block["needle_pairs"]}
    assert pairs["needles_1", "needles_2"]["is_parallel"]
    leaning = pairs["needles_2", "needles_3"]
    assert not leaning["is_parallel"]
    assert leaning["angle_deg"] == pytest.approx(8.0)
    assert leaning["at_tips_mm"] != pytest.approx(leaning["at_shafts_mm"], abs=0.5)
    assert sum("needles_2 and needles_3 are 8.0° from parallel" in warning for warning in summary["warnings"]) == 1


def test_no_doubt_is_worded_twice(summary):
    assert len(set(summary["warnings"])) == len(summary["warnings"])
    assert sum("irreversible threshold of the tissue" in warning for warning in summary["warnings"]) == 1


def test_the_largest_field_lies_on_an_electrode(summary, result):
    block = summary["electroporation"]
    assert block["largest_field_v_per_cm"] == pytest.approx(np.nanmax(result.actual.pulses.largest_field) / 100.0)
    place = np.array(block["largest_field_at_mm"])
    needles = result.case.anatomy.needles.values()
    away = [np.linalg.norm(np.cross(place - 1e3 * np.array(n.tip), np.array(n.direction))) for n in needles]
    assert min(away) < 1.2


def test_the_outline_is_seen_from_the_middle_of_all_needles_with_the_vessel_in_its_place(result):
    profile, needles = result.heat_sink.profile, result.case.anatomy.needles.values()
    middle = np.mean([needle.active_segment.mean(axis=0) for needle in needles], axis=0)
    np.testing.assert_allclose(profile.centre, middle, atol=1e-9)
    angle, distance_mm = _directions(result.heat_sink)["vein"]
    vein = np.array([0.0, 9e-3, 0.0]) - middle
    assert distance_mm == pytest.approx(1e3 * np.hypot(*vein[:2]), rel=1e-2)
    assert min(angle, 2.0 * math.pi - angle) < 0.02


def test_the_wall_of_the_vessel_is_told_with_its_time(summary, result):
    wall = summary["heat_sink"]["vessels"]["vein"]
    history = result.history()
    hottest = history["vein_hottest_wall_c"]
    assert wall["wall_max_temperature_c"] == pytest.approx(hottest.max())
    assert wall["wall_max_temperature_time_s"] == history["time_s"][hottest.argmax()]
    assert 37.0 < wall["wall_max_temperature_c"] < summary["source"]["max_temperature_c"]
    assert wall["wall_dead_by_heat_percent"] == 0.0


def test_a_wall_that_is_hot_all_round_is_dead_by_heat(result):
    model = result.case.thermal_model
    nodes = result.case.mesh.points_of_facets("vein")
    state = result.actual.damage[model.name].copy()
    state[:, nodes] = 1e6  # minutes at 43 °C
    hot = replace(result.actual, damage={**result.actual.damage, model.name: state})
    assert wall_summary(result.case, hot, "vein")["wall_dead_by_heat_percent"] == pytest.approx(100.0)


def test_the_history_names_the_pair_that_is_on(result, folder):
    with (folder / "history.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    pairs = [(row["pulse_anode"], row["pulse_cathode"]) for row in rows]
    assert list(dict.fromkeys(pairs)) == [("needles_1", "needles_2"), ("needles_2", "needles_3")]
    for row in rows:
        power = float(row["pulse_voltage_v"]) * float(row["pulse_current_a"]) * 90e-6 * 1.5
        assert float(row["pulse_mean_power_w"]) == pytest.approx(power)
        assert float(row["delivered_power_w"]) == pytest.approx(power)


def test_heat_and_boiling_are_warned_of_where_they_are(result, summary):
    def said(celsius):
        hot = replace(result.actual, hottest=(celsius + 273.15, 0, 1.0))
        return pulse_warnings(result.case, hot, summary["source"], summary["electroporation"])

    cool, warm, boiling = (sum("°C" in text or "boils" in text for text in said(value)) for value in (45.0, 98.9, 99.1))
    assert (cool, warm, boiling) == (0, 1, 2)
    assert any("from 99 °C on; the hottest tissue reached 99.1 °C" in text for text in said(99.1))
    assert any("T ≥ 50" in text or "50 °C" in text for text in said(60.0))


def test_largest_field_and_levels_are_stored_once(result, folder):
    with h5py.File(folder / "fields.vtkhdf") as file:
        root = file["VTKHDF"]
        names = {"largest_field_v_per_m", "level_irreversible_threshold", "level_reversible_threshold"}
        assert names < set(root["PointData"])
        assert len(root["PointData/largest_field_v_per_m"]) == result.case.mesh.n_points
        assert not root["Steps/PointDataOffsets/largest_field_v_per_m"][:].any()
        kept = root["PointData/largest_field_v_per_m"][:]
    np.testing.assert_allclose(kept, result.actual.pulses.largest_field, rtol=2e-5)


def test_report_and_terminal_speak_of_the_field_and_not_of_a_heat_sink(folder, summary, capsys):
    page = (folder / "report.html").read_text(encoding="utf-8")
    for words in (
        "field&#39;s distortion by blood",
        "Trains of pulses",
        "needles_2 to needles_3",
        "Electroporation and its heat",
        "floats",
        "what heat would kill",
        "8.0°",
        "The field&#39;s distortion by blood adds",  # it is pulsed across the vein: the field runs into its wall
        "Pulses kill cells and leave the frame",
    ):
        assert words in page, words
    assert "What the vessels took" not in page
    assert page.count("data:image/png;base64") == len(list(folder.glob("*.png")))
    assert {"field.png", "effect.png", "trains.png"} <= {path.name for path in folder.iterdir()}
    print_summary(summary)
    shown = " ".join(capsys.readouterr().out.split())
    assert "distortion" in shown
    assert "would fit" in shown


@pytest.mark.slow
def test_a_verified_run_with_pulses_has_its_spreads(tmp_path):
    data, _ = read_document(SMALL)
    coarse = {"mesh": {"needle_mm": 0.6, "vessel_mm": 2, "tumour_mm": 2, "shell_mm": 3, "far_mm": 12, "growth": 0.4}}
    verified = run(parse_scenario(data | {"numerics": coarse}), verify=True, mesh_cache=tmp_path).summary
    found = verified["uncertainty"]
    assert found["status"] == "verified"
    assert 0.0 < found["zone"]["volume_ml"] < verified["zone"]["volume_ml"]
    assert math.isfinite(found["margin"]["minimum_mm"])
