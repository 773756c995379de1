"""The command ``ablasim``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from ablasim.cli.interrupt import STOPPED, ended_by_ctrl_c, every_ctrl_c_heard, ignore_ctrl_c
from ablasim.errors import AblasimError


class _Commands(TyperGroup):
    """The commands; Ctrl-C in one that has nothing to say of it ends in `main`, not silently in typer."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as error:
            raise typer.Abort from error


app = typer.Typer(
    name="ablasim",
    cls=_Commands,
    help="Simulate a tumour ablation beside vessels: what dies, what the vessel steals, how wide the margin is.\n\n"
    "For research and teaching only, not for clinical decisions.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

ShapeFile = "surface (.stl, .vtp, .ply, .obj) or label volume (.nii, .nii.gz)"
LengthUnit = Annotated[str, typer.Option("--unit", help="Unit of surface files: mm or m; NIfTI says its own.")]
JsonFile = Annotated[Path | None, typer.Option("--json", help="Write every number to this file.", metavar="FILE")]

ScenarioFile = Annotated[Path, typer.Argument(help="Scenario file (YAML).", metavar="SCENARIO")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace an earlier result of that name.")]


@app.command()
def run(
    scenario: ScenarioFile,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Folder of the results (default: results/<scenario name>).")
    ] = None,
    overwrite: Overwrite = False,
    verify: Annotated[
        bool, typer.Option("--verify", help="Repeat it on a finer mesh, and print ± with the numbers (takes longer).")
    ] = False,
    attribute: Annotated[
        bool,
        typer.Option("--attribute", help="Say what each of several vessels took by itself (a further run for each)."),
    ] = False,
    threads: Annotated[
        int | None,
        typer.Option("--threads", "-t", min=1, help="Threads of run and twins together (default: one each)."),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON instead of a table.")] = False,
) -> None:
    """Run a scenario and write its results and report."""
    from ablasim.cli.run import run_scenario

    code = run_scenario(
        scenario,
        output,
        overwrite=overwrite,
        verify=verify,
        attribute=attribute,
        threads=threads,
        quiet=quiet,
        as_json=as_json,
    )
    raise typer.Exit(code)


@app.command()
def compare(
    cases: Annotated[
        list[Path],
        typer.Argument(help="Scenario files, which are run, and folders of finished runs.", metavar="CASE ..."),
    ],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Folder of runs and comparison (default: results/A_vs_B).")
    ] = None,
    overwrite: Annotated[
        bool,
        typer.Option("--overwrite", help="Replace an earlier comparison, and its runs that answer another question."),
    ] = False,
    verify: Annotated[
        bool, typer.Option("--verify", help="Repeat each run on a finer mesh, and print ± with the numbers.")
    ] = False,
    threads: Annotated[
        int | None, typer.Option("--threads", "-t", min=1, help="Threads of each run and its twins together.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the comparison as JSON instead of a table.")] = False,
) -> None:
    """Put scenarios side by side: zone, margin, what the vessels cost, treatment; one table and one picture."""
    from ablasim.cli.compare import compare_cases

    code = compare_cases(
        cases,
        output,
        overwrite=overwrite,
        verify=verify,
        threads=threads,
        quiet=quiet,
        as_json=as_json,
    )
    raise typer.Exit(code)


@app.command(name="sink-reach")
def sink_reach(
    scenario: ScenarioFile,
    vessel: Annotated[str | None, typer.Option("--vessel", help="The vessel (default: the first one).")] = None,
    threshold_mm: Annotated[
        float, typer.Option("--threshold-mm", min=0.1, help="Loss below which the sink counts as gone, mm.")
    ] = 0.5,
    threads: Annotated[
        int | None, typer.Option("--threads", "-t", min=1, help="Threads of each run and its twin together.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Move a vessel away from the applicator, run by run, and say from which distance on it stops mattering."""
    from ablasim.cli.sink_reach import find_reach

    find_reach(scenario, vessel, threshold_mm=threshold_mm, threads=threads, as_json=as_json)


@app.command()
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
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")] = False,
) -> None:
    """Run all cases of a study over the cores of this machine or a cluster, into one table."""
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
        quiet=quiet,
    )
    raise typer.Exit(code)


@app.command()
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


@app.command()
def results(
    folder: Annotated[Path, typer.Argument(help="Folder of a study.", metavar="DIR")],
    where: Annotated[
        str | None, typer.Option("--where", help="Rows to show, such as 'margin.minimum_mm < 5 and power_w > 20'.")
    ] = None,
    columns: Annotated[
        str | None, typer.Option("--columns", help="Columns to show, with commas; a name stands for all below it.")
    ] = None,
    csv: Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Write them as CSV instead.")] = None,
) -> None:
    """Print the table of a study, also while it runs."""
    from ablasim.cli.results import show_results

    show_results(folder, where=where, columns=columns, csv=csv)


@app.command()
def check(
    scenario: ScenarioFile,
    picture: Annotated[
        Path | None, typer.Option("--picture", "-p", help="PNG of the geometry (default: <scenario name>.png).")
    ] = None,
) -> None:
    """Validate a scenario, draw its geometry, estimate mesh size and run time."""
    from ablasim.cli.check import check_scenario

    check_scenario(scenario, picture)


@app.command()
def margin(
    tumour: Annotated[Path, typer.Argument(help=f"Tumour: {ShapeFile}.", metavar="TUMOUR")],
    zone: Annotated[Path, typer.Argument(help="Ablation zone, likewise.", metavar="ZONE")],
    organ: Annotated[
        Path | None, typer.Option("--organ", help="Organ, likewise: where it ends no margin is cut.")
    ] = None,
    label: Annotated[int | None, typer.Option("--label", help="Label of the tumour in its volume.")] = None,
    zone_label: Annotated[int | None, typer.Option("--zone-label", help="Label of the zone.")] = None,
    organ_label: Annotated[int | None, typer.Option("--organ-label", help="Label of the organ.")] = None,
    capsule_mm: Annotated[
        float, typer.Option("--capsule-mm", min=0.0, help="Distance to the organ's surface that counts as touching it.")
    ] = 1.0,
    unit: LengthUnit = "mm",
    json_file: JsonFile = None,
) -> None:
    """Measure the margin of any tumour in any zone: drawn, segmented or simulated elsewhere."""
    from ablasim.cli.masks import print_margin

    print_margin(
        (tumour, label), (zone, zone_label), (organ, organ_label), capsule_mm=capsule_mm, unit=unit, json_file=json_file
    )


@app.command()
def overlap(
    predicted: Annotated[Path, typer.Argument(help=f"Predicted zone: {ShapeFile}.", metavar="PREDICTED")],
    observed: Annotated[Path, typer.Argument(help="Observed zone, likewise.", metavar="OBSERVED")],
    label: Annotated[int | None, typer.Option("--label", help="Label of the predicted zone in its volume.")] = None,
    observed_label: Annotated[int | None, typer.Option("--observed-label", help="Label of the observed zone.")] = None,
    unit: LengthUnit = "mm",
    json_file: JsonFile = None,
) -> None:
    """Measure how well two zones agree: Dice, volumes, surface distances."""
    from ablasim.cli.masks import print_overlap

    print_overlap((predicted, label), (observed, observed_label), unit=unit, json_file=json_file)


@app.command()
def new(
    file: Annotated[Path, typer.Argument(help="File to write.", metavar="FILE")] = Path("scenario.yaml"),
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the file if it exists.")] = False,
) -> None:
    """Write a commented starter scenario."""
    from ablasim.cli.texts import write_starter

    write_starter(file, overwrite=overwrite)


@app.command()
def schema(
    study: Annotated[bool, typer.Option("--study", help="That of study files instead.")] = False,
) -> None:
    """Print the JSON Schema of scenario files, for editors."""
    from ablasim.cli.texts import print_schema

    print_schema(of_studies=study)


@app.command()
def materials(
    name: Annotated[str | None, typer.Argument(help="Show one material only.", metavar="NAME")] = None,
) -> None:
    """List the material library with sources."""
    from ablasim.cli.texts import print_materials

    print_materials(name)


@app.command()
def devices(
    name: Annotated[str | None, typer.Argument(help="Show one device only.", metavar="NAME")] = None,
) -> None:
    """List the antennas and electrodes of the library with sources."""
    from ablasim.cli.texts import print_devices

    print_devices(name)


@app.command()
def antenna(
    scenario: ScenarioFile,
    name: Annotated[str | None, typer.Option("--name", help="Which antenna (default: the first one).")] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Folder of the results (default: results/<scenario>_<antenna>_alone)."),
    ] = None,
    overwrite: Overwrite = False,
    from_mhz: Annotated[
        float | None, typer.Option("--from-mhz", help="Start of the sweep (default: 20 % below the frequency).")
    ] = None,
    to_mhz: Annotated[
        float | None, typer.Option("--to-mhz", help="End of the sweep (default: 20 % above the frequency).")
    ] = None,
    points: Annotated[int, typer.Option("--points", min=2, max=1001, help="Frequencies of the sweep.")] = 15,
) -> None:
    """Solve a microwave antenna alone in its organ's tissue: S11 over frequency, power, absorption in space."""
    from ablasim.cli.antenna import show_antenna

    show_antenna(scenario, name, output, overwrite=overwrite, from_mhz=from_mhz, to_mhz=to_mhz, points=points)


@app.command()
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


def main() -> None:
    """Run the command line; errors become one message and an exit code (2 bad input, 3 not converged)."""
    try:
        with every_ctrl_c_heard():
            code = app(standalone_mode=False)  # hands back the code of typer.Exit instead of raising it
    except AblasimError as error:
        _say(f"error: {error}")
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        _stopped()
    except Exception as error:
        if ended_by_ctrl_c(error):
            _stopped()
        if not hasattr(error, "format_message"):  # typer's own usage errors know how to say themselves
            raise
        if message := error.format_message():  # empty where the help was shown instead
            _say(f"error: {message}")
        sys.exit(2)
    if code == STOPPED:
        ignore_ctrl_c()
    sys.exit(code if isinstance(code, int) else 0)


def _stopped() -> NoReturn:
    ignore_ctrl_c()
    _say("stopped")
    sys.exit(STOPPED)


def _say(message: str) -> None:
    sys.stderr.write(message + "\n")
