"""Response maps: what is between the points is honest, what is on the picture can be read."""

from __future__ import annotations

import numpy as np
import pytest

from ablasim.errors import OutputError
from ablasim.study.pictures.draw import draw_pictures
from ablasim.study.pictures.map_values import linear_between

RESULT = "margin.minimum_mm"
X, Y = (axis.ravel() for axis in np.meshgrid([1.0, 2.0, 4.0, 8.0], [10.0, 20.0, 30.0]))
MAP = """\
schema_version: 1
title: Vein and power
base: {root}/tests/data/quick.yaml
vary:
  - {{name: distance_mm, offset: {{kind: vessel_distance, vessel: vein}}, values: [1, 3, 5, 30]}}
  - {{name: power_w, path: protocol.0.drive.electrode.power_w, values: [5, 10, 15, 20]}}
"""


@pytest.fixture
def text(root) -> str:
    return MAP.format(root=root)


def at(found, x, y):
    """Value of a map at a place; None where it is blank."""
    triangle = int(found.triangles.get_trifinder()(x, y))
    if triangle < 0:
        return None
    corners = found.triangles.triangles[triangle]
    matrix = np.column_stack([np.ones(3), found.triangles.x[corners], found.triangles.y[corners]])
    return float(np.array([1.0, x, y]) @ np.linalg.solve(matrix, found.values[corners]))


def test_a_linear_result_is_met_exactly_and_nothing_is_beyond_the_hull():
    found = linear_between(X, Y, 2.0 * X - 0.3 * Y)
    for x, y in ((1.5, 11.0), (5.0, 25.0), (7.9, 29.0)):
        assert at(found, x, y) == pytest.approx(2.0 * x - 0.3 * y)
    assert at(found, 8.5, 20.0) is None
    assert at(found, 4.0, 31.0) is None


def test_a_map_stays_between_its_points():
    values = np.where((X == 4.0) & (Y == 20.0), 9.0, 0.0)
    found = linear_between(X, Y, values)
    assert max(at(found, x, y) for x in np.linspace(1.1, 7.9, 30) for y in np.linspace(10.5, 29.5, 30)) <= 9.0


def test_nothing_is_drawn_across_a_point_without_a_value():
    values = np.where((X == 4.0) & (Y == 20.0), np.nan, X)
    found = linear_between(X, Y, values)
    assert at(found, 4.0, 20.1) is None
    assert at(found, 3.9, 19.9) is None
    assert at(found, 1.2, 15.0) == pytest.approx(1.2)


@pytest.mark.parametrize("n", [0, 2])
def test_too_few_values_make_no_map(n):
    with pytest.raises(OutputError, match=f"{n} points? with a value: a map needs three"):
        linear_between(X, Y, np.where(np.arange(X.size) < n, 1.0, np.nan))
    with pytest.raises(OutputError, match="needs three"):
        linear_between(np.arange(n, dtype=float), np.arange(n, dtype=float), np.ones(n))


def test_a_map_says_what_it_shows_and_marks_what_became_of_each_point(filled, shown, text):
    def margin(inputs):
        return None if inputs == {"distance_mm": 3, "power_w": 10, "base": "quick"} else inputs["distance_mm"] - 2

    folder = filled(text + "noise_floor: {cases: 1, repeats: 2}\n", margin, spread=0.1)
    written = draw_pictures(folder, [RESULT])
    name = "map_margin_minimum_mm.png"
    assert written[0] == folder.path / "pictures" / name
    words = shown.words(name)
    for said in (
        "Vein and power",
        "tumour 10 mm, vein 6 mm wide, its blood 150 mm/s, 20 s",
        "meshes of 1200 points",
        "noise floor of remeshing: standard deviation 0.1 mm (1 case on 3 meshes)",
        "distance of the vein from the tumour / mm",
        "power / W",
        "smallest margin / mm",
        "computed (11)",
        "failed (1)",
        "cannot be (4)",
        "5 mm: everywhere below",
        "level ± 2 standard deviations of remeshing",
        "colours: linear between these points",
    ):
        assert said in words
    assert shown.overlapping(name) == []


def test_the_band_of_a_level_is_as_wide_as_the_noise_floor(filled, shown, root, text):
    text = text.replace(", 30", "") + "noise_floor: {cases: 1, repeats: 2}\n"
    draw_pictures(filled(text, lambda inputs: inputs["distance_mm"] - 2.0, spread=0.25), [RESULT])
    axes = shown.figures["map_margin_minimum_mm.png"].axes[0]
    (band,) = [item for item in axes.collections if item.get_alpha() == 0.65]
    x = np.concatenate([path.vertices[:, 0] for path in band.get_paths() if len(path.vertices)])
    assert x.min() == pytest.approx(1.5)  # margin 0 at 2 mm, standard deviation 0.25 mm, twice to either side
    assert x.max() == pytest.approx(2.5)


def test_further_inputs_get_maps_of_their_own_with_one_scale(filled, shown, text):
    text = text.replace(", 30", "") + "  - {name: vein_mm, path: vessels.vein.diameter_mm, values: [3, 4]}\n"
    folder = filled(text, lambda inputs: inputs["distance_mm"] + inputs["vein_mm"])
    names = [path.name for path in draw_pictures(folder, [RESULT]) if path.name.startswith("map")]
    assert names == ["map_margin_minimum_mm_1.png", "map_margin_minimum_mm_2.png"]
    assert "diameter of the vein 3 mm, tumour" in shown.words(names[0])
    assert "diameter of the vein 4 mm, tumour" in shown.words(names[1])
    scales = [shown.figures[name].axes[1].get_ylim() for name in names]
    assert scales[0] == scales[1]


def test_drawn_inputs_are_told_as_medians(filled, shown, text):
    text = text.replace("[5, 10, 15, 20]", "[5, 10]") + (
        "  - {name: factor, path: body.perfusion_factor, distribution: {kind: uniform, low: 0.5, high: 1}}\n"
        "sampling: {method: latin_hypercube, count: 3, seed: 1}\n"
    )
    draw_pictures(filled(text, lambda inputs: inputs["distance_mm"] + inputs["factor"]), [RESULT])
    assert "median of up to 3 cases at each point, in which other inputs are drawn" in shown.words(
        "map_margin_minimum_mm.png"
    )
