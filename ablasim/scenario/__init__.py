"""The scenario: a YAML file turned into one frozen, checked value; no physics."""

from __future__ import annotations

from ablasim.scenario.load import load_scenario, located_error, parse_scenario
from ablasim.scenario.schema import Scenario
from ablasim.scenario.starter import starter_text
from ablasim.scenario.write import json_schema, plain_scenario, scenario_hash, write_resolved

__all__ = [
    "Scenario",
    "json_schema",
    "load_scenario",
    "located_error",
    "parse_scenario",
    "plain_scenario",
    "scenario_hash",
    "starter_text",
    "write_resolved",
]
