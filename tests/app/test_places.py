"""Grids of the app: what is linear is kept exactly, and the vessel's own coordinates move with it."""

import numpy as np
import pytest

from ablasim.app.places import FROM_WALL, Places, outside_vessel

HALF, WHOLE = Places(mirrored=True), Places(mirrored=False)


@pytest.mark.parametrize("places", [HALF, WHOLE])
def test_polar_points_lie_at_their_distance_from_the_wall(places):
    points = places.polar(12.0, 3.0).reshape(*places.polar_shape, 3)
    away = outside_vessel(points.reshape(-1, 3), 12.0, 3.0).reshape(places.polar_shape)
    assert away == pytest.approx(np.broadcast_to(FROM_WALL[:, None, None], places.polar_shape), abs=1e-9)


@pytest.mark.parametrize("places", [HALF, WHOLE])
def test_polar_values_come_back_at_their_own_points(places):
    gap, radius = 9.0, 5.0
    points = places.polar(gap, radius)
    values = np.random.default_rng(1).normal(size=places.polar_shape)
    assert places.from_polar(values, points, gap, radius) == pytest.approx(values.ravel(), abs=1e-9)


def test_a_value_that_depends_on_the_distance_from_the_wall_moves_with_the_vessel():
    values = np.broadcast_to(2.0 * FROM_WALL[:, None, None], HALF.polar_shape)
    points = np.array([[0.0, 0.0, 0.0], [5.0, 3.0, 10.0], [24.0, 1.0, -20.0]])
    for gap, radius in ((12.0, 3.0), (20.0, 1.5)):
        expected = 2.0 * np.maximum(outside_vessel(points, gap, radius), 0.0)
        assert HALF.from_polar(values, points, gap, radius) == pytest.approx(expected, abs=1e-9)


def test_the_angle_towards_the_applicator_is_zero():
    towards = np.broadcast_to(HALF.angles[None, :, None], HALF.polar_shape)
    points = np.array([[0.0, 0.0, 0.0], [15.0, 9.0, 0.0], [30.0, 0.0, 0.0]])
    assert HALF.from_polar(towards, points, 12.0, 3.0) == pytest.approx([0.0, np.pi / 2, np.pi], abs=1e-9)
