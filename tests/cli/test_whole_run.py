"""A whole run through the installed command: what it prints, what it leaves behind, and how it is stopped."""

from __future__ import annotations

import csv
import errno
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from vtkmodules.vtkIOHDF import vtkHDFReader

import ablasim.cli.run as run_command
from ablasim.scenario import load_scenario, scenario_hash
from ablasim.simulate import not_verified
from ablasim.views.report import DISCLAIMER

PROGRAM = Path(sys.executable).with_name("ablasim")
FILES = {  # no outline: in this run the middle of the active part lies in a living sleeve
    "summary.json",
    "fields.vtkhdf",
    "history.csv",
    "history.png",
    "margin.png",
    "margin_coverage.csv",
    "margin_coverage.png",
    "margin_map.png",
    "report.html",
    "scenario.resolved.yaml",
    "temperature.png",
    "tumour_margin.vtp",
    "zone.png",
    "zone.vtp",
    "zone_without_vessels.vtp",
}


@pytest.fixture(scope="module")
def done(tmp_path_factory, cache, quick_text):
    """The installed command in a folder with blanks and umlauts, printing JSON."""
    folder = tmp_path_factory.mktemp("Läsion nahe der Vene")
    (folder / "quick.yaml").write_text(quick_text, encoding="utf-8")
    finished = subprocess.run(
        [PROGRAM, "run", "quick.yaml", "--json"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env=os.environ | {"XDG_CACHE_HOME": str(cache)},
    )
    assert finished.returncode == 0, finished.stderr
    return folder, finished


@pytest.fixture(scope="module")
def result(done):
    return done[0] / "results" / "quick"


@pytest.fixture(scope="module")
def summary(result):
    return json.loads((result / "summary.json").read_text(encoding="utf-8"))


@pytest.fixture
def plain_run(here, quick_text):
    """The quick scenario without pictures, twin or cool-down, in the current folder."""
    text = quick_text.replace("save_every_s: 5", "save_every_s: 5, pictures: false")
    text = text.replace("cool_down_s: 5", "cool_down_s: 0\nheat_sink: {twins: []}")
    (here / "quick.yaml").write_text(text, encoding="utf-8")
    return here


def names_in(folder):
    return {item.name for item in folder.iterdir()}


def test_every_file_is_there_and_nothing_else(done, result):
    assert names_in(result) == FILES
    assert names_in(done[0] / "results") == {"quick"}


def test_json_is_all_that_is_printed_and_is_the_summary(done, summary):
    assert json.loads(done[1].stdout) == summary
    assert done[1].stderr == ""


def test_the_summary_has_the_agreed_blocks_and_closes_its_energy_audit(summary):
    assert {
        "status",
        "versions",
        "scenario_hash",
        "warnings",
        "zone",
        "margin",
        "heat_sink",
        "source",
        "energy",
    } <= set(summary)
    assert summary["status"] == "complete"
    assert abs(summary["energy"]["residual_percent"]) < 1.0


def test_vtk_reads_the_fields_at_every_saved_time(result, summary):
    reader = vtkHDFReader()
    reader.SetFileName(str(result / "fields.vtkhdf"))
    reader.UpdateInformation()
    times = reader.GetOutputInformation(0).Get(reader.GetExecutive().TIME_STEPS())
    assert times[:5] == (0.0, 5.0, 10.0, 15.0, 20.0)
    maxima = []
    for step in range(len(times)):
        reader.SetStep(step)
        reader.Update()
        grid = reader.GetOutputDataObject(0)
        assert grid.GetNumberOfPoints() == summary["mesh"]["n_points"]
        maxima.append(grid.GetPointData().GetArray("temperature_c").GetRange()[1])
    assert maxima[0] == pytest.approx(37.0, abs=1e-3)
    assert maxima[:5] == sorted(maxima[:5])
    assert maxima[4] == pytest.approx(summary["source"]["max_temperature_c"], abs=0.01)


def test_the_history_has_a_column_for_every_reading_and_lands_on_the_end_of_power(result):
    with (result / "history.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    readings = ["power_w", "voltage_v", "current_a", "impedance_ohm", "max_temperature_c", "zone_volume_ml"]
    assert {"time_s", "time_step_s", *readings, "vein_power_removed_w"} <= set(rows[0])
    times = [float(row["time_s"]) for row in rows]
    assert times == sorted(times)
    assert any(time == pytest.approx(20.0, abs=1e-9) for time in times)
    powered = [row for row in rows if float(row["time_s"]) <= 20.0 + 1e-9]
    assert all(float(row["power_w"]) == pytest.approx(15.0) for row in powered)
    assert all(row["power_w"] == "" for row in rows[len(powered) :])


def test_the_resolved_scenario_is_the_same_scenario(done, result, summary):
    original = load_scenario(done[0] / "quick.yaml")
    resolved = load_scenario(result / "scenario.resolved.yaml")
    assert resolved == original
    assert scenario_hash(resolved) == summary["scenario_hash"]


def test_the_report_is_self_contained_and_says_what_it_is_not_for(result):
    page = (result / "report.html").read_text(encoding="utf-8")
    sources = re.findall(r"""(?:src|href)\s*=\s*["']([^"']*)""", page)
    assert sources
    assert all(source.startswith(("data:", "#")) for source in sources)
    assert not re.search(r"url\((?!['\"]?data:)|@import", page)
    assert DISCLAIMER in page


def test_the_table_names_the_headline_numbers_and_quiet_says_nothing(plain_run, command):
    loud = command("run", "quick.yaml", "--output", "loud")
    assert loud.code == 0
    assert "Quick run beside a vein" in loud.out
    assert "ablation zone" in loud.out
    assert "not for clinical decisions" in loud.out
    quiet = command("run", "quick.yaml", "--quiet", "--output", "deep/er/quiet")
    assert (quiet.code, quiet.out, quiet.err) == (0, "", "")
    assert "history.png" not in names_in(plain_run / "deep" / "er" / "quiet")
    assert names_in(plain_run / "loud") == names_in(plain_run / "deep" / "er" / "quiet")


def test_a_title_that_looks_like_markup_is_printed_as_it_is(plain_run, command):
    text = (plain_run / "quick.yaml").read_text(encoding="utf-8")
    text = text.replace("title: Quick run beside a vein", "title: '[/] segment [red]VII'")
    (plain_run / "quick.yaml").write_text(text, encoding="utf-8")
    answer = command("run", "quick.yaml")
    assert answer.code == 0
    assert "[/] segment [red]VII" in answer.out


def test_overwriting_replaces_the_earlier_result(plain_run, command):
    (plain_run / "results" / "quick").mkdir(parents=True)
    (plain_run / "results" / "quick" / "summary.json").write_text("old")
    (plain_run / "results" / "quick" / "stale.txt").write_text("old")
    assert command("run", "quick.yaml", "--overwrite", "--quiet").code == 0
    written = plain_run / "results" / "quick"
    assert json.loads((written / "summary.json").read_text())["status"] == "complete"
    assert "stale.txt" not in names_in(written)


def test_ctrl_c_during_the_run_keeps_what_is_done_marked_as_incomplete(plain_run, signalled):
    answer = signalled("SIGINT", 3, "run", "quick.yaml")
    assert answer.code == 130
    assert "incomplete" in answer.out
    written = plain_run / "results" / "quick"
    summary = json.loads((written / "summary.json").read_text(encoding="utf-8"))
    assert summary["status"] == "incomplete"
    assert 0.0 < summary["time"]["simulated_s"] < 20.0
    assert "stopped before its end" in (written / "report.html").read_text(encoding="utf-8")


def test_ctrl_c_before_the_run_ends_it_and_writes_nothing(plain_run, signalled):
    answer = signalled("SIGINT", 0, "run", "quick.yaml")
    assert answer.code == 130
    assert "stopped; nothing was written" in answer.err
    assert names_in(plain_run / "results") == set()


def test_a_killed_run_leaves_nothing_under_its_name_and_does_not_hinder_the_next(plain_run, signalled, command):
    assert signalled("SIGKILL", 3, "run", "quick.yaml").code == -9
    assert not (plain_run / "results" / "quick").exists()
    assert command("run", "quick.yaml", "--quiet").code == 0
    assert names_in(plain_run / "results") == {"quick"}
    assert (plain_run / "results" / "quick" / "summary.json").is_file()


def test_verify_prints_a_spread_with_every_verified_number_and_writes_it(plain_run, command):
    answer = command("run", "quick.yaml", "--verify")
    assert answer.code == 0
    assert "verifying: building the finer mesh" in answer.err
    written = plain_run / "results" / "quick"
    summary = json.loads((written / "summary.json").read_text(encoding="utf-8"))
    page = (written / "report.html").read_text(encoding="utf-8")
    for label, block, key in (
        ("ablation zone", "zone", "volume_ml"),
        ("zone along the applicator", "zone", "long_axis_mm"),
        ("smallest margin", "margin", "minimum_mm"),
    ):
        (row,) = (line for line in answer.out.splitlines() if line.startswith(f"│ {label} ") and "±" in line)
        words = re.findall(r"[-\d.]+", row.replace("−", "-"))  # a margin's interval over the models comes after
        value, spread = (float(word) for word in words[:2])
        assert value == pytest.approx(summary[block][key], abs=0.05)
        assert spread == pytest.approx(summary["uncertainty"][block][key], rel=0.5)  # one digit of it may be shown
    assert "grid convergence index" in answer.out
    assert page.count("±") > 5
    assert "on the finer mesh" in page


def test_verify_is_part_of_the_json(plain_run, command):
    answer = command("run", "quick.yaml", "--verify", "--json")
    assert (answer.code, answer.err) == (0, "")
    summary = json.loads(answer.out)
    assert summary["uncertainty"]["status"] == "verified"
    assert summary["uncertainty"]["heat_sink"]["vessels"]["vein"]["energy_removed_j"] > 0.0


def test_ctrl_c_during_verification_keeps_the_run_and_says_that_it_is_not_verified(plain_run, command, signalled):
    assert command("run", "quick.yaml", "--quiet").code == 0
    once = json.loads((plain_run / "results" / "quick" / "summary.json").read_text(encoding="utf-8"))
    answer = signalled("SIGINT", once["time"]["n_steps"] + 2, "run", "quick.yaml", "--verify", "--overwrite")
    assert answer.code == 130
    assert "the run is kept, without ±" in answer.err
    assert "not found (see the warnings)" in answer.out
    summary = json.loads((plain_run / "results" / "quick" / "summary.json").read_text(encoding="utf-8"))
    assert summary["status"] == "complete"
    assert summary["zone"]["volume_ml"] == pytest.approx(once["zone"]["volume_ml"], rel=1e-6)
    assert summary["uncertainty"] == {"status": "not_verified"}
    assert any("the run on the finer mesh was stopped" in warning for warning in summary["warnings"])


def test_a_second_ctrl_c_during_verification_keeps_the_run_too(plain_run, command, monkeypatch):
    def interrupted(*_, **__):
        for _ in range(2):
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(run_command, "verified", interrupted)
    answer = command("run", "quick.yaml", "--verify")
    assert answer.code == 130
    summary = json.loads((plain_run / "results" / "quick" / "summary.json").read_text(encoding="utf-8"))
    assert summary["uncertainty"] == {"status": "not_verified"}


@pytest.mark.parametrize("times", [1, 2])
def test_ctrl_c_while_results_are_written_lets_them_be_written_and_a_second_leaves_nothing(
    times, plain_run, command, monkeypatch
):
    def write(*args):
        for _ in range(times):
            os.kill(os.getpid(), signal.SIGINT)
        return write_results(*args)

    write_results = run_command.write_results
    monkeypatch.setattr(run_command, "write_results", write)
    answer = command("run", "quick.yaml")
    assert answer.code == 130
    assert "stopping as soon as the results are written" in answer.err
    assert names_in(plain_run / "results") == ({"quick"} if times == 1 else set())
    if times == 1:
        summary = json.loads((plain_run / "results" / "quick" / "summary.json").read_text(encoding="utf-8"))
        assert summary["status"] == "complete"


@pytest.mark.parametrize("place", ["run", "assess"])
def test_ctrl_c_that_compiled_code_turns_into_an_error_of_its_own_is_ctrl_c(place, plain_run, command, monkeypatch):
    def kernel(*_, **__):
        try:
            raise KeyboardInterrupt
        except KeyboardInterrupt as error:
            message = "CPUDispatcher(<function>) returned a result with an exception set"
            raise SystemError(message) from error

    monkeypatch.setattr(*((run_command, "run") if place == "run" else ("ablasim.simulate.assess",)), kernel)
    answer = command("run", "quick.yaml", "--quiet")
    assert (answer.code, answer.out, answer.err) == (130, "", "stopped; nothing was written\n")
    assert names_in(plain_run / "results") == set()


def test_ctrl_c_where_nothing_can_be_raised_comes_again(plain_run, command, monkeypatch):
    class Released:
        def __del__(self):
            raise KeyboardInterrupt

    def kernel(*_, **__):
        released = Released()
        del released
        time.sleep(10.0)

    monkeypatch.setattr(run_command, "run", kernel)
    answer = command("run", "quick.yaml", "--quiet")
    assert (answer.code, answer.out, answer.err) == (130, "", "stopped; nothing was written\n")


def test_a_finer_run_that_fails_ends_with_a_code_of_its_own_and_the_run_is_written(plain_run, command, monkeypatch):
    monkeypatch.setattr(run_command, "verified", lambda results, **_: not_verified(results, "it diverged"))
    answer = command("run", "quick.yaml", "--verify")
    assert answer.code == 3
    assert "verification: no ± was found: it diverged" in answer.out
    assert (plain_run / "results" / "quick" / "report.html").is_file()


@pytest.mark.parametrize("had_result", [False, True])
def test_a_full_disk_is_told_and_leaves_things_as_they_were(had_result, plain_run, command, monkeypatch):
    def fill_up(results, folder):
        (folder / "summary.json").write_text("{}")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder / "fields.vtkhdf"))

    monkeypatch.setattr(run_command, "write_results", fill_up)
    if had_result:
        (plain_run / "results" / "quick").mkdir(parents=True)
        (plain_run / "results" / "quick" / "summary.json").write_text("old")
    answer = command("run", "quick.yaml", "--overwrite")
    assert answer.code == 2
    assert "results/quick: the disk is full" in answer.err
    assert names_in(plain_run / "results") == ({"quick"} if had_result else set())
    if had_result:
        assert (plain_run / "results" / "quick" / "summary.json").read_text() == "old"
