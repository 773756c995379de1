"""Surfaces and margins on the grid: balls, whose margins are known."""

import numpy as np
import pytest

from ablasim.app.places import Places
from ablasim.app.zones import grid_margin, mirrored, zone_surface

HALF, WHOLE = Places(mirrored=True), Places(mirrored=False)


def ball(places, radius, centre=(0.0, 0.0, 0.0)):
    """Level of a ball: distance inside its surface."""
    return (radius - np.linalg.norm(places.grid() - np.array(centre), axis=1)).reshape(places.shape)


@pytest.mark.parametrize("places", [HALF, WHOLE])
def test_a_ball_has_the_same_margin_all_round(places):
    level = ball(places, 16.0)
    found = grid_margin(level, zone_surface(level, places), places, tumour_mm=20.0)
    assert found.margin_mm == pytest.approx(6.0, abs=0.05)
    assert found.shares == pytest.approx([0.0, 0.0, 1.0, 0.0])


@pytest.mark.parametrize(("offset", "side"), [(3.0, -1.0), (-3.0, 1.0)])
def test_a_ball_off_its_place_leaves_least_on_the_other_side(offset, side):
    level = ball(HALF, 16.0, (offset, 0.0, 0.0))
    found = grid_margin(level, zone_surface(level, HALF), HALF, tumour_mm=20.0)
    assert found.minimum_mm == pytest.approx(3.0, abs=0.05)
    assert found.smallest_at_mm == pytest.approx([10.0 * side, 0.0, 0.0], abs=1.0)  # its points are 0.8 mm apart


def test_a_tumour_that_sticks_out_has_negative_margins_there():
    level = ball(HALF, 8.0)
    found = grid_margin(level, zone_surface(level, HALF), HALF, tumour_mm=20.0)
    assert found.minimum_mm == pytest.approx(-2.0, abs=0.05)
    assert found.shares[0] == pytest.approx(1.0)


def test_without_a_zone_the_margin_is_minus_the_depth():
    level = np.full(HALF.shape, -3.0)
    surface = zone_surface(level, HALF)
    assert surface.is_empty
    assert grid_margin(level, surface, HALF, tumour_mm=14.0).minimum_mm == -7.0


def test_half_a_surface_and_its_mirror_image_make_the_whole():
    half, whole = zone_surface(ball(HALF, 12.0), HALF), zone_surface(ball(WHOLE, 12.0), WHOLE)
    assert area(mirrored(half)) == pytest.approx(area(whole), rel=1e-6)
    assert area(whole) == pytest.approx(4.0 * np.pi * 12.0**2, rel=0.01)


def test_there_is_no_surface_inside_the_vessel_and_no_margin():
    level = ball(HALF, 14.0)
    vessel = 8.0, 5.0
    surface = zone_surface(level, HALF, vessel)
    middles = surface.points[surface.triangles].mean(axis=1)
    assert (np.hypot(middles[:, 0] - 13.0, middles[:, 1]) > 5.0).all()
    found = grid_margin(level, surface, HALF, 20.0, vessel)
    inside = np.hypot(found.surface.points[:, 0] - 13.0, found.surface.points[:, 1]) <= 5.0
    assert inside.any()
    assert (np.isnan(found.margin_mm) == inside).all()


def area(surface):
    """Area, mm²."""
    corners = surface.points[surface.triangles]
    return 0.5 * np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1).sum()
