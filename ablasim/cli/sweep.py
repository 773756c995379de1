"""``ablasim sweep`` and ``ablasim worker``: the cases of a study, on this machine or on a cluster."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, TextColumn
from rich.progress import Progress as Bars
from rich.text import Text

from ablasim.cli.interrupt import STOPPED, ended_by_ctrl_c
from ablasim.cli.sweep_size import in_words, tell_doubts, tell_invalid, tell_size, tell_variables
from ablasim.errors import OutputError, ScenarioError
from ablasim.study.cluster import default_workers, local_client, remote_client, serve
from ablasim.study.counts import how_many
from ablasim.study.drive import Progress
from ablasim.study.extra import check_extra
from ablasim.study.load import load_study
from ablasim.study.plan import make_plan
from ablasim.study.store import MESHES, STUDY, StudyFolder
from ablasim.study.sweep import count, run_plan
from ablasim.study.table import TABLE, build_table, write_parquet

FAILED = 1
_SHOWN_POINTS = 50


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
    tell_doubts(loaded, console)
    if dry_run:
        tell_variables(loaded.study, console)
    with console.status("checking cases …") as status:

        def show(points: int) -> None:
            if points % _SHOWN_POINTS == 0:
                status.update(f"checking cases … {points}")

        plan = make_plan(loaded, show)
    tell_invalid(plan, console)
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
        tell_size(plan, folder, console, processes if scheduler is None else None)
        return 0
    folder.begin(plan)
    if retry_failed:
        folder.forget_failed(plan.cases)
    tell_size(plan, folder, console, processes if scheduler is None else None)
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
