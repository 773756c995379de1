"""What a second core gains in a sweep: the whole command on two cores beside the same cases one after another."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.errors import BenchmarkError
from benchmarks.process import ROOT, run_module, run_program

DISTANCES_MM = (1, 2, 3, 4, 5, 6)
MOST_SHARE = 0.6
"""Largest share of the time of one process that two may take."""

_WORKERS = 2
_COMMAND = "from ablasim.cli.main import main; main()"
_STUDY = """\
schema_version: 1
title: Coarse cases for the benchmark of sweeps
base: {base}
set: {{protocol.0.duration_s: 180, heat_sink.twins: [no_vessel], damage.models: [cem43_240]}}
vary:
  - {{name: distance_mm, offset: {{kind: vessel_distance, vessel: portal_branch}}, values: {distances}}}
  - {{name: power_w, path: protocol.0.drive.electrode.power_w, range: {{from: 10, to: 20, count: {powers}}}}}
"""


def measure_sweep(cases: int, repeats: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Wall seconds of a sweep on two cores, and of its cases in one process; starts of the programs included.

    Meshes are in the user's cache and kernels compiled before.

    Raises
    ------
    BenchmarkError
        If a program fails, or there is one core only.
    """
    powers = max(cases // len(DISTANCES_MM), 2)
    with tempfile.TemporaryDirectory() as place:
        study = Path(place) / "study.yaml"
        base = ROOT / "scenarios" / "rfa_quick_look.yaml"
        study.write_text(_STUDY.format(base=base, distances=list(DISTANCES_MM), powers=powers), encoding="utf-8")
        say("meshes and kernels")
        run_module("benchmarks.sweeping", str(study), "first of each mesh")
        alone, together = [], []
        for repeat in range(1, repeats + 1):
            say(f"{repeat} of {repeats}: one process")
            alone.append(run_module("benchmarks.sweeping", str(study), "all"))
            say(f"{repeat} of {repeats}: ablasim sweep on {_WORKERS} cores")
            out = Path(place) / f"out{repeat}"
            words = ["sweep", str(study), "--output", str(out), "--workers", str(_WORKERS), "--quiet", "--no-pictures"]
            together.append(run_program([sys.executable, "-c", _COMMAND, *words], threads=_WORKERS).wall_s)
            _check_done(out, powers * len(DISTANCES_MM))
    share = median(b / a.wall_s for a, b in zip(alone, together, strict=True))
    return {
        "cases": powers * len(DISTANCES_MM),
        "meshes": len(DISTANCES_MM),
        "repeats": repeats,
        "one_process_s": median(run.wall_s for run in alone),
        "case_s": median(run.line()["case_s"] for run in alone),
        "sweep_s": median(together),
        "workers": _WORKERS,
        "share": share,
        "most_share": MOST_SHARE,
        "met": share <= MOST_SHARE,
    }


def _check_done(folder: Path, cases: int) -> None:
    from ablasim.study.store import StudyFolder
    from ablasim.study.table import build_table

    done = int((build_table(StudyFolder(folder))["status"] == "done").sum())
    if done != cases:
        message = f"{done} of {cases} cases are done: must be all"
        raise BenchmarkError(message)


def run_one_by_one(study: Path, which: str) -> None:
    """Run the cases of a study in this process, or the first of each mesh, and print the median time of one."""
    from ablasim.scenario import parse_scenario
    from ablasim.simulate import run
    from ablasim.study.load import load_study
    from ablasim.study.plan import make_plan

    cases = list(make_plan(load_study(study)).cases.values())
    if which != "all":
        cases = list({case.mesh: case for case in cases}.values())
    took = []
    for case in cases:
        begun = time.perf_counter()
        run(parse_scenario(case.data, folder=case.folder), threads=1)
        took.append(time.perf_counter() - begun)
    sys.stdout.write(json.dumps({"case_s": median(took)}) + "\n")


if __name__ == "__main__":
    run_one_by_one(Path(sys.argv[1]), sys.argv[2])
