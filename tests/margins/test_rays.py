import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ablasim.margins import nearest_places, ray_exit
from ablasim.margins.ray import ray_stretches

COORDINATE = st.floats(-1, 1).map(lambda value: round(value, 3))
PLACE = st.tuples(COORDINATE, COORDINATE, COORDINATE).map(np.array)


def test_the_exit_through_a_plane_is_exact(box):
    domain = box(half=0.02, n=7, jitter=0.2)
    level = 0.011 - domain.points[:, 0]
    direction = np.array([1.0, 0.5, -0.2])
    found = ray_exit(domain.points, domain.cells, level, np.array([-0.003, 0.001, 0.0]), direction)
    assert found == pytest.approx(0.014 * np.linalg.norm(direction), rel=1e-12)


@pytest.mark.parametrize("direction", [[1, 0, 0], [0, -1, 0], [1, 1, 0], [1, 1, 1]])
def test_a_ray_along_the_edges_of_the_mesh_slips_through_no_gap(box, direction):
    domain = box(half=0.02, n=8, jitter=0.0)
    unit = np.array(direction) / np.linalg.norm(direction)
    level = 0.0123 - domain.points @ unit
    found = ray_exit(domain.points, domain.cells, level, np.zeros(3), np.array(direction))
    assert found == pytest.approx(0.0123, rel=1e-9)


def test_the_first_exit_counts_not_the_zone_beyond_a_gap(box):
    domain = box(half=0.02, n=20, jitter=0.0)
    level = np.cos(domain.points[:, 0] * np.pi / 0.012)  # dead up to 6 mm and again from 18 mm
    found = ray_exit(domain.points, domain.cells, level, np.zeros(3), np.array([1.0, 0, 0]))
    assert found == pytest.approx(0.006, abs=1e-4)


def test_every_stretch_of_dead_tissue_on_a_ray_is_found_in_its_order(box):
    domain = box(half=0.02, n=20, jitter=0.0)
    level = -np.cos(domain.points[:, 0] * np.pi / 0.008)  # dead from 4 to 12 mm and again from 20 mm, behind it too
    found = ray_stretches(domain.points, domain.cells, level, np.zeros(3), np.array([1.0, 0, 0]))
    np.testing.assert_allclose(found[0], [0.004, 0.012], atol=1e-4)
    assert len(found) == 1 or np.ptp(found[1]) < 1e-6


def test_a_ray_from_living_tissue_or_from_outside_the_mesh_has_no_extent(box):
    domain = box(half=0.02, n=5)
    level = 0.005 - domain.points[:, 0]
    for origin in ([0.008, 0, 0], [-0.05, 0, 0]):
        assert ray_exit(domain.points, domain.cells, level, np.array(origin), np.array([1.0, 0, 0])) is None


def test_a_zone_without_end_is_left_at_the_outside_of_the_mesh(box):
    domain = box(half=0.02, n=5)
    level = np.ones(len(domain.points))
    found = ray_exit(domain.points, domain.cells, level, np.zeros(3), np.array([0.0, 0, 2.0]))
    assert found == pytest.approx(0.02, rel=1e-6)


def test_a_ray_needs_a_direction(box):
    domain = box(n=2)
    with pytest.raises(ValueError, match="must have a length"):
        ray_exit(domain.points, domain.cells, np.ones(len(domain.points)), np.zeros(3), np.zeros(3))


def test_beside_a_parallel_vessel_the_middle_of_the_common_stretch_is_taken():
    needle = np.array([[[0.0, 0, -15], [0, 0, 15]]])
    vessel = np.array([[16.0, 0, -50], [16, 0, 3], [16, 0, 5], [40, 0, 5]])
    on_needle, on_vessel = nearest_places(needle, vessel)
    np.testing.assert_allclose(on_needle, [0, 0, -5])
    np.testing.assert_allclose(on_vessel, [16, 0, -5])


def test_of_several_applicators_the_nearest_counts():
    needles = np.array([[[0.0, 0, 0], [0, 0, 1]], [[5.0, 0, 0], [5, 0, 1]]])
    on_needle, on_vessel = nearest_places(needles, np.array([[9.0, -3, 0.25], [9.0, 3, 0.25]]))
    np.testing.assert_allclose(on_needle, [5, 0, 0.25])
    np.testing.assert_allclose(on_vessel, [9, 0, 0.25])


@settings(max_examples=100, deadline=None)
@given(PLACE, PLACE, PLACE, PLACE, PLACE)
def test_no_pair_of_points_is_nearer_than_the_nearest_places(start, end, first, second, third):
    if np.linalg.norm(end - start) < 0.01:
        return
    active, line = np.array([[start, end]]), np.array([first, second, third])
    on_needle, on_vessel = nearest_places(active, line)
    t = np.linspace(0, 1, 101)[:, None]
    needle = start + t * (end - start)
    vessel = np.concatenate([first + t * (second - first), second + t * (third - second)])
    sampled = np.linalg.norm(needle[:, None] - vessel[None], axis=2).min()
    assert np.linalg.norm(on_needle - on_vessel) <= sampled + 1e-6
