"""Tines: half tori to the last digit, distances against a search by brute force, gaps, roots and deployment."""

from math import pi

import numpy as np
import pytest

from ablasim.errors import ModelError
from ablasim.geometry import Needle, Tines
from ablasim.mesh.distances import distance_to_active, distance_to_tines
from ablasim.scenario.tines import RfTines

HALF_TORI = Tines(4, 0.2667, 0.5, 0.0, 180.0, lead=0.0, bend_radius=7.5, turn_deg=-180.0)
UMBRELLA = Tines(5, 0.2, 0.8, 0.0, 10.0, lead=3.0, bend_radius=6.0, turn_deg=150.0, rotation_deg=17.0)
STAR = Tines(3, 0.3, 0.7, 2.0, 40.0, lead=5.0, bend_radius=20.0, turn_deg=-30.0)


def needle(tines, direction=(0.3, -0.2, 1.0), tip=(1.0, 2.0, 3.0)):
    return Needle("electrode", tip, direction, 2.4, 10.0, None, tines=tines)


def test_half_tori_are_those_of_the_published_model():
    """Centre (8, 0, 60), radius 7.5 and 0.2667, through z = 67.5, from x = 0.5 to 15.5 (V-B2, mm)."""
    electrode = Needle("electrode", (0, 0, 60), (0, 0, 1), 1.8288, 10.0, tines=HALF_TORI)
    assert electrode.tines.root == 0.0  # they begin on the tip and lead into the trocar
    rng = np.random.default_rng(1)
    points = np.column_stack([rng.uniform(2, 17, 4000), rng.uniform(-1, 1, 4000), rng.uniform(60, 69, 4000)])
    ring = np.hypot(points[:, 0] - 8.0, points[:, 2] - 60.0) - 7.5
    from_torus = np.maximum(np.hypot(ring, points[:, 1]) - 0.2667, 0.0)
    np.testing.assert_allclose(electrode.distance_to_tines(points), from_torus, atol=1e-12)
    lines = electrode.tine_lines()
    np.testing.assert_allclose(lines[:, 0], [[0.5, 0, 60], [0, 0.5, 60], [-0.5, 0, 60], [0, -0.5, 60]], atol=1e-12)
    np.testing.assert_allclose(lines[:, -1], [[15.5, 0, 60], [0, 15.5, 60], [-15.5, 0, 60], [0, -15.5, 60]], atol=1e-9)
    assert lines[0, :, 2].max() == pytest.approx(67.5)


@pytest.mark.parametrize("tines", [HALF_TORI, UMBRELLA, STAR], ids=["half tori", "umbrella", "star"])
def test_distances_are_those_to_the_axes_less_the_radius(tines):
    electrode = needle(tines)
    rng = np.random.default_rng(2)
    points = np.array(electrode.tip) + rng.uniform(-18, 18, (500, 3))
    stations = electrode.tines.stations(0.01).places[::4]
    apart = [
        np.linalg.norm(points[:, None] - electrode.from_half_plane(azimuth, stations)[None], axis=2)
        for azimuth in electrode.tines.azimuths
    ]
    to_axis, nearest = np.min(apart, axis=(0, 2)), np.argmin(np.min(apart, axis=0), axis=1)
    found = electrode.distance_to_tines(points)
    is_beside = (nearest > 0) & (nearest < len(stations) - 1)
    assert 100 < is_beside.sum() < 500
    np.testing.assert_allclose(found[is_beside], np.maximum(to_axis - tines.radius, 0.0)[is_beside], atol=2e-3)
    assert (found <= to_axis).all()  # flat ends are nearer than the axis, and farther than round ones would be
    assert (found >= to_axis - tines.radius - 0.02).all()


@pytest.mark.parametrize("tines", [HALF_TORI, UMBRELLA, STAR], ids=["half tori", "umbrella", "star"])
def test_the_plain_function_for_mesh_generators_agrees(tines):
    electrode = needle(tines)
    rng = np.random.default_rng(3)
    points = np.array(electrode.tip) + rng.uniform(-18, 18, (300, 3))
    one_by_one = [distance_to_tines(electrode, electrode.tines)(*point) for point in points.tolist()]
    np.testing.assert_allclose(one_by_one, electrode.distance_to_tines(points), atol=1e-9)
    height, across = electrode.along_and_across(points)
    bare = np.hypot(np.maximum(np.maximum(-height, height - 10.0), 0.0), np.maximum(across - 1.2, 0.0))
    both = [distance_to_active(electrode)(*point) for point in points.tolist()]
    np.testing.assert_allclose(both, np.minimum(bare, one_by_one), atol=1e-9)


