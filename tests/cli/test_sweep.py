"""Commands of studies: sweep, results, schema."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ablasim.study.store import StudyFolder

ROOT = Path(__file__).parents[2]

STUDY = f"""\
schema_version: 1
title: Heated ball
base: {ROOT / "scenarios/steady_heated_sphere.yaml"}
set: {{numerics.mesh: {{tumour_mm: 2.5, shell_mm: 5, far_mm: 20, growth: 0.6}}}}
vary:
  - {{name: power_w, path: protocol.0.drive.ball.power_w, values: [1, 5]}}
"""

MOVED = """\
  - {name: moved_mm, offset: {kind: shift, body: tumour, along: [1, 0, 0]}, values: [0, 0, 70], linked_to: power_w}
"""
"""The third lies outside the organ."""

VARIED = """\
  - {name: size_mm, path: tumour.diameter_mm, range: {from: 9, to: 10, count: 2}}
  - {name: factor, path: body.perfusion_factor, distribution: {kind: lognormal, median: 0.5, geometric_sd: 1.5}}
sampling: {method: sobol, count: 4}
"""

HEARING = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
"""A job in the background is started deaf to Ctrl-C."""

SLEEPING = """
import time
import ablasim.study.case as case

case._run = lambda order, folder: time.sleep(0.2) or {"zone": {"volume_ml": 1.0}, "warnings": []}
"""


@pytest.fixture
def study(here: Path) -> Path:
    """A study of two cases in the current folder."""
    (here / "study.yaml").write_text(STUDY, encoding="utf-8")
    return here / "study.yaml"


@pytest.fixture
def begun(study, command) -> Path:
    """Folder of a study of which one case is done, one has failed and one cannot be."""
    study.write_text(STUDY.replace("[1, 5]", "[1, 5, 6]") + MOVED, encoding="utf-8")
    from ablasim.study.load import load_study
    from ablasim.study.plan import make_plan

    plan = make_plan(load_study(study))
    folder = StudyFolder(study.parent / "results" / "study")
    folder.begin(plan)
    first, second = plan.cases
    done = {"status": "done", "error": None, "seconds": 8.0, "versions": {}, "summary": {"zone": {"volume_ml": 2.5}}}
    folder.write_record(first, done)
    folder.fail(second, "it diverged", 1.0)
    return folder.path


def test_a_dry_run_tells_the_size_and_the_time_and_writes_nothing(study, command):
    answer = command("sweep", "study.yaml", "--dry-run", "--workers", 2)
    assert answer.code == 0
    assert "2 cases, 1 mesh" in answer.err
    assert "2 to run, about" in answer.err
    assert "on 2 processes (roughly, from the size of the mesh" in " ".join(answer.err.split())
    assert not (study.parent / "results").exists()


def test_a_dry_run_lists_what_varies_so_that_a_slip_is_seen(study, command):
    study.write_text(STUDY.replace("[1, 5]", "[20,5, 29]") + VARIED, encoding="utf-8")
    said = command("sweep", "study.yaml", "--dry-run").err.splitlines()
    assert said[1].startswith("note: study.yaml:6:58: vary.power_w.values: 20, 5, 29: 3 values that neither rise nor ")
    assert said[1].endswith("did you mean 20.5, 29?")
    assert said[2:6] == [
        "  power_w  3 values: 20, 5, 29",
        "  size_mm  2 values: 9, 10",
        "  factor   lognormal, median 0.5, geometric_sd 1.5",
        "  drawn together: sobol, 4 points, seed 1",
    ]
    assert "24 cases, 2 meshes" in said[6]


def test_a_sweep_tells_of_values_out_of_order_and_runs(study, command):
    study.write_text(STUDY.replace("[1, 5]", "[5, 1, 6]"), encoding="utf-8")
    from ablasim.study.load import load_study
    from ablasim.study.plan import make_plan

    folder = StudyFolder(study.parent / "out")
    plan = make_plan(load_study(study))
    folder.begin(plan)
    for key in plan.cases:
        folder.fail(key, "why", 1.0)
    answer = command("sweep", "study.yaml", "--output", "out", "--no-pictures")
    assert "did you mean 5.1, 6?" in answer.err
    assert "0 done, 3 failed of 3 cases" in answer.err


def test_the_time_is_told_from_cases_that_are_done(begun, command):
    (begun / "cases" / f"{json.loads((begun / 'study.json').read_text())['points'][1]['case']}.json").unlink()
    words = " ".join(command("sweep", "study.yaml", "--dry-run", "--workers", 1).err.split())
    assert "1 done and 0 failed before" in words
    assert "1 to run, about 13 s on 1 process (from 1 case done before)" in words


def test_columns_that_are_not_there_before_a_case_is_done_are_told_as_such(begun, command):
    for record in (begun / "cases").iterdir():
        record.unlink()
    assert "3 of 3 rows; 2 waiting, 1 invalid" in command("results", begun).out
    for words in (("--where", "zone.volume_ml < 5"), ("--columns", "zone.volume_ml")):
        answer = command("results", begun, *words)
        assert answer.code == 2
        assert (
            f"no case of {begun} is done yet, so that its columns are only base, power_w, moved_mm, status"
            in answer.err
        )


def test_an_address_that_is_none_is_told(study, command):
    answer = command("sweep", "study.yaml", "--scheduler", "foo://bar:1", "--patience-s", 1)
    assert answer.code == 2
    assert "no scheduler at foo://bar:1: must be an address such as tcp://HOST:8786" in answer.err


@pytest.mark.slow  # two processes are started
def test_a_sweep_ends_in_a_table_and_a_second_call_runs_nothing(study, command):
    answer = command("sweep", "study.yaml", "--workers", 2, "--output", "out")
    assert answer.code == 0
    assert "2 done, 0 failed of 2 cases" in answer.err
    shown = command("results", "out", "--columns", "power_w,zone.volume_ml,status")
    assert "2 of 2 rows; 2 done" in shown.out
    before = (study.parent / "out" / "table.parquet").read_bytes()
    again = command("sweep", "study.yaml", "--output", "out")
    assert again.code == 0
    assert "nothing is left to run" in again.err
    assert (study.parent / "out" / "table.parquet").read_bytes() == before


def test_a_failed_case_is_exit_code_1_and_the_reason_is_a_command_away(begun, command):
    answer = command("sweep", "study.yaml")
    assert answer.code == 1
    assert "1 done, 1 failed of 2 cases" in answer.err
    shown = command("results", "results/study", "--where", 'status == "failed"', "--columns", "power_w,error")
    assert "it diverged" in shown.out
    assert "1 of 3 rows" in shown.out


def test_a_corner_that_cannot_be_is_skipped_or_with_strict_stops_everything(begun, command):
    assert "skipped: steady_heated_sphere, power_w 6, moved_mm 70: " in command("sweep", "study.yaml").err
    answer = command("sweep", "study.yaml", "--strict", "--output", "strict")
    assert answer.code == 2
    assert "1 point of the design cannot be, and --strict was given; nothing was run" in answer.err
    assert not Path("strict").exists()


def test_the_table_of_another_study_is_not_overwritten(begun, study, command):
    before = {path: path.read_bytes() for path in begun.rglob("*") if path.is_file()}
    study.write_text(STUDY, encoding="utf-8")
    for words in ([], ["--dry-run"]):
        answer = command("sweep", "study.yaml", *words)
        assert answer.code == 2
        assert (
            "holds another study, 'Heated ball' (it differs in vary.power_w, vary.moved_mm); nothing was changed"
            in answer.err
        )
    assert {path: path.read_bytes() for path in begun.rglob("*") if path.is_file()} == before


def test_an_unknown_key_is_bad_input(study, command):
    study.write_text(STUDY.replace("ball.power_w", "ball.powr_w"), encoding="utf-8")
    answer = command("sweep", "study.yaml")
    assert answer.code == 2
    assert "study.yaml:6:21: vary.power_w.path: " in answer.err
    assert "unknown key 'powr_w'; did you mean 'power_w'?" in answer.err


def test_results_are_chosen_and_written_as_csv(begun, command):
    assert command("results", begun, "--where", "power_w < 6", "--csv", "some.csv").code == 0
    head, *rows = Path("some.csv").read_text(encoding="utf-8").splitlines()
    assert head.startswith("base,power_w,moved_mm,status,error,zone.volume_ml,seconds")
    assert len(rows) == 2
    shown = command("results", begun)
    assert "3 of 3 rows; 1 done, 1 failed, 1 invalid" in shown.out


def test_results_are_drawn_on_request(begun, command):
    answer = command("results", begun, "--pictures", "--columns", "zone.volume_ml")
    assert answer.code == 0
    file = begun / "pictures" / "curve_zone_volume_ml.png"
    assert f"picture: {file}" in answer.err
    assert file.read_bytes().startswith(b"\x89PNG")


def test_repeats_are_told_before_they_run_and_their_spread_with_the_results(study, command):
    from ablasim.study.load import load_study
    from ablasim.study.plan import make_plan

    study.write_text(STUDY + "noise_floor: {cases: 1, repeats: 2}\n", encoding="utf-8")
    answer = command("sweep", "study.yaml", "--dry-run")
    assert "4 cases, 2 of them repeats for the noise floor, 3 meshes" in " ".join(answer.err.split())
    plan, folder = make_plan(load_study(study)), StudyFolder(Path("out"))
    folder.begin(plan)
    for key, volume in zip(plan.cases, (2.0, 9.0, 2.1, 2.2), strict=True):
        summary = {"zone": {"volume_ml": volume}}
        folder.write_record(key, {"status": "done", "error": None, "seconds": 8.0, "versions": {}, "summary": summary})
    shown = " ".join(command("results", "out").out.split())
    assert "2 of 2 rows; 2 done" in shown
    words = "noise floor of remeshing (standard deviation; 1 case on 3 meshes): volume of the ablation zone 0.1 ml"
    assert words in shown


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["results/study", "--pictures"], "nothing to draw: a picture needs some cases that are done and have margin."),
        (["results/study", "--pictures", "--columns", "error"], "'error': holds words, and a picture needs numbers"),
        (["results/study", "--pictures", "--columns", "power_w"], "--columns: 'power_w': an input: must be a result"),
        (["results/study", "--smooth", "--columns", "zone.volume_ml"], "no smooth map of zone.volume_ml: it needs two"),
        (["results/study", "--smooth", "--where", "power_w > 1"], "--where power_w > 1: not with --smooth"),
        (["results/study", "--where", "volume > 1"], "must compare columns"),
        (["results/study", "--columns", "zone.volume"], "no column 'zone.volume'; did you mean zone.volume_ml"),
        (["results"], "must be the folder of a study, with study.json"),
        (["results/study/study.json"], "study.json: must be the folder of a study, with study.json"),
    ],
)
def test_a_question_that_cannot_be_answered_is_bad_input(begun, command, words, sentence):
    answer = command("results", *words)
    assert answer.code == 2
    assert sentence in answer.err


def test_without_the_extra_packages_the_command_says_what_to_install(study, command, monkeypatch):
    monkeypatch.setattr("ablasim.study.extra.find_spec", lambda name: None if name == "pyarrow" else name)
    for words in (["sweep", "study.yaml"], ["results", "."], ["worker", "tcp://127.0.0.1:1"]):
        answer = command(*words)
        assert answer.code == 2
        assert "studies need pyarrow, not installed: pip install '.[sweep]'" in answer.err


def test_the_schema_of_studies_is_the_one_shipped(command):
    shipped = ROOT / "studies" / "ablasim-study.schema.json"
    assert json.loads(command("schema", "--study").out) == json.loads(shipped.read_text(encoding="utf-8"))


def test_other_commands_import_nothing_that_sweeps_need():
    code = (
        "import sys; sys.argv = ['ablasim', '--help']\n"
        "from ablasim.cli.main import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "found = {'dask', 'distributed', 'pandas', 'pyarrow', 'pydantic', 'numpy'} & set(sys.modules)\n"
        "assert not found, found\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


@pytest.mark.slow
def test_ctrl_c_keeps_what_is_done_and_the_same_command_goes_on(study, cache):
    study.write_text(STUDY.replace("values: [1, 5]", "range: {from: 1, to: 5, count: 30}"), encoding="utf-8")
    worker = study.parent / "worker.py"
    worker.write_text(SLEEPING, encoding="utf-8")
    environment = os.environ | {"DASK_DISTRIBUTED__WORKER__PRELOAD": str(worker), "XDG_CACHE_HOME": str(cache)}
    code = HEARING + "from ablasim.cli.main import main; main()"
    words = [sys.executable, "-c", code, "sweep", "study.yaml", "--workers", "2"]
    cases = study.parent / "results" / "study" / "cases"
    sweep = subprocess.Popen(words, env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True)
    end = time.monotonic() + 120.0
    while not (cases.is_dir() and len(list(cases.glob("[!.]*"))) >= 3):
        assert time.monotonic() < end
        time.sleep(0.05)
    os.killpg(sweep.pid, signal.SIGINT)  # as a terminal does: to all processes
    _, said = sweep.communicate(timeout=60)
    assert sweep.returncode == 130
    assert "of 30 cases are kept in results/study: the same command goes on" in said
    assert "Traceback" not in said
    kept = len(list(cases.glob("[!.]*")))
    assert 3 <= kept < 30
    assert (cases.parent / "table.parquet").is_file()
    again = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert again.returncode == 0
    assert f"{kept} done and 0 failed before" in again.stderr
    assert "30 done, 0 failed of 30 cases" in again.stderr
