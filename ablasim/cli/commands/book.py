"""The command that runs the verification and validation book."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def validate(
    everything: Annotated[
        bool, typer.Option("--all", help="Run every case whole, with its finest meshes, not the quick set.")
    ] = False,
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="CASE", help="Run this case only, whole; may be repeated.")
    ] = None,
    group: Annotated[
        str | None,
        typer.Option(
            "--group",
            help="All of this group: analytic, code, experiment or choices; in the quick form where a case has one.",
        ),
    ] = None,
    list_only: Annotated[bool, typer.Option("--list", help="List the cases and run nothing.")] = False,
    accept: Annotated[
        bool,
        typer.Option(
            "--accept",
            help="Commit to the results: write them to results.json and the README's table; with --all or --only.",
        ),
    ] = False,
    jobs: Annotated[
        int | None, typer.Option("--jobs", "-j", min=1, help="Cases at a time (default: number of cores).")
    ] = None,
    book: Annotated[Path | None, typer.Option("--book", help="Folder of the cases (default: validation).")] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Folder of the pages (default: book in the folder of the cases)."),
    ] = None,
) -> None:
    """Run the verification and validation book: exact solutions, other codes, experiments."""
    from ablasim.cli.validate import validate as run_book

    code = run_book(
        everything=everything,
        only=tuple(only or ()),
        group=group,
        list_only=list_only,
        accept=accept,
        jobs=jobs,
        book=book,
        output=output,
    )
    raise typer.Exit(code)
