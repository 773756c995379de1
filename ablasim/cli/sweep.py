"""``ablasim sweep`` and ``ablasim worker``: the cases of a study, on this machine or on a cluster."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, TextColumn
from rich.progress import Progress as Bars
from rich.text import Text

from ablasim.cli.interrupt import STOPPED, ended_by_ctrl_c
from ablasim.errors import OutputError, ScenarioError
from ablasim.study.cluster import default_workers, local_client, remote_client, serve
from ablasim.study.counts import how_many
from ablasim.study.drive import Progress
from ablasim.study.extra import check_extra
from ablasim.study.load import load_study
from ablasim.study.plan import Plan, make_plan
from ablasim.study.store import MESHES, STUDY, StudyFolder
from ablasim.study.sweep import count, run_plan
from ablasim.study.table import TABLE, build_table, write_parquet

FAILED = 1
_SHOWN_PROBLEMS = 5
_SHOWN_POINTS = 50
_START_S = 5.0  # of processes


def sweep_study(
    file: Path,
    output: Path | None,
    *,
    workers: int | None,
    scheduler: str | None,
    dry_run: bool,
    strict: bool,
    retry_failed: bool,
    patience_s: float,
    with_pictures: bool,
    quiet: bool,
) -> int:
    """Run the cases of a study file that have no record yet; returns the exit code, 1 if a case has failed."""
    check_extra()
    console = Console(stderr=True, quiet=quiet)
    loaded = load_study(file)
    target = Path("results") / file.stem if output is None else output
    console.print(Text(loaded.study.title, style="bold"))
    with console.status("checking cases …") as status:

        def show(points: int) -> None:
            if points % _SHOWN_POINTS == 0:
                status.update(f"checking cases … {points}")

        plan = make_plan(loaded, show)
    _tell_invalid(plan, console)
    if strict and plan.invalid:
        message = (
            f"{how_many(len(plan.invalid), 'point')} of the design cannot be, and --strict was given; nothing was run"
        )
        raise ScenarioError(message)
    folder = StudyFolder(target)
    processes = default_workers() if workers is None else workers
    if dry_run:
        if (target / STUDY).is_file():
            folder.check_same(plan)
        _tell_size(plan, folder, console, processes if scheduler is None else None)
        return 0
    folder.begin(plan)
    if retry_failed:
        folder.forget_failed(plan.cases)
    _tell_size(plan, folder, console, processes if scheduler is None else None)
    try:
        idle = "starting processes" if scheduler is None else "no process serves the scheduler"
        with SweepScreen(console, idle) as screen:
            run_plan(
                plan,
                folder,
                _connect(scheduler, processes, patience_s),
                mesh_cache=None if scheduler is None else target / MESHES,
                reconnect=scheduler is not None,
                observe=screen.show,
                say=lambda words: console.print(Text(words), soft_wrap=True),
            )
    except BaseException as error:
        with suppress(OutputError):  # what went wrong first is told; records are kept, and the table is made of them
            _write_table(folder)
        if not ended_by_ctrl_c(error):
            raise
        ended = count(plan.cases, folder)
        sys.stderr.write(
            f"stopped; {ended.done + ended.failed} of {how_many(ended.total, 'case')} are kept in {target}: "
            "the same command goes on\n"
        )
        return STOPPED
    _write_table(folder)
    code = _end(count(plan.cases, folder), target, console)
    if with_pictures:
        _draw(folder, console)
    return code


def _draw(folder: StudyFolder, console: Console) -> None:
    """Draw the study; a picture that fails costs no number."""
    from ablasim.study.pictures.draw import draw_pictures

    try:
        for file in draw_pictures(folder):
            console.print(Text(f"picture: {file}"), soft_wrap=True)
    except Exception as error:  # whatever a library of pictures stumbles over
        words = f"the pictures could not be drawn ({type(error).__name__}: {error}); the table is written"
        console.print(Text(words, style="yellow"), soft_wrap=True)


def _connect(scheduler: str | None, processes: int, patience_s: float) -> Callable[[], AbstractContextManager[Any]]:
    if scheduler is None:
        return lambda: local_client(processes)
    return lambda: remote_client(scheduler, patience_s)


def serve_scheduler(address: str, workers: int | None, patience_s: float) -> None:
    """Run processes that serve the sweeps of a scheduler."""
    check_extra()
    console = Console(stderr=True)
    serve(
        address,
        default_workers() if workers is None else workers,
        patience_s,
        lambda words: console.print(Text(words), soft_wrap=True),
    )


def _tell_invalid(plan: Plan, console: Console) -> None:
    for point in plan.invalid[:_SHOWN_PROBLEMS]:
        inputs = ", ".join(f"{name} {value}" for name, value in point.inputs.items())
        console.print(
            Text.assemble(("skipped: ", "yellow"), f"{point.base}, {inputs}: {point.problem}"), soft_wrap=True
        )
    if len(plan.invalid) > _SHOWN_PROBLEMS:
        console.print(f"… and {len(plan.invalid) - _SHOWN_PROBLEMS} more; the table has them all with their reasons")


def _tell_size(plan: Plan, folder: StudyFolder, console: Console, processes: int | None) -> None:
    meshes = len({case.mesh for case in plan.cases.values()})
    notes = [f"{plan.n_merged} that ask the same as another"] if plan.n_merged else []
    notes += [f"{len(plan.invalid)} that cannot be"] if plan.invalid else []
    without = f" ({how_many(len(plan.points), 'point')} without {' and '.join(notes)})" if notes else ""
    repeats = len({repeat.case for repeat in plan.repeats})
    without += f", {repeats} of them repeats for the noise floor" if repeats else ""
    console.print(f"{how_many(len(plan.cases), 'case')}{without}, {how_many(meshes, 'mesh')}")
    ended = count(plan.cases, folder)
    if ended.done + ended.failed:
        console.print(f"{ended.done} done and {ended.failed} failed before")
    left = [case for case in plan.cases.values() if folder.status(case.key) is None]
    if not left:
        console.print("nothing is left to run")
        return
    seconds, how = _expected(plan, folder)
    total = sum(seconds[case.key] for case in left)
    if processes is None:
        console.print(f"{len(left)} to run, about {in_words(total)} of one core ({how})")
    else:
        many = min(processes, len(left))
        processes_said = how_many(many, "process")
        console.print(f"{len(left)} to run, about {in_words(_START_S + total / many)} on {processes_said} ({how})")


def _expected(plan: Plan, folder: StudyFolder) -> tuple[dict[str, float], str]:
    """Seconds of each case, and how they were found: from records of this folder, or from size and duration."""
    guess = {case.key: case.expected_s for case in plan.cases.values()}
    records = {key: folder.record(key) for key in guess}
    shares = [
        record["seconds"] / guess[key] for key, record in records.items() if record and record["status"] == "done"
    ]
    if not shares:
        return guess, "roughly, from the size of the mesh and the length of the protocol"
    share = median(shares)
    return {key: share * value for key, value in guess.items()}, f"from {how_many(len(shares), 'case')} done before"


def in_words(seconds: float) -> str:
    """A length of time as people say it.

    Examples
    --------
    >>> in_words(40.0), in_words(600.0), in_words(9000.0)
    ('40 s', '10 min', '2.5 h')
    """
    if seconds < 90.0:
        return f"{seconds:.0f} s"
    return f"{seconds / 60.0:.0f} min" if seconds < 5400.0 else f"{seconds / 3600.0:.1f} h"


def _write_table(folder: StudyFolder) -> None:
    write_parquet(build_table(folder), folder.path / TABLE)


def _end(ended: Progress, target: Path, console: Console) -> int:
    words = f"{ended.done} done, {ended.failed} failed of {how_many(ended.total, 'case')}"
    console.print(Text(words, style="red" if ended.failed else ""))
    if ended.failed:
        console.print(
            Text(f"why: ablasim results {target} --where 'status == \"failed\"' --columns case,error"), soft_wrap=True
        )
    console.print(Text(f"table: {target / TABLE}"), soft_wrap=True)
    return FAILED if ended.failed else 0


class SweepScreen:
    """A bar with what is done, failed and running, and the time left."""

    def __init__(self, console: Console, idle: str) -> None:
        self._idle = idle
        self._bars = Bars(
            BarColumn(bar_width=24),
            TextColumn("{task.fields[words]}"),
            console=console,
            transient=True,
            disable=console.quiet,
        )
        self._task = self._bars.add_task("cases", total=None, words="…")

    def __enter__(self) -> SweepScreen:
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def show(self, progress: Progress) -> None:
        """Show how far it has come."""
        words = [f"{progress.done} done", f"{progress.failed} failed", f"{progress.running} running"]
        words += [f"{progress.meshes} meshing"] if progress.meshes else []
        words += [] if progress.workers else [self._idle]
        words += [] if progress.seconds_left is None else [f"{in_words(progress.seconds_left)} left"]
        ended = progress.done + progress.failed
        self._bars.update(self._task, total=progress.total, completed=ended, words=", ".join(words))
