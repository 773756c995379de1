"""Commands of studies: sweeps over many cases, and their results."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def sweep(
    study: Annotated[Path, typer.Argument(help="Study file (YAML).", metavar="STUDY")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Folder of the study (default: results/<study name>).")
    ] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", "-w", min=1, help="Processes on this machine (default: one a core).")
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option("--scheduler", metavar="tcp://HOST:PORT", help="Use a cluster that someone started.")
    ] = None,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Check everything, say how large it is and how long it takes; run nothing."),
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Run nothing if a point of the design cannot be (default: it is skipped).")
    ] = False,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Run cases again that failed in an earlier call.")
    ] = False,
    patience_s: Annotated[
        float, typer.Option("--patience-s", min=1.0, help="How long to look for a scheduler, s.")
    ] = 60.0,
    no_pictures: Annotated[bool, typer.Option("--no-pictures", help="Draw nothing at the end.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")] = False,
) -> None:
    """Run all cases of a study over the cores of this machine or a cluster, into one table."""
    from ablasim.study.template import start_template

    if scheduler is None and not dry_run:
        start_template()  # it imports on another core while this process does
    from ablasim.cli.sweep import sweep_study

    code = sweep_study(
        study,
        output,
        workers=workers,
        scheduler=scheduler,
        dry_run=dry_run,
        strict=strict,
        retry_failed=retry_failed,
        patience_s=patience_s,
        with_pictures=not no_pictures,
        quiet=quiet,
    )
    raise typer.Exit(code)


def worker(
    scheduler: Annotated[str, typer.Argument(help="Address of the scheduler.", metavar="tcp://HOST:PORT")],
    workers: Annotated[
        int | None, typer.Option("--workers", "-w", min=1, help="Processes (default: one a core).")
    ] = None,
    patience_s: Annotated[
        float, typer.Option("--patience-s", min=1.0, help="How long to wait for a scheduler that is gone, s.")
    ] = 600.0,
) -> None:
    """Serve the sweeps of a scheduler with the cores of this machine."""
    from ablasim.cli.sweep import serve_scheduler

    serve_scheduler(scheduler, workers, patience_s)


def results(
    folder: Annotated[Path, typer.Argument(help="Folder of a study.", metavar="DIR")],
    where: Annotated[
        str | None, typer.Option("--where", help="Rows to show, such as 'margin.minimum_mm < 5 and power_w > 20'.")
    ] = None,
    columns: Annotated[
        str | None, typer.Option("--columns", help="Columns to show, with commas; a name stands for all below it.")
    ] = None,
    csv: Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Write them as CSV instead.")] = None,
    pictures: Annotated[
        bool, typer.Option("--pictures", help="Draw the smallest margin, or these columns, into DIR/pictures instead.")
    ] = False,
    smooth: Annotated[
        bool, typer.Option("--smooth", help="Draw smooth maps, by a surrogate whose error is stated (with --pictures).")
    ] = False,
) -> None:
    """Print the table of a study, also while it runs; or draw it."""
    from ablasim.cli.results import draw_results, show_results

    if pictures or smooth:
        draw_results(folder, where=where, columns=columns, smooth=smooth)
    else:
        show_results(folder, where=where, columns=columns, csv=csv)
