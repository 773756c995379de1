"""Arrays of needles, what is left of the parallel in each pair, and plates."""

import numpy as np
import pytest

from ablasim.errors import ModelError
from ablasim.geometry import Box, Needle, Plate
from ablasim.geometry.electrodes import Exposure, across, array_offsets, pair_geometry, pairs_of, tilted

BOX = Box((1.0, 2.0, 3.0), (0.1, 0.2, 0.3))


def exposure(middle, direction=(0, 0, 1), length=20.0, name="n"):
    along = np.array(direction) / np.linalg.norm(direction)
    return Exposure(name, np.array(middle) - 0.5 * length * along, np.array(middle) + 0.5 * length * along)


@pytest.mark.parametrize("count", [2, 3, 4, 5, 6])
def test_neighbours_in_a_polygon_are_a_spacing_apart(count):
    places = array_offsets("polygon", count, 17.0, 23.0)
    sides = np.linalg.norm(places - np.roll(places, 1, axis=0), axis=1)
    np.testing.assert_allclose(sides, 17.0)
    np.testing.assert_allclose(places.mean(axis=0), 0.0, atol=1e-12)
    assert np.degrees(np.arctan2(*places[0][::-1])) == pytest.approx(23.0)


def test_the_last_needle_of_a_polygon_with_a_centre_is_in_its_middle():
    places = array_offsets("polygon_with_centre", 5, 18.0, 45.0)
    np.testing.assert_allclose(places[:4], array_offsets("polygon", 4, 18.0, 45.0))
    np.testing.assert_allclose(places[4], 0.0)


def test_a_line_has_its_middle_in_the_centre():
    np.testing.assert_allclose(array_offsets("line", 3, 10.0, 90.0), [[0, -10], [0, 0], [0, 10]], atol=1e-12)


@pytest.mark.parametrize("direction", [(0, 0, 1), (1, 0, 0), (-1, 0, 0), (1, -2, 3)])
def test_azimuths_are_square_to_the_direction_and_right_handed(direction):
    along = np.array(direction) / np.linalg.norm(direction)
    first, second = across(direction)
    np.testing.assert_allclose(np.cross(first, second), along, atol=1e-12)
    turned = tilted(direction, 30.0, 90.0)
    assert np.degrees(np.arccos(turned @ along)) == pytest.approx(30.0)
    assert turned @ second == pytest.approx(0.5)


def test_a_needle_tilted_away_from_another_keeps_its_spacing_at_mid_exposure():
    """At 30°, half of 20 mm of exposure lies 5 mm farther out at one end and 5 mm nearer at the other."""
    pair = pair_geometry(exposure([0, 0, 0]), exposure([15, 0, 0], tilted([0, 0, 1], 30.0, 0.0)))
    assert (pair.spacing, pair.depth_offset) == pytest.approx((15.0, 0.0))
    assert pair.angle_deg == pytest.approx(30.0)
    assert (pair.at_tips, pair.at_shafts) == pytest.approx((10.0, 20.0))
    assert pair.smallest == pytest.approx(10.0)
    assert pair.largest == pytest.approx(20.0)
    assert pair.share_at_wide_end == pytest.approx(0.75)


def test_a_deeper_needle_keeps_its_spacing_and_is_farther_from_the_ends():
    pair = pair_geometry(exposure([0, 0, 0]), exposure([15, 0, -8]))
    assert (pair.spacing, pair.depth_offset, pair.angle_deg) == pytest.approx((15.0, -8.0, 0.0))
    assert (pair.smallest, pair.largest) == pytest.approx((15.0, 17.0))


def test_needles_from_opposite_sides_are_parallel():
    pair = pair_geometry(exposure([0, 0, 0]), exposure([15, 0, 3], (0, 0, -1)))
    assert (pair.angle_deg, pair.spacing, pair.depth_offset) == pytest.approx((0.0, 15.0, 3.0))
    assert (pair.at_tips, pair.at_shafts) == pytest.approx((15.0, 15.0))


def test_every_two_needles_are_a_pair():
    pairs = pairs_of([exposure([0, 0, 0], name="a"), exposure([9, 0, 0], name="b"), exposure([0, 12, 0], name="c")])
    assert [(pair.first, pair.second, pair.spacing) for pair in pairs] == [
        ("a", "b", 9),
        ("a", "c", 12),
        ("b", "c", 15),
    ]


def test_the_poles_of_a_bipolar_needle_follow_each_other():
    needle = Needle("probe", (0, 0, 0), (0, 0, 1), 0.00165, 0.022, 0.05, gap=(0.007, 0.015))
    assert [part.kind for part in needle.parts] == ["distal", "shaft", "proximal", "shaft"]
    assert [part.start for part in needle.parts[1:]] == [part.end for part in needle.parts[:-1]]
    assert needle.parts[-1].end == pytest.approx(0.072)


@pytest.mark.parametrize("gap", [(0.0, 0.01), (0.01, 0.005), (0.01, 0.03)])
def test_a_gap_beyond_the_active_part_is_refused(gap):
    with pytest.raises(ModelError, match=r"applicator probe: gap from .* must lie within the active part"):
        Needle("probe", (0, 0, 0), (0, 0, 1), 0.00165, 0.022, gap=gap)


@pytest.mark.parametrize(("face", "size"), [("-x", (0.2, 0.3)), ("+y", (0.1, 0.3)), ("+z", (0.1, 0.2))])
def test_a_plate_may_cover_a_whole_face(face, size):
    plate = Plate.whole_face("plate", face, BOX)
    assert plate.size == pytest.approx(size)
    assert plate.covers_face(BOX)
    assert plate.lies_on(BOX)
    assert not Plate("plate", face, plate.centre, "rectangle", (size[0], 1.01 * size[1])).lies_on(BOX)


def test_a_disc_covers_what_lies_within_its_radius():
    disc = Plate("disc", "+z", (1.0, 2.0, 3.15), "disc", (0.04, 0.04))
    assert disc.covers([[1.013, 2.013, 3.15], [1.015, 2.015, 3.15]]).tolist() == [True, False]
    assert disc.area == pytest.approx(np.pi * 0.02**2)
    assert disc.distance_to_rim(1.0, 2.05, 3.11) == pytest.approx(0.05)
    assert disc.distance_to_rim(1.0, 2.005, 3.15) == pytest.approx(0.015)


def test_a_rectangles_rim_is_all_round():
    plate = Plate("pad", "-y", (1.0, 1.9, 3.0), "rectangle", (0.04, 0.10))
    assert plate.distance_to_rim(1.0, 1.9, 3.0) == pytest.approx(0.02)
    assert plate.distance_to_rim(1.02, 1.93, 3.09) == pytest.approx(0.05)


def test_a_plate_needs_a_face_and_a_size():
    with pytest.raises(ModelError, match=r"face 'top': must be one of -x, \+x"):
        Plate("pad", "top", (0, 0, 0), "disc", (0.1, 0.1))
    with pytest.raises(ModelError, match="size 0 m: must be above 0"):
        Plate("pad", "+x", (0, 0, 0), "rectangle", (0.1, 0.0))
