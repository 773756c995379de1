"""The commands sensitivity, probability and least: what they print, write and refuse."""

from __future__ import annotations

import json
import signal
import sys
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from ablasim.cli.main import main
from ablasim.study.load import load_study
from ablasim.study.plan import make_plan
from ablasim.study.store import StudyFolder
from tests.study.analysis.conftest import chosen, crossed, uncertain

HYPERCUBE = {"method": "latin_hypercube", "count": 24}
PNG = b"\x89PNG"


@pytest.fixture
def ask(monkeypatch, capfd, tmp_path):
    """Run a command in this process; gives its exit code and what it printed, in one line without frames."""
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)

    def run(*words: object) -> SimpleNamespace:
        monkeypatch.setattr(sys, "argv", ["ablasim", *map(str, words)])
        capfd.readouterr()
        handler = signal.getsignal(signal.SIGINT)
        with pytest.raises(SystemExit) as left:
            main()
        signal.signal(signal.SIGINT, handler)
        said = capfd.readouterr()
        return SimpleNamespace(code=left.value.code, out=" ".join(said.out.replace("│", " ").split()), err=said.err)

    return run


@pytest.fixture
def heated(folder_of):
    """Two powers, a draw of two: 0.3 power − 3 + 4 a + b."""
    vary = [crossed("power_w", 10.0, 20.0), uncertain("a"), uncertain("b")]
    return folder_of(vary, lambda power_w, a, b: 0.3 * power_w - 3.0 + 4.0 * a + b, sampling=HYPERCUBE).path


def test_sensitivity_prints_and_writes_sobol_indices_beside_the_surrogates_error(ask, heated, tmp_path):
    files = ["--json", "s.json", "--csv", "s.csv", "--picture", "s.png"]
    answer = ask("sensitivity", heated, "--at", "power_w=15", *files)
    assert answer.code == 0, answer.err
    assert "48 of 48 points have margin.minimum_mm" in answer.out
    assert "cases of one draw together: error" in answer.out
    assert "It misses 0.0" in answer.out
    content = json.loads((tmp_path / "s.json").read_text())
    assert content["at"] == {"power_w": 15.0}
    assert content["surrogate"]["held_back"]["variance_foretold"] > 0.99
    rows = pd.read_csv(tmp_path / "s.csv").set_index("name")
    assert rows["first"]["a"] == pytest.approx(16.0 / 17.0, abs=0.02)
    assert rows["total"]["b"] == pytest.approx(1.0 / 17.0, abs=0.02)
    assert (tmp_path / "s.png").read_bytes().startswith(PNG)


def test_sensitivity_of_trajectories_prints_elementary_effects(ask, folder_of, tmp_path):
    failing = iter(range(1000))
    folder = folder_of([uncertain("a"), uncertain("b")], lambda a, b: None if next(failing) == 4 else 4.0 * a - 8.0 * b,
                       sampling={"method": "morris", "trajectories": 5}).path  # fmt: skip
    answer = ask("sensitivity", folder, "--csv", "m.csv", "--picture", "m.png")
    assert answer.code == 0, answer.err
    assert "4 whole trajectories, 1 dropped because a point has no result" in answer.out
    assert "mean size μ* / mm" in answer.out
    rows = pd.read_csv(tmp_path / "m.csv")
    assert list(rows["name"]) == ["b", "a"]
    assert list(rows["mean"]) == pytest.approx([-6.0, 3.0])
    assert (tmp_path / "m.png").read_bytes().startswith(PNG)


def test_probability_tells_real_runs_and_surrogate_apart(ask, heated, tmp_path):
    answer = ask("probability", heated, "--at-least", "2,5", "--json", "p.json", "--csv", "p.csv")
    assert answer.code == 0, answer.err
    assert "24 real runs" in answer.out
    rows = pd.read_csv(tmp_path / "p.csv")
    assert len(rows) == 8
    assert set(rows["from"]) == {"real runs", "surrogate"}
    # At 10 W the result is 4 a + b: at least 2 with a probability of 5/8.
    for row in rows.query("power_w == 10 and limit == 2").itertuples():
        assert row.low <= 0.625 <= row.high
    assert json.loads((tmp_path / "p.json").read_text())["rows"][0]["runs"] == 24


def test_probability_along_an_input_is_drawn(ask, heated, tmp_path):
    answer = ask("probability", heated, "--over", "power_w", "--at-least", "2,5", "--picture", "p.png")
    assert answer.code == 0, answer.err
    assert (tmp_path / "p.png").read_bytes().startswith(PNG)


def test_few_runs_are_counted_without_a_surrogate(ask, folder_of):
    folder = folder_of([uncertain("a")], lambda a: a, sampling={"method": "random", "count": 6}).path
    answer = ask("probability", folder, "--at-least", "0")
    assert answer.code == 0
    assert "no surrogate: 6 cases with margin.minimum_mm: a surrogate over 1 input needs 10 at least" in answer.out
    assert "0 1.000 0.541–1.000 6 real runs" in answer.out


@pytest.fixture
def chosen_folder(folder_of):
    """A table of a chosen power and time: power √time / 10 + 2 a."""
    vary = [chosen("power_w", 10.0, 30.0), chosen("duration_min", 4.0, 12.0), uncertain("a")]

    def formula(power_w, duration_min, a):
        return power_w * duration_min**0.5 / 10.0 + 2.0 * a

    return folder_of(vary, formula, sampling={"method": "latin_hypercube", "count": 48}).path


