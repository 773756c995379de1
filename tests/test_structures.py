"""Critical structures: sampling against fields known exactly, limits, distances, and what is refused."""

import copy
import re
from pathlib import Path

import numpy as np
import pytest
from ruamel.yaml import YAML

import ablasim
from ablasim.build import build_case
from ablasim.damage import Exposure, damage_model
from ablasim.errors import ScenarioError
from ablasim.geometry import Vessel
from ablasim.geometry.tubes import sample_tube
from ablasim.scenario import parse_scenario
from ablasim.structures import SPACING

QUICK = Path(__file__).parent / "data" / "quick.yaml"

SHAPES = [
    {"name": "gallbladder", "shape": "sphere", "centre_mm": [-3, 9, 2], "diameter_mm": 9},
    {"name": "duct", "shape": "tube", "points_mm": [[-9, -40, 0], [-9, 0, 0], [-4, 12, 8]], "diameter_mm": 3},
    {"name": "wall", "shape": "vessel_wall", "vessel": "vein"},
    {"name": "colon", "shape": "layer", "layer": "fluid"},
    {"name": "capsule", "shape": "face", "face": "+y"},
]
FLUID = {"name": "fluid", "face": "-x", "thickness_mm": 6, "tissue": "normal_saline"}


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("meshes")


@pytest.fixture(scope="module")
def data():
    quick = YAML(typ="safe").load(QUICK)
    return quick | {"heat_sink": {"twins": []}, "cool_down_s": 0}


@pytest.fixture(scope="module")
def case(data, cache):
    return build_case(parse_scenario(data | {"critical_structures": SHAPES, "layers": [FLUID]}), cache)


@pytest.fixture(scope="module")
def sampled(case):
    return {structure.name: structure for structure in case.structures}


EXACT_MAX_X_MM = {
    "gallbladder": 1.5,
    "duct": -4 + 1.5 * np.sqrt(1 - 25 / 233),
    "wall": 15.0,
    "colon": -25.0,
    "capsule": 25.0,
}
"""Largest x on each, mm: of the duct, on its end at (-4, 12, 8), whose axis runs along (5, 12, 8)."""


@pytest.mark.parametrize("name", [item["name"] for item in SHAPES])
def test_a_linear_field_is_read_exactly_at_every_point(name, case, sampled):
    structure, slope = sampled[name], np.array([3e3, -2e3, 5e3])
    field = 310.0 + case.mesh.points @ slope
    np.testing.assert_allclose(structure.at(field), 310.0 + structure.points @ slope, atol=1e-9)


@pytest.mark.parametrize("name", [item["name"] for item in SHAPES])
def test_the_highest_value_is_missed_by_less_than_the_field_changes_over_half_a_spacing(name, case, sampled):
    slope_k_per_m = 4e3
    highest = sampled[name].at(slope_k_per_m * case.mesh.points[:, 0]).max()
    exact = slope_k_per_m * 1e-3 * EXACT_MAX_X_MM[name]
    assert exact - slope_k_per_m * 0.5 * SPACING <= highest <= exact + 1e-9


def test_the_points_stand_for_the_whole_area(sampled):
    length = 40.0 + np.sqrt(233.0)
    in_organ = 25.0 + np.sqrt(233.0)  # the duct begins 15 mm outside
    mm2 = {name: structure.areas.sum() * 1e6 for name, structure in sampled.items()}
    assert mm2["gallbladder"] == pytest.approx(np.pi * 9**2, rel=1e-3)
    assert mm2["duct"] == pytest.approx(np.pi * 3 * in_organ, rel=0.01)
    assert sampled["duct"].share_in_mesh == pytest.approx(in_organ / length, abs=0.01)
    assert mm2["colon"] == pytest.approx(50**2, rel=1e-9)
    assert mm2["capsule"] == pytest.approx(50**2, rel=1e-9)
    assert mm2["wall"] == pytest.approx(np.pi * 6 * 50, rel=0.06)  # chords of a coarse mesh


