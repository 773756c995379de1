"""Whole runs with vessels that are taken as lines."""

from __future__ import annotations

import copy
from pathlib import Path

import numpy as np
import pytest
from ruamel.yaml import YAML

import ablasim
from ablasim.build import build_case
from ablasim.errors import ScenarioError
from ablasim.scenario import parse_scenario
from ablasim.views.assumptions import assumptions
from ablasim.views.publish import shapes_of
from ablasim.views.staging import legend_of

QUICK = Path(__file__).parent / "data" / "quick.yaml"
TABLE = """id,parent,x_mm,y_mm,z_mm,radius_mm
0,,7,-30,-8,
1,0,7,-6,-4,0.6
2,1,7,0,10,0.45
3,1,9,6,-6,0.45
4,3,12,14,-2,0.3
"""
LINE = {
    "name": "twig",
    "points_mm": [[-7, -60, 2], [-7, 60, 2]],
    "diameter_mm": 0.8,
    "mean_speed_mm_s": 25,
    "model": "line",
}


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory):
    """Meshes of these tests go to a folder of their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("trees")
    (path / "tree.csv").write_text(TABLE, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def scenario(folder):
    """The quick scenario with a line and a tree instead of its vessels, some of its blocks replaced."""
    quick = YAML(typ="safe").load(QUICK.read_text(encoding="utf-8"))

    def make(**blocks):
        tree = {"name": "tree", "file": "tree.csv", "flow_ml_min": 1.5}
        changed = {"vessels": [LINE], "vessel_trees": [tree], "cool_down_s": 0, **blocks}
        return parse_scenario(copy.deepcopy(quick) | changed, folder=folder)

    return make


@pytest.fixture(scope="module")
def results(scenario):
    return ablasim.run(scenario(heat_sink={"twins": ["no_vessel", "occluded"]}))


def test_each_line_reports_what_it_took_and_its_blood_agrees(results):
    of_vessels = results.summary["heat_sink"]["vessels"]
    assert list(of_vessels) == ["twig", "tree"]
    for line in results.case.line_vessels:
        found = of_vessels[line.name]
        assert found["power_removed_end_w"] > 0.0
        assert found["energy_removed_j"] == pytest.approx(results.actual.ledger.vessels[line.name])
        assert found["blood_warming_k"] == pytest.approx(found["power_removed_end_w"] / line.capacity_rate, rel=2e-3)
        assert found["blood_outlet_end_c"] == pytest.approx(37.0 + found["blood_warming_k"])
        assert found["energy_carried_off_j"] == pytest.approx(found["energy_removed_j"], rel=2e-3)
        assert found["power_removed_end_by_gradient_w"] is None
        assert found["rim_min_mm"] is found["rim_mean_mm"] is found["cuff_share_percent"] is None
        assert found["retraction_mm"] >= 0.0


def test_energy_closes_with_lines(results):
    for march in results.marches.values():
        assert abs(march.ledger.residual_share) < 1e-5


def test_lines_are_absent_in_both_twins(results):
    one, other = results.marches["no_vessel"], results.marches["occluded"]
    assert np.array_equal(one.temperature, other.temperature)
    assert one.ledger.vessels == {"twig": 0.0, "tree": 0.0}
    assert results.summary["heat_sink"]["volume_loss_ml"] > 0.0
    assert results.summary["heat_sink"]["presence_loss"]["ml"] == 0.0


def test_lines_leave_no_trace_in_the_mesh(results):
    assert set(results.case.mesh.cell_bodies) <= {"", *results.case.anatomy.needles}
    assert not results.case.lumen_cells().any()


def test_a_line_can_be_the_vessel_nearest_to_the_smallest_margin(results):
    assert results.summary["margin"]["nearest_vessel"] in {"twig", "tree"}


def test_pictures_and_report_name_a_tree_once(results):
    shapes = shapes_of(results.case.anatomy)
    assert [shape.name for shape in shapes["vessels"]] == ["twig", "tree", "tree", "tree"]
    assert legend_of(shapes["vessels"], ())[0][1] == "twig (0.8 mm), tree (0.77 to 1.2 mm)"
    sentences = [sentence for sentence in assumptions(results.case) if sentence.startswith("Vessel")]
    assert [sentence[:40] for sentence in sentences] == [
        "Vessel twig: a line of 0.8 mm, not meshe",
        "Vessel tree: 4 segments of 0.6 to 1.2 mm",
    ]


def test_the_flow_of_a_tree_is_shared_by_cubes_of_radii(results):
    plan = results.case.anatomy.lines["tree"]
    assert plan.flow[:3] * 6e7 == pytest.approx([1.5, 0.75, 0.75])


def test_a_vein_tree_flows_to_its_root(scenario):
    tree = {"name": "tree", "file": "tree.csv", "mean_speed_mm_s": 20, "flow": "to_root"}
    case = build_case(scenario(vessels=[], vessel_trees=[tree]))
    (line,) = case.line_vessels
    assert line.flow[0] == pytest.approx(np.pi * 0.6e-3**2 * 0.02)
    warm = np.full(case.space.n_nodes, 320.0)
    course = line.course(warm)
    assert course.outlet == course.temperature[0] > 310.15
    assert course.temperature[case.anatomy.lines["tree"].tree.ends].tolist() == [310.15, 310.15]


def test_a_steady_state_settles_blood_and_tissue_together(scenario):
    steady = scenario(
        applicators=[{"name": "source", "kind": "prescribed", "region": "tumour", "heat_w_m3": 5e5}],
        protocol=[{"steady": True, "drive": {"source": {"control": "as_given"}}}],
        damage={"headline": "isotherm_50", "models": ["isotherm_50"]},
        heat_sink={"twins": []},
    )
    found = ablasim.run(steady)
    assert abs(found.actual.ledger.residual_share) < 1e-4  # blood and tissue agree to 1e-3 of the heat they exchange
    for line in found.case.line_vessels:
        course = line.course(found.actual.temperature)
        assert course.carried == pytest.approx(found.actual.ledger.vessels[line.name], rel=1e-3)


def test_the_loss_is_attributed_to_lines_too(scenario):
    vein = {"name": "vein", "points_mm": [[12, 0, -25], [12, 0, 25]], "diameter_mm": 6, "mean_speed_mm_s": 150}
    results = ablasim.run(scenario(vessels=[vein, LINE], heat_sink={"twins": ["no_vessel"], "attribute": True}))
    assert set(results.marches) == {"actual", "no_vessel", "without:vein", "without:twig", "without:tree"}
    for name in ("vein", "twig", "tree"):
        heat = results.marches[f"without:{name}"].ledger.vessels
        assert heat[name] == 0.0
        assert all(heat[other] > 0.0 for other in heat if other != name)


def test_an_occlusion_stops_the_blood_of_lines_of_its_system(scenario):
    tree = {"name": "tree", "file": "tree.csv", "flow_ml_min": 1.5, "system": "portal_vein"}
    results = ablasim.run(
        scenario(
            vessels=[LINE],
            vessel_trees=[tree],
            occlusions=[{"name": "pringle", "systems": ["portal_vein"], "start_s": 5.0, "end_s": 12.0}],
            heat_sink={"twins": []},
        )
    )
    for step in results.actual.steps:
        stands_still = 5.0 < step.time - 0.5 * step.dt < 12.0
        assert (step.vessel_power["tree"] == 0.0) == stands_still
        assert step.vessel_power["twig"] > 0.0
    assert abs(results.actual.ledger.residual_share) < 1e-5


@pytest.mark.parametrize(("diameter", "said"), [(3.0, "is up to 3 mm thick: above 1.5 mm"), (0.5, None)])
def test_a_line_that_is_not_thin_is_warned_of(scenario, diameter, said):
    results = ablasim.run(
        scenario(
            vessels=[LINE | {"diameter_mm": diameter}],
            vessel_trees=[],
            protocol=[{"duration_s": 1, "drive": {}}],
            heat_sink={"twins": []},
        )
    )
    warnings = [warning for warning in results.summary["warnings"] if warning.startswith("twig")]
    assert [said in warning for warning in warnings] == ([True] if said else [])


def test_a_line_thicker_than_the_mesh_is_fine_is_warned_of(scenario):
    mesh = {"needle_mm": 0.6, "vessel_mm": 1.5, "tumour_mm": 1, "shell_mm": 1, "far_mm": 10, "growth": 0.4}
    results = ablasim.run(
        scenario(
            vessels=[LINE | {"diameter_mm": 1.45}],
            vessel_trees=[],
            protocol=[{"duration_s": 1, "drive": {}}],
            numerics={"mesh": mesh},
            heat_sink={"twins": []},
        )
    )
    assert any("twig: is thicker than the mesh is fine" in warning for warning in results.summary["warnings"])


@pytest.mark.parametrize(
    ("tree", "said"),
    [
        ({"file": "tree.csv"}, "vessel_trees.tree.flow_ml_min: missing: a tree needs flow_ml_min or mean_speed_mm_s"),
        (
            {"file": "tree.csv", "flow_ml_min": 1, "mean_speed_mm_s": 9},
            "mean_speed_mm_s: 9 mm/s: must not come with flow",
        ),
        ({"file": "none.csv", "flow_ml_min": 1}, "vessel_trees.tree.file: 'none.csv': must be a file that exists"),
        (
            {"file": "tree.csv", "flow_ml_min": 1, "unit": "m"},
            "vessel_trees.tree.file: .*column x_m, y_m, z_m, radius_m",
        ),
        ({"file": "flow.csv", "flow_ml_min": 1}, "vessel_trees.tree.flow_ml_min: must be left out: the file gives"),
        ({"file": "away.csv", "flow_ml_min": 1}, "vessel_trees.tree: no part of it lies in tissue"),
        ({"name": "electrode", "file": "tree.csv", "flow_ml_min": 1}, "already the name of vessel_trees.0"),
        ({"file": "tree.csv", "flow_ml_min": 1, "unit": "cm"}, "unit: 'cm': must be mm or m"),
    ],
)
def test_a_faulty_tree_is_refused(scenario, folder, tree, said):
    (folder / "flow.csv").write_text(TABLE.replace("radius_mm", "radius_mm,flow_ml_min"), encoding="utf-8")
    (folder / "away.csv").write_text(
        "id,parent,x_mm,y_mm,z_mm,radius_mm\n0,,500,0,0,\n1,0,500,9,0,1\n", encoding="utf-8"
    )
    with pytest.raises(ScenarioError, match=said):
        _ = build_case(scenario(vessels=[], vessel_trees=[{"name": "tree", **tree}])).line_vessels


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"mean_speed_mm_s": None}, "vessels.twig.mean_speed_mm_s: missing: a line needs the mean speed of its blood"),
        ({"film_coefficient_w_m2_k": 500.0}, "film_coefficient_w_m2_k: must be left out of a line"),
        ({"branches_from": "twig"}, "branches_from: must be left out of a line"),
        ({"coagulation": {}}, "coagulation: must be left out of a line"),
        ({"heated_length_mm": 20.0}, "heated_length_mm: must be left out of a line"),
        ({"points_mm": [[0, -60, 2], [0, 60, 2]]}, "vessel 'twig' passes through needle 'electrode'"),
    ],
)
def test_a_faulty_line_is_refused(scenario, change, said):
    with pytest.raises(ScenarioError, match=said):
        scenario(vessels=[LINE | change], vessel_trees=[])


def test_a_line_may_branch_off_a_meshed_vessel(scenario):
    vein = {"name": "vein", "points_mm": [[-12, 0, -60], [-12, 0, 60]], "diameter_mm": 4, "mean_speed_mm_s": 100}
    twig = LINE | {"points_mm": [[-12, 0, 5], [-6, 8, 5]]}
    case = build_case(scenario(vessels=[vein, twig], vessel_trees=[]))
    (line,) = case.line_vessels
    within = np.linalg.norm(line.embedded.centres[:, :2] - [-12e-3, 0.0], axis=1) < 1.2e-3
    assert within.any()
    assert np.all(line.embedded.in_tissue[within] == 0.0)
    assert np.all(line.embedded.in_tissue[~within][3:] > 0.0)
