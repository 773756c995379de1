"""``ablasim run``: progress on the screen, results in a folder."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.text import Text

from ablasim.cli.interrupt import STOPPED, StopOnInterrupt, ended_by_ctrl_c
from ablasim.cli.screen import Screen
from ablasim.cli.tables import print_summary
from ablasim.course import StepRecord
from ablasim.errors import SolverError
from ablasim.refine import check_refinable
from ablasim.resolve import check_names
from ablasim.results.files import plain
from ablasim.results.folder import ResultFolder
from ablasim.results.outcome import Results
from ablasim.results.uncertainty import VERIFIED
from ablasim.scenario import load_scenario
from ablasim.simulate import not_verified, run, verified
from ablasim.variants import Variant
from ablasim.views.publish import write_results

KEPT = "stopping after this step; what has been computed is kept, marked as incomplete"
NOT_VERIFIED = "stopping after this step; the run is kept, without ±"
WRITTEN = "stopping as soon as the results are written; Ctrl-C once more leaves nothing"
_ATTRIBUTE = {"heat_sink.attribute": True}


def run_scenario(
    file: Path,
    output: Path | None,
    *,
    overwrite: bool,
    verify: bool,
    attribute: bool,
    threads: int | None,
    quiet: bool,
    as_json: bool,
) -> int:
    """Run a scenario file and write its result; returns the exit code."""
    try:
        scenario = load_scenario(file, _ATTRIBUTE if attribute else None)
        check_names(scenario)
        if verify:
            check_refinable(scenario)
        target = Path("results") / file.stem if output is None else output
        console = Console(stderr=True, quiet=quiet or as_json)
        with ResultFolder(target, overwrite=overwrite) as folder:
            console.print(Text(scenario.title, style="bold"))
            console.print("building the mesh …")
            with StopOnInterrupt(console) as interrupt:
                with Screen(console) as screen:
                    watch = _watch(interrupt, screen, KEPT)
                    results = run(scenario, threads=threads, progress=watch, stop=interrupt.is_set)
                if verify:
                    results = _verify(results, threads, console, interrupt)
                interrupt.ending = WRITTEN
                console.print("writing results …")
                summary = write_results(results, folder.folder)
        if as_json:
            sys.stdout.write(json.dumps(plain(summary), indent=2) + "\n")
        elif not quiet:
            print_summary(summary)
        console.print(Text(f"report: {target / 'report.html'}"), soft_wrap=True)
        return _exit_code(results, interrupt)
    except BaseException as error:
        if not ended_by_ctrl_c(error):
            raise
        sys.stderr.write("stopped; nothing was written\n")
        return STOPPED


def _verify(results: Results, threads: int | None, console: Console, interrupt: StopOnInterrupt) -> Results:
    """Repeat a run on a finer mesh; whatever happens, the run itself is kept."""
    console.print("verifying: building the finer mesh …")
    interrupt.ending = interrupt.ending and NOT_VERIFIED
    try:
        with Screen(console, "finer ") as screen:
            watch = _watch(interrupt, screen, NOT_VERIFIED)
            return verified(results, threads=threads, progress=watch, stop=interrupt.is_set)
    except BaseException as error:
        if not ended_by_ctrl_c(error):
            raise
        return not_verified(results, "the run on the finer mesh was stopped")


def _exit_code(results: Results, interrupt: StopOnInterrupt) -> int:
    uncertainty = results.summary["uncertainty"]
    has_no_spread = uncertainty is not None and uncertainty["status"] != VERIFIED
    if not results.is_complete or interrupt.is_set():
        return STOPPED
    return SolverError.exit_code if has_no_spread else 0


def _watch(interrupt: StopOnInterrupt, screen: Screen, ending: str) -> Callable[[Variant, StepRecord, float], None]:
    """What shows every step; from the first on there is something to keep."""
    return lambda variant, record, end: _step(interrupt, screen, ending, variant, record, end)


def _step(
    interrupt: StopOnInterrupt, screen: Screen, ending: str, variant: Variant, record: StepRecord, end: float
) -> None:
    interrupt.ending = ending
    screen.show(variant, record, end)
