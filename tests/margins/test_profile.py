"""The outline round the applicator against balls of known radius."""

import numpy as np
import pytest

from ablasim.margins import Outcome, ablation_zone, angular_profile, compare_twins, heat_sink_summary


@pytest.fixture(scope="module")
def zones(box):
    """A ball of 18 mm, and what is left of it before a plane at x = 8 mm."""
    domain = box(half=0.024, n=24, jitter=0.0, lumen=None, applicator=None)
    ball = 0.018 - np.linalg.norm(domain.points, axis=1)
    return ablation_zone(domain, np.minimum(ball, 0.008 - domain.points[:, 0])), ablation_zone(domain, ball)


def profile_of(zones, towards=(0.02, 0.0, 0.0)):
    return angular_profile(*zones, centre=np.zeros(3), axis=np.array([0.0, 0.0, 2.0]), towards=np.array(towards))


def test_the_outline_of_a_cut_ball_is_exact(zones):
    found = profile_of(zones)
    np.testing.assert_allclose(found.twin_radii, 0.018, atol=1.5e-4)
    exact = np.full_like(found.angles, 0.018)
    facing = np.cos(found.angles) > 0.0
    exact[facing] = np.minimum(0.018, 0.008 / np.cos(found.angles[facing]))
    np.testing.assert_allclose(found.radii, exact, atol=1.5e-4)  # a ball of 18 mm in cubes of 2 mm


def test_a_lumen_in_the_zone_is_no_loss_and_does_not_end_the_outline(box):
    """A duct of 4 mm across a ball, dead before and behind it but for a cuff of 1 mm on the far wall."""
    domain = box(half=0.024, n=24, jitter=0.0, lumen=lambda centres: np.abs(centres[:, 0] - 0.008) < 2e-3)
    ball = 0.018 - np.linalg.norm(domain.points, axis=1)
    cuffed = np.where(domain.points[:, 0] > 0.009, np.minimum(ball, domain.points[:, 0] - 0.011), ball)
    in_tissue = domain.points_of(domain.is_tissue)
    run = ablation_zone(domain, np.where(in_tissue, cuffed, np.nan))
    twin = ablation_zone(domain, ball, tissue=np.ones(len(domain.cells), dtype=bool))
    found = profile_of((run, twin))
    near, far = np.cos(found.angles) > np.cos(np.pi / 6), np.cos(found.angles) < 0.2
    np.testing.assert_allclose(found.radii[near | far], found.twin_radii[near | far], atol=1e-9)
    np.testing.assert_allclose(found.tissue_lost[near], 0.001 / np.cos(found.angles[near]), atol=1e-6)
    np.testing.assert_allclose(found.tissue_lost[far], 0.0, atol=1e-9)


def test_angle_zero_points_to_the_vessel_and_angles_turn_right_handed(zones):
    found = profile_of(zones, towards=(0.0, 0.03, 0.01))
    loss, angle = found.largest_retraction
    assert loss == pytest.approx(0.010, abs=1e-4)
    assert np.degrees(angle) == pytest.approx(270.0)  # the cut is at +x, a quarter turn before +y
    assert np.degrees(found.angle_of(np.array([-1.0, 0.0, 5.0]))) == pytest.approx(90.0)


def test_a_vessel_on_the_axis_leaves_the_angle_free(zones):
    assert np.isfinite(profile_of(zones, towards=(0.0, 0.0, 0.01)).radii).all()


def test_outside_a_zone_there_is_no_loss(zones):
    domain = zones[0].domain
    nothing = ablation_zone(domain, np.full(len(domain.points), -1.0))
    found = profile_of((nothing, zones[1]))
    assert np.isnan(found.radii).all()
    assert found.largest_retraction is None


def test_shares_and_what_belongs_to_no_single_vessel_add_up_to_the_total(zones):
    actual, whole = zones
    half = ablation_zone(actual.domain, np.minimum(whole.level, 0.012 - actual.domain.points[:, 0]))
    losses = compare_twins(
        Outcome(actual, 0.001),
        Outcome(whole, 0.010),
        without={"vein": Outcome(half, 0.004), "artery": Outcome(actual, 0.001)},
    )
    assert losses.shares["artery"].volume == 0.0
    assert losses.shares["vein"].volume == pytest.approx(half.volume - actual.volume)
    assert losses.shared.volume == pytest.approx(whole.volume - half.volume)
    assert losses.shared.margin == pytest.approx(0.006)
    assert heat_sink_summary(losses)["shared_loss"]["mm"] == pytest.approx(6.0)
