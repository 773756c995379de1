"""Smooth maps by the surrogate: levels where they belong, within what the map states; nothing beyond the cases."""

from __future__ import annotations

import re

import numpy as np
import pytest

from ablasim.errors import AnalysisError
from ablasim.study.names import Label
from ablasim.study.noise_floor import Spread
from ablasim.study.pictures.draw import draw_pictures
from ablasim.study.pictures.map_values import smooth_between
from ablasim.study.pictures.response_map import Axis, response_map

RESULT = "margin.minimum_mm"
NAME = "smooth_map_margin_minimum_mm.png"
FLOOR = 0.1
DRAWN = 0.05  # mm: levels are straight within the triangles of the map
STUDY = """\
schema_version: 1
title: Vein and power
base: {root}/tests/data/quick.yaml
vary:
  - {{name: distance_mm, offset: {{kind: vessel_distance, vessel: vein}}, values: [1, 2, 3, 4, 5, 6]}}
  - {{name: power_w, path: protocol.0.drive.electrode.power_w, values: [5, 10, 15, 20, 25]}}
"""


@pytest.fixture
def text(root) -> str:
    return STUDY.format(root=root)


def margin(distance, power):
    """A margin that saturates with the vein's distance, from -3 to 7 mm over the design."""
    return 8.0 * (1.0 - np.exp(-distance / 2.5)) + 0.18 * power - 4.0


def of_inputs(inputs):
    return float(margin(inputs["distance_mm"], inputs["power_w"]))


def lines_and_bands(axes):
    """Vertices of each level, and of the band round it."""
    sets = [item for item in axes.collections if item.get_alpha() == 0.65 or item.get_linewidths().max() == 1.8]
    parts = [np.concatenate([path.vertices for path in item.get_paths() if len(path.vertices)]) for item in sets]
    return list(zip(parts[1::2], parts[::2], strict=True))


def test_levels_lie_where_the_function_has_them_within_the_stated_error(filled, shown, text):
    folder = filled(text + "noise_floor: {cases: 1, repeats: 2}\n", of_inputs, spread=FLOOR)
    written = draw_pictures(folder, [RESULT], smooth=True)
    assert [path.name for path in written] == [NAME]
    found = lines_and_bands(shown.figures[NAME].axes[0])
    words = shown.words(NAME)
    stated = re.search(r"held back is ([\d.e−]+) mm \(rms\), ([\d.e−]+) mm at most", " ".join(words.split()))
    rms, largest = (float(number.replace("−", "-")) for number in stated.groups())
    assert rms < largest < 0.2
    assert len(found) == 2
    for level, (line, band) in zip((0.0, 5.0), found, strict=True):
        assert np.abs(margin(*line.T) - level).max() < largest + DRAWN
        assert np.abs(margin(*band.T) - level).max() < 2.0 * FLOOR + 0.15
        assert np.median(np.abs(margin(*band.T) - level)) >= 2.0 * FLOOR - 0.05
    for said in (
        "surrogate of 30 cases; its error on cases held back is ",
        "10 mm: everywhere below",
        "level ± 2 standard deviations of the surrogate and remeshing",
        "colours: surrogate",
        "computed (30)",
        "noise floor of remeshing: standard deviation 0.1 mm",
    ):
        assert said in words
    assert shown.overlapping(NAME) == []


def test_the_linear_map_stays_the_default(filled, shown, text):
    names = [path.name for path in draw_pictures(filled(text, of_inputs), [RESULT])]
    assert "map_margin_minimum_mm.png" in names
    assert NAME not in names


def test_nothing_is_drawn_beyond_the_points_or_across_one_without_a_value():
    x, y = (axis.ravel() for axis in np.meshgrid([1.0, 2.0, 4.0, 8.0], [10.0, 20.0, 30.0]))
    values = np.where((x == 8.0) & (y == 30.0), np.nan, x)
    found = smooth_between(x, y, values, lambda x, y: (x * y, 0.1 * x), "product", log_x=True)
    corners = found.triangles.get_masked_triangles()
    used_x, used_y = found.triangles.x[corners], found.triangles.y[corners]
    np.testing.assert_allclose(found.shown, used_x * used_y)
    assert (used_x.min(), used_x.max()) == pytest.approx((1.0, 8.0))
    assert (used_y.min(), used_y.max()) == pytest.approx((10.0, 30.0))
    beyond = np.log2(used_x / 4.0) + (used_y - 20.0) / 10.0
    assert beyond.max() == pytest.approx(1.0)  # the triangle at the corner without a value is left out
    across, up = np.diff(np.log2(used_x), axis=1), np.diff(used_y, axis=1)
    areas = 0.5 * np.abs(across[:, 0] * up[:, 1] - across[:, 1] * up[:, 0])
    assert areas.sum() == pytest.approx(3.0 * 20.0 - 5.0)  # and no other


