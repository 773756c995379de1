"""The picture and the words of a comparison."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch

from ablasim.comparison.quantities import Quantity, Row
from ablasim.views.compare_drawing import common_window, draw_panel, is_in_plane
from ablasim.views.compare_panels import Panel
from ablasim.views.compare_picture import Captioned, compare_picture
from ablasim.views.compare_text import cells_of
from ablasim.views.cut import cut_surface, plane_through
from ablasim.views.rings import area_path, closed_rings, inside_rings
from ablasim.views.shapes import NeedleShape, Surface, VesselShape

SQUARE = np.array([[0.0, 0], [4, 0], [4, 4], [0, 4], [0, 0]])


@pytest.fixture
def panel(zone, tumour, vessels, needles):
    plane = plane_through((0, 0, 0), normal=(0, -1, 0), up=(0, 0, 1))
    points, triangles = zone
    return Panel(
        plane=plane,
        zone=cut_surface(plane, zone),
        twin=cut_surface(plane, (1.1 * points, triangles)),
        tumour=Surface(*tumour),
        vessels=[VesselShape(*vessel) for vessel in vessels],
        needles=[NeedleShape(*needle) for needle in needles],
    )


def test_a_ring_with_a_gap_is_closed_across_it():
    (ring,) = closed_rings([SQUARE[:4]])
    np.testing.assert_allclose(ring, SQUARE[:4])


def test_pieces_of_a_ring_join_at_their_nearest_ends_whatever_their_sense():
    left = np.array([[1.8, 0], [0, 0], [0, 4], [1.8, 4]])
    right = np.array([[2.2, 0], [4, 0], [4, 4], [2.2, 4]])
    for pieces in ([left, right], [right, left], [left[::-1], right], [left, right[::-1]]):
        (ring,) = closed_rings(pieces)
        assert len(ring) == 8
        x, y = ring.T
        area = 0.5 * abs(x @ np.roll(y, -1) - y @ np.roll(x, -1))
        assert area == pytest.approx(16.0)


def test_two_zones_stay_two():
    assert len(closed_rings([SQUARE[:4], SQUARE[:4] + 20.0])) == 2


def test_a_ring_within_another_is_a_hole_whatever_its_sense():
    hole = 1.0 + 0.5 * SQUARE
    for inner in (hole, hole[::-1]):
        rings = closed_rings([SQUARE, inner])
        figure = Figure(figsize=(1, 1), dpi=40)
        axes = figure.add_axes((0, 0, 1, 1), xlim=(0, 4), ylim=(0, 4))
        axes.axis("off")
        axes.add_patch(PathPatch(area_path(rings), facecolor="black", linewidth=0))
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        dark = np.asarray(canvas.buffer_rgba())[..., 0] < 128
        assert dark.mean() == pytest.approx(0.75, abs=0.02)
        assert inside_rings(np.array([[2.0, 2.0], [0.5, 0.5], [9.0, 9.0]]), rings).tolist() == [False, True, False]


def test_nothing_has_no_area():
    assert closed_rings([]) == []
    assert len(area_path([]).vertices) == 0


def test_the_window_holds_zone_twin_and_the_ring_of_five_millimetres(panel):
    low, high = common_window([panel])
    assert low[1] <= -22.0  # the twin reaches 22 mm down
    assert low[0] <= -15.4
    assert high[0] >= 19.0  # the lumen is seen whole


def test_a_needle_beside_the_plane_is_not_in_it(panel):
    (needle,) = panel.needles
    beside = needle._replace(tip=[0, 0.01, -0.015], shaft_end=[0, 0.01, 0.05])
    assert is_in_plane(panel, needle)
    assert not is_in_plane(panel, beside)


def test_what_is_drawn_lies_where_it_should(panel):
    figure = Figure()
    axes = figure.add_subplot()
    draw_panel(axes, panel, common_window([panel]))
    extents = [line.get_xydata().max(axis=0) for line in axes.lines if len(line.get_xydata()) > 8]
    assert np.max(extents, axis=0) == pytest.approx([15.4, 22.0], abs=0.2)  # the twin
    assert np.min(extents, axis=0) == pytest.approx([10.0, 10.0], abs=0.2)  # the tumour
    rings = [np.concatenate(item.get_paths()[0].to_polygons()) for item in axes.collections if item.get_paths()]
    radii = [np.linalg.norm(points, axis=1) for points in rings]
    assert any(np.allclose(radius, 15.0, atol=0.25) for radius in radii)  # 5 mm beyond a tumour of 10 mm


def test_the_picture_is_drawn_for_two_to_five_runs_and_without_zone_tumour_or_needles(tmp_path, panel):
    bare = Panel(panel.plane, [], [], None, panel.vessels, [])
    for count in (2, 5):
        panels = [Captioned("Radiofrequency", "A title", "margin 1 mm", item) for item in [panel, bare] * 3][:count]
        compare_picture(tmp_path / "a.png", panels, footnote="where", alarm="Not the same patient")
        assert (tmp_path / "a.png").stat().st_size > 10_000


@pytest.mark.parametrize(
    ("quantity", "value", "spread", "words"),
    [
        (Quantity("zone.volume_ml", "", "", "ml"), 29.13, None, "29.1 ml"),
        (Quantity("zone.volume_ml", "", "", "ml"), 29.13, 0.042, "29.13 ± 0.04 ml"),
        (Quantity("margin.class", "", ""), "below_5", None, "below 5 mm"),
        (Quantity("margin.tumour_ablated_percent", "", "", "%"), 99.99, None, "99.9 %"),
        (Quantity("mesh.n_points", "", "", "", 0), None, None, "–"),
    ],
)
def test_cells_say_value_unit_and_spread(quantity, value, spread, words):
    assert cells_of(Row(quantity, (value,), (spread,))) == (words,)
