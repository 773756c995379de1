from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ablasim.errors import ModelError
from ablasim.geometry.organ import Box
from ablasim.geometry.tumour import Ellipsoid, Sphere
from ablasim.margins import (
    Domain,
    ablation_zone,
    assess_margin,
    margin_summary,
    minimum_margin,
    sample_tumour,
    signed_margin,
)
from ablasim.mesh.gmsh_model import build_mesh
from ablasim.mesh.sizes import MeshSizes

TOLERANCE = 0.1e-3
OVERESTIMATE = 0.05e-3


def assert_margin(found, exact):
    """Within 0.1 mm, and never more than 0.05 mm too wide: the unsafe side."""
    assert found > exact - TOLERANCE
    assert found < exact + OVERESTIMATE


def heat_level(points, radius, centre):
    """Smooth level of a ball, as the temperature round a point of heat in perfused tissue."""
    distance = np.maximum(np.linalg.norm(points - np.asarray(centre), axis=1), 1e-3)
    return np.exp((radius - distance) / 8e-3) * radius / distance - 1.0


def in_ball(radius):
    return lambda centres: np.linalg.norm(centres, axis=1) < radius


@pytest.fixture(scope="module")
def fine(box):
    """Cubes of 1.5 mm, edges of 1.9 mm on average: coarser than any mesh made for a tumour of 20 mm."""
    return box(half=0.024, n=32, tumour=in_ball(0.01))


@pytest.fixture(scope="module")
def sampled(fine):
    return sample_tumour(fine, Sphere(centre=(0, 0, 0), diameter=0.02), spacing=1e-3)


@pytest.mark.parametrize("centre_mm", [(0, 0, 0), (4, 0, 0), (-3, 2, 5), (5, 5, 0)])
@pytest.mark.parametrize("level", ["ball", "heat"])
def test_the_margin_between_two_balls_is_the_gap_between_them(fine, sampled, ball_level, level, centre_mm):
    centre = np.array(centre_mm) * 1e-3
    make = ball_level if level == "ball" else heat_level
    margin = assess_margin(ablation_zone(fine, make(fine.points, 0.016, centre)), sampled)
    shift = np.linalg.norm(centre)
    assert_margin(margin.minimum, 0.006 - shift)
    if shift > 0:
        assert margin.minimum_direction @ (centre / shift) < -0.99
        assert np.linalg.norm(margin.minimum_at) == pytest.approx(0.01, abs=1e-6)


@pytest.fixture(scope="module")
def sampled_in_normal_mesh():
    tumour = Sphere(centre=(0, 0, 0), diameter=0.02)
    organ = Box(centre=(0, 0, 0), size=(0.048, 0.048, 0.048))
    mesh = build_mesh(organ, tumour, [], [], MeshSizes.preset("normal"))
    return sample_tumour(Domain.of_mesh(mesh), tumour, spacing=1e-3)


@pytest.mark.slow
@settings(max_examples=20, deadline=None, derandomize=True)
@given(
    st.floats(9e-3, 16e-3),
    st.tuples(st.floats(-4e-3, 4e-3), st.floats(-4e-3, 4e-3), st.floats(-4e-3, 4e-3)),
)
@example(radius=0.0117, centre=(-0.0039, -0.0039, -0.0039))
def test_in_a_normal_mesh_no_margin_is_off_by_more_than_a_tenth_or_overestimated_by_more_than_a_twentieth(
    sampled_in_normal_mesh, radius, centre
):
    domain = sampled_in_normal_mesh.domain
    margin = assess_margin(ablation_zone(domain, heat_level(domain.points, radius, centre)), sampled_in_normal_mesh)
    assert_margin(margin.minimum, radius - 0.01 - np.linalg.norm(centre))


