"""Tumours that leave the organ and vessels that end in tissue are warned of; what is meant is not."""

import re
from pathlib import Path

import meshio
import numpy as np
import pytest

from ablasim.anatomy import build_anatomy
from ablasim.doubtful_places import doubtful_places
from ablasim.errors import ScenarioError
from ablasim.scenario import load_scenario, parse_scenario

ROOT = Path(__file__).parents[1]
TRUNK = {"name": "trunk", "points_mm": [[20, 0, -50], [20, 0, 10]], "diameter_mm": 6, "mean_speed_mm_s": 100}
BRANCH = {"diameter_mm": 4, "branches_from": "trunk", "model": "transport"}
LEFT = BRANCH | {"name": "left", "points_mm": [[20, 0, 10], [20, 30, 50]]}
RIGHT = BRANCH | {"name": "right", "points_mm": [[20, 0, 10], [20, -30, 50]]}


def told(tumour=None, vessels=(), **more):
    content = {
        "schema_version": 1,
        "title": "Places",
        "organ": {"shape": "box", "size_mm": [100, 100, 100], "tissue": "liver"},
        "vessels": list(vessels),
        "applicators": [{"name": "heat", "kind": "prescribed", "region": "organ", "heat_w_m3": 1e4}],
        "protocol": [{"duration_s": 5, "drive": {"heat": {"control": "as_given"}}}],
        **more,
    }
    if tumour is not None:
        content["tumour"] = tumour
    scenario = parse_scenario(content)
    return doubtful_places(scenario, build_anatomy(scenario))


def ball(centre):
    return {"shape": "sphere", "centre_mm": centre, "diameter_mm": 20, "tissue": "liver"}


def line(x, *heights, **more):
    return {"name": "vein", "points_mm": [[x, 0, z] for z in heights], "diameter_mm": 4, "mean_speed_mm_s": 100} | more


def test_a_tumour_that_leaves_the_organ_is_told_with_its_share_and_the_face():
    (words,) = told(ball([44, 0, 0]))
    assert words == (
        "tumour.centre_mm [44, 0, 0]: 10 % of the tumour (0.44 ml) lies outside the organ, up to 4 mm beyond its face "
        "+x: it is cut off there, and the cut has no margin; make the organ larger or move it, unless it really ends "
        "there"
    )


def test_a_face_that_the_scenario_calls_real_is_not_doubted():
    for real in (
        {"boundary": {"faces": {"+x": {"thermal": "insulated"}}}},
        {"layers": [{"name": "colon", "face": "+x", "thickness_mm": 10, "tissue": "colon_wall"}]},
    ):
        (words,) = told(ball([44, 0, 0]), **real)
        assert words.endswith("beyond its face +x: it is cut off there, and the cut has no margin")
    (words,) = told(ball([44, 44, 0]), boundary={"faces": {"+x": {"thermal": "insulated"}}})
    assert "4 mm beyond its face +x and 4 mm beyond its face +y" in words
    assert words.endswith("unless it really ends there")


def test_an_organ_without_faces_has_none_named():
    (words,) = told(ball([0, 0, 45]), organ={"shape": "sphere", "diameter_mm": 100, "tissue": "liver"})
    assert re.match(
        r"tumour.centre_mm \[0, 0, 45\]: \d+ % of the tumour \([\d.]+ ml\) lies outside the organ: it is", words
    )


def tetrahedron(path, x, edge=20.0):
    """An STL file of a corner of a cube, mm, its right angle at x on the axis."""
    corners = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]]) * edge + [x, 0, 0]
    triangles = np.array([[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]])
    meshio.write(path, meshio.Mesh(corners, [("triangle", triangles)]), file_format="stl", binary=True)
    return {"shape": "surface", "file": str(path), "tissue": "liver"}


def test_a_surface_is_told_by_its_file_and_refused_where_none_of_it_lies_in_the_organ(tmp_path):
    surface = tetrahedron(tmp_path / "cut.stl", 40.0)
    (words,) = told(surface)
    assert re.match(
        r"tumour.file '.*cut.stl': 12 % of the tumour \(0.17 ml\) lies outside the organ, up to 10 mm", words
    )
    for x, edge in ((60.0, 20.0), (-2000.0, 20000.0)):
        far = tetrahedron(tmp_path / "far.stl", x, edge)
        with pytest.raises(ScenarioError, match=r"tumour.file: '.*far.stl': lies outside the organ: its centre is at"):
            told(far)


