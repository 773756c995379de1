"""Fit files: what they become, and what is refused with file, line and column."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from ablasim.errors import ScenarioError
from ablasim.fit.load import load_fit
from ablasim.fit.schema import fit_schema


@pytest.fixture
def load(here, fit_text):
    """Load the fit with a part of its text replaced."""

    def of(old="", new=""):
        assert fit_text.count(old) == 1 or not old, old
        Path("fit.yaml").write_text(fit_text.replace(old, new) if old else fit_text, encoding="utf-8")
        return load_fit(Path("fit.yaml"))

    return of


def test_a_fit_knows_scenario_readings_and_weights(load):
    problem = load()
    assert problem.measured.sensors == ("near", "far")
    assert problem.uncertainties.tolist() == [0.1, 0.1]
    scenario = problem.scenario_at(np.array([0.02, 0.3]))
    assert scenario.tissues["this_liver"].perfusion_rate_per_s == 0.02
    assert scenario.tissues["this_liver"].electrical_conductivity_s_m == 0.3
    weights = load("uncertainty_k: 0.1", "uncertainty_k: {far: 0.5, near: 0.2}").uncertainties
    assert weights.tolist() == [0.2, 0.5]


def test_the_run_goes_on_after_the_protocol_for_as_long_as_there_are_readings(load, read_text):
    values = np.array([0.01, 0.2])
    assert len(load().run_data(values)["protocol"]) == 1
    Path("read.csv").write_text(read_text + "24.5,38,37\n", encoding="utf-8")
    protocol = load().run_data(values)["protocol"]
    assert protocol[1:] == [{"duration_s": 4.5}]
    assert len(load().data_at(values)["protocol"]) == 1


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "    low: 0.001",
            "    low: 0.2",
            r"fit\.yaml:15:5: parameters.perfusion_per_s.low: 0.2: must be below high, 0.1",
        ),
        ("start: 0.01", "start: 0.5", r"parameters.perfusion_per_s.start: 0.5: must lie between low and high"),
        ("    low: 0.001", "    low: 0", r"perfusion_per_s.low: 0: must be above 0 where the scale is log"),
        ("name: sigma_s_m", "name: sigma", r"parameters.sigma.name: 'sigma': must end in _s_m, the unit of tissues"),
        ("name: sigma_s_m", "name: perfusion_per_s", "'perfusion_per_s': must be the name of one parameter alone"),
        (
            "electrical_conductivity_s_m",
            "electric_conductivity_s_m",
            r"unknown key 'electric_conductivity_s_m'; did you",
        ),
        ("uncertainty_k: 0.1", "uncertainty_k: 0", r"data.uncertainty_k: 0 K: must be between 0.001 and 50 K"),
        (
            "uncertainty_k: 0.1",
            "uncertainty_k: {naer: 1}",
            "data.uncertainty_k: 'naer': no sensor of the scenario; did",
        ),
        ("uncertainty_k: 0.1", "uncertainty_k: {near: 1}", "data.uncertainty_k: far missing: must have every sensor"),
        (
            "uncertainty_k: 0.1",
            "sensors: [nera]",
            "data.sensors: 'nera': no sensor of the scenario; did you mean 'near'",
        ),
        ("file: read.csv", "file: none.csv", r"none\.csv: no such file"),
        ("    low: 0.1", "    low: -0.1", r"parameters.sigma_s_m.low: -0.1 cannot be: .*electrical_conductivity_s_m"),
        (
            "start: 0.01\n    low: 0.001\n    high: 0.1\n    scale: log",
            "start: -0.01\n    low: -0.02\n    high: 0.1",
            r"fit\.yaml:14:5: parameters.perfusion_per_s.start: with the values to begin with: .*-0.01 1/s: must be",
        ),
        ("tests/data/quick.yaml", "tests/data/none.yaml", r"no such scenario file"),
        ("title: Perfusion", "titel: Perfusion", r"titel: unknown key .titel.; did you mean 'title'"),
        (
            "path: tissues.this_liver.perfusion_rate_per_s",
            "path: [tissues.this_liver.perfusion_rate_per_s, tissues.this_liver.electrical_conductivity_s_m]",
            r"sigma_s_m.path: 'tissues.this_liver.electrical_conductivity_s_m': undoes what 'perfusion_per_s' sets",
        ),
        ("organ.tissue: this_liver", "organ.tissue: this_livre", r"base: .*with the values set: .*'this_livre'"),
    ],
)
def test_a_fit_that_cannot_be_is_refused_where_it_stands(load, old, new, sentence):
    with pytest.raises(ScenarioError, match=sentence):
        load(old, new)


def test_a_parameter_that_changes_the_mesh_is_refused(load):
    with pytest.raises(ScenarioError, match=r"parameters.depth_mm.path: 'tumour.diameter_mm': changes the mesh"):
        load(
            "name: sigma_s_m\n    path: tissues.this_liver.electrical_conductivity_s_m\n    start: 0.2\n    low: 0.1\n"
            "    high: 0.5",
            "name: depth_mm\n    path: tumour.diameter_mm\n    start: 10\n    low: 9\n    high: 11",
        )


def test_a_scenario_without_sensors_or_without_time_is_refused(load, fit_text):
    sensors = next(line for line in fit_text.splitlines() if "sensors:" in line)
    with pytest.raises(ScenarioError, match="has no sensors: must have one at least"):
        load(sensors + "\n", "")
    with pytest.raises(ScenarioError, match=r"base: .*asks for the steady state: must have a protocol in time"):
        load("protocol: [{duration_s: 20, ", "protocol: [{steady: true, ")


def test_readings_after_the_end_and_fewer_than_parameters_are_refused(load, read_text):
    Path("read.csv").write_text(read_text + "26,38,37\n", encoding="utf-8")
    with pytest.raises(
        ScenarioError, match=r"data.file: .*the last reading is at 26 s: must be at most 25 s, the protocol's 20 s"
    ):
        load()
    Path("read.csv").write_text("time_s,near_c\n0,37\n10,38\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"data: 2 readings for 2 parameters: must be more"):
        load()


def test_readings_in_fahrenheit_are_refused(load):
    Path("read.csv").write_text("time_s,near_c\n0,98.6\n10,99.2\n20,101\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match="that looks like °F"):
        load()


def test_shipped_fits_load_and_the_schema_is_the_one_shipped():
    folder = Path(__file__).parents[2] / "fits"
    files = sorted(folder.glob("*.yaml"))
    assert files
    for file in files:
        assert file.read_text().startswith("# yaml-language-server: $schema=./ablasim-fit.schema.json\n# ")
        assert load_fit(file).fit.parameters
    assert json.loads((folder / "ablasim-fit.schema.json").read_text(encoding="utf-8")) == fit_schema()
