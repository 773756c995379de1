import numpy as np
import pytest

from ablasim.geometry import point_polyline_distance, point_segment_distance, segment_distance


def brute_distance(a0, a1, b0, b1, n=201):
    t = np.linspace(0.0, 1.0, n)[:, None]
    first, second = a0 + t * (a1 - a0), b0 + t * (b1 - b0)
    return np.linalg.norm(first[:, None] - second[None], axis=2).min()


def test_segment_distance_agrees_with_dense_sampling():
    rng = np.random.default_rng(7)
    for _ in range(60):
        ends = rng.uniform(-1.0, 1.0, (4, 3))
        assert segment_distance(*ends) == pytest.approx(brute_distance(*ends), abs=0.01)
        assert segment_distance(*ends) <= brute_distance(*ends) + 1e-12


def test_crossing_segments_are_at_no_distance():
    assert segment_distance([-1, 0, 0], [1, 0, 0], [0, -1, 0], [0, 1, 0]) == pytest.approx(0.0, abs=1e-15)


def test_parallel_and_collinear_segments_are_measured_between_their_ends():
    assert segment_distance([0, 0, 0], [1, 0, 0], [0.5, 2, 0], [3, 2, 0]) == pytest.approx(2.0)
    assert segment_distance([0, 0, 0], [1, 0, 0], [4, 0, 0], [3, 0, 0]) == pytest.approx(2.0)


def test_segments_without_length_count_as_points():
    assert segment_distance([0, 0, 0], [0, 0, 0], [3, 4, 0], [3, 4, 0]) == pytest.approx(5.0)
    assert point_segment_distance([[0.0, 0.0, 5.0]], [0, 0, 0], [0, 0, 0])[0] == pytest.approx(5.0)


def test_polyline_distance_gives_foot_and_arc_length_that_fit_together():
    corners = np.array([[0.0, 0, 0], [1, 0, 0], [1, 2, 0], [1, 2, 3]])
    points = np.random.default_rng(1).uniform(-1.0, 4.0, (200, 3))
    distance, arc_length, foot = point_polyline_distance(points, corners)
    np.testing.assert_allclose(np.linalg.norm(points - foot, axis=1), distance)
    along = np.linspace(0.0, 6.0, 6001)
    passed = [0.0, 1.0, 3.0, 6.0]
    line = np.column_stack([np.interp(along, passed, corners[:, i]) for i in range(3)])
    brute = np.linalg.norm(points[:, None] - line[None], axis=2).min(axis=1)
    np.testing.assert_allclose(distance, brute, atol=1e-3)
    at_foot = np.column_stack([np.interp(arc_length, passed, corners[:, i]) for i in range(3)])
    np.testing.assert_allclose(at_foot, foot, atol=1e-12)
