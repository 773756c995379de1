"""What was not checked at its source is told in the warnings and in the report of a run."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
from ruamel.yaml import YAML

import ablasim
from ablasim.build import build_case
from ablasim.materials import library_table
from ablasim.materials.entries import quantity_in_words
from ablasim.results.origins import material_origins, unchecked
from ablasim.scenario import parse_scenario
from ablasim.views.material_table import materials_table
from ablasim.views.publish import material_rows
from ablasim.views.report import render_report

QUICK = Path(__file__).parents[1] / "data" / "quick.yaml"


@pytest.fixture(scope="module")
def scenario(tmp_path_factory):
    """The quick scenario with some of its top-level blocks replaced, its mesh cached for the module."""
    quick = YAML(typ="safe").load(QUICK.read_text(encoding="utf-8"))
    plain = {"heat_sink": {"twins": []}, "cool_down_s": 0, "outputs": {"pictures": False}}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield lambda **blocks: parse_scenario(copy.deepcopy(quick) | plain | blocks)


@pytest.fixture(scope="module")
def result(scenario):
    return ablasim.run(scenario())


def test_a_warning_names_what_was_not_checked_of_each_material(result):
    doubtful = {name: unchecked(values) for name, values in material_origins(result.case).items()}
    assert doubtful["colorectal_metastasis"]
    assert not doubtful["liver"]
    for name, keys in doubtful.items():
        told = [words for words in result.summary["warnings"] if words.startswith(f"{name}: ")]
        assert len(told) == bool(keys)
        if keys:
            assert f"{len(keys)} of" in told[0]
            assert "not checked at their source" in told[0]
            assert all(quantity_in_words(key) in told[0] for key in keys[:4])


def test_the_report_marks_exactly_the_values_that_the_library_marks(result, tmp_path):
    library = {(row.name, quantity_in_words(row.quantity)): row.verified for row in library_table()}
    rows = material_rows(result.case)
    shown = {(row[0], row[1]): row[4] for row in materials_table(rows).rows}
    assert {key: answer == "yes" for key, answer in shown.items()} == {key: library[key] for key in shown}
    render_report(tmp_path / "report.html", result.summary, title="quick", materials=rows)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    doubtful = sum(not library[key] for key in shown)
    assert f"{doubtful} of {len(rows)} values could not be checked" in page
    for warning in result.summary["warnings"]:
        assert warning.split(":")[0] in page


def test_flowing_blood_is_listed_where_it_flows(scenario, result):
    assert set(material_origins(result.case)["blood"]) == {
        "density_kg_m3",
        "heat_capacity_j_kg_k",
        "thermal_conductivity_w_m_k",
        "viscosity_pa_s",
        "electrical_conductivity_s_m",
    }
    bloodless = build_case(scenario(vessels=[], body={"perfusion_factor": 0}))
    assert "blood" not in material_origins(bloodless)
    perfused = build_case(scenario(vessels=[]))
    assert "blood" in material_origins(perfused)


def test_the_users_own_values_are_told_apart_and_raise_no_warning(scenario):
    own = {"mine": {"from": "liver", "density_kg_m3": 1060}}
    body = {"blood_density_kg_m3": 1060}
    organ = scenario().model_dump()["organ"] | {"tissue": "mine"}
    case = build_case(scenario(tissues=own, organ=organ, body=body))
    origins = material_origins(case)
    for name in ("mine", "blood"):
        assert origins[name]["density_kg_m3"].source == "value given by the user"
        assert "density_kg_m3" not in unchecked(origins[name])
    marks = {(row["tissue"], row["quantity"]): row["user_defined"] for row in material_rows(case)}
    assert marks["blood", "density_kg_m3"]
    assert not marks["blood", "heat_capacity_j_kg_k"]


def test_a_headline_whose_numbers_were_not_checked_raises_a_warning(scenario, result):
    assert not any("damage model" in words for words in result.summary["warnings"])
    doubtful = ablasim.run(scenario(damage={"headline": "arrhenius_borrelli"}))
    words = "the numbers of this damage model are not checked at their source"
    assert any(words in warning for warning in doubtful.summary["warnings"])
