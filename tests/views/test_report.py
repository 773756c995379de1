import re

import pytest

from ablasim.materials import library_table
from ablasim.views.material_table import materials_table, n_unchecked
from ablasim.views.report import DISCLAIMER, answer, render_report
from ablasim.views.report_tables import damage_tables, energy_tables, headline, sections
from ablasim.views.report_text import number

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001"
    "a5f645400000000049454e44ae426082"
)
ROW = {
    "tissue": "liver",
    "quantity": "electrical_conductivity_s_m",
    "value": 0.333,
    "unit": "S/m",
    "range": (0.19, 0.36),
    "source": "Haemmerich <2003>",
    "verified": False,
}


@pytest.fixture
def page(tmp_path, summary):
    picture = tmp_path / "zone.png"
    picture.write_bytes(PIXEL)
    render_report(
        tmp_path / "report.html",
        summary,
        title="RF beside a <vein>",
        pictures={"Ablation zone": picture},
        materials=[ROW],
        assumptions=["Blood enters at 37 °C."],
        scenario_text="title: a & b",
    )
    return (tmp_path / "report.html").read_text(encoding="utf-8")


def test_the_report_fetches_nothing_from_elsewhere(page):
    assert not re.search(r"""(?:src|href)\s*=\s*["'](?!data:)""", page)
    assert "url(" not in page
    assert "http" not in page
    assert page.count('src="data:image/png;base64,') == 1


def test_the_report_says_that_it_is_not_for_clinical_use_first_and_last(page):
    assert page.count(DISCLAIMER) == 2


def test_the_report_escapes_what_users_wrote(page):
    assert "RF beside a &lt;vein&gt;" in page
    assert "Haemmerich &lt;2003&gt;" in page
    assert "title: a &amp; b" in page


def test_the_report_shows_every_block(page):
    for words in (
        "1.3 mm",
        "± 0.2 mm",
        "Warnings",
        "hepatic_vein",
        "isotherm_60",
        "28800 J",
        "Blood enters",
        "ab12",
    ):
        assert words in page
    assert "1 of 1 values could not be checked" in page


def test_a_stopped_run_says_so(tmp_path, summary):
    render_report(tmp_path / "report.html", {**summary, "status": "incomplete"}, title="stopped")
    assert "stopped before its end" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_a_summary_without_tumour_and_vessels_has_a_report(tmp_path, summary):
    bare = {**summary, "margin": None, "heat_sink": None, "uncertainty": None, "warnings": []}
    render_report(tmp_path / "report.html", bare, title="bare")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "no tumour" in page
    assert "What the vessels took" not in page


@pytest.fixture
def verified_summary(summary):
    vein = {"retraction_mm": 0.3, "energy_removed_j": 51.3, "power_removed_end_w": None}
    method = {
        "name": "grid convergence index of two meshes",
        "safety_factor": 3.0,
        "order": 1.0,
        "length_floor_mm": 0.1,
        "refinement_ratio": 1.41,
        "n_points": 101234,
        "finer_n_points": 286000,
        "n_steps": 120,
        "finer_n_steps": 151,
    }
    uncertainty = {
        "status": "verified",
        "method": method,
        "zone": {"volume_ml": 1.2, "long_axis_mm": None},
        "margin": {"minimum_mm": 0.0573, "model_low_mm": 0.21, "model_high_mm": 0.0573},
        "heat_sink": {"volume_loss_ml": 0.31, "margin_loss_mm": None, "vessels": {"hepatic_vein": vein}},
        "finer": {"zone": {"volume_ml": 18.11, "long_axis_mm": 38.1}, "margin": {"minimum_mm": 1.32}},
    }
    return {**summary, "uncertainty": uncertainty}


