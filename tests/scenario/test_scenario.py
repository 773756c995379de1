"""Scenarios that hold: the shipped ones, their defaults, their resolved files, hashes and schema."""

from __future__ import annotations

import json
import pickle
from copy import deepcopy
from pathlib import Path

import pytest
from pydantic import ValidationError
from ruamel.yaml import YAML

from ablasim.errors import OutputError, ScenarioError
from ablasim.scenario import (
    json_schema,
    load_scenario,
    located_error,
    parse_scenario,
    scenario_hash,
    starter_text,
    write_resolved,
)

SHIPPED = sorted((Path(__file__).parents[2] / "scenarios").glob("*.yaml"))
STL = "solid tumour\nendsolid tumour\n"


@pytest.fixture
def demo(scenario_folder):
    return load_scenario(scenario_folder / "rfa_hepatic_vein.yaml")


@pytest.fixture
def demo_data(demo_text):
    return YAML(typ="safe").load(demo_text)


@pytest.fixture
def with_surface(demo_text, load_text):
    Path("tumour.stl").write_text(STL)
    sphere = "{shape: sphere, centre_mm: [0, 0, 0], diameter_mm: 20,"
    return load_text(demo_text.replace(sphere, "{shape: surface, file: tumour.stl,"))


def test_the_four_scenarios_are_shipped():
    assert {file.stem for file in SHIPPED} >= {
        "rfa_hepatic_vein",
        "rfa_no_vessel",
        "rfa_portal_twigs",
        "rfa_two_vessels_oblique",
        "steady_heated_sphere",
    }


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_every_shipped_scenario_loads_and_names_the_schema(file):
    assert load_scenario(file).title
    assert file.read_text(encoding="utf-8").startswith("# yaml-language-server: $schema=./ablasim.schema.json\n# ")


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_a_resolved_file_loads_to_an_equal_scenario(file, tmp_path):
    scenario = load_scenario(file)
    write_resolved(scenario, tmp_path / "resolved.yaml", {"versions": {"ablasim": "0.1.0"}, "n_points": 100_000})
    again = load_scenario(tmp_path / "resolved.yaml")
    if not scenario.files():  # their names start at another folder now
        assert again == scenario
    assert scenario_hash(again) == scenario_hash(scenario)


def test_a_resolved_file_of_fixed_steps_above_the_usual_longest_loads_again(demo_text, load_text, tmp_path):
    scenario = load_text(demo_text.replace("time_tolerance: 0.5", "time_step_s: 60"))
    assert scenario.numerics.max_time_step_s == 60.0
    write_resolved(scenario, tmp_path / "resolved.yaml")
    assert load_scenario(tmp_path / "resolved.yaml").numerics == scenario.numerics


def test_a_resolved_file_says_every_default_and_the_extra_in_comments(demo, tmp_path):
    write_resolved(demo, tmp_path / "resolved.yaml", {"versions": {"ablasim": "0.1.0"}})
    text = (tmp_path / "resolved.yaml").read_text(encoding="utf-8")
    assert "# versions:\n#   ablasim: 0.1.0\n" in text
    for line in ("film_coefficient_w_m2_k: 3366.0", "initial_temperature_c: 37.0", "heated_length_mm: null"):
        assert line in text


def test_the_starter_runs_as_it_is(load_text):
    assert load_text(starter_text()).applicators[0].name == "electrode"


def test_the_starter_asks_the_question_of_the_demo(load_text, demo):
    starter = load_text(starter_text())
    assert starter.model_copy(update={"title": demo.title}) == demo


def test_the_shipped_schema_is_up_to_date(scenario_folder):
    shipped = json.loads((scenario_folder / "ablasim.schema.json").read_text(encoding="utf-8"))
    assert shipped == json_schema()


def test_every_part_and_key_of_the_schema_is_described():
    schema = json_schema()
    for part in [schema, *schema["$defs"].values()]:
        assert part["description"]
        for key, field in part["properties"].items():
            assert {"description", "const", "$ref"} & field.keys(), key


def test_the_schema_states_the_bounds():
    length = json_schema()["$defs"]["RfNeedle"]["properties"]["active_length_mm"]
    assert (length["minimum"], length["maximum"]) == (1.0, 100.0)


def test_defaults_that_follow_from_other_parts_are_filled_in(demo_data):
    demo_data["body"] = {"temperature_c": 25}
    demo_data["damage"] = {"headline": "isotherm_60", "models": ["isotherm_50"]}
    scenario = parse_scenario(demo_data)
    assert scenario.body.initial_temperature_c == 25.0
    assert scenario.boundary.temperature_c == 25.0
    assert scenario.damage.models == ("isotherm_60", "isotherm_50")
    assert scenario.damage.perfusion_shutdown.criterion == 240.0
    assert scenario.applicators[0].film_coefficient_w_m2_k == 3366.0


