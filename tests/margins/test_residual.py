from types import SimpleNamespace

import numpy as np
import pytest

from ablasim.geometry.tumour import Sphere
from ablasim.margins import ablation_zone, assess_margin, coverage_curve, sample_tumour


@pytest.fixture(scope="module")
def fine(box):
    return box(half=0.024, n=32, tumour=lambda centres: np.linalg.norm(centres, axis=1) < 0.01)


@pytest.fixture(scope="module")
def sampled(fine):
    return sample_tumour(fine, Sphere(centre=(0, 0, 0), diameter=0.02), spacing=1e-3)


def test_living_tumour_is_told_piece_by_piece_with_its_volume_place_and_nearest_vessel(fine, sampled):
    vessels = [
        SimpleNamespace(name=name, points=np.array([[-0.05, 0, z], [0.05, 0, z]]), diameter=4e-3)
        for name, z in (("above", 0.014), ("below", -0.016))
    ]
    level = np.minimum(0.007 - fine.points[:, 2], fine.points[:, 2] + 0.005)  # a slab from −5 to 7 mm
    margin = assess_margin(ablation_zone(fine, level), sampled, vessels=vessels)
    below, above = margin.residual_pieces  # the larger first
    for piece, height, sign, name in ((below, 5.0, -1, "below"), (above, 3.0, 1, "above")):
        cap = np.pi * height**2 * (30.0 - height) / 3.0  # height of a cap of a ball of 10 mm, mm³
        assert piece.volume * 1e9 == pytest.approx(cap, rel=0.1)  # the mesh's ball is one of whole cells
        centre = 3.0 * (20.0 - height) ** 2 / (4.0 * (30.0 - height))  # of the cap, from the ball's centre
        assert piece.centre[2] * 1e3 == pytest.approx(sign * centre, abs=0.4)
        np.testing.assert_allclose(piece.centre[:2], 0.0, atol=0.3e-3)
        assert piece.nearest_vessel == name
        assert not piece.in_sleeve
    assert sum(piece.volume for piece in margin.residual_pieces) == pytest.approx(margin.residual_volume)


def test_a_sleeve_is_told_as_such(box):
    domain = box(
        half=0.03,
        n=30,
        jitter=0.0,
        tumour=lambda centres: np.linalg.norm(centres, axis=1) < 0.01,
        applicator=lambda centres: np.abs(centres).max(axis=1) < 2e-3,
    )
    radius = np.linalg.norm(domain.points, axis=1)
    zone = ablation_zone(domain, np.minimum(0.017 - radius, radius - 6e-3))
    margin = assess_margin(zone, sample_tumour(domain, Sphere(centre=(0, 0, 0), diameter=0.02)))
    (piece,) = margin.residual_pieces
    assert piece.in_sleeve
    assert piece.volume == pytest.approx(margin.sleeve_in_tumour)


def test_a_tumour_that_is_dead_all_over_leaves_no_piece(fine, sampled, ball_level):
    assert assess_margin(ablation_zone(fine, ball_level(fine.points, 0.016)), sampled).residual_pieces == ()


def test_the_coverage_curve_of_two_balls_is_that_of_the_gap(fine, sampled, ball_level):
    margin = assess_margin(ablation_zone(fine, ball_level(fine.points, 0.016, [0.003, 0, 0])), sampled)
    thickness, share = coverage_curve(margin.values, margin.areas)
    # At x = 10 mm u the surface is sqrt(109 - 60 u) mm from the zone's centre; u is uniform.
    exact = np.clip((1.0 - (109 - (16 - 1e3 * thickness) ** 2) / 60) / 2, 0.0, 1.0)
    np.testing.assert_allclose(share, exact, atol=0.03)
    assert (np.diff(share) <= 0).all()
    assert (share[0], share[-1]) == (1.0, pytest.approx(0.0, abs=1e-12))
