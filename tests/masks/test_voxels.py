"""Masks of balls at falling voxel size: the surface converges, and the distance on voxels errs on the unsafe side."""

import numpy as np
import pytest
from scipy.ndimage import distance_transform_edt

from ablasim.geometry.surface import Surface
from ablasim.masks import Shape, assess_masks
from ablasim.masks.voxels import mask_surface

TUMOUR_MM, ZONE_MM, SHIFT_MM = 6.0, 11.0, 2.0
EXACT_MM = ZONE_MM - TUMOUR_MM - SHIFT_MM
VOXELS_MM = (2.0, 1.0, 0.5)


def masks(voxel, rng):
    """Masks of tumour and zone, shifted by part of a voxel, and the place of the first voxel."""
    half = int(np.ceil((ZONE_MM + SHIFT_MM) / voxel)) + 2
    axis = voxel * np.arange(-half, half + 1)
    places = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1) + rng.uniform(-0.5, 0.5, 3) * voxel
    towards = rng.normal(size=3)
    towards *= SHIFT_MM / np.linalg.norm(towards)
    return (np.linalg.norm(places, axis=-1) < TUMOUR_MM), (np.linalg.norm(places - towards, axis=-1) < ZONE_MM)


def by_surface(voxel, tumour, zone):
    shapes = []
    for mask in (tumour, zone):
        points, triangles = mask_surface(mask)
        shapes.append(Shape("ball", Surface(points * voxel * 1e-3, triangles), voxel * 1e-3))
    return assess_masks(*shapes).margin


def by_distance_transform(voxel, tumour, zone):
    """As is usual: smallest distance, from the tumour's voxels, to a voxel outside the zone."""
    return float(distance_transform_edt(zone, sampling=voxel)[tumour].min())


def test_a_margin_on_millimetre_masks_is_off_by_less_than_a_voxel():
    margin = by_surface(1.0, *masks(1.0, np.random.default_rng(3)))
    assert abs(margin.minimum * 1e3 - EXACT_MM) < 1.0
    assert margin.residual_volume == 0.0


@pytest.fixture(scope="module")
def errors():
    """Errors of the smallest margin, mm, by voxel size: of the surface, and of the distance transform."""
    rng = np.random.default_rng(11)
    found = {voxel: [masks(voxel, rng) for _ in range(5)] for voxel in VOXELS_MM}
    return {
        voxel: (
            np.array([by_surface(voxel, *pair).minimum * 1e3 - EXACT_MM for pair in pairs]),
            np.array([by_distance_transform(voxel, *pair) - EXACT_MM for pair in pairs]),
        )
        for voxel, pairs in found.items()
    }


@pytest.mark.slow
def test_the_margin_of_masks_is_off_by_less_than_a_voxel_and_hardly_ever_too_wide(errors):
    for voxel, (surface, _) in errors.items():
        assert (np.abs(surface) < voxel).all()  # half a voxel for each of the two masks
        assert (surface < 0.1 * voxel).all()


@pytest.mark.slow
def test_the_margin_of_masks_converges_with_the_voxels(errors):
    means = [np.abs(surface).mean() for surface, _ in errors.values()]
    assert means[0] > 1.4 * means[1] > 1.4**2 * means[2]
    assert means[-1] < 0.15


@pytest.mark.slow
def test_a_distance_transform_always_overestimates_and_converges_to_the_same_margin(errors):
    for voxel, (_, transform) in errors.items():
        assert (transform > 0.0).all()
        assert 0.1 * voxel < transform.mean() < voxel
    assert errors[0.5][1].mean() < 0.4 * errors[2.0][1].mean()


@pytest.mark.parametrize(("radius", "tolerance"), [(3.0, 0.08), (8.0, 0.015)])
def test_the_smooth_surface_keeps_the_volume_of_the_mask(radius, tolerance):
    axis = np.arange(-12, 13) + 0.2
    mask = np.linalg.norm(np.stack(np.meshgrid(axis, axis, axis, indexing="ij")), axis=0) <= radius
    points, triangles = mask_surface(mask)
    volume = Surface(points, triangles).volume
    assert volume == pytest.approx(mask.sum(), rel=tolerance)


def test_a_symmetric_mask_whose_smoothed_values_are_equal_has_a_sound_surface():
    mask = np.zeros((9, 9, 9), dtype=bool)
    mask[4, 4, 4] = True
    points, triangles = mask_surface(mask)
    np.testing.assert_allclose(Surface(points, triangles).centre, [4, 4, 4], atol=1e-6)


def test_voxels_that_touch_at_corners_only_make_a_closed_surface():
    mask = np.zeros((12, 12, 12), dtype=bool)
    mask[2:5, 2:5, 2:5] = mask[5:8, 5:8, 5:8] = mask[2:5, 5:8, 5:8] = True
    points, triangles = mask_surface(mask)
    assert Surface(points, triangles, one_piece=False).volume == pytest.approx(mask.sum(), rel=0.15)
