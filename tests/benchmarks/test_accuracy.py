"""What the speed costs: R1 with ablasim's own steps, beside steps so short that their error does not matter."""

from __future__ import annotations

import pytest

import ablasim
from ablasim.scenario import load_scenario
from benchmarks.meshes import scenario_file
from benchmarks.r1.problem import SCENARIO, WHOLE_RUN, changes

CLOSE = 0.01
"""What the benchmark allows of the converged answer."""


@pytest.fixture(scope="module")
def answers():
    """Voltage, highest temperature and dead volume at the end, by further changes of the scenario."""
    mesh_file = str(scenario_file("s"))

    def run(**more):
        asked = changes(mesh_file, steps=WHOLE_RUN, scheme="adaptive")
        march = ablasim.run(load_scenario(SCENARIO, asked | more)).actual
        last = march.steps[-1]
        return (last.electrical.voltage, last.max_temperature, last.zone_volume), march.work

    return run


@pytest.mark.slow
def test_adaptive_steps_come_within_a_hundredth_of_converged_ones(answers):
    converged, _ = answers(**{"numerics.time_step_s": 0.5, "numerics.time_tolerance": 0.01})
    found, work = answers()
    assert found == pytest.approx(converged, rel=CLOSE)
    assert work["steps"] < WHOLE_RUN / 2  # half of what the peers take


@pytest.mark.slow
def test_the_work_of_r1_does_not_grow(answers):
    """Counts, a tenth above what they are now: a change that costs time is seen without a clock."""
    _, work = answers()
    assert work["multigrid_setups"] == 1
    assert work["electric_solves"] == work["steps"] + work["rejected_steps"] + 1
    assert work["steps"] <= 57
    assert work["newton_iterations"] <= 242
    assert work["heat_iterations"] <= 1600
    assert work["electric_iterations"] <= 314
