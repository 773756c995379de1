"""Morris' screening from a study file through real runs, against a case with an exact solution."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from ablasim.study.analysis.observations import observe
from ablasim.study.analysis.screening import screen
from ablasim.study.cluster import local_client
from ablasim.study.load import load_study
from ablasim.study.plan import make_plan
from ablasim.study.store import StudyFolder
from ablasim.study.sweep import run_plan

ROOT = Path(__file__).parents[3]
STUDY = f"""\
schema_version: 1
title: Which of power, perfusion and conductivity makes a heated ball hot?
base: {ROOT / "scenarios/steady_heated_sphere.yaml"}
set: {{numerics.mesh: {{tumour_mm: 1.2, shell_mm: 3, far_mm: 15, growth: 0.5}}}}
vary:
  - {{name: power_w, path: protocol.0.drive.ball.power_w, distribution: {{kind: uniform, low: 1, high: 5}}}}
  - name: perfusion_per_s
    path: tissues.uniform_liver.perfusion_rate_per_s
    distribution: {{kind: uniform, low: 0.002, high: 0.012}}
  - name: conductivity_w_m_k
    path: tissues.uniform_liver.thermal_conductivity_w_m_k
    distribution: {{kind: uniform, low: 0.4, high: 0.6}}
sampling: {{method: morris, trajectories: 3, seed: 1}}
"""
RADIUS, CAPACITY = 0.005, 1000.0 * 4180.0  # m; J/(m³ K) of the scenario's blood


def hottest(power, perfusion, conductivity):
    """Temperature at the centre of the ball in endless tissue, °C."""
    lost, per_volume = perfusion * CAPACITY, power / (4.0 / 3.0 * np.pi * RADIUS**3)
    reach = RADIUS * np.sqrt(lost / conductivity)
    return 37.0 + per_volume / lost * (1.0 - (1.0 + reach) * np.exp(-reach))


@pytest.mark.slow  # twelve runs, in a process that has to start
def test_effects_of_real_runs_are_those_of_the_exact_solution(tmp_path):
    assert hottest(5.0, 6.4e-3, 0.52) == pytest.approx(37.0 + 111.881, abs=1e-3)  # the scenario's own words
    file = tmp_path / "study.yaml"
    file.write_text(STUDY, encoding="utf-8")
    plan, folder = make_plan(load_study(file)), StudyFolder(tmp_path / "out")
    folder.begin(plan)
    progress = run_plan(plan, folder, partial(local_client, 1), mesh_cache=tmp_path / "meshes")
    assert (progress.done, progress.total) == (12, 12)
    seen = observe(folder, "source.max_temperature_c", {})
    found, exact = screen(seen), screen(replace(seen, y=hottest(*seen.x.T)))
    assert (found.trajectories, found.dropped) == (3, 0)
    # 5 %, set before the first run: the mesh is about twice as coarse as the preset `normal`.
    for run, known in zip(found.effects, exact.effects, strict=True):
        assert run.name == known.name
        assert (run.mean, run.mean_size) == pytest.approx((known.mean, known.mean_size), rel=0.05)
        assert run.spread == pytest.approx(known.spread, rel=0.05)
