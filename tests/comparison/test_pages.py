"""What a comparison shows of its runs: files, words and the plane."""

import numpy as np
import pytest

from ablasim.comparison import compare_runs
from ablasim.views.compare_panels import common_plane
from ablasim.views.compare_text import short_line
from ablasim.views.publish_compare import write_comparison


def test_a_picture_that_fails_costs_no_number(tmp_path, finished, monkeypatch):
    def fail(*_, **__):
        message = "no such colour"
        raise IndexError(message)

    monkeypatch.setattr("ablasim.views.publish_compare.compare_picture", fail)
    folders = {"a": tmp_path, "b": tmp_path}
    nothing = {"zone": {"damage_model": "isotherm_50", "volume_ml": 0.0}}
    runs = [finished(name, summary=nothing) for name in ("a", "b")]
    numbers = write_comparison(compare_runs(runs), folders, tmp_path)
    assert "the picture could not be drawn (IndexError: no such colour)" in numbers["remarks"][-1]
    assert {path.name for path in tmp_path.iterdir()} == {"compare.csv", "compare.html", "compare.json"}
    assert "no such colour" in (tmp_path / "compare.html").read_text(encoding="utf-8")


def test_a_zone_whose_surface_is_gone_is_told_and_not_drawn_as_none(tmp_path, finished):
    folders = {"a": tmp_path, "b": tmp_path}
    numbers = write_comparison(compare_runs([finished("a"), finished("b")]), folders, tmp_path)
    assert "has no zone.vtp, the surface of the zone of a: run it again" in numbers["remarks"][-1]
    assert not (tmp_path / "compare.png").exists()


def test_the_plane_is_laid_through_the_first_case_that_has_most_to_show(tmp_path, finished, monkeypatch):
    seen = []
    monkeypatch.setattr("ablasim.views.publish_compare.common_plane", seen.append)
    bare, whole = finished("a", vessels=[], heat_sink={"twins": []}), finished("b")
    write_comparison(compare_runs([bare, whole]), {"a": tmp_path, "b": tmp_path}, tmp_path)
    assert seen == [whole.anatomy]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "margin 1.5 mm (5.5 without vessel) · 18 ml · 20 s"),
        ({"summary": {"heat_sink": None}}, "margin 1.5 mm · 18 ml · 20 s"),
        ({"summary": {"margin": None}}, "18 ml · 20 s"),
        ({"protocol": [{"duration_s": 720}]}, "margin 1.5 mm (5.5 without vessel) · 18 ml · 12 min"),
    ],
)
def test_the_line_below_a_panel_says_what_there_is(finished, changes, words):
    assert short_line(finished("a", **changes)) == words


@pytest.mark.parametrize(
    ("vessels", "direction", "right"),
    [
        ([[[12, 0, -25], [12, 0, 25]]], [0, 0, 1], [1, 0, 0]),
        ([[[-12, 0, -25], [-12, 0, 25]], [[0, 15, -25], [0, 15, 25]]], [0, 0, 1], [-1, 0, 0]),
        ([], [0, 0, 1], None),
    ],
)
def test_the_plane_holds_the_tumours_centre_and_the_nearest_vessel_to_the_right(finished, vessels, direction, right):
    said = [
        {"name": f"vessel_{i}", "points_mm": points, "diameter_mm": 6, "mean_speed_mm_s": 150}
        for i, points in enumerate(vessels)
    ]
    plane = common_plane(finished("a", vessels=said).anatomy)
    np.testing.assert_allclose(plane.origin, 0.0)
    np.testing.assert_allclose(plane.up, direction, atol=1e-12)
    assert plane.right @ plane.up == pytest.approx(0.0, abs=1e-12)
    if right is not None:
        np.testing.assert_allclose(plane.right, right, atol=1e-12)


def test_a_vessel_along_the_needle_keeps_the_plane_defined(finished):
    across = [{"name": "vein", "points_mm": [[-25, 0, 14], [25, 0, 14]], "diameter_mm": 3, "mean_speed_mm_s": 150}]
    needle = {"name": "electrode", "kind": "rf_needle", "tip_mm": [0, 0, 6], "direction": [0, 0, -1]}
    needle |= {"diameter_mm": 2, "active_length_mm": 12}
    plane = common_plane(finished("a", vessels=across, applicators=[needle]).anatomy)
    np.testing.assert_allclose(plane.right, [0, 0, 1], atol=1e-12)
    assert np.linalg.norm(plane.up) == pytest.approx(1.0)
    assert plane.up @ plane.right == pytest.approx(0.0, abs=1e-12)
