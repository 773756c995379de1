"""docs/damage-model.md says what the damage models do."""

from __future__ import annotations

import math
import re

import pytest

from ablasim.book.record import RESULTS, read_records
from ablasim.damage import OBSERVATIONS, damage_model_names, damage_table


@pytest.fixture(scope="module")
def page(root):
    return (root / "docs/damage-model.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def tables(page):
    """Rows of each table, cell by cell, without its head."""
    blocks = re.findall(r"(?:^\|.*\n)+", page, flags=re.MULTILINE)
    return [[[cell.strip() for cell in row.strip("|").split("|")] for row in b.splitlines()[2:]] for b in blocks]


def listed(observations):
    return ", ".join(f"{item.temperature_c:g} °C" for item in observations) or "–"


def test_the_table_of_models_is_the_one_that_the_package_gives(tables):
    expected = [
        [
            f"`{row.name}`",
            row.process,
            "–" if math.isinf(row.body_temperature_min) else f"{row.body_temperature_min:.0f} min",
            f"{row.lethal_temperature_c:.1f} °C",
            listed(row.kills_the_living),
            listed(row.spares_the_dead),
        ]
        for row in damage_table()
    ]
    assert tables[0] == expected


def test_the_observations_are_those_of_the_package(tables):
    def held(seconds):
        return f"{seconds / 60:g} min" if seconds >= 3600 else f"{seconds:g} s"

    expected = [[f"{o.temperature_c:g} °C", held(o.duration_s), o.subject, o.seen] for o in OBSERVATIONS]
    assert tables[1] == expected


def test_the_book_shows_the_demo_under_every_model(root):
    case = read_records(root / "validation" / RESULTS)["V-M2"]
    shown = {check.quantity.partition(":")[0] for check in case.checks if check.quantity.endswith("zone of the demo")}
    assert shown == set(damage_model_names())
