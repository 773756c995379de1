"""Steady states of a needle in tissue whose conductivity follows temperature."""

from pathlib import Path

import numpy as np
import pytest

from ablasim.build import build_case
from ablasim.scenario import load_scenario
from ablasim.settle import settle

ANALYTIC = Path(__file__).parents[2] / "validation" / "analytic"
NEEDLE = ANALYTIC / "V-A7n-needles" / "scenario.yaml"
WARMED = ANALYTIC / "V-A14-equilibration-length" / "scenario.yaml"


@pytest.mark.parametrize("time_tolerance", [0.01, 0.001])
def test_the_steady_state_comes_to_rest_however_closely_it_is_asked_for(time_tolerance, tmp_path):
    """The potential must be solved more closely than in a time step: what it leaves over keeps the rest from coming."""
    changes = {
        "applicators.electrode.surface_temperature_c": None,
        "tissues.conductor.electrical_conductivity_slope_per_k": 0.015,
        "protocol.0.drive.electrode.voltage_v": 12,
        "numerics.time_tolerance": time_tolerance,
        "numerics.mesh": {"needle_mm": 0.25, "growth": 0.25},
    }
    found = settle(build_case(load_scenario(NEEDLE, changes), tmp_path))
    assert abs(found.ledger.residual_share) < 1e-6
    assert np.isfinite(found.temperature).all()


@pytest.mark.parametrize("model", ["transport", "resolved"])
def test_the_steady_state_comes_to_rest_beside_slow_blood(model, tmp_path):
    """Plain repetition, blood answering to tissue and tissue to blood, takes more than the fifty passes allowed."""
    changes = {
        "vessels.core.model": model,
        "vessels.core.mean_speed_mm_s": 1,
        "numerics.mesh": {"vessel_mm": 0.7, "far_mm": 6, "growth": 0.5},
    }
    case = build_case(load_scenario(WARMED, changes), tmp_path)
    found = settle(case)
    (course,) = case.walls().network().courses(found.temperature).values()
    assert course.temperature[-1] - course.temperature[0] > 20.0
    assert course.exchange.carried == pytest.approx(-found.ledger.boundary, rel=1e-5)
