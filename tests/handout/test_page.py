"""The page to hand out: one file without a network, with the numbers of the printed report."""

import base64
import dataclasses
import json
import re

import h5py
import numpy as np
import pytest
import pyvista as pv

from ablasim.comparison import read_run
from ablasim.results.saved import SavedFields
from ablasim.views.handout.bodies import bodies_of, tumour_with_margin
from ablasim.views.handout.page import TRIANGLES, missing_pictures, render_page
from ablasim.views.handout.replay import Replay
from ablasim.views.handout.thinning import distance_mm, packed, thinned
from ablasim.views.handout.viewpoints import viewpoints
from ablasim.views.report_tables import headline
from ablasim.views.shapes import Surface

LARGEST_BYTES = 10_000_000


@pytest.fixture(scope="module")
def page(replay, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "page.html"
    render_page(path, replay)
    assert path.stat().st_size < LARGEST_BYTES
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def data(page):
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)[1])


def unpacked(surface):
    points = np.frombuffer(base64.b64decode(surface["points"]), "<f4").reshape(-1, 3)
    return points, np.frombuffer(base64.b64decode(surface["triangles"]), "<u2").reshape(-1, 3)


def test_the_page_fetches_nothing_and_may_not(page):
    assert "default-src 'none'; img-src data:" in page
    assert not re.search(r"""(?:src|href)\s*=\s*["'](?!data:)""", page)
    assert "url(" not in page
    assert "http:" not in page
    assert "https:" not in page
    assert "@import" not in page


def test_the_page_says_what_it_is_not_for(page):
    assert page.count("For research and teaching, not for clinical decisions.") == 2


def test_the_page_has_the_numbers_of_the_printed_report(page, replay):
    tiles = headline(replay.run.summary)
    assert len(tiles) > 4
    for tile in tiles:
        assert f'<div class="label">{tile.label}</div><div class="value">{tile.value}</div>' in page


def test_pictures_that_were_asked_for_and_are_gone_are_named(replay, tmp_path):
    outputs = replay.run.scenario.outputs.model_copy(update={"pictures": True})
    scenario = replay.run.scenario.model_copy(update={"outputs": outputs})
    asked = dataclasses.replace(replay, run=dataclasses.replace(replay.run, scenario=scenario))
    assert missing_pictures(asked) == ["temperature.png", "margin.png"]
    assert missing_pictures(replay) == []
    render_page(tmp_path / "page.html", asked)
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "Pictures that the folder of the run lacks are left out: temperature.png, margin.png." in text


def test_every_saved_time_and_the_end_have_a_zone(data, replay):
    assert [moment["label"] for moment in data["moments"]] == [
        "0:00 min",
        "0:05 min",
        "0:10 min",
        "0:15 min",
        "0:20 min",
        "0:25 min",
        "0:25 min, end of the run",
    ]
    assert data["moments"][0]["zone"] is None
    points, triangles = unpacked(data["moments"][-1]["zone"])
    known = replay.end().zone
    assert len(triangles) <= TRIANGLES * 1.02
    np.testing.assert_allclose(points.min(axis=0), 1e3 * known.points.min(axis=0), atol=0.3)
    np.testing.assert_allclose(points.max(axis=0), 1e3 * known.points.max(axis=0), atol=0.3)


def test_bodies_have_switches_and_places(data):
    groups = {body["group"] for body in data["bodies"]}
    assert {"tumour", "vessel vein", "applicators", "sensors", "organ"} <= groups
    vein = next(body for body in data["bodies"] if body["group"] == "vessel vein")
    points, _ = unpacked(vein)
    np.testing.assert_allclose([points[:, 0].min(), points[:, 0].max()], [9.0, 15.0], atol=0.05)


def test_the_margin_on_the_tumour_is_that_of_the_run(data, replay):
    tumour = next(body for body in data["bodies"] if body["group"] == "tumour")
    painted = np.frombuffer(base64.b64decode(tumour["margin"]), "<f4").reshape(-1, 2)
    _, margin_mm = tumour_with_margin(replay)
    known = np.isfinite(margin_mm)
    np.testing.assert_allclose(painted[known, 0], margin_mm[known], rtol=1e-5)
    np.testing.assert_array_equal(painted[:, 1], known)


def test_the_views_look_from_outside_at_the_middle_of_what_is_shown(replay):
    end = replay.end()
    views = {view["name"]: view for view in viewpoints(replay, [end.zone, end.twin])}
    assert set(views) == {"front", "along the vessel", "margin"}
    np.testing.assert_allclose(np.abs(views["along the vessel"]["towards"]), [0.0, 0.0, 1.0], atol=1e-4)
    worst = np.array(replay.run.summary["margin"]["minimum_at_mm"]) - np.array(views["margin"]["centre"])
    assert np.dot(worst / np.linalg.norm(worst), views["margin"]["towards"]) > 0.5
    for view in views.values():
        assert view["half"] > 4.0
        assert abs(np.dot(view["towards"], view["up"])) < 0.95


def test_a_run_of_an_earlier_version_has_its_end_alone(folder, tmp_path):
    with h5py.File(folder / "fields.vtkhdf", "a") as file:
        for name in ("zone_level", "zone_level_without_vessels"):
            del file[f"VTKHDF/PointData/{name}"]
    with SavedFields(folder) as fields:
        render_page(tmp_path / "page.html", Replay(read_run(folder), folder, fields))
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "kept the zone of its end alone" in text
    assert 'max="0"' in text


def test_bodies_inside_the_tumour_are_not_lost(replay):
    assert next(body.group for body in bodies_of(replay)) == "tumour"


def test_thinning_moves_a_ball_by_little():
    ball = pv.Sphere(radius=20.0, theta_resolution=120, phi_resolution=120).triangulate()
    full = Surface(np.asarray(ball.points, dtype=float) * 1e-3, ball.faces.reshape(-1, 4)[:, 1:])
    thin = thinned(full, 1600)
    assert len(full.triangles) > 25_000
    assert len(thin.triangles) <= 1600
    assert distance_mm(thin, full) < 0.15
    assert thinned(thin, 1600) is thin


def test_a_packed_surface_is_read_back_to_single_precision():
    corners = np.array([[0.1, -0.25, 1e-6], [0.3, 0.0, 0.0], [0.0, 0.7, 0.0]])
    points, triangles = unpacked(packed(Surface(corners, np.array([[0, 2, 1]]))))
    np.testing.assert_allclose(points, 1e3 * corners, rtol=1e-6)
    assert triangles.tolist() == [[0, 2, 1]]
