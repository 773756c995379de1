"""The page on tissues at microwave frequencies says what the library gives."""

from __future__ import annotations

import re

import pytest

from ablasim.materials import dielectric, tissue
from ablasim.materials.dielectric_laws import LAW_NAMES


def test_the_table_of_tissues_is_that_of_the_library(root):
    text = (root / "docs" / "dielectric.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`.*`) \| ([\d.]+), ([\d.]+) \| ([\d.]+), ([\d.]+) \|$", text, re.MULTILINE)
    assert len(rows) == 7
    for names, *printed in rows:
        for name in re.findall(r"`(\w+)`", names):
            found = [value for hz in (915e6, 2.45e9) for value in dielectric(tissue(name), hz).at_body_temperature]
            assert [float(value) for value in printed] == pytest.approx(found, rel=5e-3), name


def test_every_law_is_explained(root):
    text = (root / "docs" / "dielectric.md").read_text(encoding="utf-8")
    assert all(f"| `{name}` |" in text for name in LAW_NAMES)
