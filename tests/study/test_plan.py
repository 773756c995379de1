"""Plans: every point is checked before anything runs, equal questions are asked once."""

from __future__ import annotations

import pytest

from ablasim.scenario import scenario_hash
from ablasim.scenario.document import read_document
from ablasim.scenario.load import load_scenario
from ablasim.study.load import load_study
from ablasim.study.plan import make_plan
from ablasim.study.sampling import design
from ablasim.study.schema import study_schema

SHIPPED = (
    "least_treatment",
    "modalities_by_distance",
    "placement_error",
    "tissue_uncertainty",
    "vessel_distance_power",
)


def test_a_case_is_known_by_the_hash_of_its_scenario(plan_of, quick_text, root):
    plan = plan_of(quick_text)
    points = [[9.0, 0, -25], [9.0, 0, 25]]
    own = load_scenario(root / "tests/data/quick.yaml", {"vessels.vein.points_mm": points})
    assert plan.points[0].inputs == {"distance_mm": 1}
    assert plan.points[0].case == scenario_hash(own)


def test_where_the_vein_is_already_nothing_changes(plan_of, quick_text, root):
    plan = plan_of(quick_text)
    assert plan.points[1].case == scenario_hash(load_scenario(root / "tests/data/quick.yaml"))


def test_a_corner_that_cannot_be_is_kept_with_its_reason_and_the_others_go_on(plan_of, quick_text):
    plan = plan_of(quick_text.replace("values: [1, 4]", "values: [1, 4, 900]"))
    assert len(plan.cases) == 2
    (point,) = plan.invalid
    assert point.inputs == {"distance_mm": 900}
    assert "vessels.vein.points_mm" in point.problem
    assert "does not enter the organ" in point.problem


def test_equal_questions_are_asked_once(plan_of, quick_text):
    plan = plan_of(quick_text.replace("values: [1, 4]", "values: [1, 4, 4.0, 1]"))
    assert len(plan.points) == 4
    assert len(plan.cases) == 2
    assert plan.n_merged == 2


def test_cases_of_one_geometry_share_a_mesh(plan_of, sphere_text):
    plan = plan_of(sphere_text)
    assert len(plan.cases) == 8
    assert len({case.mesh for case in plan.cases.values()}) == 2


def test_a_path_may_set_several_keys(plan_of, quick_text):
    variable = "  - {name: t_c, path: [body.temperature_c, body.blood_temperature_c], values: [36]}\n"
    plan = plan_of(quick_text + variable)
    assert all(case.data["body"] == {"temperature_c": 36, "blood_temperature_c": 36} for case in plan.cases.values())


def test_keys_are_set_before_offsets_whatever_their_order(plan_of, quick_text):
    plan = plan_of(quick_text + "  - {name: vein_mm, path: vessels.vein.diameter_mm, values: [6, 8]}\n")
    found = {
        (p.inputs["distance_mm"], p.inputs["vein_mm"]): plan.cases[p.case].data["vessels"][0]["points_mm"][0][0]
        for p in plan.points
    }
    assert found == {(1, 6): 9.0, (1, 8): 10.0, (4, 6): 12.0, (4, 8): 13.0}


def test_bases_have_values_and_variables_of_their_own(plan_of, root):
    sphere = root / "scenarios/steady_heated_sphere.yaml"
    text = f"""\
schema_version: 1
title: Two
base:
  - {{name: small, scenario: {sphere}, set: {{tumour.diameter_mm: 8}}}}
  - {{name: large, scenario: {sphere}}}
vary:
  - {{name: power_w, path: protocol.0.drive.ball.power_w, values: [1, 2]}}
  - {{name: body_c, path: body.temperature_c, values: [36, 37], bases: [large]}}
"""
    plan = plan_of(text)
    assert [(p.base, dict(p.inputs)) for p in plan.points[:2]] == [("small", {"power_w": 1}), ("small", {"power_w": 2})]
    assert len(plan.points) == 6
    assert {plan.cases[p.case].data["tumour"]["diameter_mm"] for p in plan.points if p.base == "small"} == {8}


def test_a_study_knows_its_bases_by_their_content(plan_of, sphere_text, root, tmp_path):
    text = (root / "scenarios/steady_heated_sphere.yaml").read_text(encoding="utf-8")
    study = sphere_text.replace(str(root / "scenarios/steady_heated_sphere.yaml"), "base.yaml")
    found = []
    for said in (text, text + "# a remark\n", text.replace("diameter_mm: 10", "diameter_mm: 11")):
        (tmp_path / "base.yaml").write_text(said, encoding="utf-8")
        found.append(plan_of(study).identity)
    assert found[0] == found[1]
    assert found[0] != found[2]


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_study_names_its_schema_and_every_point_of_it_can_be(root, name):
    file = root / "studies" / f"{name}.yaml"
    assert file.read_text(encoding="utf-8").startswith(
        "# yaml-language-server: $schema=./ablasim-study.schema.json\n# "
    )
    loaded = load_study(file)
    plan = make_plan(loaded)
    assert not plan.invalid
    assert plan.n_merged == 0
    assert len(plan.points) == sum(len(list(design(loaded.study, base.name))) for base in loaded.bases)


def test_these_studies_are_shipped(root):
    assert {file.stem for file in (root / "studies").glob("*.yaml")} == set(SHIPPED)


def test_the_shipped_schema_is_that_of_the_code(root):
    shipped, _ = read_document(root / "studies/ablasim-study.schema.json")
    assert shipped == study_schema()
