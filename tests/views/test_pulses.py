"""Planes and pictures of runs with several needles and pulses."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.image import imread

from ablasim.geometry import Box, Needle, Plate, Vessel
from ablasim.views import frame, pulse_planes
from ablasim.views.cut import plane_through
from ablasim.views.plane_drawing import name_needles, needles_in_words, plate_lines
from ablasim.views.pulse_planes import PulseScene, effect_picture, field_picture
from ablasim.views.scenes import zone_picture
from ablasim.views.shapes import ACTIVE_COLOUR
from ablasim.views.train_plot import train_plot
from ablasim.views.viewing import plane_across, plane_words, viewing_plane

PAIR = [("n_1", [-0.0075, 0, -0.01], [0, 0, 1], 0.0012, 0.02, [-0.0075, 0, 0.03])]
PAIR.append(("n_2", [0.0075, 0, -0.01], [0, 0, 1], 0.0012, 0.02, [0.0075, 0, 0.03]))
ORGAN = Box((0.0, 0.0, 0.0), (0.06, 0.06, 0.06))


@pytest.fixture(autouse=True)
def small_pictures(monkeypatch):
    monkeypatch.setattr(frame, "PIXELS", (240, 240))
    monkeypatch.setattr(frame, "DPI", 60)


def anatomy(*, vessels=(), tips=((-0.0075, 0.0), (0.0075, 0.0)), direction=(0.0, 0.0, 1.0), plates=()):
    needles = [Needle(f"n_{i}", (x, y, -0.01), direction, 0.0012, 0.02, None) for i, (x, y) in enumerate(tips)]
    return SimpleNamespace(
        needles={needle.name: needle for needle in needles},
        plates={plate.name: plate for plate in plates},
        centre_lines=tuple(vessels),
        tumour=None,
        organ=ORGAN,
    )


def test_two_needles_lie_in_the_plane_along_them_and_are_cut_by_the_one_across():
    pair = anatomy()
    along, across = viewing_plane(pair), plane_across(pair)
    for needle in pair.needles.values():
        np.testing.assert_allclose((needle.active_segment - along.origin) @ along.normal, 0.0, atol=1e-12)
        assert abs((needle.active_segment.mean(axis=0) - across.origin) @ across.normal) < 1e-12
    np.testing.assert_allclose(np.abs(across.normal), [0.0, 0.0, 1.0], atol=1e-12)
    assert plane_words(pair) == "in a plane along the applicators"


def test_the_nearest_vessel_lies_to_the_right_in_both_planes():
    vein = Vessel("vein", np.array([[0.0, 0.016, -0.03], [0.0, 0.016, 0.03]]), 0.006)
    both = anatomy(vessels=[vein])
    for plane in (viewing_plane(both), plane_across(both)):
        np.testing.assert_allclose(plane.right, [0.0, 1.0, 0.0], atol=1e-12)
        np.testing.assert_allclose(plane.flat(np.array([[0.0, 0.016, 0.0]]))[0], [16.0, 0.0], atol=1e-9)


def test_one_needle_that_leans_does_not_turn_the_planes():
    array = anatomy(tips=((-0.009, -0.009), (0.009, -0.009), (0.009, 0.009)))
    first = array.needles["n_0"]
    array.needles["n_0"] = replace(first, direction=(0.25, 0.0, 1.0))
    np.testing.assert_allclose(viewing_plane(array).up, [0.0, 0.0, 1.0], atol=1e-12)


def test_plates_alone_are_seen_from_their_edge():
    plates = [Plate.whole_face(name, face, ORGAN) for name, face in (("left", "-x"), ("right", "+x"))]
    plane = viewing_plane(anatomy(tips=(), plates=plates))
    assert abs(plane.right[0]) == pytest.approx(1.0)
    np.testing.assert_allclose(plane.up, [0.0, 0.0, 1.0], atol=1e-12)


def test_a_plate_is_cut_in_a_line_as_long_as_the_plate_there():
    disc = Plate("disc", "-x", (-0.03, 0.002, 0.0), "disc", (0.02, 0.02))
    whole = Plate.whole_face("whole", "+x", ORGAN)
    below = Plate("below", "-z", (0.0, 0.0, -0.03), "rectangle", (0.01, 0.03))
    plane = plane_through((0.0, 0.008, 0.0), (0.0, -1.0, 0.0), (0.0, 0.0, 1.0))
    left, right, low = (np.sort(line, axis=0) for line in plate_lines(plane, [disc, whole, below]))
    np.testing.assert_allclose(left, [[-30.0, -8.0], [-30.0, 8.0]], atol=0.05)  # 6 mm off the middle of 10
    np.testing.assert_allclose(right, [[30.0, -30.0], [30.0, 30.0]], atol=0.15)
    np.testing.assert_allclose(low, [[-5.0, -30.0], [5.0, -30.0]], atol=0.05)
    beside = plane_through((0.0, 0.013, 0.0), (0.0, -1.0, 0.0), (0.0, 0.0, 1.0))
    assert len(plate_lines(beside, [disc, below])) == 1
    assert plate_lines(plane_through((-0.03, 0, 0), (1, 0, 0), (0, 0, 1)), [disc]) == []


def test_plates_are_in_the_picture_of_their_field(tmp_path, scene, monkeypatch):
    shown = []
    monkeypatch.setattr(pulse_planes, "save", lambda figure, path: shown.append(figure))
    plates = [Plate("left", "-x", (-0.03, 0.0, 0.0), "disc", (0.02, 0.02))]
    for picture in (field_picture, effect_picture):
        picture(tmp_path / "a.png", replace(scene, plates=plates))
    for figure in shown:
        lines = [line for line in figure.axes[0].lines if line.get_color() == ACTIVE_COLOUR]
        assert len(lines) == 1
        assert figure.axes[0].get_xlim()[0] < lines[0].get_xdata().min()
        assert "plates" in [text.get_text() for text in figure.legends[0].get_texts()]


def test_needles_of_a_set_are_named_by_their_numbers_away_from_their_middle():
    axes = Figure().add_subplot()
    plane = plane_through((0, 0, 0), (0, 0, 1), (0, 1, 0))
    name_needles(axes, plane, PAIR)
    assert [text.get_text() for text in axes.texts] == ["1", "2"]
    left, right = (text.xyann[0] for text in axes.texts)
    assert left < 0.0 < right
    assert needles_in_words(PAIR) == "n_1 to n_2"
    others = [("probe", *PAIR[0][1:]), PAIR[1]]
    assert needles_in_words(others) == "needles"
    axes = Figure().add_subplot()
    name_needles(axes, plane, others)
    assert [text.get_text() for text in axes.texts] == ["probe", "n_2"]


@pytest.fixture
def scene(heated_block, tumour, vessels):
    """A field that falls from each of two needles, with its zones."""
    points, cells, _, _ = heated_block
    away = np.min([np.hypot(points[:, 0] - x, points[:, 1]) + np.abs(points[:, 2]) / 2 for x in (-0.0075, 0.0075)], 0)
    field = 6.0 / (away + 0.003)
    return PulseScene(
        points=points,
        cells=cells,
        largest_field=field,
        planes={
            "across": plane_through((0, 0, 0), (0, 0, 1), (0, 1, 0)),
            "along": plane_through((0, 0.0001, 0), (0, -1, 0), (0, 0, 1)),
        },
        opened=np.log(field / 350.0),
        dead=np.log(field / 500.0),
        hot=0.006 - away,
        twin=np.log(field / 450.0),
        hot_label="CEM43 ≥ 240 min",
        tumour=tumour,
        vessels=vessels,
        needles=PAIR,
    )


def share_of(path, colour):
    """Share of a picture that has a colour, to two per cent of each channel."""
    wanted = np.array([int(colour[i : i + 2], 16) / 255.0 for i in (1, 3, 5)])
    return float(np.mean(np.abs(imread(path)[..., :3] - wanted).max(axis=-1) < 0.02))


def test_zones_are_filled_with_their_own_colours(tmp_path, scene):
    effect_picture(tmp_path / "a.png", scene)
    for colour in (pulse_planes.OPENED, pulse_planes.DEAD, pulse_planes.HOT):
        assert share_of(tmp_path / "a.png", colour) > 2e-3


def test_what_did_not_happen_is_not_drawn(tmp_path, scene):
    effect_picture(tmp_path / "a.png", replace(scene, hot=np.full(len(scene.points), -1.0), dead=None, twin=None))
    assert share_of(tmp_path / "a.png", pulse_planes.HOT) == 0.0
    assert share_of(tmp_path / "a.png", pulse_planes.DEAD) == 0.0


def test_the_field_is_drawn_where_there_is_tissue(tmp_path, scene):
    field_picture(tmp_path / "a.png", scene)
    half = np.where(scene.points[:, 0] > 0.0, np.nan, 1.0)
    field_picture(tmp_path / "b.png", replace(scene, largest_field=scene.largest_field * half))
    grey = "#ededed"
    assert share_of(tmp_path / "b.png", grey) > share_of(tmp_path / "a.png", grey) + 0.1


def test_currents_above_the_limit_are_seen_beside_it(tmp_path):
    trains = [
        {"anode": "n_1", "cathode": f"n_{i}", "voltage_v": 2700.0, "current_a": {"start": 20.0 + i, "end": 24.0 + i}}
        for i in range(2, 5)
    ]
    train_plot(tmp_path / "near.png", trains, 25.0)
    train_plot(tmp_path / "far.png", trains, 250.0)
    red = "#b2182b"
    assert share_of(tmp_path / "near.png", red) > share_of(tmp_path / "far.png", red) == 0.0


def test_plates_are_drawn_with_the_zone(tmp_path, zone):
    plate = Plate.whole_face("left", "-x", Box((0.0, 0.0, 0.0), (0.04, 0.04, 0.05)))
    zone_picture(tmp_path / "with.png", zone=zone, plates=[plate])
    zone_picture(tmp_path / "without.png", zone=zone)
    with_plate, without = (imread(tmp_path / name)[..., :3] for name in ("with.png", "without.png"))
    pinkish = [
        np.mean((image[..., 0] - image[..., 1] > 0.04) & (image[..., 2] - image[..., 1] > 0.02))
        for image in (with_plate, without)
    ]
    assert pinkish[0] > pinkish[1] + 0.02
