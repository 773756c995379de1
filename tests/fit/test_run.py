"""A whole fit to readings of a run with known values: the command line, real runs, several processes."""

from __future__ import annotations

import json
import os
import signal
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ablasim.errors import ModelError
from ablasim.fit.intervals import intervals
from ablasim.fit.load import load_fit
from ablasim.fit.model import Request, predict
from ablasim.fit.run import run_fit
from ablasim.fit.solve import value_at
from ablasim.study.calls import call_each
from ablasim.study.cluster import local_client

TRUE = np.array([0.03, 0.26])
TIMES = np.arange(0.0, 24.1, 2.0)
NOISE_K = 0.1


@pytest.mark.slow
def test_the_true_values_lie_in_their_intervals(here, tmp_path):
    """Power goes off at 20 s, readings go on: both the warm-up and the decay are in them."""
    text = "time_s,near_c,far_c\n" + "".join(f"{time:g},37,37\n" for time in TIMES)
    Path("read.csv").write_text(text, encoding="utf-8")
    problem = load_fit(Path("fit.yaml"))
    request = Request(
        problem.run_data(TRUE), str(problem.folder), ("near", "far"), tuple(TIMES.tolist()), str(tmp_path / "meshes")
    )
    exact = predict(request)
    read = exact + NOISE_K * np.random.default_rng(12).standard_normal(exact.shape)
    rows = [",".join(f"{value:.3f}" for value in (time, *row)) for time, row in zip(TIMES, read, strict=True)]
    Path("read.csv").write_text("time_s,near_c,far_c\n" + "\n".join(rows) + "\n", encoding="utf-8")
    with local_client(2) as client:
        result = run_fit(load_fit(Path("fit.yaml")), client, mesh_cache=tmp_path / "meshes")
    assert result.solution.converged
    assert (result.intervals.low < TRUE).all()
    assert (result.intervals.high > TRUE).all()
    assert (result.intervals.high / result.intervals.low < 2.0).all()
    assert result.intervals.reduced_chi_square == pytest.approx(1.0, abs=3.0 * np.sqrt(2.0 / 24.0))
    assert result.solution.noise < 0.1 * NOISE_K
    assert all("hard to tell apart" in words for words in result.warnings)
    held = _held_by_linear_model(result)
    assert np.abs(held - 0.95).max() < 3.0 * np.sqrt(0.95 * 0.05 / 1000)


def _held_by_linear_model(result):
    """Share of 1000 draws of noise in which the interval of the model, taken as linear, holds the true value."""
    jacobian, random = result.solution.jacobian, np.random.default_rng(5)
    held = np.zeros(2)
    for _ in range(1000):
        noise = random.standard_normal(len(jacobian))
        error = np.linalg.lstsq(jacobian, noise, rcond=None)[0]
        drawn = replace(result.solution, places=np.full(2, 0.5) + error, residuals=noise - jacobian @ error)
        found = intervals(result.problem.fit.parameters, drawn)
        middle = np.array([value_at(parameter, 0.5) for parameter in result.problem.fit.parameters])
        held += (found.low < middle) & (found.high > middle)
    return held / 1000


@pytest.mark.slow  # processes are started
def test_a_process_that_dies_is_told():
    def die(number):
        os.kill(os.getpid(), signal.SIGKILL)

    with local_client(1) as client, pytest.raises(ModelError, match="a process ended without an answer"):
        call_each(client, die, [1])


def test_a_wrong_fit_file_ends_with_code_2_and_leaves_nothing(here, capsys, monkeypatch):
    from ablasim.cli.main import main

    Path("read.csv").write_text("time_s,near_c\n0,98.6\n", encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["ablasim", "fit", "fit.yaml"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert "that looks like °F" in capsys.readouterr().err
    assert not Path("results").exists()


@pytest.mark.slow
def test_the_shipped_fit_finds_what_its_readings_were_made_with(tmp_path, monkeypatch, capsys):
    from ablasim.cli.main import main

    file = Path(__file__).parents[2] / "fits" / "liver_from_thermocouples.yaml"
    monkeypatch.setattr("sys.argv", ["ablasim", "fit", str(file), "-o", str(tmp_path / "out"), "--json"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    found = json.loads(capsys.readouterr().out)
    assert found == json.loads((tmp_path / "out" / "fit.json").read_text())
    for name, true in (("perfusion_per_s", 0.009), ("conductivity_s_m", 0.24)):
        assert found["parameters"][name]["low_95"] < true < found["parameters"][name]["high_95"]
    assert found["warnings"] == []