@pytest.mark.parametrize("thickness", [3e-3, 6e-3])
def test_the_margin_of_an_ellipsoid_in_a_zone_a_constant_distance_farther_out_is_that_distance(box, thickness):
    domain = box(half=0.024, n=32)
    tumour = Ellipsoid(centre=(0.001, 0, 0), diameters=(0.016, 0.02, 0.028))
    margin = assess_margin(
        ablation_zone(domain, thickness - tumour.signed_distance(domain.points)),
        sample_tumour(domain, tumour),
    )
    assert_margin(margin.minimum, thickness)
    assert margin.percentiles[95] == pytest.approx(thickness, abs=TOLERANCE)


def test_the_margin_to_two_overlapping_balls_is_that_to_the_nearer_surface(fine, sampled, ball_level):
    # The crease between them lies in a plane of mesh points; inside cells it would be rounded off.
    centres = ([-0.008, 0, 0], [0.008, 0, 0])
    zone = ablation_zone(fine, np.maximum(*(ball_level(fine.points, 0.015, centre) for centre in centres)))
    margin = assess_margin(zone, sampled)
    # Least where the two balls meet, at x = 0: their circle has a radius of sqrt(15² - 8²) mm.
    assert_margin(margin.minimum, np.sqrt(0.015**2 - 0.008**2) - 0.01)
    assert abs(margin.minimum_at[0]) < 0.3e-3


@settings(max_examples=3, deadline=None)
@given(st.tuples(st.floats(-1, 1), st.floats(-1, 1), st.floats(-1, 1)))
def test_moving_everything_changes_nothing(box, ball_level, shift):
    shift = np.array(shift)
    results = []
    for move in (np.zeros(3), shift):
        domain = box(half=0.024, n=12, shift=move, tumour=lambda centres: np.linalg.norm(centres, axis=1) < 0.008)
        sampled = sample_tumour(domain, Sphere(centre=move, diameter=0.016))
        results.append(
            assess_margin(
                ablation_zone(domain, ball_level(domain.points, 0.013, move + np.array([0.002, 0.001, 0]))),
                sampled,
            )
        )
    first, second = results
    assert second.minimum == pytest.approx(first.minimum, abs=1e-9)
    assert second.percentiles == pytest.approx(first.percentiles, abs=1e-9)
    assert second.residual_volume == pytest.approx(first.residual_volume, abs=1e-15)
    assert second.shell_ablated == pytest.approx(first.shell_ablated, abs=1e-9)
    np.testing.assert_allclose(second.surface_shares.from_0_to_5, first.surface_shares.from_0_to_5)


def test_shares_and_percentiles_are_those_of_the_surface(fine, sampled, ball_level):
    margin = assess_margin(ablation_zone(fine, ball_level(fine.points, 0.014, [0.006, 0, 0])), sampled)
    # At x = 10 mm u the tumour's surface is sqrt(136 - 120 u) mm from the zone's centre; u is uniform.
    zero, five = (136 - 14**2) / 120, (136 - 9**2) / 120
    shares = margin.surface_shares
    assert shares.below_0 == pytest.approx((zero + 1) / 2, abs=0.02)
    assert shares.from_0_to_5 == pytest.approx((five - zero) / 2, abs=0.02)
    assert shares.from_5_to_10 == pytest.approx((1 - five) / 2, abs=0.02)
    assert shares.above_10 == 0.0
    for percent, value in margin.percentiles.items():
        u = 2 * percent / 100 - 1
        assert value == pytest.approx(0.014 - np.sqrt(136 - 120 * u) * 1e-3, abs=0.15e-3)


@pytest.mark.parametrize(("radius_mm", "expected"), [(8, "residual"), (10.5, "below_5"), (16.5, "5_to_10"), (21, "a0")])
def test_the_class_follows_the_minimum(fine, sampled, ball_level, radius_mm, expected):
    margin = assess_margin(ablation_zone(fine, ball_level(fine.points, radius_mm * 1e-3)), sampled)
    assert margin.margin_class == expected


