"""Curves: a line for each modality or level, with its noise floor."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ablasim.errors import OutputError
from ablasim.scenario import load_scenario
from ablasim.study.pictures.draw import draw_pictures
from ablasim.study.pictures.studied import Studied
from ablasim.study.pictures.words import base_words, fixed_words, own_words

RESULT, NAME = "margin.minimum_mm", "curve_margin_minimum_mm.png"
BASES = """\
schema_version: 1
title: Two treatments
base:
  - {{name: weak_drive, scenario: {root}/tests/data/quick.yaml}}
  - {{name: strong_drive, scenario: {root}/tests/data/quick.yaml, set: {{protocol.0.drive.electrode.power_w: 20}}}}
vary:
  - {{name: distance_mm, offset: {{kind: vessel_distance, vessel: vein}}, values: [1, 3, 6]}}
noise_floor: {{cases: 1, repeats: 2}}
"""
STRENGTH = {"weak_drive": 1.0, "strong_drive": 2.0}


def test_bases_are_lines_with_bands_of_their_noise(filled, shown, root):
    folder = filled(
        BASES.format(root=root), lambda inputs: STRENGTH[inputs["base"]] * inputs["distance_mm"], spread=0.1
    )
    assert [path.name for path in draw_pictures(folder, [RESULT])] == [NAME]
    axes = shown.figures[NAME].axes[0]
    lines = [line for line in axes.lines if line.get_label().startswith(("weak", "strong"))]
    np.testing.assert_allclose([line.get_ydata() for line in lines], [[1, 3, 6], [2, 6, 12]])
    bands = [item.get_paths()[0].vertices for item in axes.collections]
    np.testing.assert_allclose([np.ptp(band[band[:, 0] == 3.0][:, 1]) for band in bands], 0.4)  # ± 2 × 0.1 mm
    words = shown.words(NAME).replace("\n", " ")
    assert "weak drive: 15 W; standard deviation over meshes 0.1 mm" in words
    assert "strong drive: 20 W; standard deviation over meshes 0.1 mm" in words
    assert "tumour 10 mm, vein 6 mm wide, its blood 150 mm/s, 20 s" in words
    assert "levels 0 and 5 and 10 mm" in words
    assert shown.overlapping(NAME) == []


def test_bases_are_called_by_their_modality_where_no_two_share_one(root):
    names = {"a": "rfa_hepatic_vein", "b": "mwa_hepatic_vein", "c": "ire_four_needles_hepatic_vein"}
    bases = {
        name: load_scenario(root / f"scenarios/{file}.yaml").model_dump(mode="json", by_alias=True)
        for name, file in names.items()
    }
    studied = Studied("", None, (), False, bases, {})
    assert list(base_words(studied).values()) == ["radiofrequency", "microwaves", "irreversible electroporation"]
    assert fixed_words(studied, list(bases)) == (
        "tumour 20 mm, hepatic vein 6 mm wide, its blood 150 mm/s, perfusion × 0.5"
    )
    assert [own_words(studied, base) for base in bases] == ["29 W, 12 min", "50 W, 10 min", "90 pulses, 1500 V/cm"]
    assert list(base_words(replace(studied, bases=bases | {"d_e": bases["a"]})).values()) == ["a", "b", "c", "d e"]


def test_levels_of_a_second_input_are_lines_and_a_failed_case_is_a_gap(filled, shown, quick_text):
    text = quick_text.replace("[1, 4]", "[1, 2, 4]")
    text += "  - {name: power_w, path: protocol.0.drive.electrode.power_w, values: [10, 20]}\n"

    def margin(inputs):
        return None if (inputs["distance_mm"], inputs["power_w"]) == (2, 10) else inputs["distance_mm"]

    draw_pictures(filled(text, margin), [RESULT])
    lines = {line.get_label(): line for line in shown.figures[NAME].axes[0].lines}
    np.testing.assert_array_equal(lines["power 10 W"].get_ydata(), [1.0, np.nan, 4.0])
    np.testing.assert_array_equal(lines["power 20 W"].get_ydata(), [1.0, 2.0, 4.0])
    assert "no result, in the line's colour:" in shown.words(NAME)
    assert shown.overlapping(NAME) == []


def test_drawn_inputs_are_bars_from_the_lowest_to_the_highest(filled, shown, quick_text):
    text = quick_text + (
        "  - {name: factor, path: body.perfusion_factor, distribution: {kind: uniform, low: 0.5, high: 1}}\n"
        "sampling: {method: latin_hypercube, count: 3, seed: 1}\n"
    )
    draw_pictures(filled(text, lambda inputs: inputs["factor"]), [RESULT])
    assert "lowest and highest" in shown.words(NAME)


def test_a_result_in_words_cannot_be_drawn_and_one_that_is_not_there_draws_nothing(filled, quick_text):
    folder = filled(quick_text, lambda inputs: 1.0)
    with pytest.raises(OutputError, match=r"'margin\.class': holds words, and a picture needs numbers"):
        draw_pictures(folder, ["margin.class"])
    assert draw_pictures(folder, ["zone.volume_ml"]) == []
