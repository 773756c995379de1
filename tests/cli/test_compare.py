"""``ablasim compare``: what it runs, takes, keeps, writes and says."""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import subprocess
import sys

import pytest

import ablasim.cli.compare as compare_command
from ablasim.errors import SolverError
from ablasim.views.report import DISCLAIMER

COMPARISON = {"compare.csv", "compare.html", "compare.json", "compare.png"}

# Sends this process Ctrl-C after some steps of all runs together, whatever the machine's speed.
STOPPED = """
import os, signal, sys
from ablasim.cli import screen
from ablasim.cli.main import main

signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background is started deaf to it
after = int(sys.argv[1])
sys.argv = ["ablasim", *sys.argv[2:]]
inner, told = screen.Screen.show, []


def show(*args):
    inner(*args)
    told.append(args)
    if len(told) == after:
        os.kill(os.getpid(), signal.SIGINT)


screen.Screen.show = show
main()
"""


@pytest.fixture
def two(here, quick_text):
    """Two scenarios of one patient in the current folder, short and without pictures of their own."""
    text = quick_text.replace("save_every_s: 5", "save_every_s: 5, pictures: false")
    text = text.replace("cool_down_s: 5", "cool_down_s: 0").replace("duration_s: 20", "duration_s: 8")
    (here / "weak.yaml").write_text(text, encoding="utf-8")
    strong = text.replace("power_w: 15", "power_w: 18").replace("title: Quick run", "title: '[/] Strong run'  #")
    (here / "strong.yaml").write_text(strong, encoding="utf-8")
    return here


def names_in(folder):
    return {item.name for item in folder.iterdir()}


def modified(folder):
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*")}


def fails_for(name):
    def run(scenario, **more):
        if scenario.source.label == name:
            message = "the potential did not converge"
            raise SolverError(message)
        return compare_command_run(scenario, **more)

    compare_command_run = compare_command.run
    return run


