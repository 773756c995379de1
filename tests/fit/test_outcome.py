"""What a fit leaves behind: its file, curves, picture and scenario."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from ablasim.cli.fit import write
from ablasim.errors import ModelError
from ablasim.fit.load import load_fit
from ablasim.fit.outcome import courses
from ablasim.fit.run import fit_with, run_fit
from ablasim.scenario import load_scenario, scenario_hash

TRUE = np.array([0.02, 0.3])


def warming(places):
    """Two sensors that warm by conductivity and are cooled by perfusion, at the three times of the readings."""
    times = np.array([0.0, 10.0, 20.0])
    return [
        37.0
        + np.column_stack([times * sigma * np.exp(-3.0 * omega * times), 0.3 * times * sigma * (1.0 - 5.0 * omega)])
        for omega, sigma in places
    ]


@pytest.fixture
def result(here):
    exact = warming([TRUE])[0]
    rows = [f"{time},{near:.3f},{far:.3f}" for time, (near, far) in zip((0, 10, 20), exact, strict=True)]
    Path("read.csv").write_text("\n".join(["time_s,near_c,far_c", *rows]) + "\n", encoding="utf-8")
    return fit_with(load_fit(Path("fit.yaml")), warming, n_runs=lambda: 12)


def test_the_file_holds_values_intervals_and_residuals(result, tmp_path):
    write(result, tmp_path)
    found = json.loads((tmp_path / "fit.json").read_text())
    for name, true in zip(("perfusion_per_s", "sigma_s_m"), TRUE, strict=True):
        told = found["parameters"][name]
        assert told["low_95"] < true < told["high_95"]
        assert told["value"] == pytest.approx(true, rel=0.01)
        assert not told["at_bound"]
    assert found["residuals"]["near"]["readings"] == 3
    assert found["residuals"]["near"]["rms_k"] < 1e-3
    assert found["degrees_of_freedom"] == 4
    assert found["runs"] == 12
    assert np.array(found["correlation"]).shape == (2, 2)
    assert found["converged"] is True


def test_the_fitted_scenario_runs_again_with_the_fitted_values(result, tmp_path):
    write(result, tmp_path)
    again = load_scenario(tmp_path / "fitted.yaml")
    assert again.tissues["this_liver"].perfusion_rate_per_s == pytest.approx(result.solution.values[0])
    assert scenario_hash(again) == json.loads((tmp_path / "fit.json").read_text())["scenario_hash"]
    assert len(again.protocol) == 1


def test_curves_and_picture_are_written(result, tmp_path):
    write(result, tmp_path)
    assert (tmp_path / "curves.csv").read_text().startswith("time_s,near_measured_c,near_fitted_c,far_measured_c,")
    assert (tmp_path / "fit.png").read_bytes().startswith(b"\x89PNG")
    columns = courses(result)
    np.testing.assert_allclose(columns["near_fitted_c"], columns["near_measured_c"], atol=2e-3)


class Call(NamedTuple):
    """A call that has ended."""

    answer: str

    def result(self) -> str:
        return self.answer


class Client:
    """Answers in this process, with words in place of a run."""

    status = "closed"

    def map(self, function, arguments, pure):
        assert not pure
        return [Call("" if function.__name__ == "make_mesh" else "it did not converge") for _ in arguments]


def test_a_run_that_fails_is_told_with_its_values(here):
    sentence = r"the run with perfusion_per_s = 0.01, sigma_s_m = 0.2 failed: it did not converge; narrower bounds"
    with pytest.raises(ModelError, match=sentence):
        run_fit(load_fit(Path("fit.yaml")), Client())