def test_a_bent_tube_has_the_area_of_its_rounded_outside():
    """At a right angle: two mantles less what lies in the other, and a quarter of a ball."""
    bent = Vessel("duct", [[0, 0, 0], [0.02, 0, 0], [0.02, 0.02, 0]], 0.004)
    points, areas = sample_tube(bent, 0.2e-3)
    radius = 2.0  # mm
    lost = 2.0 * 2.0 * radius**2  # of each mantle, inside the bend: ∫ r·(r cos φ) dφ over half the girth is 2 r²
    exact = 2.0 * np.pi * radius * 40.0 - lost + 0.25 * 4.0 * np.pi * radius**2
    assert areas.sum() * 1e6 == pytest.approx(exact, rel=0.01)
    np.testing.assert_allclose(bent.centre_line_distance(points), 2e-3, rtol=1e-6)


def test_an_exposure_at_rest_is_known_exactly():
    """Ten minutes, each point at a temperature of its own: closed forms of dose and death."""
    model = damage_model("cem43_240")
    celsius = np.array([40.0, 43.0, 45.0, 48.0, 50.0, 60.0])
    temperature = celsius + 273.15
    exposure = Exposure.start(model, temperature)
    for step in range(6):
        exposure = exposure.advance(temperature, temperature, 100.0 * step, 100.0)
    exact = 10.0 * np.where(celsius < 43.0, 4.0, 2.0) ** (celsius - 43.0)
    np.testing.assert_allclose(exposure.dose[0], exact, rtol=1e-9)
    np.testing.assert_array_equal(exposure.is_dead, exact > 240.0)
    np.testing.assert_array_equal(exposure.highest, temperature)


def test_the_highest_temperature_is_kept_with_its_time():
    exposure = Exposure.start(damage_model("isotherm_50"), np.array([310.0, 310.0]))
    exposure = exposure.advance(exposure.highest, np.array([330.0, 320.0]), 0.0, 5.0)
    exposure = exposure.advance(np.array([330.0, 320.0]), np.array([325.0, 322.0]), 5.0, 5.0)
    np.testing.assert_array_equal(exposure.highest, [330.0, 322.0])
    assert exposure.highest_time == 5.0
    assert exposure.is_dead.tolist() == [True, False]


@pytest.fixture(scope="module")
def hot(data, cache):
    """A minute of heating, with a small ball in the zone, one at its edge and one far off, and limits."""
    structures = [
        {"name": "within", "shape": "sphere", "centre_mm": [0, 3.5, 0], "diameter_mm": 2},
        {"name": "across", "shape": "sphere", "centre_mm": [0, 7, 0], "diameter_mm": 6, "limit_temperature_c": 45},
        {"name": "far", "shape": "sphere", "centre_mm": [0, 18, 0], "diameter_mm": 2, "limit_cem43_min": 240},
        {"name": "wall", "shape": "vessel_wall", "vessel": "vein", "limit_temperature_c": 90},
    ]
    protocol = copy.deepcopy(data["protocol"])
    protocol[0]["duration_s"] = 60
    return ablasim.run(
        parse_scenario(data | {"critical_structures": structures, "protocol": protocol}), mesh_cache=cache
    )


def test_damage_and_distance_tell_whether_a_structure_lies_in_the_zone(hot):
    found = hot.summary["critical_structures"]
    assert found["within"]["damaged_percent"] == 100.0
    assert 10.0 < found["across"]["damaged_percent"] < 90.0
    assert found["far"]["damaged_percent"] == 0.0
    assert found["within"]["distance_to_zone_mm"] < 0.0
    assert found["across"]["distance_to_zone_mm"] < 0.0 < found["far"]["distance_to_zone_mm"]
    assert found["within"]["max_cem43_min"] > found["across"]["max_cem43_min"] > found["far"]["max_cem43_min"]


