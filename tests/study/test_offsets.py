"""Named offsets: what moves, how far, and what cannot be moved."""

from __future__ import annotations

from copy import deepcopy
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from ablasim.errors import ScenarioError
from ablasim.geometry import Ellipsoid, Sphere
from ablasim.scenario.document import read_document
from ablasim.scenario.load import typed_scenario
from ablasim.study.distance import moved_to_distance, nearest_place
from ablasim.study.offsets import changes_of_offset
from ablasim.study.schema import Shift, VesselDistance

VEIN = VesselDistance(kind="vessel_distance", vessel="vein")


@pytest.fixture
def quick(root):
    return read_document(root / "tests/data/quick.yaml")


def changed(quick: Any, offset: Any, value: float, **parts: Any) -> dict[str, Any]:
    data, source = quick
    return changes_of_offset(offset, value, typed_scenario(deepcopy(data) | parts, source))


def least_distance(line: Any, tumour: Any) -> float:
    """By brute force, over points 0.05 mm apart."""
    corners = np.array(line, dtype=float)
    places = [
        start + share * (end - start)
        for start, end in pairwise(corners)
        for share in np.linspace(0.0, 1.0, 1 + int(20.0 * np.linalg.norm(end - start)))
    ]
    return float(tumour.signed_distance(np.array(places)).min())


@pytest.mark.parametrize("value", [0.0, 0.5, 7.25, 12.0])
def test_a_straight_vessel_goes_straight_away_from_the_tumour(quick, value):
    points = np.array(changed(quick, VEIN, value)["vessels.vein.points_mm"])
    assert points.tolist() == [[5.0 + value + 3.0, 0.0, -25.0], [5.0 + value + 3.0, 0.0, 25.0]]


def test_the_distance_is_to_the_outside_of_a_tubes_wall(quick):
    vessels = deepcopy(quick[0]["vessels"])
    vessels[0]["wall"] = {"thickness_mm": 1.0, "thermal_conductivity_w_m_k": 1.2}
    points = changed(quick, VEIN, 2.0, vessels=vessels)["vessels.vein.points_mm"]
    assert points[0] == [5.0 + 2.0 + 4.0, 0.0, -25.0]


@pytest.mark.parametrize("distance", [2.0, 9.0])
@pytest.mark.parametrize(
    "line",
    [
        [[14, 3, -30], [9, -2, 40]],  # oblique
        [[20, 0, -30], [12, 5, 0], [25, 5, 30]],  # bent, its corner nearest
        [[18, 2, 3], [40, 2, 30]],  # it ends beside the tumour
    ],
)
@pytest.mark.parametrize(
    "tumour", [Sphere((1, 0, 0), 15), Ellipsoid((0, 0, 1), (10, 18, 26))], ids=["ball", "ellipsoid"]
)
def test_the_distance_that_is_asked_for_is_met(line, tumour, distance):
    moved = moved_to_distance(line, tumour, distance)
    assert np.allclose(moved - np.array(line), (moved - np.array(line))[0])  # as a whole
    assert least_distance(moved, tumour) == pytest.approx(distance, abs=1e-3)
    _, found = nearest_place(moved, tumour)
    assert found == pytest.approx(distance, abs=1e-6)


def test_a_vessel_that_goes_round_the_tumour_is_refused():
    horseshoe = [[12, 0, 0], [11, 11, 0], [-30, 11, 0], [-30, -40, 0], [11, -40, 0]]
    assert least_distance(moved_to_distance(horseshoe, Sphere((0, 0, 0), 10), 8.0), Sphere((0, 0, 0), 10)) > 7.999
    round_about = [[12, 0, 0], [11, 11, 0], [-12.2, 11, 0], [-12.2, -11, 0], [11, -11, 0]]
    with pytest.raises(ScenarioError, match="goes round the tumour"):
        moved_to_distance(round_about, Sphere((0, 0, 0), 10), 30.0)


def test_a_vessel_through_the_middle_has_no_side():
    with pytest.raises(ScenarioError, match="through the middle"):
        moved_to_distance([[0, 0, -20], [0, 0, 20]], Sphere((0, 0, 0), 10), 8.0)


def test_a_vessel_that_is_joined_to_another_is_not_moved(quick):
    vessels = deepcopy(quick[0]["vessels"])
    twig = {"name": "twig", "points_mm": [[12, 0, 0], [24, 0, 0]], "diameter_mm": 3, "branches_from": "vein"}
    for name in ("vein", "twig"):
        offset = VesselDistance(kind="vessel_distance", vessel=name)
        with pytest.raises(ScenarioError, match="joined to others"):
            changed(quick, offset, 2.0, vessels=[*vessels, twig])


def test_a_distance_needs_a_tumour_of_known_shape(quick):
    with pytest.raises(ScenarioError, match="no tumour"):
        changed(quick, VEIN, 2.0, tumour=None)
    surface = {"shape": "surface", "file": "t.stl", "tissue": "colorectal_metastasis"}
    with pytest.raises(ScenarioError, match="a tumour from a file"):
        changed(quick, VEIN, 2.0, tumour=surface)


@pytest.mark.parametrize(
    ("body", "path", "place"),
    [
        ("applicators.electrode", "applicators.electrode.tip_mm", [1.8, 2.4, -6.0]),
        ("tumour", "tumour.centre_mm", [1.8, 2.4, 0.0]),
        ("vessels.vein", "vessels.vein.points_mm", [[13.8, 2.4, -25.0], [13.8, 2.4, 25.0]]),
    ],
)
def test_a_shift_moves_a_body_along_a_direction_of_any_length(quick, body, path, place):
    shift = Shift(kind="shift", body=body, along=(30.0, 40.0, 0.0))
    assert changed(quick, shift, 3.0) == {path: place}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("applicators.electrod", "did you mean 'electrode'"),
        ("organ", "must be tumour"),
        ("vessels", "must be tumour"),
    ],
)
def test_a_body_that_is_not_there_is_told(quick, body, words):
    with pytest.raises(ScenarioError, match=words):
        changed(quick, Shift(kind="shift", body=body, along=(1.0, 0.0, 0.0)), 3.0)
