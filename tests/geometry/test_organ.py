import numpy as np
import pytest

from ablasim.errors import ModelError
from ablasim.geometry import Ball, Box, Cylinder

SHAPES = [
    Box((0.01, -0.02, 0.0), (0.1, 0.06, 0.08)),
    Cylinder((0.01, 0.0, 0.02), 0.06, 0.1, (1.0, 2.0, -1.0)),
    Ball((0.0, 0.01, 0.0), 0.08),
]


@pytest.mark.parametrize("organ", SHAPES, ids=lambda organ: type(organ).__name__)
def test_volume_is_the_share_of_the_bounding_box_that_is_inside(organ):
    low, high = organ.bounds
    points = np.random.default_rng(0).uniform(low, high, (200_000, 3))
    share = organ.contains(points).mean() * np.prod(high - low)
    assert share == pytest.approx(organ.volume, rel=0.01)


@pytest.mark.parametrize("organ", SHAPES, ids=lambda organ: type(organ).__name__)
def test_bounds_are_tight(organ):
    low, high = organ.bounds
    margin = 0.002 * (high - low)
    points = np.random.default_rng(0).uniform(low, high, (400_000, 3))
    inside = points[organ.contains(points)]
    assert np.all(inside.min(axis=0) < low + 6 * margin)
    assert np.all(inside.max(axis=0) > high - 6 * margin)


def test_shapes_given_as_lists_or_arrays_are_equal():
    assert Box([0, 0, 0], np.array([1.0, 2.0, 3.0])) == Box((0.0, 0.0, 0.0), (1.0, 2.0, 3.0))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Box((0, 0, 0), (0.1, 0.0, 0.1)), "box size = 0 m: must be above 0"),
        (lambda: Box((0, 0), (0.1, 0.1, 0.1)), "box centre = .*three finite numbers"),
        (lambda: Cylinder((0, 0, 0), 0.1, 0.1, (0, 0, 0)), "cylinder axis = .*must have a length"),
        (lambda: Ball((0, 0, 0), float("nan")), "ball diameter"),
    ],
)
def test_impossible_shapes_are_refused(make, words):
    with pytest.raises(ModelError, match=words):
        make()
