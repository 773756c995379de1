"""What the speed costs: R1 with ablasim's own steps, beside steps so short that their error does not matter.

``python -m benchmarks accuracy --mesh m`` does the same on the mesh that is reported, in minutes.
"""

from __future__ import annotations

from functools import cache

import pytest

import ablasim
from benchmarks.accuracy import CLOSE, end_of_run
from benchmarks.meshes import scenario_file
from benchmarks.r1.problem import SCENARIO, WHOLE_RUN, changes


@cache
def end_on_mesh_s(stepping):
    return end_of_run("s", stepping)


@pytest.mark.slow
def test_adaptive_steps_come_within_a_hundredth_of_converged_ones():
    converged, _ = end_on_mesh_s("converged")
    found, work = end_on_mesh_s("adaptive")
    assert found == pytest.approx(converged, rel=CLOSE)
    assert work["steps"] < WHOLE_RUN / 2  # half of what the peers take


@pytest.mark.slow
def test_the_work_of_r1_does_not_grow():
    """Counts, a tenth above what they are now: a change that costs time is seen without a clock."""
    _, work = end_on_mesh_s("adaptive")
    assert work["multigrid_setups"] == 1
    assert work["electric_solves"] == work["steps"] + work["rejected_steps"] + 1
    assert work["steps"] <= 57
    assert work["newton_iterations"] <= 242
    assert work["heat_iterations"] <= 1378
    assert work["electric_iterations"] <= 189


@pytest.mark.slow
def test_the_work_of_the_scheme_of_the_peers_does_not_grow():
    asked = changes(str(scenario_file("s")), steps=WHOLE_RUN, scheme="euler")
    work = ablasim.run(ablasim.load_scenario(SCENARIO, asked)).actual.work
    assert work["steps"] == WHOLE_RUN
    assert work["electric_solves"] == WHOLE_RUN + 1
    assert work["newton_iterations"] <= 319
    assert work["heat_iterations"] <= 1874
    assert work["electric_iterations"] <= 299
