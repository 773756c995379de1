"""Repeats on other meshes: the physics stays, the mesh does not, and the spread is what it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ablasim.anatomy import build_anatomy, build_scenario_mesh, key_of_mesh
from ablasim.errors import ScenarioError
from ablasim.scenario import load_scenario, parse_scenario
from ablasim.scenario.document import read_document
from ablasim.simulate import run
from ablasim.study.noise_floor import noise_floors, pooled
from ablasim.study.repeats import chosen, shifted, shifts
from ablasim.study.store import StudyFolder
from ablasim.study.table import build_table


@pytest.fixture
def quick(root):
    data, _ = read_document(root / "tests/data/quick.yaml")
    return data


def test_directions_leave_the_ends_of_vessels_on_the_outside(quick):
    moves = shifts(parse_scenario(quick), 0.1, 4)
    assert moves == [(0.1, 0.0, 0.0), (0.0, 0.1, 0.0), (0.0, -0.1, 0.0), (-0.1, 0.0, 0.0)]
    further = shifts(parse_scenario(quick), 0.1, 8)[4:]
    assert np.allclose(np.linalg.norm(further, axis=1), 0.1)
    assert all(move[2] == 0.0 for move in further)  # along z the vein would end within the organ
    with pytest.raises(ScenarioError, match="repeats 9: there are 8 directions"):
        shifts(parse_scenario(quick), 0.1, 9)


def test_vessels_that_reach_beyond_the_organ_leave_all_directions(quick):
    quick["vessels"][0]["points_mm"] = [[12, 0, -27], [12, 0, 27]]
    assert len(shifts(parse_scenario(quick), 0.1, 26)) == 26


def test_only_the_block_of_organ_is_moved(quick):
    changed = shifted(quick, parse_scenario(quick), (0.1, 0.0, 0.0))
    assert changed["organ"]["centre_mm"] == [0.1, 0.0, 0.0]
    assert {key for key in changed if changed[key] != quick[key]} == {"organ"}


def test_a_shift_makes_another_mesh_of_the_same_shapes(quick, tmp_path):
    meshes = []
    for data in (quick, shifted(quick, parse_scenario(quick), (0.0, 0.1, 0.0))):
        scenario = parse_scenario(data)
        anatomy = build_anatomy(scenario)
        meshes.append((key_of_mesh(scenario, anatomy), build_scenario_mesh(scenario, anatomy, tmp_path)))
    (key, one), (other_key, other) = meshes
    assert key != other_key
    there = {tuple(point) for point in np.round(1e6 * other.points).tolist()}
    in_block = np.round(1e6 * one.points)[(np.abs(one.points) < 0.024).all(axis=1)].tolist()
    kept = np.mean([tuple(point) in there for point in in_block])
    assert kept < 0.75  # the surfaces of bodies keep their points, and some of what lies between them


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("organ.size_mm", [50, 50, 29], "the tumour lies 9.5 mm below the organ's outside: must be 10 mm"),
        ("numerics.mesh_file", str(Path(__file__)), "the mesh comes from a file"),  # nobody reads it
    ],
)
def test_where_moving_the_organ_would_be_physics_it_is_refused(root, path, value, words):
    scenario = load_scenario(
        root / "tests/data/quick.yaml", {path: value, "vessels.vein.points_mm": [[12, 0, -40], [12, 0, 40]]}
    )
    with pytest.raises(ScenarioError, match=words):
        shifts(scenario, 0.1, 1)


def test_layers_are_refused(root):
    with pytest.raises(ScenarioError, match="layers or plates"):
        shifts(load_scenario(root / "scenarios/rfa_below_the_capsule.yaml"), 0.1, 1)


def test_the_middle_and_opposite_corners_are_chosen():
    grid = [{"a_mm": a, "b": b} for a in (1, 2, 100) for b in ("low", "mid", "high")]
    assert [tuple(grid[i].values()) for i in chosen(grid, 5)] == [
        (2, "mid"), (1, "low"), (100, "high"), (1, "high"), (100, "low"),
    ]  # fmt: skip
    assert chosen([{}, {"a_mm": 1}, {"a_mm": 2}], 9) == [0, 1, 2]


def test_spread_is_pooled_over_cases_and_leaves_out_what_does_not_vary():
    found = pooled([[1.0, 3.0], [10.0, 10.0, 10.0], [5.0], [0.0, 1.0, 2.0]])
    assert (found.cases, found.runs) == (2, 5)
    assert found.sd == pytest.approx(np.sqrt((2.0 + 2.0) / 3.0))
    assert found.largest == pytest.approx(np.sqrt(2.0))
    assert pooled([[1.0, 1.0], [2.0]]) is None


def test_repeats_are_cases_but_no_points_of_the_design(plan_of, quick_text, tmp_path):
    plan = plan_of(quick_text + "noise_floor: {cases: 2, repeats: 2, shift_mm: 0.2}\n")
    assert len(plan.points) == 2
    assert len(plan.cases) == 6
    assert plan.n_merged == 0
    assert [repeat.of for repeat in plan.repeats] == [plan.points[0].case] * 2 + [plan.points[1].case] * 2
    folder = StudyFolder(tmp_path / "out")
    folder.begin(plan)
    margins = dict(zip(plan.cases, (2.0, 8.0, 2.5, 3.0, 8.0, 8.6), strict=True))
    for key, margin in margins.items():
        summary = {"margin": {"minimum_mm": margin, "class": "below_5"}, "warnings": []}
        folder.write_record(key, {"status": "done", "error": None, "seconds": 1.0, "versions": {}, "summary": summary})
    table = build_table(folder)
    assert table["margin.minimum_mm"].tolist() == [2.0, 8.0]
    assert table["noise_floor.margin.minimum_mm"].tolist() == [pytest.approx(np.sqrt((0.5 + 0.24) / 4.0))] * 2
    (floors,) = noise_floors(folder, folder.asked()).values()
    assert (floors["margin.minimum_mm"].cases, floors["margin.minimum_mm"].runs) == (2, 6)


def test_a_base_that_cannot_be_repeated_is_told(plan_of, quick_text):
    with pytest.raises(ScenarioError, match=r"noise_floor: base quick: repeats 20: there are 8 directions"):
        plan_of(quick_text + "noise_floor: {repeats: 20}\n")


def test_runs_on_other_meshes_scatter_little(plan_of, sphere_text, tmp_path):
    plan = plan_of(sphere_text + "noise_floor: {cases: 1, repeats: 2}\n")
    found = [
        run(parse_scenario(case.data, folder=case.folder), threads=1, mesh_cache=tmp_path).summary["zone"]["volume_ml"]
        for key, case in plan.cases.items()
        if key in {repeat.of for repeat in plan.repeats} | {repeat.case for repeat in plan.repeats}
    ]
    assert len(set(found)) == 3
    assert np.ptp(found) < 0.05 * np.mean(found)


@pytest.mark.slow  # seventeen runs of a second
def test_shifts_scatter_as_meshes_do_whose_vein_lies_elsewhere(quick, tmp_path):
    """A vein turned about needle and tumour asks the same but for the far corners of the block, on another mesh."""
    quick["protocol"][0]["duration_s"] = 40.0
    ends = [[[12 * np.cos(a), 12 * np.sin(a), z] for z in (-25, 25)] for a in np.deg2rad([1, 3, 7, 13, 20, 33, 41])]
    vein = quick["vessels"][0]
    turned = [{**quick, "vessels": [{**vein, "points_mm": points}]} for points in ends]
    moved = [shifted(quick, parse_scenario(quick), move) for move in shifts(parse_scenario(quick), 0.1, 8)]

    def found(cases):
        summaries = [run(parse_scenario(data), threads=1, mesh_cache=tmp_path).summary for data in cases]
        return np.array([[item["margin"]["minimum_mm"], item["zone"]["volume_ml"]] for item in summaries])

    by_shift, by_turn = found([quick, *moved]), found(turned)
    ratio = by_shift.std(axis=0, ddof=1) / by_turn.std(axis=0, ddof=1)
    assert ((ratio > 0.4) & (ratio < 2.5)).all()  # 95 % of ratios of 8 and 6 degrees of freedom, were both alike
    apart = np.abs(by_shift.mean(axis=0) - by_turn.mean(axis=0))
    assert (apart < 2.0 * by_shift.std(axis=0, ddof=1)).all()


def test_one_at_a_time_starts_with_the_base_and_changes_one_thing_in_each(plan_of, quick_text):
    text = quick_text + "  - {name: power_w, path: protocol.0.drive.electrode.power_w, values: [10, 20]}\n"
    plan = plan_of(text + "design: one_at_a_time\n")
    assert [dict(point.inputs) for point in plan.points] == [
        {}, {"distance_mm": 1}, {"distance_mm": 4}, {"power_w": 10}, {"power_w": 20},
    ]  # fmt: skip
    assert plan.n_merged == 1  # the base has its vein at 4 mm


def test_a_distribution_cannot_vary_alone(load, quick_text):
    text = quick_text.replace("values: [1, 4]", "distribution: {kind: uniform, low: 1, high: 4}")
    with pytest.raises(ScenarioError, match=r"study\.yaml:5:.*distance_mm.*must have values or a range"):
        load(text + "design: one_at_a_time\nsampling: {method: random, count: 2}\n")
