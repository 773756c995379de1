"""The command that fits values of a scenario to measured temperatures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ablasim.cli.options import Overwrite


def fit(
    file: Annotated[Path, typer.Argument(help="Fit file (YAML).", metavar="FIT")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Folder of the results (default: results/<fit name>).")
    ] = None,
    overwrite: Overwrite = False,
    workers: Annotated[
        int | None, typer.Option("--workers", "-w", min=1, help="Processes on this machine (default: one a core).")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was found as JSON instead of tables.")] = False,
) -> None:
    """Fit values of a scenario to temperatures that sensors measured, with 95 % intervals."""
    from ablasim.study.template import start_template

    start_template()  # it imports on another core while this process does
    from ablasim.cli.fit import fit_readings

    raise typer.Exit(fit_readings(file, output, overwrite=overwrite, workers=workers, quiet=quiet, as_json=as_json))