def test_the_ablated_shares_of_tumour_and_shells_are_those_of_the_balls(fine, sampled, ball_level):
    margin = assess_margin(ablation_zone(fine, ball_level(fine.points, 0.013)), sampled)
    assert margin.tumour_ablated == 1.0
    assert margin.residual_volume == pytest.approx(0.0, abs=1e-15)
    assert margin.shell_ablated[5e-3] == pytest.approx((13**3 - 10**3) / (15**3 - 10**3), abs=0.02)
    assert margin.shell_ablated[10e-3] == pytest.approx((13**3 - 10**3) / (20**3 - 10**3), abs=0.02)
    short = assess_margin(ablation_zone(fine, ball_level(fine.points, 0.008)), sampled)
    assert short.tumour_ablated == pytest.approx(0.512, abs=0.02)
    assert short.residual_volume == pytest.approx(4 / 3 * np.pi * (0.01**3 - 0.008**3), rel=0.03)
    assert short.shell_ablated[5e-3] == 0.0


@pytest.mark.parametrize("radius_mm", [8, 13, 0])
def test_the_minimum_alone_is_that_of_the_whole_margin(fine, sampled, ball_level, radius_mm):
    level = ball_level(fine.points, 1e-3 * radius_mm) if radius_mm else np.full(len(fine.points), -1.0)
    zone = ablation_zone(fine, level)
    assert minimum_margin(zone, sampled) == assess_margin(zone, sampled).minimum


def test_without_a_zone_the_minimum_is_minus_the_depth_and_it_says_so(fine, sampled):
    margin = assess_margin(ablation_zone(fine, np.full(len(fine.points), -3.0)), sampled)
    summary = margin_summary(margin)
    assert summary["has_zone"] is False
    assert summary["minimum_mm"] == -10.0
    assert summary["minimum_at_mm"] is None
    assert summary["nearest_vessel"] is None
    assert summary["class"] == "residual"
    assert summary["surface_share_percent"]["below_0"] == pytest.approx(100.0)
    assert summary["tumour_ablated_percent"] == 0.0


def test_a_zone_that_misses_the_tumour_has_a_margin_below_minus_the_gap(fine, sampled, ball_level):
    margin = assess_margin(ablation_zone(fine, ball_level(fine.points, 0.008, [0.02, 0, 0])), sampled)
    assert_margin(margin.minimum, -0.022)  # from the far side of the tumour
    assert margin.percentiles[95] < 0.0


def test_the_wall_of_a_lumen_is_no_surface_of_the_zone(box, ball_level):
    domain = box(half=0.024, n=24, jitter=0.0, lumen=lambda centres: np.abs(centres - [0.014, 0, 0])[:, 0] < 2e-3)
    sampled = sample_tumour(domain, Sphere(centre=(0, 0, 0), diameter=0.02))
    margin = assess_margin(ablation_zone(domain, ball_level(domain.points, 0.018)), sampled)
    assert margin.minimum > 0.0076  # not the 2 mm to the wall
    assert margin.excluded_fraction == 0.0


def test_points_in_lumens_applicators_or_outside_the_organ_have_no_margin(box, ball_level):
    domain = box(
        half=0.02,
        n=20,
        jitter=0.0,
        lumen=lambda centres: centres[:, 0] > 0.006,
        applicator=lambda centres: centres[:, 0] < -0.006,
    )
    sampled = sample_tumour(domain, Sphere(centre=(0, 0, 0.014), diameter=0.02))
    assert (np.abs(sampled.points[:, 0]) <= 0.006 + 1e-9).all()
    assert (sampled.points[:, 2] <= 0.02 + 1e-9).all()
    assert 0.4 < sampled.excluded_fraction < 0.7
    zone = ablation_zone(domain, ball_level(domain.points, 0.01))
    found = signed_margin(zone, np.array([[0.008, 0, 0], [-0.008, 0, 0], [0.03, 0, 0], [0.0, 0, 0]]))
    assert np.isnan(found).tolist() == [True, True, True, False]