def test_the_numbers_of_a_verified_run_carry_their_spread_in_answer_tiles_and_tables(tmp_path, verified_summary):
    render_report(tmp_path / "report.html", verified_summary, title="verified")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    for words in (
        "the smallest margin is 1.31 ± 0.06 mm",
        '<div class="uncertainty">± 1.2 ml</div>',
        "<td>1.31 ± 0.06 mm</td>",
        "<td>2.90 ± 0.31 ml</td><td>2.8 mm</td>",
        "<td>… over the damage models</td><td>−2.0 to 1.3 mm</td>",
        "<td>… and the mesh</td><td>−2.2 to 1.4 mm</td>",
        "<td>3.2 ± 0.30 mm</td>",
        "<td>3900 ± 51 J</td>",
        "<td>ablation zone</td><td>18.23 ml</td><td>18.11 ml</td><td>± 1.20 ml</td>",
        "<td>zone along the applicator</td><td>38.20 mm</td><td>38.10 mm</td><td>–</td>",
        "<td>hepatic_vein: energy taken</td>",
        "101,234 and 286,000 points (order 1 assumed, safety factor 3)",
        "edges shorter by r = 1.41 and an assumed order p = 1, times a safety factor of 3",
        "of a length 0.1 mm at least",
    ):
        assert words in page


@pytest.mark.parametrize(
    ("uncertainty", "words"),
    [(None, "not asked for (ablasim run --verify)"), ({"status": "not_verified"}, "asked for, not found")],
)
def test_a_run_without_spread_says_why(tmp_path, summary, uncertainty, words):
    render_report(tmp_path / "report.html", {**summary, "uncertainty": uncertainty}, title="plain")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert words in page
    assert "±" not in page
    assert "on the finer mesh" not in page


@pytest.mark.parametrize(
    ("margin_class", "first_word"),
    [("residual", "No"), ("below_5", "No"), ("5_to_10", "Partly"), ("a0", "Yes")],
)
def test_every_margin_class_has_its_answer(margin_class, first_word):
    margin = {"class": margin_class, "minimum_mm": -1.26, "residual_ml": 0.5, "nearest_vessel": "portal_vein"}
    words = answer({"margin": margin})
    assert words.startswith(first_word)
    assert "−1.3 mm (the nearest vessel there is portal_vein)" in words


def test_a_margin_comes_with_its_interval_over_the_damage_models_and_no_finer_than_it_is_known(tmp_path, summary):
    plain = {**summary, "uncertainty": None}
    render_report(tmp_path / "report.html", plain, title="plain")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "the smallest margin is 1.3 mm (the nearest vessel there is hepatic_vein). Over the damage models" in page
    assert "it is −2.0 to 1.3 mm. Its class depends on the damage model: residual tumour to below 5 mm." in page
    assert '<div class="uncertainty">(−2.0 to 1.3 mm over damage models)</div>' in page
    assert "1.31" not in page
    assert "2.80 mm" not in page


def test_models_that_agree_on_the_class_or_a_single_one_are_told_so():
    margin = {"class": "5_to_10", "minimum_mm": 7.0, "model_low_mm": 5.5, "model_high_mm": 8.0}
    assert answer({"margin": margin}).endswith("it is 5.5 to 8.0 mm.")
    assert "Over the damage models" not in answer({"margin": {**margin, "model_low_mm": None, "model_high_mm": None}})


