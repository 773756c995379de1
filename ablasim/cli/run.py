"""``ablasim run``: progress on the screen, results in a folder."""

from __future__ import annotations

import json
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from rich.console import Console
from rich.text import Text

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

STOPPED = 130
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
            with _StopOnInterrupt(console) as interrupt:
                with Screen(console) as screen:
                    watch = _watch(interrupt, screen)
                    results = run(scenario, threads=threads, progress=watch, stop=interrupt.is_set)
                if verify:
                    results = _verify(results, threads, console, interrupt)
            console.print("writing results …")
            summary = write_results(results, folder.folder)
        if as_json:
            sys.stdout.write(json.dumps(plain(summary), indent=2) + "\n")
        elif not quiet:
            print_summary(summary)
        console.print(Text(f"report: {target / 'report.html'}"), soft_wrap=True)
        return _exit_code(results, interrupt)
    except KeyboardInterrupt:
        sys.stderr.write("stopped; nothing was written\n")
        return STOPPED


def _verify(results: Results, threads: int | None, console: Console, interrupt: _StopOnInterrupt) -> Results:
    """Repeat a run on a finer mesh; whatever happens, the run itself is kept."""
    console.print("verifying: building the finer mesh …")
    interrupt.keeps = "the run is kept, without ±"
    try:
        with Screen(console, "finer ") as screen:
            watch = _watch(interrupt, screen)
            return verified(results, threads=threads, progress=watch, stop=interrupt.is_set)
    except KeyboardInterrupt:
        return not_verified(results, "the run on the finer mesh was stopped")


def _exit_code(results: Results, interrupt: _StopOnInterrupt) -> int:
    uncertainty = results.summary["uncertainty"]
    has_no_spread = uncertainty is not None and uncertainty["status"] != VERIFIED
    if not results.is_complete or (has_no_spread and interrupt.is_set()):
        return STOPPED
    return SolverError.exit_code if has_no_spread else 0


def _watch(interrupt: _StopOnInterrupt, screen: Screen) -> Callable[[Variant, StepRecord, float], None]:
    return lambda variant, record, end: _step(interrupt, screen, variant, record, end)


def _step(interrupt: _StopOnInterrupt, screen: Screen, variant: Variant, record: StepRecord, end: float) -> None:
    interrupt.is_marching = True
    screen.show(variant, record, end)


class _StopOnInterrupt:
    """Ctrl-C during the time loop asks it to stop and keeps what is done; before it, or twice, it ends the program."""

    def __init__(self, console: Console) -> None:
        self.is_marching = False
        self.keeps = "what has been computed is kept, marked as incomplete"
        self._event = threading.Event()
        self._console = console
        self._before: Any = None

    def is_set(self) -> bool:
        """Whether a stop was asked for."""
        return self._event.is_set()

    def __enter__(self) -> _StopOnInterrupt:
        self._before = signal.signal(signal.SIGINT, self._interrupt)
        return self

    def __exit__(self, *_: object) -> None:
        signal.signal(signal.SIGINT, self._before)

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        is_second = self._event.is_set()
        self._event.set()  # in any case the time loops end after their step
        if not self.is_marching or is_second:
            raise KeyboardInterrupt
        self._console.print(f"stopping after this step; {self.keeps}")
