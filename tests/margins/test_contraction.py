import numpy as np
import pytest

from ablasim.geometry.tumour import Sphere
from ablasim.margins import PRESETS, Contraction, Shrinkage, ablation_zone, assess_margin, sample_tumour, seen_margin

AXIS = np.array([0.0, 0.0, 1.0])


def shrink(radial, axial, centre=(0.0, 0.0, 0.0), axis=AXIS):
    shrinkage = Shrinkage(radial, axial, (radial, radial), (axial, axial), "test")
    return Contraction(shrinkage, np.asarray(centre, dtype=float), np.asarray(axis, dtype=float))


@pytest.fixture(scope="module")
def fine(box):
    return box(half=0.024, n=32, tumour=lambda centres: np.linalg.norm(centres, axis=1) < 0.008)


@pytest.fixture(scope="module")
def sampled(fine):
    return sample_tumour(fine, Sphere(centre=(0, 0, 0), diameter=0.016), spacing=1e-3)


def test_a_ball_that_shrinks_evenly_is_a_smaller_ball(fine, sampled, ball_level):
    zone = ablation_zone(fine, ball_level(fine.points, 0.015, [0.002, 0, 0]))
    centre = np.array([0.0, 0.0, 0.004])
    seen = seen_margin(zone, sampled, shrink(0.2, 0.2, centre))
    # Everything, the ball's centre too, moves towards the point that stays.
    moved = centre + 0.8 * (np.array([0.002, 0, 0]) - centre)
    assert seen.minimum == pytest.approx(0.8 * 0.015 - 0.008 - np.linalg.norm(moved), abs=0.1e-3)
    assert seen.zone_volume == pytest.approx(0.8**3 * zone.volume)
    direction = -moved / np.linalg.norm(moved)
    assert seen.minimum_at @ direction == pytest.approx(0.008, abs=0.1e-3)


@pytest.mark.parametrize("axis", [(0, 0, 1), (1, 0, 0)])
def test_across_and_along_are_told_apart(fine, sampled, ball_level, axis):
    zone = ablation_zone(fine, ball_level(fine.points, 0.015))
    seen = seen_margin(zone, sampled, shrink(0.3, 0.1, axis=axis))
    assert seen.minimum == pytest.approx(0.7 * 0.015 - 0.008, abs=0.1e-3)  # of the spheroid, across
    assert seen.minimum_at @ np.asarray(axis, dtype=float) == pytest.approx(0.0, abs=1.5e-3)
    assert seen.zone_volume == pytest.approx(0.7**2 * 0.9 * zone.volume)


def test_without_shrinkage_the_margin_is_that_of_the_zone(fine, sampled, ball_level):
    zone = ablation_zone(fine, ball_level(fine.points, 0.014, [0.003, 0, 0]))
    margin, seen = assess_margin(zone, sampled), seen_margin(zone, sampled, shrink(0.0, 0.0))
    assert seen.minimum == pytest.approx(margin.minimum, abs=1e-9)
    assert seen.margin_class == margin.margin_class


def test_a_margin_can_turn_into_apparent_residual_tumour(fine, sampled, ball_level):
    zone = ablation_zone(fine, ball_level(fine.points, 0.010))
    assert assess_margin(zone, sampled).margin_class == "below_5"
    seen = seen_margin(zone, sampled, shrink(0.33, 0.25))
    assert seen.margin_class == "residual"
    assert seen.minimum == pytest.approx(0.67 * 0.010 - 0.008, abs=0.1e-3)


def test_the_range_of_a_source_gives_the_range_of_the_margin(fine, sampled, ball_level):
    zone = ablation_zone(fine, ball_level(fine.points, 0.016))
    for preset in PRESETS.values():
        seen = seen_margin(zone, sampled, Contraction(preset, np.zeros(3), AXIS))
        low, high = seen.minimum_range
        assert low < seen.minimum < high
        assert low == pytest.approx((1 - preset.radial_range[1]) * 0.016 - 0.008, abs=0.1e-3)
        assert high == pytest.approx((1 - preset.radial_range[0]) * 0.016 - 0.008, abs=0.1e-3)
        for middle, (least, most) in ((preset.radial, preset.radial_range), (preset.axial, preset.axial_range)):
            assert middle == pytest.approx(0.5 * (least + most), abs=0.005)
        assert "abstract" in preset.source


def test_tissue_from_a_lumen_is_not_ablated(box, ball_level):
    domain = box(half=0.024, n=24, jitter=0.0, lumen=lambda centres: centres[:, 0] > 0.010)
    sampled = sample_tumour(domain, Sphere(centre=(0, 0, 0), diameter=0.016), spacing=1e-3)
    zone = ablation_zone(domain, ball_level(domain.points, 0.018))
    seen = seen_margin(zone, sampled, shrink(0.3, 0.3))
    assert seen.minimum < 0.0  # dead tissue ends at 10 mm, after it has shrunk at 7 mm: within the tumour
