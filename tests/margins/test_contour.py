import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ablasim.errors import ModelError
from ablasim.margins import contour, dead_volume

RADIUS = 0.012


def radius_error(domain, level):
    surface = contour(domain.points, domain.cells, level)
    return np.linalg.norm(surface.points, axis=1) - RADIUS


def assert_closed(surface):
    sides = np.concatenate([surface.triangles[:, [0, 1]], surface.triangles[:, [1, 2]], surface.triangles[:, [2, 0]]])
    forward, counts = np.unique(sides, axis=0, return_counts=True)
    assert (counts == 1).all()
    backward = np.unique(sides[:, ::-1], axis=0)
    np.testing.assert_array_equal(forward, backward)


def enclosed_volume(surface):
    return np.linalg.det(surface.corners).sum() / 6


def test_the_contour_of_a_ball_is_closed_faces_outwards_and_encloses_the_dead_volume(box, ball_level):
    domain = box(half=0.02, n=12, jitter=0.2)
    level = ball_level(domain.points, RADIUS)
    surface = contour(domain.points, domain.cells, level)
    assert_closed(surface)
    dead = dead_volume(domain.points, domain.cells, level).sum()
    np.testing.assert_allclose(enclosed_volume(surface), dead, rtol=1e-12)
    corners = surface.corners
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    assert ((normals * corners.mean(axis=1)).sum(axis=1) >= 0).all()


def test_a_ball_contoured_on_edges_up_to_2_5_mm_is_off_by_less_than_a_tenth_of_a_millimetre(box, ball_level):
    n = int(np.ceil(0.04 * np.sqrt(3) / 2.5e-3))
    domain = box(half=0.02, n=n, jitter=0.0)
    assert np.abs(radius_error(domain, ball_level(domain.points, RADIUS))).max() < 0.1e-3


def test_a_ball_of_heated_tissue_contoured_on_edges_of_2_5_mm_is_off_by_less_than_a_tenth_on_average(box):
    domain = box(half=0.02, n=20)  # cubes of 2 mm: mean edge 2.5 mm
    distance = np.maximum(np.linalg.norm(domain.points, axis=1), 1e-3)
    # The temperature round a point of heat in perfused tissue: far from linear between the points.
    log_dose = np.exp((RADIUS - distance) / 8e-3) * RADIUS / distance - 1.0
    assert np.abs(radius_error(domain, log_dose)).mean() < 0.1e-3
    volume = dead_volume(domain.points, domain.cells, log_dose).sum()
    assert abs(np.cbrt(volume / (4 / 3 * np.pi)) - RADIUS) < 0.05e-3


def test_the_contour_converges_at_second_order(box, ball_level):
    errors = []
    for n in (10, 20, 40):
        domain = box(half=0.02, n=n, jitter=0.0)
        errors.append(np.abs(radius_error(domain, ball_level(domain.points, RADIUS))).max())
    assert np.log2(errors[0] / errors[1]) > 1.7
    assert np.log2(errors[1] / errors[2]) > 1.7


def test_the_contour_of_a_dose_itself_lies_farther_out_than_that_of_its_logarithm(box):
    domain = box(half=0.02, n=20)
    log_dose = (RADIUS - np.linalg.norm(domain.points, axis=1)) / 1e-3
    assert radius_error(domain, np.exp(log_dose) - 1.0).mean() > radius_error(domain, log_dose).mean() + 0.2e-3


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(-2, 2), min_size=27, max_size=27))
def test_a_field_of_small_integers_with_many_zeros_gives_a_closed_surface_of_the_right_volume(box, values):
    domain = box(half=0.02, n=4, jitter=0.0)
    level = np.full((5, 5, 5), -1.0)
    level[1:4, 1:4, 1:4] = np.reshape(values, (3, 3, 3))
    level = level.ravel()
    surface = contour(domain.points, domain.cells, level)
    sides = np.concatenate([surface.triangles[:, [0, 1]], surface.triangles[:, [1, 2]], surface.triangles[:, [2, 0]]])
    net = np.zeros((len(surface.points),) * 2)
    np.add.at(net, tuple(sides.T), 1)
    np.testing.assert_array_equal(net, net.T)
    dead = dead_volume(domain.points, domain.cells, level).sum()
    np.testing.assert_allclose(enclosed_volume(surface), dead, atol=1e-18)


def test_points_exactly_on_the_contour_leave_no_triangle_without_area(box):
    domain = box(half=0.01, n=4, jitter=0.0)
    surface = contour(domain.points, domain.cells, -domain.points[:, 0])
    np.testing.assert_allclose(surface.points[:, 0], 0.0)
    np.testing.assert_allclose(surface.area, 0.02**2)
    corners = surface.corners
    assert (np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1) > 0).all()


def test_another_field_is_interpolated_at_the_vertices(box, ball_level):
    domain = box(half=0.02, n=8)
    surface = contour(domain.points, domain.cells, ball_level(domain.points, RADIUS))
    np.testing.assert_allclose(surface.interpolate(domain.points[:, 1]), surface.points[:, 1], atol=1e-15)


def test_a_field_without_change_of_sign_has_an_empty_contour(box):
    domain = box(n=2)
    for value in (-1.0, 0.0, 1.0):
        surface = contour(domain.points, domain.cells, np.full(len(domain.points), value))
        assert surface.is_empty
        assert surface.area == 0.0


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_level_that_is_not_finite_in_tissue_is_refused(box, bad):
    domain = box(n=2)
    level = np.ones(len(domain.points))
    level[13] = bad
    with pytest.raises(ModelError, match=r"not finite in \d+ of 48 tetrahedra"):
        contour(domain.points, domain.cells, level)
