"""Doubled voltage, and doubled lengths: how the answer scales."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from runs import BODY, answer, case_of, examples, on_mesh
from strategies import COARSE, CONSTANT, EVERYTHING_AT_ONCE, scenarios, tenths

from ablasim.march import march

JOULE = 1e-9
"""Joule heat is scaled from one and the same unit potential: rounding alone tells the two apart."""

NEWTON_K = 1e-6
"""What Newton's method leaves over in a step, K: a hundredth of the time tolerance of 1e-4 K."""

FIXED_STEPS = {"mesh": COARSE, "time_step_s": 1.0, "time_tolerance": 1e-4}
VOLTS = tenths(3, 14)


def at_voltage(data: dict[str, Any], volts: float) -> dict[str, Any]:
    drive = {"electrode": {"control": "voltage", "voltage_v": volts}}
    return data | {"protocol": [{"duration_s": 8, "drive": drive}, {"duration_s": 2}], "cool_down_s": 0}


def check_doubled_voltage_quadruples(data: dict[str, Any], volts: float) -> None:
    """Joule heat and, because everything is linear here, every rise of temperature."""
    single = case_of(at_voltage(data, volts))
    double = on_mesh(single, at_voltage(data, 2.0 * volts), single.mesh)
    for variant in ("actual", "no_vessel"):
        one, two = (march(case, variant) for case in (single, double))
        assert two.ledger.delivered == pytest.approx(4.0 * one.ledger.delivered, rel=JOULE)
        pairs = zip(one.steps, two.steps, strict=True)
        for low, high in ((low.electrical, high.electrical) for low, high in pairs if low.electrical is not None):
            assert high.power == pytest.approx(4.0 * low.power, rel=JOULE)
            assert high.impedance == pytest.approx(low.impedance, rel=JOULE)
        active = single.bioheat(variant).active
        rises = [(run.temperature_end_of_power - BODY)[active] for run in (one, two)]
        assert rises[0].max() > 1e3 * NEWTON_K
        np.testing.assert_allclose(rises[1], 4.0 * rises[0], rtol=0.0, atol=8 * 5 * NEWTON_K)  # 8 steps, 4 + 1 of it


LINEAR = {
    "sources": ("needle",),
    "surfaces": ("plain",),
    "tissue": CONSTANT,
    "vessel_models": ("fixed_temperature",),  # blood in them, whose conductivity is not constant, stays at 37 °C
    "damage": {"headline": "isotherm_50", "models": ["isotherm_50"], "perfusion_shutdown": {"model": "none"}},
    "numerics": FIXED_STEPS,
}


@given(scenarios(**LINEAR), VOLTS)
@examples(3)
def test_doubled_voltage_quadruples_joule_heat_and_every_rise(data, volts):
    check_doubled_voltage_quadruples(data, volts)


@pytest.mark.slow
@given(scenarios(**LINEAR), VOLTS)
@examples(12)
def test_doubled_voltage_quadruples_joule_heat_and_every_rise_in_many_scenarios(data, volts):
    check_doubled_voltage_quadruples(data, volts)


def with_films(data: dict[str, Any], factor: float) -> dict[str, Any]:
    """Film coefficients said in numbers, because those found from flow and coolant do not scale alike."""
    vessels = [
        v | ({"film_coefficient_w_m2_k": 600.0 * factor} if v["model"] == "convective" else {}) for v in data["vessels"]
    ]
    applicators = [
        a | ({"film_coefficient_w_m2_k": 3000.0 * factor} if "coolant_temperature_c" in a else {})
        for a in data["applicators"]
    ]
    return data | {"vessels": vessels, "applicators": applicators}


def doubled(data: dict[str, Any]) -> dict[str, Any]:
    """The scenario with lengths doubled, times four times as long, and all else so that temperatures stay.

    Conduction takes heat over twice the length through four times the area: film coefficients halve, perfusion and
    heat per volume fall to a quarter. Potential falls off over twice the length: the same voltage drives twice the
    current and twice the power, through half the resistance.
    """
    big = doubled_lengths(with_films(data, 0.5))
    big["body"] = data["body"] | {"perfusion_factor": data["body"]["perfusion_factor"] / 4}
    resistance = data["boundary"]["series_resistance_ohm"]
    big["boundary"] = data["boundary"] | {"series_resistance_ohm": resistance / 2}
    big["protocol"] = [slowed(step) for step in data["protocol"]]
    big["cool_down_s"] = 4 * data["cool_down_s"]
    big["numerics"] = data["numerics"] | {"time_step_s": 4 * data["numerics"]["time_step_s"]}
    for applicator in big["applicators"]:
        if "heat_w_m3" in applicator:
            heat = applicator["heat_w_m3"]
            formula = isinstance(heat, str)
            applicator["heat_w_m3"] = f"({halved_places(heat)}) / 4" if formula else heat / 4
    return big


def doubled_lengths(data: Any) -> Any:
    """A copy with every number below a key that ends in ``_mm`` doubled."""
    if isinstance(data, dict):
        return {key: times_two(value) if key.endswith("_mm") else doubled_lengths(value) for key, value in data.items()}
    return [doubled_lengths(item) for item in data] if isinstance(data, list) else data


def times_two(value: Any) -> Any:
    return [times_two(item) for item in value] if isinstance(value, list) else 2 * value


def halved_places(formula: str) -> str:
    for axis in "xyz":
        formula = formula.replace(f"{axis}_mm", f"({axis}_mm / 2)")
    return formula


def slowed(step: dict[str, Any]) -> dict[str, Any]:
    drives = {
        name: {key: 2 * value if key in ("power_w", "current_a") else value for key, value in drive.items()}
        for name, drive in step.get("drive", {}).items()
    }
    return {"duration_s": 4 * step["duration_s"], "drive": drives}


def check_doubled_lengths_take_four_times_as_long(data: dict[str, Any]) -> None:
    small = case_of(with_films(data, 1.0))
    big = on_mesh(small, doubled(data), replace(small.mesh, points=2.0 * small.mesh.points))
    one, two = answer(small), answer(big)
    for variant, run in one.marches.items():
        other = two.marches[variant]
        np.testing.assert_allclose(other.temperature, run.temperature, rtol=0.0, atol=NEWTON_K)
        assert other.hottest[0] == pytest.approx(run.hottest[0], abs=NEWTON_K)
        assert other.ledger.delivered == pytest.approx(8.0 * run.ledger.delivered, rel=JOULE)
        assert other.ledger.stored == pytest.approx(8.0 * run.ledger.stored, rel=JOULE, abs=1e-6)
    assert two.zone.volume == pytest.approx(8.0 * one.zone.volume, rel=JOULE)


SCALABLE = {
    "damage": {"headline": "isotherm_50", "models": ["isotherm_50"], "perfusion_shutdown": {"model": "none"}},
    "numerics": {"mesh": COARSE, "time_step_s": 1.0, "time_tolerance": 0.01},
}
"""Isotherms know no time, and fixed steps no shortest step; both models of dose and the step control do."""


@example(EVERYTHING_AT_ONCE | SCALABLE)
@given(scenarios(**SCALABLE))
@examples(2)
def test_doubled_lengths_take_four_times_as_long_to_the_same_temperature(data):
    check_doubled_lengths_take_four_times_as_long(data)


@pytest.mark.slow
@given(scenarios(**SCALABLE))
@examples(10)
def test_doubled_lengths_take_four_times_as_long_to_the_same_temperature_in_many_scenarios(data):
    check_doubled_lengths_take_four_times_as_long(data)
