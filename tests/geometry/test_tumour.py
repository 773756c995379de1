import numpy as np
import pytest

from ablasim.errors import ModelError
from ablasim.geometry import Ellipsoid, Sphere

OBLATE_AREA_4_4_2 = 2 * np.pi * 16 * (1 + (1 - 0.75) / np.sqrt(0.75) * np.arctanh(np.sqrt(0.75)))


def test_sphere_is_the_ellipsoid_with_equal_axes():
    sphere, ellipsoid = Sphere((0.01, 0, 0), 0.02), Ellipsoid((0.01, 0, 0), (0.02, 0.02, 0.02))
    points = np.random.default_rng(0).uniform(-0.03, 0.03, (500, 3))
    np.testing.assert_allclose(sphere.signed_distance(points), ellipsoid.signed_distance(points), atol=1e-15)
    assert sphere.volume == pytest.approx(ellipsoid.volume)
    assert sphere.depth == ellipsoid.depth == 0.01


@pytest.mark.parametrize("diameters", [(0.02, 0.03, 0.05), (0.02, 0.02, 0.05), (0.05, 0.05, 0.02), (0.05, 0.02, 0.02)])
def test_distance_to_an_ellipsoid_is_exact_along_its_normals(diameters):
    """Inwards as far as the surface's smallest radius of curvature, outwards without limit."""
    tumour = Ellipsoid((0.001, 0.002, -0.003), diameters)
    points, _, normals = tumour.sample_surface(2e-3)
    closest_bend = tumour.semi_axes.min() ** 2 / tumour.semi_axes.max()
    for distance in (-0.9 * closest_bend, -1e-5, 0.0, 1e-5, 0.004, 0.1):
        found = tumour.signed_distance(points + distance * normals)
        np.testing.assert_allclose(found, distance, atol=1e-13)


def test_distance_from_the_axes_and_the_centre_of_an_ellipsoid_is_right():
    tumour = Ellipsoid((0, 0, 0), (0.02, 0.04, 0.06))
    points = np.array([[0, 0, 0], [0, 0.001, 0], [0, 0, 0.029], [0.02, 0, 0], [0, 0, 0.04]])
    surface, _, _ = tumour.sample_surface(1e-4)
    brute = np.linalg.norm(points[:, None] - surface[None], axis=2).min(axis=1)
    np.testing.assert_allclose(np.abs(tumour.signed_distance(points)), brute, atol=1e-5)
    assert tumour.contains(points).tolist() == [True, True, True, False, False]


def test_samples_lie_on_the_surface_and_their_areas_sum_to_its_area():
    sphere = Sphere((0, 0, 0.01), 0.02)
    points, area, normals = sphere.sample_surface(1e-3)
    assert area.sum() == pytest.approx(np.pi * 0.02**2, rel=1e-9)
    np.testing.assert_allclose(sphere.signed_distance(points), 0.0, atol=1e-15)
    np.testing.assert_allclose(normals, (points - [0, 0, 0.01]) / 0.01, atol=1e-12)
    oblate = Ellipsoid((0, 0, 0), (8.0, 8.0, 4.0))
    assert oblate.sample_surface(0.1)[1].sum() == pytest.approx(OBLATE_AREA_4_4_2, rel=1e-6)


@pytest.mark.parametrize("tumour", [Sphere((0, 0, 0), 0.02), Ellipsoid((0, 0, 0), (0.02, 0.03, 0.05))])
def test_samples_are_spread_evenly(tumour):
    points, area, normals = tumour.sample_surface(1e-3)
    gaps = np.linalg.norm(points[:, None] - points[None], axis=2)
    np.fill_diagonal(gaps, np.inf)
    assert gaps.min() > 0.35e-3
    assert gaps.min(axis=1).max() < 1.3e-3
    flux = (area * np.einsum("ij,ij->i", points, normals)).sum() / 3.0  # divergence theorem: the volume
    assert flux == pytest.approx(tumour.volume, rel=1e-3)


def test_a_tumour_without_size_is_refused():
    with pytest.raises(ModelError, match="tumour diameter = 0 m: must be above 0"):
        Sphere((0, 0, 0), 0.0)


def test_a_moved_tumour_keeps_its_shape():
    moved = Ellipsoid((0.001, 0, 0), (0.02, 0.03, 0.05)).moved((0, 0.01, 0))
    assert moved == Ellipsoid((0.001, 0.01, 0.0), (0.02, 0.03, 0.05))
    assert Sphere((0, 0, 0), 0.02).moved((1, 2, 3)) == Sphere((1, 2, 3), 0.02)
