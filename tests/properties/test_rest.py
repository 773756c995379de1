"""Where nothing heats or cools, nothing happens."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from runs import BODY, answer, case_of, examples, terms
from strategies import EVERYTHING_AT_ONCE, scenarios

ROUNDING = {"temperature_k": 1e-9, "heat_j": 1e-9}
"""Rounding: of 310 K and 15 digits about 1e-13 K, of the heat of 100 ml about 1e-11 J a step."""


def without_power(data: dict[str, Any]) -> dict[str, Any]:
    """The scenario with every source off; surfaces that were held cold are held at body temperature."""
    source = {key: value for key, value in data["applicators"][0].items() if key != "coolant_stops_with_power"}
    if "surface_temperature_c" in source:
        source["surface_temperature_c"] = 37
    steps = [{"duration_s": step["duration_s"]} for step in data["protocol"]]
    return data | {"applicators": [source], "protocol": steps}


def with_sources_at_zero(data: dict[str, Any]) -> dict[str, Any]:
    """The scenario with every source on, at zero power, voltage, current or heat, and no coolant."""
    off = without_power(data)
    (source,) = off["applicators"]
    source.pop("coolant_temperature_c", None)
    if source["kind"] == "prescribed":
        source["heat_w_m3"] = 0.0
        drives = [{"control": "as_given"}]
    else:
        drives = [{"control": kind, key: 0.0} for kind, key in (("power", "power_w"), ("voltage", "voltage_v"))]
        drives.append({"control": "current", "current_a": 0.0})
    steps = [{"duration_s": 5.0, "drive": {source["name"]: drive}} for drive in drives]
    return off | {"protocol": steps}


def check_nothing_happens(data: dict[str, Any]) -> None:
    results = answer(case_of(data))
    for variant, march in results.marches.items():
        active = results.case.bioheat(variant).active
        for temperature in (march.temperature, march.temperature_end_of_power):
            np.testing.assert_allclose(temperature[active], BODY, atol=ROUNDING["temperature_k"], rtol=0.0)
        np.testing.assert_allclose(terms(march.ledger), 0.0, atol=ROUNDING["heat_j"])
        assert results.zones[variant].is_empty
    assert results.summary["zone"]["volume_ml"] == 0.0
    assert results.summary["energy"]["residual_percent"] is None
    if results.margin is not None:
        assert results.summary["margin"]["class"] == "residual"
        assert results.summary["margin"]["tumour_ablated_percent"] == 0.0


@example(EVERYTHING_AT_ONCE, without_power)
@given(scenarios(), st.sampled_from([without_power, with_sources_at_zero]))
@examples(2)
def test_without_power_and_coolant_body_temperature_stays(data, silenced):
    check_nothing_happens(silenced(data))


@pytest.mark.slow
@given(scenarios(), st.sampled_from([without_power, with_sources_at_zero]))
@examples(15)
def test_without_power_and_coolant_body_temperature_stays_in_many_scenarios(data, silenced):
    check_nothing_happens(silenced(data))