def test_two_scenarios_are_run_compared_and_taken_again(two, command):
    first = command("compare", "weak.yaml", "strong.yaml")
    assert first.code == 0, first.err
    folder = two / "results" / "weak_vs_strong"
    assert names_in(folder) == {"runs", "comparison"}
    assert names_in(folder / "runs") == {"weak", "strong"}
    assert names_in(folder / "comparison") == COMPARISON
    assert "what the vessels cost" in first.out
    assert "tumour, vessels, blood and tissues are the same" in first.out
    assert "not for clinical decisions" in first.out
    runs = modified(folder / "runs")

    refused = command("compare", "weak.yaml", "strong.yaml")
    assert refused.code == 2
    assert "results/weak_vs_strong/comparison: exists already; --overwrite" in refused.err

    second = command("compare", "weak.yaml", "strong.yaml", "--json", "--overwrite")
    assert (second.code, second.err) == (0, "")
    assert modified(folder / "runs") == runs
    numbers = json.loads(second.out)
    assert numbers == json.loads((folder / "comparison" / "compare.json").read_text(encoding="utf-8"))
    for name in ("weak", "strong"):
        summary = json.loads((folder / "runs" / name / "summary.json").read_text(encoding="utf-8"))
        values = {row["key"]: row["values"][name] for row in numbers["rows"]}
        assert values["zone.volume_ml"] == summary["zone"]["volume_ml"]
        assert values["heat_sink.volume_loss_ml"] == summary["heat_sink"]["volume_loss_ml"]
        assert values["without_vessels.volume_ml"] == pytest.approx(
            summary["zone"]["volume_ml"] + summary["heat_sink"]["volume_loss_ml"]
        )
        assert values["treatment.power_on_s"] == 8.0
        assert numbers["cases"][name]["scenario_hash"] == summary["scenario_hash"]
    assert numbers["same_patient"]

    with (folder / "comparison" / "compare.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["key"]: row["weak"] for row in rows}["treatment.power_on_s"] == "8.0"
    assert [row["key"] for row in rows] == [row["key"] for row in numbers["rows"]]

    page = (folder / "comparison" / "compare.html").read_text(encoding="utf-8")
    sources = re.findall(r"""(?:src|href)\s*=\s*["']([^"']*)""", page)
    assert sources
    assert all(source.startswith("data:") for source in sources)
    assert DISCLAIMER in page

    third = command("compare", folder / "runs" / "weak", "strong.yaml", "-o", "other", "--quiet")
    assert (third.code, third.out, third.err) == (0, "", "")
    assert names_in(two / "other" / "runs") == {"strong"}


def test_what_is_no_comparison_is_not_replaced_whatever_is_asked(two, command):
    letters = two / "results" / "weak_vs_strong" / "comparison" / "letters.txt"
    letters.parent.mkdir(parents=True)
    letters.write_text("dear", encoding="utf-8")
    answer = command("compare", "weak.yaml", "strong.yaml", "--overwrite")
    assert answer.code == 2
    assert "holds no compare.json" in answer.err
    assert letters.read_text(encoding="utf-8") == "dear"
    assert names_in(two / "results" / "weak_vs_strong") == {"comparison"}


def test_ctrl_c_while_a_run_is_written_lets_it_be_written(two, command, monkeypatch):
    def write(*args):
        os.kill(os.getpid(), signal.SIGINT)
        return write_results(*args)

    write_results = compare_command.write_results
    monkeypatch.setattr(compare_command, "write_results", write)
    answer = command("compare", "weak.yaml", "strong.yaml")
    assert answer.code == 130
    assert "stopping as soon as this run is written" in answer.err
    assert names_in(two / "results" / "weak_vs_strong" / "runs") == {"weak"}


@pytest.mark.parametrize(
    ("old", "new", "before", "after", "path"),
    [
        (
            "tissue: colorectal_metastasis",
            "tissue: hepatocellular_carcinoma",
            "not the same patient: tumour.tissue: colorectal_metastasis in weak; hepatocellular_carcinoma in strong",
            "Not the same patient: tumour.tissue",
            "tumour.tissue",
        ),
        (
            "points_mm: [[12, 0, -25], [12, 0, 25]]",
            "points_mm: [[13, 0, -25], [13, 0, 25]]",
            "not the same tumour or vessels: vein moved by 1 mm",
            "Not the same tumour or vessels: vein moved by 1 mm.",
            "vessels.vein.points_mm",
        ),
    ],
    ids=["another patient", "a vein that was moved"],
)
def test_what_else_differs_is_told_before_anything_runs_and_in_the_end(two, command, old, new, before, after, path):
    text = (two / "strong.yaml").read_text(encoding="utf-8")
    (two / "strong.yaml").write_text(text.replace(old, new), encoding="utf-8")
    answer = command("compare", "weak.yaml", "strong.yaml", "-o", "out")
    assert answer.code == 0
    assert answer.err.index(before) < answer.err.index("building the mesh")
    assert after in answer.out
    numbers = json.loads((two / "out" / "comparison" / "compare.json").read_text(encoding="utf-8"))
    assert numbers["same_patient"] == ("patient" not in before)
    assert not numbers["same_anatomy"]
    assert [item["path"] for item in numbers["differences"] if item["of_patient"] or item["of_anatomy"]] == [path]


def test_a_damaged_summary_is_told_with_file_and_key(two, command):
    assert command("run", "weak.yaml", "-o", "one", "--quiet").code == 0
    summary = two / "one" / "summary.json"
    content = json.loads(summary.read_text(encoding="utf-8"))
    content["margin"]["minimum_mm"] = "narrow"
    summary.write_text(json.dumps(content), encoding="utf-8")
    answer = command("compare", "one", "strong.yaml")
    assert answer.code == 2
    assert answer.err == "error: one/summary.json: margin.minimum_mm: 'narrow': must be a number\n"
    summary.write_text(json.dumps(content)[:-200], encoding="utf-8")
    answer = command("compare", "one", "strong.yaml")
    assert answer.code == 2
    assert re.match(r"error: one/summary\.json:1:\d+: cannot be read as JSON: ", answer.err)


def test_a_case_that_fails_loses_only_itself_and_is_told(two, command, monkeypatch):
    text = (two / "weak.yaml").read_text(encoding="utf-8")
    (two / "third.yaml").write_text(text.replace("power_w: 15", "power_w: 16"), encoding="utf-8")
    monkeypatch.setattr(compare_command, "run", fails_for("strong.yaml"))
    answer = command("compare", "weak.yaml", "strong.yaml", "third.yaml", "-o", "out")
    assert answer.code == SolverError.exit_code
    assert "strong failed: the potential did not converge" in answer.err
    assert names_in(two / "out" / "runs") == {"weak", "third"}
    numbers = json.loads((two / "out" / "comparison" / "compare.json").read_text(encoding="utf-8"))
    assert list(numbers["cases"]) == ["weak", "third"]
    assert numbers["failed"] == {"strong": "the potential did not converge"}
    assert "strong failed" in (two / "out" / "comparison" / "compare.html").read_text(encoding="utf-8")


def test_with_one_run_left_nothing_is_compared_and_it_is_kept(two, command, monkeypatch):
    monkeypatch.setattr(compare_command, "run", fails_for("strong.yaml"))
    answer = command("compare", "weak.yaml", "strong.yaml", "-o", "out")
    assert answer.code == SolverError.exit_code
    assert "nothing to compare" in answer.err
    assert names_in(two / "out") == {"runs"}
    assert names_in(two / "out" / "runs") == {"weak"}


def test_ctrl_c_keeps_what_is_finished_and_leaves_no_half_written_folder(two, command, cache):
    assert command("run", "weak.yaml", "-o", "once", "--quiet").code == 0
    steps = json.loads((two / "once" / "summary.json").read_text(encoding="utf-8"))["time"]["n_steps"]
    done = subprocess.run(
        [sys.executable, "-c", STOPPED, str(2 * steps + 6), "compare", "weak.yaml", "strong.yaml", "-o", "out"],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env=os.environ | {"XDG_CACHE_HOME": str(cache)},
    )
    assert done.returncode == 130, done.stderr
    assert "stopped; finished runs are kept" in done.stderr
    assert names_in(two / "out") == {"runs"}
    assert names_in(two / "out" / "runs") == {"weak"}
    again = command("compare", "weak.yaml", "strong.yaml", "-o", "out")
    assert again.code == 0
    assert "weak: taken from" in again.err
    assert "strong: taken from" not in again.err


def test_a_run_of_another_question_is_replaced_only_when_asked(two, command):
    assert command("run", "strong.yaml", "-o", "out/runs/weak", "--quiet").code == 0
    answer = command("compare", "weak.yaml", "strong.yaml", "-o", "out")
    assert answer.code == 2
    assert "it is the result of another scenario; --overwrite" in answer.err
    assert names_in(two / "out" / "runs") == {"weak"}
    assert command("compare", "weak.yaml", "strong.yaml", "-o", "out", "--overwrite", "--quiet").code == 0


def change(file, **values):
    summary = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps(summary | values), encoding="utf-8")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"versions": {"ablasim": "0.0.1"}}, "a result of version 0.0.1"),
        ({"status": "incomplete"}, "stopped before its end"),
    ],
)
def test_a_run_of_another_version_or_one_that_was_stopped_is_not_taken(two, command, values, words):
    assert command("run", "weak.yaml", "-o", "out/runs/weak", "--quiet").code == 0
    change(two / "out" / "runs" / "weak" / "summary.json", **values)
    answer = command("compare", "weak.yaml", "strong.yaml", "-o", "out")
    assert answer.code == 2
    assert words in answer.err


def test_verify_does_not_take_a_run_without_a_spread(two, command):
    assert command("run", "weak.yaml", "-o", "out/runs/weak", "--quiet").code == 0
    answer = command("compare", "weak.yaml", "strong.yaml", "-o", "out", "--verify")
    assert answer.code == 2
    assert "it was not verified" in answer.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["weak.yaml"], "must be two or more"),
        (["weak.yaml", "./weak.yaml"], "a second case called 'weak'"),
        (["weak.yaml", "none.yaml"], "no such file"),
        (["weak.yaml", "."], "must be a folder of a finished run"),
        (["weak.yaml", "typo.yaml"], "typo.yaml:11:"),
    ],
)
def test_bad_input_is_told_before_anything_runs(two, command, words, message):
    text = (two / "weak.yaml").read_text(encoding="utf-8")
    (two / "typo.yaml").write_text(text.replace("diameter_mm: 2", "diametre_mm: 2"), encoding="utf-8")
    answer = command("compare", *words)
    assert answer.code == 2
    assert message in answer.err
    assert not (two / "results").exists()
