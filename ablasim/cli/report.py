"""``ablasim report``: the printed report made anew, or the page with its scene."""

from __future__ import annotations

import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

from ablasim.build import build_case
from ablasim.comparison import FinishedRun, read_run
from ablasim.errors import OutputError
from ablasim.results.paths import at
from ablasim.results.place import check_place, whole_file
from ablasim.results.saved import SavedFields
from ablasim.results.summary import package_versions
from ablasim.views.handout.page import missing_pictures, render_page
from ablasim.views.handout.replay import Replay
from ablasim.views.publish import render_run_report

PRINTED, PAGE = "report.html", "interactive.html"


def make_report(run: Path, output: Path | None, *, interactive: bool, overwrite: bool) -> None:
    """Write a report of a finished run and say where it is.

    Raises
    ------
    OutputError
        If the folder is none of a finished run, something in it is missing, or the file may not be written.
    """
    finished = finished_run(run)
    target = (run / (PAGE if interactive else PRINTED)) if output is None else output
    check_place(target, overwrite=overwrite)
    console = Console(stderr=True)
    if interactive:
        console.print("finding the zone at every saved time …")
        with SavedFields(run) as fields, whole_file(target, overwrite=overwrite) as file:
            replay = Replay(finished, run, fields)
            render_page(file, replay)
        if without := missing_pictures(replay):
            sys.stderr.write(f"note: {run} has no {', '.join(without)}: left out\n")
        console.print(Text(f"page: {target} ({target.stat().st_size / 1e6:.1f} MB)"), soft_wrap=True)
        return
    console.print("building the mesh, which the list of assumptions needs …")
    case = build_case(finished.scenario)
    with whole_file(target, overwrite=overwrite) as file:
        render_run_report(file, case, finished.summary, run)
    console.print(Text(f"report: {target}"), soft_wrap=True)


def finished_run(folder: Path) -> FinishedRun:
    """Read the folder of a run; says so if another version has written it.

    Raises
    ------
    OutputError
        If it holds no result, or one of another scenario than the one beside it.
    """
    finished = read_run(folder)
    if not finished.is_of_its_scenario:
        message = f"{folder}: scenario.resolved.yaml is not that of summary.json (the hashes differ): run it again"
        raise OutputError(message)
    here, there = package_versions()["ablasim"], at(finished.summary, "versions.ablasim")
    if here != there:
        sys.stderr.write(f"note: {folder} was written by version {there}, whose numbers are shown; this is {here}\n")
    return finished
