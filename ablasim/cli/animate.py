"""``ablasim animate``: a film of a finished run."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from rich.console import Console
from rich.text import Text

from ablasim.cli.report import finished_run
from ablasim.errors import OutputError
from ablasim.results.place import check_place, whole_file
from ablasim.results.saved import SavedFields
from ablasim.views.handout.movie import find_ffmpeg, write_gif, write_mp4
from ablasim.views.handout.plane_film import PlaneFilm
from ablasim.views.handout.replay import Replay
from ablasim.views.handout.space_film import SpaceFilm
from ablasim.views.handout.times import chosen_times

MOST_PICTURES = 120


def make_animation(
    run: Path,
    output: Path | None,
    *,
    kind: Literal["gif", "mp4"],
    view: Literal["plane", "3d"],
    fps: float,
    overwrite: bool,
) -> None:
    """Write a film of a finished run and say where it is.

    Raises
    ------
    OutputError
        If the folder is none of a finished run, something in it is missing, the file may not be written or
        is called as another format, or ffmpeg is asked for and not there.
    """
    finished = finished_run(run)
    target = run / f"animation.{kind}" if output is None else output
    if target.suffix.lower() != f".{kind}":
        message = f"{target}: must end in .{kind}, the film's --format"
        raise OutputError(message)
    check_place(target, overwrite=overwrite)
    if kind == "mp4":
        find_ffmpeg()
    console = Console(stderr=True)
    with SavedFields(run) as fields, whole_file(target, overwrite=overwrite) as file:
        replay = Replay(finished, run, fields)
        if view == "3d" and not replay.has_levels:
            message = f"{run}: was written by a version that did not keep the zone over time: run the scenario again"
            raise OutputError(message)
        film = PlaneFilm(replay) if view == "plane" else SpaceFilm(replay)
        chosen = chosen_times(len(fields.times), MOST_PICTURES)
        console.print(f"drawing {len(chosen)} of {len(fields.times)} saved times …")
        pictures = list(film.pictures(chosen))
        (write_gif if kind == "gif" else write_mp4)(file, pictures, fps)
    console.print(Text(f"film: {target} ({target.stat().st_size / 1e6:.1f} MB)"), soft_wrap=True)
