"""Steady states of a needle in tissue whose conductivity follows temperature."""

from pathlib import Path

import numpy as np
import pytest

from ablasim.build import build_case
from ablasim.scenario import load_scenario
from ablasim.settle import settle

NEEDLE = Path(__file__).parents[2] / "validation" / "analytic" / "V-A7n-needles" / "scenario.yaml"


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
