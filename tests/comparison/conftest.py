"""Finished runs made up of a small scenario and a summary with round numbers."""

import copy
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from ablasim.comparison import FinishedRun
from ablasim.scenario import parse_scenario, scenario_hash

QUICK = Path(__file__).parents[1] / "data" / "quick.yaml"


@pytest.fixture(scope="session")
def quick():
    """The quick scenario as plain data."""
    return YAML(typ="safe").load(QUICK.read_text(encoding="utf-8"))


@pytest.fixture
def finished(quick):
    """Make a finished run: the quick scenario with blocks replaced, and a summary with blocks replaced."""

    def make(name, *, summary=None, **blocks):
        scenario = parse_scenario(copy.deepcopy(quick) | blocks)
        numbers = {
            "status": "complete",
            "title": scenario.title,
            "versions": {"python": "3.11", "ablasim": "0.1.0"},
            "scenario_hash": scenario_hash(scenario),
            "warnings": [],
            "zone": {"damage_model": "isotherm_50", "volume_ml": 18.0, "long_axis_mm": 38.0},
            "margin": {"minimum_mm": 1.5, "class": "below_5", "tumour_ablated_percent": 99.99},
            "heat_sink": {
                "volume_loss_ml": 2.0,
                "volume_loss_percent": 10.0,
                "margin_loss_mm": 4.0,
                "vessels": {"vein": {"retraction_mm": 3.2, "rim_min_mm": None}},
            },
            "critical_structures": {},
            "source": {"kind": "rf", "energy_delivered_j": 300.0, "max_temperature_c": 61.5},
            "time": {"simulated_s": 25.0, "n_steps": 40},
            "uncertainty": None,
        }
        return FinishedRun(name, scenario, numbers | (summary or {}))

    return make