def test_a_needle_contains_its_tines():
    electrode = needle(UMBRELLA)
    on_axis = electrode.tine_lines().reshape(-1, 3)
    assert electrode.contains(on_axis).all()
    assert electrode.distance_to_straight(on_axis).max() > 5.0
    assert len(electrode.active_segments) == 1 + 5 * (len(UMBRELLA.line()) - 1)


def test_tines_that_leave_the_tip_have_a_root_inside_the_needle():
    electrode = needle(UMBRELLA)
    root = electrode.tines.pieces[0]
    assert electrode.tines.root == 1.2
    assert electrode.tines.length == UMBRELLA.length
    start = electrode.from_half_plane(0.0, [root.start])
    assert electrode.distance_to_straight(start)[0] == 0.0
    assert root.start[1] == pytest.approx(1.2 * np.cos(np.radians(10)))


def test_gaps_between_tines_and_to_the_needle():
    parallel = Tines(4, 0.2, 0.8, 0.0, 0.0, lead=10.0, bend_radius=1.0, turn_deg=0.0).rooted_in(1.2)
    assert parallel.least_gap_between(1.2) == pytest.approx(0.8 * np.sqrt(2.0) - 0.4)
    assert parallel.least_gap_to(1.2, 0.1) == pytest.approx(0.1, abs=0.05)  # it only moves away
    back = Tines(2, 0.2, 0.8, 0.0, 0.0, lead=0.0, bend_radius=2.0, turn_deg=270.0).rooted_in(1.2)
    assert back.least_gap_to(1.2, 0.1) < 1.4  # ends at 2.8 from the axis, heading for it
    assert Tines(1, 0.2, 0.0, 0.0, 0.0, lead=9.0, bend_radius=1.0, turn_deg=0.0).least_gap_between(1.2) == np.inf


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"radius": 0.0}, "radius = 0: must be above 0"),
        ({"lead": -1.0}, "must not be negative"),
        ({"turn_deg": 300.0}, "turn by at most 270"),
        ({"turn_deg": 0.0, "lead": 0.0}, "must have a length"),
        ({"angle_deg": 0.0, "turn_deg": -90.0}, "must not cross the needle's axis"),
    ],
)
def test_tines_that_cannot_be_are_refused(change, message):
    values = {"count": 3, "radius": 0.2, "distance": 0.5, "height": 0.0, "angle_deg": 20.0}
    values |= {"lead": 1.0, "bend_radius": 5.0, "turn_deg": 40.0}
    with pytest.raises(ModelError, match=message):
        Tines(**(values | change))


@pytest.mark.parametrize(
    ("change", "message"),
    [({"gap": (2.0, 3.0)}, "two poles has none"), ({"diameter": 0.9}, "must begin within the active part")],
)
def test_needles_that_cannot_have_tines_are_refused(change, message):
    values = {"name": "n", "tip": (0, 0, 0), "direction": (0, 0, 1), "diameter": 2.4, "active_length": 10.0}
    with pytest.raises(ModelError, match=message):
        Needle(**(values | change), tines=STAR)


def said(**changes):
    values = {"name": "e", "kind": "rf_tines", "tip_mm": (0, 0, 0), "direction": (0, 0, 1), "active_length_mm": 10.0}
    return RfTines(**(values | {"tine_count": 4, "shape": "umbrella"} | changes))


def test_the_far_end_comes_out_first():
    whole = said(tine_length_mm=20.0, straight_mm=5.0, turn_deg=90.0)
    assert whole.tines().length == pytest.approx(20.0)
    assert (whole.tines().lead, whole.tines().bend_radius) == (5.0, pytest.approx(15.0 / (0.5 * pi)))
    half = whole.model_copy(update={"deployed_percent": 50.0}).tines()
    assert (half.lead, half.length, half.bend_radius) == (0.0, pytest.approx(10.0), whole.tines().bend_radius)
    assert half.turn_deg == pytest.approx(60.0)
    most = whole.model_copy(update={"deployed_percent": 90.0}).tines()
    assert (most.lead, most.turn_deg) == (pytest.approx(3.0), 90.0)


def test_shapes_say_the_angles_that_are_not_given():
    umbrella, star = said(bend_radius_mm=9.6).tines(), said(shape="star", tine_length_mm=20.0).tines()
    assert (umbrella.angle_deg, umbrella.turn_deg, umbrella.length) == (0.0, 180.0, pytest.approx(9.6 * pi))
    assert star.angle_deg + star.turn_deg == 90.0
    straight = said(shape="star", tine_length_mm=20.0, turn_deg=0.0).tines()
    assert (straight.lead, straight.turn_deg) == (20.0, 0.0)
    metres = said(bend_radius_mm=9.6).tines(1e-3)
    assert (metres.length, metres.radius) == (pytest.approx(9.6e-3 * pi), pytest.approx(0.265e-3))
