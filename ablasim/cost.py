"""Roughly how long a run will take."""

from __future__ import annotations

from ablasim.scenario import Scenario
from ablasim.schedule import schedule

_MESH_POINTS_PER_S = 6000.0
_STEPS_PER_MINUTE = 8.0
_STEP_S_PER_POINT = 8e-6
_START_S = 10.0


def expected_seconds(scenario: Scenario, n_points: float) -> float:
    """Seconds that a run and a twin beside it take on a core each, imports and mesh included; right to a factor of two.

    Parameters
    ----------
    scenario : Scenario
        The scenario.
    n_points : float
        Points of its mesh.
    """
    minutes = schedule(scenario)[-1].end / 60.0
    steps = _STEPS_PER_MINUTE * minutes
    return _START_S + n_points / _MESH_POINTS_PER_S + steps * _STEP_S_PER_POINT * n_points
