import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ablasim.errors import MaskError
from ablasim.geometry.surface import Surface
from ablasim.masks import Shape, assess_masks

TOLERANCE = 0.1e-3
OVERESTIMATE = 0.05e-3


def assert_margin(found, exact):
    """Within 0.1 mm, and never more than 0.05 mm too wide: the unsafe side."""
    assert found > exact - TOLERANCE
    assert found < exact + OVERESTIMATE


@settings(max_examples=8, deadline=None, derandomize=True)
@given(st.floats(3.0, 15.0), st.floats(0.5, 12.0), st.floats(0.0, 0.95), st.tuples(*3 * [st.floats(-1.0, 1.0)]))
def test_the_margin_of_two_balls_is_the_gap_between_them(ball, radius, gap, share, towards):
    direction = np.array([towards[0] + 1e-3, *towards[1:]])
    shift = share * gap * direction / np.linalg.norm(direction)
    found = assess_masks(ball(radius), ball(radius + gap, shift)).margin
    assert_margin(found.minimum, (gap - np.linalg.norm(shift)) * 1e-3)
    assert found.tumour_ablated == 1.0
    assert found.residual_pieces == ()
    if share > 0.1:
        assert found.minimum_direction @ shift < -0.98 * np.linalg.norm(shift)


@pytest.mark.parametrize("offset", [1.0, 4.0, 8.0])
@pytest.mark.parametrize("semi_axes", [(6.0, 8.0, 12.0), (10.0, 10.0, 7.0)])
def test_the_margin_of_an_ellipsoid_to_its_offset_is_the_offset_all_over(ellipsoid, semi_axes, offset):
    found = assess_masks(ellipsoid(semi_axes), ellipsoid(semi_axes, offset)).margin
    assert_margin(found.minimum, offset * 1e-3)
    for value in found.percentiles.values():
        assert_margin(value, offset * 1e-3)


def test_a_tumour_beyond_the_zone_has_a_negative_margin_and_what_lives_is_the_cap_beyond(ball):
    found = assess_masks(ball(10.0), ball(14.0, (8.0, 0.0, 0.0))).margin
    assert_margin(found.minimum, -4e-3)
    assert found.margin_class == "residual"
    # Two balls at a distance d: the lens they share.
    r, big, d = 10.0, 14.0, 8.0
    lens = np.pi * (big + r - d) ** 2 * (d * d + 2 * d * (r + big) - 3 * (r - big) ** 2) / (12 * d)
    ball_volume = 4 / 3 * np.pi * r**3
    assert found.tumour_ablated == pytest.approx(lens / ball_volume, abs=0.003)
    assert found.residual_volume * 1e9 == pytest.approx(ball_volume - lens, rel=0.02)
    (piece,) = found.residual_pieces
    assert piece.volume == pytest.approx(found.residual_volume)
    assert -7e-3 < piece.centre[0] < -5.5e-3  # within the crescent, whose thickest place is from -10 to -6 mm
    np.testing.assert_allclose(piece.centre[1:], 0.0, atol=0.2e-3)


def test_a_flat_zone_leaves_two_pieces_each_at_its_place(ball, ellipsoid):
    found = assess_masks(ball(10.0), ellipsoid((20.0, 20.0, 6.0))).margin
    assert len(found.residual_pieces) == 2
    above, below = sorted(found.residual_pieces, key=lambda piece: -piece.centre[2])
    assert above.volume == pytest.approx(below.volume, rel=0.01)
    assert above.centre[2] > 6e-3
    assert below.centre[2] < -6e-3


def test_the_shells_are_ablated_as_far_as_the_balls_say(ball):
    found = assess_masks(ball(10.0), ball(13.0)).margin
    assert found.shell_ablated[5e-3] == pytest.approx((13**3 - 10**3) / (15**3 - 10**3), abs=0.01)
    assert found.shell_ablated[10e-3] == pytest.approx((13**3 - 10**3) / (20**3 - 10**3), abs=0.01)


def test_shares_of_the_surface_are_those_of_the_spheres(ball):
    shares = assess_masks(ball(10.0), ball(14.0, (6.0, 0.0, 0.0))).margin.surface_shares
    # At x = 10 mm u the tumour's surface is sqrt(136 - 120 u) mm from the zone's centre; u is uniform.
    zero, five = (136 - 14**2) / 120, (136 - 9**2) / 120
    assert shares.below_0 == pytest.approx((zero + 1) / 2, abs=0.003)
    assert shares.from_0_to_5 == pytest.approx((five - zero) / 2, abs=0.003)
    assert shares.from_5_to_10 == pytest.approx((1 - five) / 2, abs=0.003)


