"""Commands that simulate a scenario, and that make and check one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ablasim.cli.options import Overwrite, ScenarioFile


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


def check(
    scenario: ScenarioFile,
    picture: Annotated[
        Path | None, typer.Option("--picture", "-p", help="PNG of the geometry (default: <scenario name>.png).")
    ] = None,
) -> None:
    """Validate a scenario, draw its geometry, estimate mesh size and run time."""
    from ablasim.cli.check import check_scenario

    check_scenario(scenario, picture)


def new(
    file: Annotated[Path, typer.Argument(help="File to write.", metavar="FILE")] = Path("scenario.yaml"),
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the file if it exists.")] = False,
) -> None:
    """Write a commented starter scenario."""
    from ablasim.cli.texts import write_starter

    write_starter(file, overwrite=overwrite)


def schema(
    study: Annotated[bool, typer.Option("--study", help="That of study files instead.")] = False,
    fit: Annotated[bool, typer.Option("--fit", help="That of fit files instead.")] = False,
) -> None:
    """Print the JSON Schema of scenario files, for editors."""
    from ablasim.cli.texts import print_schema

    print_schema(of_studies=study, of_fits=fit)
