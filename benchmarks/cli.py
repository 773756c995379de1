"""The command line ``python -m benchmarks``."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn

import typer
from rich.console import Console

from ablasim.cli.interrupt import STOPPED, ignore_ctrl_c
from benchmarks import (
    accuracy,
    contestants,
    frames,
    mesher,
    microwave,
    pulses,
    show,
    sitting,
    start,
    sweeping,
    threads,
    twin,
)
from benchmarks.errors import BenchmarkError
from benchmarks.process import ROOT
from benchmarks.r1.problem import WHOLE_RUN
from benchmarks.record import RESULTS, check_place, keep, read_records
from benchmarks.table import section_text, write_section

app = typer.Typer(
    name="benchmarks",
    help="Measure ablasim: beside other codes, beside the memory's bandwidth, and where its time goes.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

MeshName = Annotated[Literal["s", "m", "l"], typer.Option("--mesh", help="19 514, 101 522 or about 415 000 nodes.")]
Scheme = Annotated[
    Literal["adaptive", "euler"],
    typer.Option("--scheme", help="ablasim's own steps, or the peers': implicit Euler, 5 s."),
]
Steps = Annotated[int, typer.Option("--steps", min=1, max=WHOLE_RUN, help="Run the first N times 5 s only.")]
Repeats = Annotated[int, typer.Option("--repeats", min=1, help="How often each runs; medians are reported.")]


def _checked(file: Path | None) -> Path | None:
    if file is not None:
        check_place(file)
    return file


Json = Annotated[Path | None, typer.Option("--json", callback=_checked, help="Keep the record in this file too.")]

_screen = Console(stderr=True)


@app.command()
def r1(
    mesh: MeshName = "s",
    peers: Annotated[bool, typer.Option("--peers", help="Run every peer that is installed, in turn.")] = False,
    peer: Annotated[
        list[str] | None, typer.Option("--peer", metavar="NAME", help="Run this peer only; may be repeated.")
    ] = None,
    scheme: Scheme = "adaptive",
    steps: Steps = WHOLE_RUN,
    repeats: Repeats = 3,
    peer_python: Annotated[
        Path | None, typer.Option("--peer-python", help="Python with scikit-fem and NGSolve (default: .venv-peers).")
    ] = None,
    json_file: Json = None,
) -> None:
    """Problem R1 by ablasim and, if asked for, its peers."""
    names = contestants.peer_names(peer or (), every=peers)
    asked = sitting.Sitting(mesh, steps, scheme, repeats, names)
    record = sitting.hold(asked, contestants.Pythons.found(peer_python), _say)
    show.show_sitting(record, Console())
    if json_file is not None:
        keep(json_file, asked.name, record)


@app.command(name="threads")
def threads_command(
    mesh: MeshName = "m",
    scheme: Scheme = "adaptive",
    steps: Steps = WHOLE_RUN,
    repeats: Repeats = 3,
    json_file: Json = None,
) -> None:
    """What a second thread gains, beside what it gains in the triad."""
    _report("threads", threads.measure_threads(mesh, steps, scheme, repeats, _say), json_file)


@app.command(name="accuracy")
def accuracy_command(mesh: MeshName = "s", json_file: Json = None) -> None:
    """How far R1 with ablasim's own steps is from steps of 0.5 s; minutes on mesh m."""
    _report(f"accuracy {mesh}", accuracy.measure_accuracy(mesh, _say), json_file)


@app.command(name="start")
def start_command(json_file: Json = None) -> None:
    """Cold start of the command line, and the way to the first time step."""
    _report("start", start.measure_start(_say), json_file)


@app.command(name="mesh")
def mesh_command(json_file: Json = None) -> None:
    """Time to mesh the demo."""
    _report("mesh", mesher.measure_mesher(_say), json_file)


@app.command(name="twin")
def twin_command(repeats: Repeats = 3, json_file: Json = None) -> None:
    """What a twin costs the demo."""
    _report("twin", twin.measure_twin(repeats, _say), json_file)


@app.command(name="microwave")
def microwave_command(repeats: Repeats = 3, json_file: Json = None) -> None:
    """What an antenna costs, beside a run by radiofrequency."""
    _report("microwave", microwave.measure_microwave(repeats, _say), json_file)


@app.command(name="pulses")
def pulses_command(repeats: Repeats = 3, json_file: Json = None) -> None:
    """What six needles and fifteen pairs of pulses cost."""
    _report("pulses", pulses.measure_pulses(repeats, _say), json_file)


@app.command(name="frames")
def frames_command(json_file: Json = None) -> None:
    """What saved fields cost."""
    _report("frames", frames.measure_frames(_say), json_file)


@app.command(name="sweep")
def sweep_command(
    cases: Annotated[int, typer.Option("--cases", min=12, help="Cases, on six meshes.")] = 48,
    repeats: Repeats = 3,
    json_file: Json = None,
) -> None:
    """What a second core gains in a sweep."""
    _report("sweep", sweeping.measure_sweep(cases, repeats, _say), json_file)


@app.command()
def table(
    write: Annotated[bool, typer.Option("--write", help="Put it into the README.")] = False,
    results: Annotated[
        Path | None, typer.Option("--results", help="File of results (default: benchmarks/results.json).")
    ] = None,
    readme: Annotated[Path, typer.Option("--readme", help="File to write it to.")] = ROOT / "README.md",
) -> None:
    """The README's section on speed, from the committed results."""
    file = results or RESULTS
    if results is None and not write and not file.exists():
        sys.stdout.write(f"{file}: no results yet\n")
        return
    if not file.is_file():
        message = f"{file}: must be a file of results"
        raise BenchmarkError(message)
    records = read_records(file)
    if write:
        write_section(readme, records)
    else:
        sys.stdout.write(section_text(records))


def main() -> None:
    """Run the command line; errors become one message and exit code 2, Ctrl-C exit code 130."""
    try:
        code = app(standalone_mode=False)
    except BenchmarkError as error:
        _fail(str(error))
    except (KeyboardInterrupt, typer.Abort):  # from typer's older versions
        code = STOPPED
    except Exception as error:  # usage errors have no public class that all versions of typer share; others go on
        if not hasattr(error, "format_message"):
            raise
        _fail(error.format_message())
    if code == STOPPED:  # what typer makes of Ctrl-C
        ignore_ctrl_c()
        _fail("stopped", STOPPED)


def _report(name: str, record: Mapping[str, Any], file: Path | None) -> None:
    sys.stdout.write(json.dumps(record, indent=2, ensure_ascii=False) + "\n")
    if file is not None:
        keep(file, name, record)


def _say(message: str) -> None:
    _screen.print(message, markup=False, highlight=False)


def _fail(message: str, code: int = 2) -> NoReturn:
    if message:  # empty where the help was shown instead
        sys.stderr.write(f"error: {message}\n")
    sys.exit(code)