def test_a_cavity_in_the_zone_is_living_tumour(ball):
    outer, hole = ball(15.0).surface, ball(3.0, subdivisions=4).surface
    points = np.concatenate([outer.points, hole.points])
    for turned in (hole.triangles, hole.triangles[:, ::-1]):  # however the hole is wound
        triangles = np.concatenate([outer.triangles, turned + len(outer.points)])
        zone = Shape("zone", Surface(points, triangles, name="zone", one_piece=False))
        assert zone.surface.volume * 1e9 == pytest.approx(4 / 3 * np.pi * (15**3 - 3**3), rel=0.003)
        found = assess_masks(ball(10.0), zone).margin
        assert_margin(found.minimum, 5e-3)
        assert found.margin_class == "residual"
        assert found.residual_volume * 1e9 == pytest.approx(4 / 3 * np.pi * 3**3, rel=0.06)  # cells of 1 mm


@pytest.fixture(scope="module")
def organ(ball):
    """A ball so large that its upper face is almost flat: its top is at z = 8 mm."""
    return ball(100.0, (0.0, 0.0, -92.0), role="organ", subdivisions=6)


def test_where_the_organ_ends_there_is_no_margin_and_the_zone_has_no_surface(ball, organ):
    # The tumour sticks out of the organ at the top; the zone's lower half is 5 mm farther out.
    found = assess_masks(ball(10.0), ball(15.0), organ, capsule=1e-3).margin
    assert found.excluded_fraction == pytest.approx((10 - 6.723) / 20, abs=0.002)  # 99 mm from the organ's centre
    assert_margin(found.minimum, 5e-3)
    # A zone that was drawn to end at the organ's surface: without the organ its margin is nothing there.
    cut = ball(15.0).surface
    flat = np.minimum(cut.points[:, 2], 7.9e-3)
    drawn = Shape("zone", Surface(np.column_stack([cut.points[:, :2], flat]), cut.triangles))
    assert assess_masks(ball(7.0), drawn).margin.minimum < 1e-3
    inside = assess_masks(ball(7.0), drawn, organ, capsule=1e-3).margin
    assert inside.minimum > 6e-3  # to the rim of the flat part
    assert inside.residual_volume == pytest.approx(0.0, abs=1e-12)


def test_living_tumour_at_the_organs_surface_is_not_left_out(ball, organ):
    found = assess_masks(ball(7.5), ball(7.0, (0.0, 0.0, -3.0)), organ, capsule=1e-3).margin
    assert found.minimum == pytest.approx(-3.5e-3, abs=0.1e-3)
    assert found.excluded_fraction == 0.0
    assert found.margin_class == "residual"


def test_volumes_count_the_organ_only(ball, organ):
    whole, within = (assess_masks(ball(10.0), ball(12.0, (0, 0, -4.0)), o).margin for o in (None, organ))
    assert within.residual_volume < 0.7 * whole.residual_volume


def test_shapes_that_do_not_meet_are_refused(ball, organ):
    with pytest.raises(MaskError, match=r"do not overlap: their centres are 50 mm apart; are they in one coordinate"):
        assess_masks(ball(10.0), ball(10.0, (50.0, 0.0, 0.0)))
    with pytest.raises(MaskError, match="one is in LPS, the other in RAS"):
        assess_masks(ball(10.0, (40.0, -30.0, 5.0)), ball(15.0, (-40.0, 30.0, 6.0)))
    with pytest.raises(MaskError, match="one was in metres and the other in millimetres"):
        assess_masks(ball(0.01, (0.08, 0, 0)), ball(15.0, (80.0, 0, 0)))
    with pytest.raises(MaskError, match="do not overlap: are they registered"):
        assess_masks(ball(10.0), ball(10.0, (14.0, 14.0, 14.0)))
    with pytest.raises(MaskError, match=r"organ .* do not overlap"):
        assess_masks(ball(10.0, (0, 0, 200.0), role="tumour"), ball(15.0, (0, 0, 200.0)), organ)
    with pytest.raises(MaskError, match="nothing to measure a margin to"):
        assess_masks(ball(10.0), ball(15.0), ball(10.5), capsule=1e-3)


def test_moving_everything_changes_nothing(ball):
    results = [
        assess_masks(ball(8.0, at), ball(12.0, np.add(at, (2.0, 1.0, 0.0)))).margin for at in ((0, 0, 0), (91, -47, 13))
    ]
    assert results[1].minimum == pytest.approx(results[0].minimum, abs=1e-9)
    assert results[1].shell_ablated == pytest.approx(results[0].shell_ablated, abs=1e-6)
