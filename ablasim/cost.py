"""Roughly how long a run will take."""

from __future__ import annotations

from ablasim.scenario import Scenario
from ablasim.schedule import schedule

_MESH_POINTS_PER_S = 16000.0
_STEPS_PER_MINUTE = 5.0
_STEP_S_PER_POINT = 1.8e-6
_START_S = 4.5  # imports, kernels that lie on disk, pictures
_WRITING_S_PER_POINT = 4.5e-5


def expected_seconds(scenario: Scenario, n_points: float, *, warm: bool = False) -> float:
    """Seconds that a run and a twin beside it take on a free core each, mesh included; right to a factor of two.

    Calibrated on CPU seconds of runs in one thread, half of the march's for each of run and twin, on one machine of
    2026. What is told, over what was measured: the quick look 0.9 (7 s), `rfa_hepatic_vein` 1.0 (32 s),
    `mwa_hepatic_vein` on a coarse mesh 0.9 (15 s), `ire_two_needles` on a coarse mesh 1.7 (6 s; it cools long before it
    must). Not calibrated on, `ire_four_needles_hepatic_vein` on a coarse mesh: 0.65 (37 s; six pulse trains are
    solved). The first run after an installation takes 20 s more, in which kernels are compiled.

    Parameters
    ----------
    scenario : Scenario
        The scenario.
    n_points : float
        Points of its mesh.
    warm : bool, optional
        Whether the process has run before and draws nothing: without imports, kernels and pictures.
    """
    minutes = schedule(scenario)[-1].end / 60.0
    steps = _STEPS_PER_MINUTE * minutes
    start = 0.0 if warm else _START_S + _WRITING_S_PER_POINT * n_points
    return start + n_points / _MESH_POINTS_PER_S + steps * _STEP_S_PER_POINT * n_points
