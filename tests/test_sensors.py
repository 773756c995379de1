"""Sensors: fields known exactly, a run and its twins, what lies where, and what is refused."""

import copy
import re
from pathlib import Path

import numpy as np
import pytest
from ruamel.yaml import YAML

import ablasim
from ablasim.build import build_case
from ablasim.errors import ScenarioError
from ablasim.march import march
from ablasim.materials import tissue
from ablasim.scenario import parse_scenario

QUICK = Path(__file__).parent / "data" / "quick.yaml"

SENSORS = [
    {"name": "beside", "at_mm": [3.3, 0.7, 1.1]},
    {"name": "far", "on": "electrode", "above_tip_mm": 2, "aside_mm": 15, "aside_direction": [0, -1, 1]},
    {"name": "at_wall", "at_mm": [8.98, 0, 0]},
    {"name": "in_vein", "at_mm": [12, 0.3, 4]},
    {"name": "in_needle", "on": "electrode", "above_tip_mm": 1},
    {"name": "in_fluid", "at_mm": [-28, 1, 1]},
]
FLUID = {"name": "fluid", "face": "-x", "thickness_mm": 6, "tissue": "normal_saline"}
LIES_IN = {
    "beside": "tumour",
    "far": "organ",
    "at_wall": "organ",
    "in_vein": "vein",
    "in_needle": "electrode",
    "in_fluid": "fluid",
}


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("meshes")


@pytest.fixture(scope="module")
def data():
    return YAML(typ="safe").load(QUICK) | {"layers": [FLUID]}


@pytest.fixture(scope="module")
def case(data, cache):
    return build_case(parse_scenario(data | {"sensors": SENSORS}), cache)


@pytest.fixture(scope="module")
def marched(case):
    return march(case)


def test_a_linear_field_is_read_exactly(case):
    slope = np.array([3e3, -2e3, 5e3])
    read = case.sensors.at(310.0 + case.mesh.points @ slope)
    np.testing.assert_allclose(read, 310.0 + case.sensors.points @ slope, atol=1e-9)


def test_a_sensor_on_an_applicator_is_placed_from_its_tip(case):
    places = dict(zip(case.sensors.names, 1e3 * case.sensors.points, strict=True))
    np.testing.assert_allclose(places["far"], [0, -15, -4], atol=1e-9)
    np.testing.assert_allclose(places["in_needle"], [0, 0, -5], atol=1e-9)


def test_what_a_sensor_lies_in_is_told(case):
    assert dict(zip(case.sensors.names, case.sensors.lies_in, strict=True)) == LIES_IN


def test_every_accepted_step_has_its_readings(case, marched):
    for step in marched.steps:
        assert tuple(step.sensors) == case.sensors.names
    last = marched.steps[-1].sensors
    at_end = case.sensors.at(marched.temperature)
    for i, name in enumerate(case.sensors.names):
        if name != "in_vein":
            assert last[name].temperature == at_end[i]
    assert last["beside"].temperature > last["far"].temperature > marched.sensors["far"].temperature
    assert all(reading.temperature == pytest.approx(310.15) for reading in marched.sensors.values())


def test_flowing_blood_is_read_at_the_temperature_with_which_it_enters(case, marched):
    assert {step.sensors["in_vein"].temperature for step in marched.steps} == {310.15}
    standing = march(case, "occluded")
    assert standing.steps[-1].sensors["in_vein"].temperature > 310.16


def test_the_damage_level_is_that_of_the_zone(case, marched):
    level = case.headline.level(marched.damage["isotherm_50"])
    read = case.sensors.at(level)
    for i, name in enumerate(case.sensors.names):
        reading = marched.steps[-1].sensors[name]
        can_die = LIES_IN[name] in ("organ", "tumour")
        assert reading.damage_level == (pytest.approx(read[i]) if can_die else None)
    assert marched.steps[-1].sensors["beside"].damage_level > 0.0 > marched.steps[-1].sensors["far"].damage_level


def test_in_the_twin_without_vessels_tissue_stands_where_the_blood_was(case):
    reading = march(case, "no_vessel").steps[-1].sensors["in_vein"]
    assert reading.damage_level is not None
    assert reading.temperature > 310.15


