"""Commands that make something to show of the folder of a finished run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from ablasim.cli.options import Overwrite

RunFolder = Annotated[Path, typer.Argument(help="Folder of a finished run.", metavar="RUN")]


def report(
    run: RunFolder,
    interactive: Annotated[
        bool,
        typer.Option("--interactive", help="One page with a scene that can be turned and played, without a network."),
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="File to write (default: report.html or interactive.html in RUN)."),
    ] = None,
    overwrite: Overwrite = False,
) -> None:
    """Make the printed report of a finished run anew, or the page to turn, play and send on."""
    from ablasim.cli.report import make_report

    make_report(run, output, interactive=interactive, overwrite=overwrite)


def animate(
    run: RunFolder,
    kind: Annotated[
        Literal["gif", "mp4"], typer.Option("--format", help="GIF, or MP4 where ffmpeg is installed.")
    ] = "gif",
    view: Annotated[
        Literal["plane", "3d"],
        typer.Option("--view", help="Temperature in the plane of applicator and vessel, or the scene in space."),
    ] = "plane",
    fps: Annotated[float, typer.Option("--fps", min=0.5, max=30.0, help="Saved times shown per second.")] = 6.0,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write (default: animation.gif or .mp4 in RUN).")
    ] = None,
    overwrite: Overwrite = False,
) -> None:
    """Make a film of a finished run, one picture for each saved time."""
    from ablasim.cli.animate import make_animation

    make_animation(run, output, kind=kind, view=view, fps=fps, overwrite=overwrite)