def test_a_sleeve_counts_as_residual_inside_the_tumour_but_is_no_surface_for_the_margin(box):
    domain = box(
        half=0.03,
        n=30,
        jitter=0.0,
        tumour=in_ball(0.01),
        applicator=lambda centres: np.abs(centres).max(axis=1) < 2e-3,
    )
    sampled = sample_tumour(domain, Sphere(centre=(0, 0, 0), diameter=0.02))
    radius = np.linalg.norm(domain.points, axis=1)
    zone = ablation_zone(domain, np.minimum(0.017 - radius, radius - 6e-3))
    margin = assess_margin(zone, sampled)
    assert zone.sleeve_volume == pytest.approx(margin.residual_volume)
    assert margin.sleeve_in_tumour == pytest.approx(margin.residual_volume)
    assert margin.residual_volume == pytest.approx(4 / 3 * np.pi * 6e-3**3 - 64e-9, rel=0.1)
    assert margin.minimum == pytest.approx(7e-3, abs=0.2e-3)  # not the 4 mm to the sleeve
    assert margin.margin_class == "5_to_10"


def test_tumour_that_lives_on_as_an_island_makes_the_class_residual(fine, sampled):
    radius = np.linalg.norm(fine.points, axis=1)
    margin = assess_margin(ablation_zone(fine, np.minimum(0.017 - radius, radius - 4e-3)), sampled)
    assert margin.minimum > 5e-3
    assert margin.margin_class == "residual"


def test_the_nearest_vessel_is_the_one_whose_wall_is_nearest(fine, sampled, ball_level):
    vessels = [
        SimpleNamespace(name="thin", points=np.array([[0.0135, 0, -0.05], [0.0135, 0, 0.05]]), diameter=1e-3),
        SimpleNamespace(name="thick", points=np.array([[0.016, 0, -0.05], [0.016, 0, 0.05]]), diameter=8e-3),
    ]
    margin = assess_margin(
        ablation_zone(fine, ball_level(fine.points, 0.014, [-0.003, 0, 0])), sampled, vessels=vessels
    )
    assert margin.nearest_vessel == "thick"


def test_a_dent_narrower_than_the_sampling_is_found_by_the_refinement(fine, sampled):
    coarse = sample_tumour(fine, sampled.tumour, spacing=3e-3)
    dent = np.exp(-(((fine.points - [0.0, 0.0, 0.014]) / 4e-3) ** 2).sum(axis=1)) * 5e-3
    zone = ablation_zone(fine, 0.014 - np.linalg.norm(fine.points, axis=1) - dent)
    by_coarse, by_fine = (assess_margin(zone, each) for each in (coarse, sampled))
    assert by_coarse.minimum == pytest.approx(by_fine.minimum, abs=0.02e-3)
    assert by_coarse.minimum < by_coarse.values.min()


def test_a_tumour_outside_all_tissue_is_refused(fine):
    with pytest.raises(ModelError, match=r"none of .* points on the tumour's surface lies in tissue"):
        sample_tumour(fine, Sphere(centre=(1, 0, 0), diameter=0.02))


def test_a_zone_of_all_tissue_has_no_surface_and_is_refused(fine, sampled):
    with pytest.raises(ModelError, match="all tissue of the organ died"):
        assess_margin(ablation_zone(fine, np.ones(len(fine.points))), sampled)


def test_the_summary_has_the_documented_keys(fine, sampled, ball_level):
    summary = margin_summary(assess_margin(ablation_zone(fine, ball_level(fine.points, 0.016)), sampled))
    assert set(summary["surface_share_percent"]) == {"below_0", "0_to_5", "5_to_10", "above_10"}
    assert set(summary["percentiles_mm"]) == {"5", "25", "50", "75", "95"}
    assert set(summary["shell_ablated_percent"]) == {"5_mm", "10_mm"}
    assert summary["minimum_mm"] == pytest.approx(6.0, abs=0.1)
    assert len(summary["minimum_at_mm"]) == 3
    assert summary["shell_ablated_percent"]["5_mm"] == pytest.approx(100.0)