def test_least_prints_the_frontier_and_the_treatment_of_least_energy(ask, chosen_folder, tmp_path):
    answer = ask("least", chosen_folder, "--json", "l.json", "--csv", "l.csv")
    assert answer.code == 0, answer.err
    assert "frontier of least treatments for margin.minimum_mm ≥ 5 mm with probability 0.95" in answer.out
    assert "energy_kj" in answer.out
    rows = pd.read_csv(tmp_path / "l.csv")
    # 2 a is above 0.1 with 95 %: power √time must be 49.
    assert (rows["power_w"] * np.sqrt(rows["duration_min"])).to_numpy() == pytest.approx(49.0, rel=0.02)
    best = json.loads((tmp_path / "l.json").read_text())["answer"]
    assert best["energy_kj"] == pytest.approx(rows["energy_kj"].min())
    assert best["by_surrogate"]["low"] <= 0.95 <= best["by_surrogate"]["high"]
    # One probability of the answer, in the frontier and beside its interval.
    assert best["by_surrogate"]["value"] == pytest.approx(best["probability"], rel=1e-9)
    assert f"probability at the answer, surrogate: {best['probability']:.3f} (" in answer.out
    assert "under the 0.95 asked for: a study of cases near it, power_w between {low: " in answer.out


def test_a_study_file_that_is_none_is_told_before_the_search(ask, chosen_folder, tmp_path):
    (tmp_path / "study.yaml").write_text("schema_version: 1\ntitle: t\nbase: none.yaml\nvary: []\n")
    answer = ask("least", chosen_folder, "--check", "20", "--study", "study.yaml")
    assert answer.code == 2
    assert "study.yaml:3:1: base: 'none.yaml': no such scenario file" in answer.err
    assert "frontier" not in answer.out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["sensitivity", "DIR"], "power_w: chosen, not uncertain: hold with --at power_w=…"),
        (["sensitivity", "DIR", "--result", "zone.volume"], "'zone.volume': must be a column of the table"),
        (["sensitivity", "DIR", "--at", "power"], "must be NAME=VALUE"),
        (["sensitivity", "DIR", "--at", "power_w=12", "--at", "power_w=15"], "power_w is held at 12.0 already"),
        (["sensitivity", "DIR", "--at", "power_w=12", "--json", "none/s.json"], "its folder does not exist"),
        (["sensitivity", "DIR", "--at", "power_w=12", "--picture", "."], "exists and is no file"),
        (["sensitivity", "DIR", "--at", "power_w=12", "--picture", "s.svg"], "s.svg: must end in .png"),
        (["sensitivity", "DIR", "--at", "power_w=40"], "power_w 40: must be between 10 and 20"),
        (["probability", "DIR", "--at-least", "five"], "must be numbers with commas between"),
        (["probability", "DIR", "--at-least", "5,nan"], "must be finite numbers"),
        (["probability", "DIR", "--csv", "none/p.csv"], "its folder does not exist"),
        (["probability", "DIR", "--over", "time_s"], "must be a chosen input that is not held: power_w"),
        (["probability", "DIR", "--picture", "p.png"], "say which by --over NAME"),
        (
            ["least", "DIR", "--at-least", "50"],
            "reached nowhere between the bounds of power_w; the highest found is 0.0",
        ),
        (["least", "DIR", "--at-least", "inf"], "must be a finite number"),
        (["least", "DIR", "--json", "none/l.json"], "its folder does not exist"),
        (["least", "DIR", "--check", "20"], "--check N and --study FILE go together"),
        (["least", "."], "must be the folder of a study"),
    ],
)
def test_a_question_that_cannot_be_answered_is_bad_input(ask, heated, words, sentence):
    answer = ask(*(heated if word == "DIR" else word for word in words))
    assert answer.code == 2
    assert sentence in answer.err


def test_a_study_without_distributions_has_no_probability(ask, folder_of):
    folder = folder_of([crossed("power_w", *range(12))], lambda power_w: 1.0 * power_w).path
    for command in ("sensitivity", "probability", "least"):
        answer = ask(command, folder)
        assert answer.code == 2
        assert "no input of the study has a distribution" in answer.err


STUDY = """\
schema_version: 1
title: Heated ball
base: {sphere}
set: {{numerics.mesh: {{tumour_mm: 2.5, shell_mm: 5, far_mm: 20, growth: 0.6}}}}
vary:
  - {{name: power_w, path: protocol.0.drive.ball.power_w, between: {{low: 1, high: 4}}}}
  - {{name: perfusion_factor, path: body.perfusion_factor, distribution: {{kind: uniform, low: 0.5, high: 1.5}}}}
sampling: {{method: latin_hypercube, count: 16, seed: 5}}
"""


@pytest.mark.slow  # processes are started, and real cases run
def test_an_answer_is_checked_by_real_runs(ask, root, tmp_path):
    (tmp_path / "study.yaml").write_text(STUDY.format(sphere=root / "scenarios/steady_heated_sphere.yaml"))
    plan = make_plan(load_study(tmp_path / "study.yaml"))
    assert ask("sweep", "study.yaml", "--output", "out", "--workers", "1", "--quiet").code == 0
    result = "source.max_temperature_c"
    table = pd.read_parquet(tmp_path / "out" / "table.parquet")
    limit = float(table[result].median())
    words = ["--result", result, "--at-least", limit, "--probability", "0.8"]
    answer = ask("least", "out", *words, "--check", "20", "--study", "study.yaml", "--workers", "1", "--json", "l.json")
    assert answer.code == 0, answer.err
    found = json.loads((tmp_path / "l.json").read_text())["answer"]
    real = found["by_real_runs"]
    assert real["runs"] == 20
    assert real["low"] <= found["by_surrogate"]["value"] <= real["high"]
    (checked,) = (tmp_path / "out" / "checks").iterdir()
    inputs = [point["inputs"]["power_w"] for point in StudyFolder(checked).asked()["points"]]
    assert set(inputs) == {found["place"]["power_w"]}
    assert len(plan.cases) == 16