def test_sensors_change_no_number(marched, data, cache):
    alone = march(build_case(parse_scenario(data), cache))
    np.testing.assert_array_equal(alone.temperature, marched.temperature)
    assert [step.time for step in alone.steps] == [step.time for step in marched.steps]
    assert alone.steps[-1].sensors == {}


@pytest.mark.parametrize(
    ("sensor", "sentence"),
    [
        ({"at_mm": [0, 30, 0]}, "sensors.t.at_mm: the sensor [0, 30, 0] mm lies 5 mm outside the organ: must lie in"),
        ({"at_mm": [-32, 0, 0]}, "sensors.t.at_mm: the sensor [-32, 0, 0] mm lies 7 mm outside the organ"),
        ({"at_mm": [0, 0]}, "sensors.t.at_mm: [0, 0]: must have 3 numbers"),
        ({}, "sensors.t.at_mm: missing: a sensor needs at_mm, or on and above_tip_mm"),
        ({"at_mm": [0, 5, 0], "above_tip_mm": 2}, "sensors.t.above_tip_mm: must come with on"),
        ({"at_mm": [0, 5, 0], "aside_mm": 2}, "sensors.t.aside_mm: must come with on"),
        (
            {"at_mm": [0, 5, 0], "on": "electrode", "above_tip_mm": 2},
            "sensors.t.at_mm: must be left out of a sensor on",
        ),
        ({"on": "electrode"}, "sensors.t.above_tip_mm: missing: the height above the tip of 'electrode'"),
        ({"on": "electrod", "above_tip_mm": 1}, "sensors.t.on: 'electrod': must be the name of an applicator with a"),
        ({"on": "vein", "above_tip_mm": 1}, "sensors.t.on: 'vein': must be the name of an applicator with a shaft"),
        (
            {"on": "electrode", "above_tip_mm": 90},
            "sensors.t.above_tip_mm: the sensor [0, 0, 84] mm lies 59 mm outside",
        ),
        (
            {"on": "electrode", "above_tip_mm": 1, "aside_mm": 3},
            "sensors.t.aside_direction: missing: aside_mm needs a direction",
        ),
        (
            {"on": "electrode", "above_tip_mm": 1, "aside_mm": 3, "aside_direction": [0, 0, 2]},
            "sensors.t.aside_direction: [0, 0, 2]: must point across the shaft of 'electrode'",
        ),
        (
            {"on": "electrode", "above_tip_mm": 1, "aside_direction": [1, 0, 0]},
            "sensors.t.aside_mm: missing: aside_direction needs a distance above 0",
        ),
        ({"at_mm": [0, 5, 0], "depth_mm": 2}, "sensors.t.depth_mm: unknown key 'depth_mm'"),
    ],
)
def test_sensors_that_cannot_be_are_refused(sensor, sentence, data):
    with pytest.raises(ScenarioError, match=re.escape(sentence)):
        parse_scenario(data | {"sensors": [{"name": "t", **sensor}]})


def test_one_name_serves_one_sensor(data):
    with pytest.raises(ScenarioError, match=r"sensors\.1\.name: 'beside': already the name of another sensor"):
        parse_scenario(data | {"sensors": [SENSORS[0], SENSORS[0]]})


def test_the_body_of_a_needle_that_is_left_out_has_no_temperature(data, cache):
    without = copy.deepcopy(data)
    without["applicators"][0]["body"] = "left_out"
    with pytest.raises(ScenarioError, match=r"sensors\.in_needle: lies in the body of 'electrode', which is left out"):
        build_case(parse_scenario(without | {"sensors": [SENSORS[4]]}), cache)


@pytest.fixture(scope="module")
def results(data, cache):
    return ablasim.run(parse_scenario(data | {"sensors": SENSORS, "heat_sink": {"twins": []}}), mesh_cache=cache)