def test_what_no_surrogate_can_be_made_of_is_told(filled, text):
    text = text.replace("[1, 2, 3, 4, 5, 6]", "[1, 2, 3]").replace("[5, 10, 15, 20, 25]", "[5, 10, 15]")
    few = filled(text, of_inputs)
    with pytest.raises(AnalysisError, match=r"9 cases with margin.minimum_mm: a surrogate over 2 inputs needs 10"):
        draw_pictures(few, [RESULT], smooth=True)


def test_an_uncertain_input_is_held_at_its_median(filled, shown, text):
    text = text.replace("[1, 2, 3, 4, 5, 6]", "[1, 3, 6]").replace("[5, 10, 15, 20, 25]", "[5, 25]") + (
        "  - {name: factor, path: body.perfusion_factor, distribution: {kind: uniform, low: 0.5, high: 1.5}}\n"
        "sampling: {method: latin_hypercube, count: 4, seed: 1}\n"
    )

    def plane(inputs):
        return inputs["distance_mm"] + 0.1 * inputs["power_w"] - 2.0 * inputs["factor"] - 3.0

    draw_pictures(filled(text, plane), [RESULT], smooth=True)
    (held,) = [line for line in shown.words(NAME).splitlines() if line.startswith("held at the median: ")]
    assert held.split()[-1] == "1"
    (line, _) = lines_and_bands(shown.figures[NAME].axes[0])[0]
    assert np.abs(line[:, 0] + 0.1 * line[:, 1] - 5.0).max() < 0.05


def test_inputs_that_are_words_are_refused(filled, text):
    text += "  - {name: model, path: vessels.vein.model, values: [convective, fixed_temperature]}\n"
    with pytest.raises(AnalysisError, match="model: no numbers, and a surrogate for smooth maps needs numbers"):
        draw_pictures(filled(text, of_inputs), [RESULT], smooth=True)


def test_a_third_input_between_bounds_is_held_in_the_middle(filled, shown, text):
    text = text.replace("values: [5, 10, 15, 20, 25]", "between: {low: 5, high: 25}") + (
        "  - {name: duration_s, path: protocol.0.duration_s, between: {low: 10, high: 50}}\n"
        "sampling: {method: latin_hypercube, count: 8, seed: 1}\n"
    )

    def plane(inputs):
        return inputs["distance_mm"] + 0.1 * inputs["power_w"] + 0.2 * inputs["duration_s"] - 8.0

    folder = filled(text, plane)
    assert [path.name for path in draw_pictures(folder, [RESULT], smooth=True)] == [NAME]
    (held,) = [line for line in shown.words(NAME).splitlines() if "in the middle of its bounds: " in line]
    assert held.endswith("30 s")
    (line, _) = lines_and_bands(shown.figures[NAME].axes[0])[0]
    assert np.abs(line[:, 0] + 0.1 * line[:, 1] - 2.0).max() < 0.05


def test_cases_that_differ_in_what_is_not_shown_are_not_joined(filled, text):
    text = text.replace("values: [1, 2, 3, 4, 5, 6]", "values: [3]")
    text = text.replace("values: [5, 10, 15, 20, 25]", "between: {low: 5, high: 25}") + (
        "  - {name: duration_s, path: protocol.0.duration_s, between: {low: 10, high: 50}}\n"
        "  - {name: factor, path: body.perfusion_factor, distribution: {kind: uniform, low: 0.5, high: 1.5}}\n"
        "sampling: {method: latin_hypercube, count: 20, seed: 1}\n"
    )
    written = draw_pictures(filled(text, lambda inputs: inputs["power_w"] - 10.0 * inputs["factor"]), [RESULT])
    assert [path.name for path in written] == ["tornado_margin_minimum_mm.png"]


def test_a_study_over_one_input_has_no_smooth_map(filled, text):
    one = filled(text.partition("  - {name: power_w")[0], lambda inputs: inputs["distance_mm"])
    with pytest.raises(AnalysisError, match="needs two inputs with values, range or between"):
        draw_pictures(one, [RESULT], smooth=True)


def test_a_band_has_the_deviation_of_the_map_and_that_of_remeshing(shown, tmp_path):
    x, y = (axis.ravel() for axis in np.meshgrid([0.0, 4.0, 10.0], [0.0, 4.0]))
    filled = smooth_between(x, y, x, lambda x, y: (x, np.full_like(x, 0.3)), "known")
    inputs = [Axis(Label(words, "mm"), values) for words, values in (("across", x), ("up", y))]
    said = {"label": Label("margin", "mm"), "title": "t", "subtitle": "s"}
    floor = Spread(sd=0.4, cases=1, runs=3, largest=0.4)
    path = tmp_path / "map.png"
    response_map(path, *inputs, x, ["done"] * len(x), filled=filled, levels=(5.0,), floor=floor, **said)
    ((line, band),) = lines_and_bands(shown.figures["map.png"].axes[0])
    assert line[:, 0] == pytest.approx(5.0)
    # twice the root of 0.3² + 0.4² to either side
    assert (band[:, 0].min(), band[:, 0].max()) == pytest.approx((4.0, 6.0))