def test_rules_pieces_and_contraction_stand_in_the_report(tmp_path, summary):
    rule = {"met": False, "percent": 78.99, "needed_percent": 100.0, "asks_for": "at least 5 mm", "source": "A 2025"}
    more = {
        "rules": {"a": {**rule, "verified": True}, "b": {**rule, "met": True, "percent": None, "verified": False}},
        "residual_pieces": [
            {"volume_ml": 0.1234, "centre_mm": [9.0, 0.0, 0.0], "nearest_vessel": "hepatic_vein", "in_sleeve": False},
            *9 * [{"volume_ml": 0.001, "centre_mm": [0.0, 0.0, 0.0], "nearest_vessel": None, "in_sleeve": True}],
        ],
        "contraction": {
            "radial_percent": 17.0,
            "axial_percent": 17.0,
            "source": "B 2014",
            "minimum_mm": -0.44,
            "minimum_low_mm": -1.1,
            "minimum_high_mm": 0.2,
            "minimum_at_mm": [9.9, 0.0, 0.0],
            "class": "residual",
        },
    }
    render_report(tmp_path / "report.html", {**summary, "margin": summary["margin"] | more}, title="more")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    for words in (
        "<td>at least 5 mm</td><td>not kept</td><td>78.9 %</td><td>100 %</td><td>A 2025</td>",
        "<td>at least 5 mm</td><td>kept</td><td>–</td><td>100 %</td><td>not verified: A 2025</td>",
        "<td>0.1234 ml</td><td>(9.0, 0.0, 0.0) mm</td><td>hepatic_vein</td>",
        "2 smaller pieces more.",
        "<td>smallest</td><td>1.3 mm</td><td>−0.4 mm (−1.1 to 0.2)</td>",
        "lose 17 % of its length across the applicator and 17 % along it",
        "Source of the shares: B 2014.",
    ):
        assert words in page


def test_what_lives_on_is_never_rounded_away(summary):
    tile = next(tile for tile in headline(summary) if tile.label == "tumour ablated")
    assert tile.value == "99.9 %"


def test_an_empty_summary_has_no_sections():
    assert sections({}) == []
    assert headline({}) == []


def test_the_spread_of_the_damage_models_leaves_out_those_that_kill_the_living_and_names_them():
    volumes = {"cem43_240": 29.2, "isotherm_60": 17.0, "arrhenius_liver": 52.1, "three_state": 15.1}
    models = {name: {"volume_ml": volume, "minimum_margin_mm": 1.0} for name, volume in volumes.items()}
    (table,) = damage_tables({"zone": {"by_damage_model": models}})
    assert [row[3] for row in table.rows] == ["", "", "ruled out", "ruled out"]
    assert "The models cem43_240, isotherm_60 spread from 17.0 ml to 29.2 ml" in table.note
    assert table.note.endswith("body temperature: arrhenius_liver 52.1 ml, three_state 15.1 ml.")
    (alone,) = damage_tables({"zone": {"by_damage_model": {"arrhenius_liver": models["arrhenius_liver"]}}})
    assert "spread" not in alone.note


def test_energy_shares_are_absent_when_nothing_was_delivered():
    (table,) = energy_tables({"energy": {"delivered_j": 0.0, "stored_j": 5.0, "residual_percent": None}})
    assert [row[2] for row in table.rows] == ["–", "–"]


def test_the_users_own_values_are_marked():
    rows = materials_table([{**ROW, "user_defined": True}, {"tissue": "liver", "quantity": "a", "value": 1.0}]).rows
    assert [row[4] for row in rows] == ["the user's own", "no"]


def test_what_was_not_checked_is_marked_and_counted_and_the_users_own_is_not():
    rows = [
        {"tissue": row.name, "quantity": row.quantity, "value": row.value, "verified": row.verified}
        for row in library_table()
    ]
    doubtful = sum(not row.verified for row in library_table())
    assert 0 < doubtful < len(rows)
    assert [row[4] for row in materials_table(rows).rows].count("no") == doubtful
    assert n_unchecked(rows) == doubtful
    assert n_unchecked([{**ROW, "user_defined": True}]) == 0


def test_the_report_tells_the_conditions_and_what_others_give():
    others = [(0.148, "Gabriel", True), (0.4, "hearsay", False)]
    told = {"conditions": "500 kHz", "choice": "The only one in vivo.", "alternatives": others}
    (row,) = materials_table([ROW | told]).rows
    assert row[5] == "500 kHz"
    assert row[6] == (
        "Haemmerich <2003>. The only one in vivo. Others give 0.148 S/m (Gabriel); 0.4 S/m (hearsay: not checked)"
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (float("nan"), "–"),
        (True, "yes"),
        (12345, "12345"),
        (-0.5, "−0.5"),
        (1.5e7, "1.5e+07"),
        ("x", "x"),
    ],
)
def test_numbers_are_written_for_readers(value, text):
    assert number(value) == text
