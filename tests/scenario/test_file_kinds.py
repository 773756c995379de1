"""A file of another kind is told as such, with the command that takes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ablasim.errors import ScenarioError
from ablasim.fit.load import load_fit
from ablasim.scenario import load_scenario
from ablasim.study.load import load_study

ROOT = Path(__file__).parents[2]
LOADERS = {"scenario": load_scenario, "study": load_study, "fit": load_fit}
FILES = {
    "scenario": (ROOT / "scenarios/rfa_quick_look.yaml", "`ablasim run` takes scenarios"),
    "study": (ROOT / "studies/placement_error.yaml", "`ablasim sweep` takes studies"),
    "fit": (ROOT / "fits/liver_from_thermocouples.yaml", "`ablasim fit` takes fits"),
}


@pytest.mark.parametrize("given", FILES)
@pytest.mark.parametrize("wanted", LOADERS)
def test_a_file_of_another_kind_is_told_in_one_line(given, wanted):
    if given == wanted:
        return
    file, command = FILES[given]
    with pytest.raises(ScenarioError) as error:
        LOADERS[wanted](file)
    (line,) = str(error.value).splitlines()
    assert line.startswith(f"{file}:")
    assert f"must be a {wanted} file; {command}" in line


def test_a_base_that_is_a_study_is_told(tmp_path):
    file = tmp_path / "study.yaml"
    file.write_text(f"schema_version: 1\ntitle: t\nbase: {FILES['study'][0]}\nvary: []\n")
    with pytest.raises(ScenarioError, match=r"placement_error.yaml:14:1: vary: a key of studies: must be a scenario"):
        load_study(file)


def test_a_scenario_with_a_key_too_many_keeps_its_own_mistakes(tmp_path):
    text = FILES["scenario"][0].read_text()
    file = tmp_path / "case.yaml"
    file.write_text(f"{text}\ndata: 1\n")
    with pytest.raises(ScenarioError, match="data: unknown key 'data'"):
        load_scenario(file)