def test_a_needle_without_coolant_has_no_film_coefficient(demo_data):
    del demo_data["applicators"][0]["coolant_temperature_c"]
    assert parse_scenario(demo_data).applicators[0].film_coefficient_w_m2_k is None


def test_whole_numbers_and_floats_say_the_same(demo_data):
    floats = deepcopy(demo_data)
    floats["vessels"][0]["diameter_mm"] = 6.0
    assert parse_scenario(floats) == parse_scenario(demo_data)
    assert scenario_hash(parse_scenario(floats)) == scenario_hash(parse_scenario(demo_data))


def test_the_hash_follows_every_value(demo_data):
    changed = deepcopy(demo_data)
    changed["vessels"][0]["diameter_mm"] = 6.5
    assert scenario_hash(parse_scenario(changed)) != scenario_hash(parse_scenario(demo_data))


def test_parsing_leaves_the_given_mapping_as_it_is(demo_data):
    before = deepcopy(demo_data)
    parse_scenario(demo_data)
    assert demo_data == before


def test_a_scenario_cannot_be_changed(demo):
    with pytest.raises(ValidationError, match="frozen"):
        demo.title = "Another"


def test_a_scenario_survives_pickling_with_its_places(demo):
    again = pickle.loads(pickle.dumps(demo))
    assert again == demo
    assert again.source.place("organ.tissue") == demo.source.place("organ.tissue")


def test_the_builder_can_point_at_a_key(demo_text, load_text, place_of):
    scenario = load_text(demo_text)
    error = located_error(scenario, "organ.tissue", "'liver': unknown")
    assert str(error) == f"{place_of(demo_text, 'tissue: liver')}: organ.tissue: 'liver': unknown"


def test_a_key_that_was_filled_in_is_placed_at_its_part(demo_text, load_text, place_of):
    error = located_error(load_text(demo_text), "damage.models.0", "unknown")
    assert str(error).startswith(place_of(demo_text, "damage: {"))


def test_a_scenario_made_in_python_names_paths_without_a_file(demo_data):
    demo_data["vessels"][0]["diameter_mm"] = -6
    with pytest.raises(ScenarioError, match=r"^vessels\.hepatic_vein\.diameter_mm: -6 mm: must be between"):
        parse_scenario(demo_data)


def test_references_to_the_library_leave_out_own_tissues(scenario_folder):
    sphere = load_scenario(scenario_folder / "steady_heated_sphere.yaml")
    assert sphere.tissue_references() == {"tissues.uniform_liver.from": "liver"}


def test_overrides_of_a_tissue_are_what_the_user_gave(scenario_folder):
    overrides = load_scenario(scenario_folder / "steady_heated_sphere.yaml").tissues["uniform_liver"].overrides()
    assert overrides["vaporisation"] is False
    assert overrides["thermal_conductivity_w_m_k"] == 0.52
    assert "from" not in overrides
    assert "latent_heat_j_kg" not in overrides


def test_a_file_name_starts_at_the_folder_of_the_scenario(with_surface, tmp_path, monkeypatch):
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    scenario = load_scenario("../case.yaml")
    assert scenario.resolve(scenario.tumour.file).read_text() == STL


def test_a_resolved_file_elsewhere_still_finds_the_files(with_surface, tmp_path):
    (tmp_path / "results").mkdir()
    write_resolved(with_surface, tmp_path / "results" / "resolved.yaml")
    again = load_scenario(tmp_path / "results" / "resolved.yaml")
    assert again.resolve(again.tumour.file).read_text() == STL
    assert scenario_hash(again) == scenario_hash(with_surface)


def test_the_hash_follows_what_is_in_a_file(with_surface):
    before = scenario_hash(with_surface)
    Path("tumour.stl").write_text("solid other\nendsolid other\n")
    assert scenario_hash(with_surface) != before


def test_a_resolved_file_that_cannot_be_written_is_an_output_error(demo, tmp_path):
    with pytest.raises(OutputError, match="the resolved scenario cannot be written: No such file"):
        write_resolved(demo, tmp_path / "nowhere" / "resolved.yaml")


def test_a_file_with_a_byte_order_mark_loads(tmp_path, demo_text, demo):
    file = tmp_path / "marked.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + demo_text.encode())
    assert load_scenario(file) == demo
