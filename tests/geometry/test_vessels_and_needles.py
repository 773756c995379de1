import numpy as np
import pytest

from ablasim.errors import ModelError
from ablasim.geometry import Needle, Vessel


def test_a_bent_vessel_is_rounded_at_the_bend_and_flat_at_its_ends():
    vessel = Vessel("v", [[0, 0, 0], [0.02, 0, 0], [0.02, 0.03, 0]], 0.004)
    points = [
        [0.01, 0.0019, 0],
        [-0.0001, 0, 0],
        [0.0213, -0.0013, 0],
        [0.0219, -0.0019, 0],
        [0.02, 0.0301, 0],
    ]
    assert vessel.contains(points).tolist() == [True, False, True, False, False]
    assert vessel.length == pytest.approx(0.05)
    assert vessel.arc_length([[0.025, 0.01, 0]])[0] == pytest.approx(0.03)
    assert vessel.centre_line_distance([[0.025, 0.01, 0]])[0] == pytest.approx(0.005)


def test_volume_inside_a_straight_vessel_is_that_of_the_cylinder():
    vessel = Vessel("v", [[0, 0, -0.01], [0, 0, 0.01]], 0.006)
    points = np.random.default_rng(0).uniform(-0.012, 0.012, (200_000, 3))
    volume = vessel.contains(points).mean() * 0.024**3
    assert volume == pytest.approx(np.pi * 0.003**2 * 0.02, rel=0.03)


@pytest.mark.parametrize(
    ("points", "words"),
    [
        ([[0, 0, 0]], "two or more"),
        ([[0, 0, 0], [0, 0, 0]], "each away from the one before"),
        ([[0, 0, 0], [0, 0, 0.01], [0, 0.001, 0]], "turn back"),
        ([[0, 0], [1, 1]], "rows of three finite numbers"),
    ],
)
def test_impossible_vessels_are_refused_by_name(points, words):
    with pytest.raises(ModelError, match=f"vessel vein: .*{words}"):
        Vessel("vein", points, 0.004)


def test_the_points_of_a_vessel_cannot_be_changed_from_outside():
    given = np.array([[0.0, 0, 0], [0, 0, 1]])
    vessel = Vessel("v", given, 0.1)
    given[0] = 5.0
    assert vessel.points[0].tolist() == [0, 0, 0]
    with pytest.raises(ValueError, match="read-only"):
        vessel.points[0] = 5.0


def test_a_needle_without_shaft_length_goes_on_for_ever():
    needle = Needle("n", (0, 0, -0.01), (0, 0, 2), 0.002, 0.02)
    np.testing.assert_allclose(needle.active_segment, [[0, 0, -0.01], [0, 0, 0.01]])
    assert needle.contains([[0.0009, 0, 5.0], [0, 0, -0.011]]).tolist() == [True, False]
    assert needle.distance([[0.004, 0, 1.0], [0.004, 0, -0.014]]) == pytest.approx([0.003, 0.005])


def test_a_short_shaft_ends():
    needle = Needle("n", (0, 0, 0), (1, 0, 0), 0.002, 0.02, 0.01)
    assert needle.distance([[0.034, 0, 0]])[0] == pytest.approx(0.004)


def test_a_needle_without_active_part_is_refused_by_name():
    with pytest.raises(ModelError, match="applicator n: active length = 0 m: must be above 0"):
        Needle("n", (0, 0, 0), (0, 0, 1), 0.002, 0.0)