@pytest.mark.parametrize("centre", [[40, 0, 0], [40.1, 0, 0]])
def test_a_tumour_below_the_face_or_a_tenth_of_a_millimetre_out_is_not_told(centre):
    assert told(ball(centre)) == []


def test_a_vessel_that_ends_in_tissue_is_told_at_each_end():
    (words,) = told(vessels=[line(20, -50, 10)])
    assert words == (
        "vessels.vein.points_mm.1 [20, 0, 10]: the last point lies 30 mm deep in the organ: blood would end in tissue; "
        "draw the vessel on to the organ's outside, or join it to another (flows_into)"
    )
    first, last = told(vessels=[line(20, -10, 0, 10)])
    assert "points_mm.0 [20, 0, -10]: the first point lies 30 mm deep in the organ: blood would begin" in first
    assert "join it to another (branches_from)" in first
    assert "points_mm.2 [20, 0, 10]" in last


@pytest.mark.parametrize("end", [49, 50, 60])
def test_an_end_within_a_radius_of_the_outside_is_cut_by_it(end):
    assert told(vessels=[line(20, -50, end)]) == []


def test_joined_ends_are_not_told_and_the_open_ends_of_a_tree_are():
    assert told(vessels=[TRUNK, LEFT, RIGHT]) == []
    (words,) = told(vessels=[TRUNK, LEFT | {"points_mm": [[20, 0, 10], [20, 20, 30]]}, RIGHT])
    assert words.startswith("vessels.left.points_mm.1 [20, 20, 30]: the last point lies 20 mm deep")
    (words,) = told(vessels=[TRUNK | {"points_mm": [[20, 0, -50], [20, 0, 40]]}, LEFT])
    assert words.startswith("vessels.trunk.points_mm.1 [20, 0, 40]: the last point lies 10 mm deep")


def test_lines_may_end_in_tissue_and_go_on_from_a_meshed_vessel():
    twig = {"name": "twig", "points_mm": [[20, 0, 10], [20, 10, 20]], "diameter_mm": 0.8, "model": "line",
            "mean_speed_mm_s": 20}  # fmt: skip
    assert told(vessels=[twig]) == []
    assert told(vessels=[line(20, -50, 10), twig]) == []


@pytest.mark.parametrize(
    "file", [*sorted(ROOT.glob("scenarios/*.yaml")), ROOT / "tests" / "data" / "quick.yaml"], ids=lambda file: file.stem
)
def test_no_scenario_that_is_shipped_is_warned_of(file):
    scenario = load_scenario(file)
    assert doubtful_places(scenario, build_anatomy(scenario)) == []


def within_a_needle(diameter_mm, **tumour):
    told = tumour or {"shape": "sphere", "centre_mm": [0, 0, 5], "diameter_mm": diameter_mm}
    needle = {"name": "electrode", "kind": "rf_needle", "tip_mm": [0, 0, -15], "diameter_mm": 1.5}
    return parse_scenario(
        {
            "schema_version": 1,
            "title": "Needle",
            "organ": {"shape": "box", "size_mm": [100, 100, 100], "tissue": "liver"},
            "tumour": told | {"tissue": "colorectal_metastasis"},
            "applicators": [needle | {"direction": [0, 0, 1], "active_length_mm": 30}],
            "protocol": [{"duration_s": 5, "drive": {"electrode": {"control": "power", "power_w": 9}}}],
        }
    )


@pytest.mark.parametrize("diameter_mm", [1.0, 1.5])
def test_a_tumour_wholly_inside_the_needle_is_refused_in_words(diameter_mm):
    sentence = r"tumour\.centre_mm: \[0, 0, 5\] mm: nothing of the tumour lies outside of electrode: must reach"
    with pytest.raises(ScenarioError, match=sentence):
        build_anatomy(within_a_needle(diameter_mm))


def test_a_tumour_that_reaches_out_of_the_needle_anywhere_is_none_to_refuse():
    assert build_anatomy(within_a_needle(1.6)).tumour is not None
    slim = {"shape": "ellipsoid", "centre_mm": [0, 0, -14], "diameters_mm": [1, 1, 3]}
    assert build_anatomy(within_a_needle(None, **slim)).tumour is not None


def test_a_tumour_wholly_inside_a_vessel_is_refused_in_words():
    clot = ball([20, 0, 0]) | {"diameter_mm": 4}
    with pytest.raises(ScenarioError, match="nothing of the tumour lies outside of trunk"):
        told(clot, [TRUNK])