def test_summary_and_history_tell_of_every_sensor(results):
    history, found = results.history(), results.summary["sensors"]
    assert list(found) == [item["name"] for item in SENSORS]
    for name, block in found.items():
        assert block["lies_in"] == LIES_IN[name]
        course = history[f"{name}_sensor_c"]
        assert block["max_temperature_c"] == max(course.max(), 37.0)
        assert block["end_temperature_c"] == course[-1]
        field = history[f"{name}_sensor_e_field_rms_v_m"]
        assert block["max_e_field_rms_v_m"] == (None if name == "in_needle" else np.nanmax(field))
        assert np.isnan(field[history["time_s"] > 20.0]).all()  # the power is off
        assert block["max_sar_w_kg"] is None
        assert f"{name}_sensor_sar_w_kg" not in history
    ratio = found["beside"]["max_e_field_rms_v_m"] / found["far"]["max_e_field_rms_v_m"]
    nearer = 15.0 / np.hypot(3.3, 0.7)
    assert nearer < ratio < nearer**2  # the field falls faster than beside a line, slower than round a point


def test_a_sensor_dies_when_its_temperature_passes_the_isotherm(results):
    """Of the headline isotherm_50 the level is the highest temperature so far minus 50 °C, linear as temperature is."""
    history, found = results.history(), results.summary["sensors"]
    time, course = np.append(0.0, history["time_s"]), np.append(37.0, history["beside_sensor_c"])
    rising = slice(0, int(np.argmax(course)) + 1)
    assert found["beside"]["died_at_s"] == pytest.approx(np.interp(50.0, course[rising], time[rising]), abs=0.05)
    assert found["far"]["died_at_s"] is None
    assert found["in_needle"]["died_at_s"] is None


def test_the_steady_state_has_a_reading(cache):
    scenario = {
        "schema_version": 1,
        "title": "Evenly heated",
        "organ": {"shape": "box", "size_mm": [20, 20, 20], "tissue": "liver"},
        "body": {"perfusion_factor": 1.0},
        "boundary": {"thermal": "insulated"},
        "applicators": [{"name": "heat", "kind": "prescribed", "region": "everywhere", "heat_w_m3": 1e5}],
        "protocol": [{"steady": True, "drive": {"heat": {"control": "as_given"}}}],
        "damage": {"headline": "isotherm_50", "perfusion_shutdown": {"model": "none"}},
        "numerics": {"mesh": {"far_mm": 5}},
        "sensors": [{"name": "t", "at_mm": [1, 2, 3]}],
    }
    found = ablasim.run(parse_scenario(scenario), mesh_cache=cache).summary["sensors"]["t"]
    body = parse_scenario(scenario).body
    perfusion = tissue("liver").perfusion_rate_per_s * body.blood_density_kg_m3 * body.blood_heat_capacity_j_kg_k
    assert found["max_temperature_c"] == pytest.approx(37.0 + 1e5 / perfusion, abs=1e-3)
    assert found["max_temperature_time_s"] is None
    assert found["died_at_s"] is None
    assert found["damage_level_end"] < 0.0


def test_between_plates_the_field_is_voltage_over_distance(cache):
    between = {
        "schema_version": 1,
        "title": "Pulses between plates",
        "organ": {"shape": "box", "size_mm": [20, 16, 16], "tissue": "liver"},
        "applicators": [
            {"name": "left", "kind": "ire_plate", "face": "-x"},
            {"name": "right", "kind": "ire_plate", "face": "+x"},
        ],
        "protocol": [
            {"pulses": {"count": 2, "width_us": 90, "voltage_v": 1800, "pairs": [{"between": ["left", "right"]}]}}
        ],
        "boundary": {"thermal": "insulated"},
        "cool_down_s": 0,
        "numerics": {"mesh": {"far_mm": 4}},
        "sensors": [{"name": "t", "at_mm": [1.3, -2.1, 3.7]}],
    }
    case = build_case(parse_scenario(between), cache)
    last = march(case).steps[-1]
    assert last.sensors["t"].field_strength == pytest.approx(90e3, rel=1e-3)
    assert last.sensors["t"].damage_level > 0.0


def test_the_absorption_is_that_of_the_map(cache):
    """A map of 200 W/kg at 20 W."""
    path = Path(__file__).parent / "data" / "patterns.yaml"
    changes = {
        "protocol": [{"duration_s": 1, "drive": {"map": {"control": "forward_power", "forward_power_w": 5}}}],
        "sensors": [{"name": "t", "at_mm": [-3, 9, 2]}],
        "heat_sink": {"twins": []},
    }
    case = build_case(parse_scenario(YAML(typ="safe").load(path) | changes, folder=path.parent), cache)
    assert march(case).steps[0].sensors["t"].absorption == pytest.approx(50.0, rel=0.01)