def test_distances_are_those_to_the_surface_of_the_zone(hot):
    """The zone's surface on +y, found apart from it by the temperature along a line."""
    surface = hot.zone.surface.points
    top = np.array([0.0, 17e-3, 0.0])  # lowest place of the far ball
    nearest = np.linalg.norm(surface - top, axis=1).min()
    assert hot.summary["critical_structures"]["far"]["distance_to_zone_mm"] == pytest.approx(1e3 * nearest, abs=0.3)


def test_a_passed_limit_warns_and_one_that_holds_does_not(hot):
    warnings = [text for text in hot.summary["warnings"] if text.startswith("critical structure")]
    assert len(warnings) == 1
    assert re.fullmatch(r"critical structure across: [\d.]+ °C, above its limit of 45 °C", warnings[0])


def test_the_history_has_a_column_for_each_structure(hot):
    history = hot.history()
    for name, block in hot.summary["critical_structures"].items():
        assert np.nanmax(history[f"{name}_max_temperature_c"]) == pytest.approx(block["max_temperature_c"])


def test_structures_change_no_number(hot, data, cache):
    protocol = copy.deepcopy(data["protocol"])
    protocol[0]["duration_s"] = 60
    alone = ablasim.run(parse_scenario(data | {"protocol": protocol}), mesh_cache=cache)
    np.testing.assert_array_equal(alone.actual.temperature, hot.actual.temperature)
    assert alone.summary["critical_structures"] == {}


def test_a_structure_from_a_file_is_as_good_as_the_ball_it_describes(data, cache, tmp_path):
    import pyvista as pv

    pv.Icosphere(radius=4.5, center=(-3, 9, 2), nsub=4).save(tmp_path / "gallbladder.stl")
    shapes = [SHAPES[0], {"name": "copy", "shape": "surface", "file": "gallbladder.stl"}]
    results = ablasim.run(parse_scenario(data | {"critical_structures": shapes}, folder=tmp_path), mesh_cache=cache)
    ball, copied = (results.summary["critical_structures"][name] for name in ("gallbladder", "copy"))
    for key in ("max_temperature_c", "distance_to_zone_mm"):
        assert copied[key] == pytest.approx(ball[key], abs=0.2)


@pytest.mark.parametrize(
    ("structure", "sentence"),
    [
        (SHAPES[3] | {"layer": "fluids"}, "critical_structures.colon.layer: 'fluids': must be the name of a layer"),
        (SHAPES[2] | {"vessel": "vain"}, "critical_structures.wall.vessel: 'vain': must be the name of a vessel"),
        (SHAPES[0] | {"shape": "ball"}, "must be sphere, tube, surface, layer, face or vessel_wall"),
        (SHAPES[1] | {"points_mm": [[0, 0, 0], [0, 0, 0]]}, "must differ from the point before it"),
        (SHAPES[0] | {"limit_temperature_c": 10}, "limit_temperature_c: 10 °C: must be between 37 and 120 °C"),
        ({"name": "file", "shape": "surface", "file": "none.stl"}, "'none.stl': must be a file that exists"),
    ],
)
def test_structures_that_cannot_be_are_refused(structure, sentence, data):
    with pytest.raises(ScenarioError, match=re.escape(sentence)):
        parse_scenario(data | {"critical_structures": [structure], "layers": [FLUID]})


def test_one_name_serves_one_structure(data):
    with pytest.raises(ScenarioError, match="already the name of another structure"):
        parse_scenario(data | {"critical_structures": [SHAPES[0], SHAPES[0]]})


def test_a_structure_outside_the_mesh_is_refused_before_the_run(data, cache):
    outside = SHAPES[0] | {"centre_mm": [90, 0, 0]}
    with pytest.raises(ScenarioError, match=r"critical_structures\.gallbladder: no point of it lies in the organ"):
        build_case(parse_scenario(data | {"critical_structures": [outside]}), cache)
