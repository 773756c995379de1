"""Roughly how long a run will take."""

from __future__ import annotations

from ablasim.scenario import Scenario
from ablasim.schedule import schedule

_MESH_POINTS_PER_S = 6000.0
_STEPS_PER_MINUTE = 8.0
_STEP_S_PER_POINT = 8e-6
_START_S = 10.0


def expected_seconds(scenario: Scenario, n_points: float, *, warm: bool = False) -> float:
    """Seconds that a run and a twin beside it take on a core each, mesh included; right to a factor of two or three.

    Parameters
    ----------
    scenario : Scenario
        The scenario.
    n_points : float
        Points of its mesh.
    warm : bool, optional
        Whether the process has run before: without imports and compilation.
    """
    minutes = schedule(scenario)[-1].end / 60.0
    steps = _STEPS_PER_MINUTE * minutes
    start = 0.0 if warm else _START_S
    return start + n_points / _MESH_POINTS_PER_S + steps * _STEP_S_PER_POINT * n_points
