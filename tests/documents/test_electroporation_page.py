"""The page on electroporation says what the library and the models have."""

from __future__ import annotations

import re

import pytest

from ablasim.damage.electroporation import REVERSIBLE, FieldThreshold, PelegFermi
from ablasim.materials import electroporation, tissue
from ablasim.materials.electroporation_laws import LAW_NAMES
from ablasim.units import volts_per_cm


@pytest.fixture(scope="module")
def page(root):
    return (root / "docs" / "electroporation.md").read_text(encoding="utf-8")


def test_the_table_of_values_is_that_of_the_library(page):
    number = r"([\d.]+)"
    pair = rf"{number}, {number}"
    rows = re.findall(rf"^\| (`.*`) \| {pair} \| {pair} \| {pair} \| {number} \|$", page, re.MULTILINE)
    assert len(rows) == 4
    for names, *printed in rows:
        for name in re.findall(r"`(\w+)`", names):
            values = electroporation(tissue(name))
            fields = (*values.constants, values.reversible_threshold, values.irreversible_threshold)
            found = [values.before, values.after, *map(volts_per_cm, fields), 100.0 * values.slope_per_k]
            assert [float(value) for value in printed] == pytest.approx(found), name


def test_every_law_and_every_model_is_explained(page):
    named = (*LAW_NAMES, FieldThreshold().name, REVERSIBLE.name, PelegFermi().name)
    assert all(f"| `{name}` |" in page for name in named)


def test_what_the_page_says_of_survival_is_what_the_model_gives(page):
    assert f"{volts_per_cm(PelegFermi().lethal_field(90)):.0f} V/cm" in page
