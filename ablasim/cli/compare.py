"""``ablasim compare``: scenarios or finished runs side by side."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ablasim.cli.interrupt import STOPPED, StopOnInterrupt, ended_by_ctrl_c
from ablasim.cli.screen import Screen
from ablasim.comparison import (
    Case,
    Comparison,
    FinishedRun,
    changes_of_anatomy,
    compare_runs,
    differences_of_scenarios,
    read_run,
)
from ablasim.errors import AblasimError, OutputError, ScenarioError
from ablasim.refine import check_refinable
from ablasim.resolve import check_names
from ablasim.results.files import plain
from ablasim.results.folder import SUMMARY, ResultFolder
from ablasim.results.paths import at
from ablasim.results.summary import package_versions
from ablasim.results.uncertainty import VERIFIED
from ablasim.scenario import load_scenario, scenario_hash
from ablasim.simulate import run
from ablasim.views.compare_text import notes, sections, verdict
from ablasim.views.publish import write_results
from ablasim.views.publish_compare import NUMBERS, PAGE, write_comparison

FAILED = 1
RUNS, COMPARISON = "runs", "comparison"
WRITTEN = "stopping as soon as this run is written; Ctrl-C once more leaves nothing of it"


def compare_cases(
    given: Sequence[Path],
    output: Path | None,
    *,
    overwrite: bool,
    verify: bool,
    threads: int | None,
    quiet: bool,
    as_json: bool,
) -> int:
    """Compare scenario files, which are run, and folders of finished runs; returns the exit code."""
    console = Console(stderr=True, quiet=quiet or as_json)
    cases = _read(given, verify)
    target = Path("results") / "_vs_".join(cases) if output is None else output
    folders = {name: path if path.is_dir() else target / RUNS / name for name, path in zip(cases, given, strict=True)}
    comparison = ResultFolder(target / COMPARISON, overwrite=overwrite, marker=NUMBERS)
    comparison.check()
    finished = {name: case for name, case in cases.items() if isinstance(case, FinishedRun)}
    for name, case in cases.items():
        if name not in finished and (earlier := _earlier(case, folders[name], overwrite=overwrite, verify=verify)):
            finished[name] = earlier
    differences = differences_of_scenarios(list(cases.values()))
    for difference in differences:
        if difference.of_patient:
            console.print(Text.assemble(("not the same patient: ", "bold red"), difference.text), soft_wrap=True)
    for change in changes_of_anatomy(differences, list(cases.values())):
        console.print(Text.assemble(("not the same tumour or vessels: ", "yellow"), change), soft_wrap=True)
    failed: dict[str, AblasimError | MemoryError] = {}
    try:
        for name, case in cases.items():
            if name in finished:
                console.print(Text(f"{name}: taken from {folders[name]}"), soft_wrap=True)
                continue
            try:
                _run(case, folders[name], console, overwrite=overwrite, verify=verify, threads=threads)
                finished[name] = read_run(folders[name], name)
            except (AblasimError, MemoryError) as error:
                failed[name] = error
                sys.stderr.write(f"{name} failed: {_reason(error)}\n")
        kept = [finished[name] for name in cases if name in finished]
        return _compare(kept, folders, failed, comparison, quiet, as_json)
    except BaseException as error:
        if not ended_by_ctrl_c(error):
            raise
        sys.stderr.write(f"stopped; finished runs are kept in {target / RUNS}, the same command goes on from there\n")
        return STOPPED


def _read(given: Sequence[Path], verify: bool) -> dict[str, Case]:
    """Cases by name: scenarios from files, finished runs from folders.

    Raises
    ------
    ScenarioError
        If there are fewer than two, or two have one name.
    """
    cases: dict[str, Case] = {}
    for path in given:
        name = path.resolve().name if path.is_dir() else path.stem
        if name in cases:
            message = f"{path}: a second case called '{name}': must have names of their own; rename a file or folder"
            raise ScenarioError(message)
        cases[name] = read_run(path, name) if path.is_dir() else Case(name, load_scenario(path))
        if not isinstance(cases[name], FinishedRun):
            check_names(cases[name].scenario)
            if verify:
                check_refinable(cases[name].scenario)
    if len(cases) < 2:
        message = "one case: must be two or more to compare"
        raise ScenarioError(message)
    return cases


def _earlier(case: Case, folder: Path, *, overwrite: bool, verify: bool) -> FinishedRun | None:
    """The run of an earlier call, if it answers the same question; None if the case is to be run.

    Raises
    ------
    OutputError
        If another result stands there, and may not be replaced.
    """
    if not (folder / SUMMARY).is_file():
        return None
    try:
        found = read_run(folder, case.name)
        reason = _unlike(found, case, verify)
    except AblasimError as error:
        found, reason = None, str(error)
    if reason and not overwrite:
        message = f"{folder}: cannot be taken: {reason}; --overwrite runs it again and replaces it"
        raise OutputError(message)
    return None if reason else found


def _unlike(found: FinishedRun, case: Case, verify: bool) -> str:
    """Why an earlier run does not answer a question; '' if it does."""
    here, there = package_versions()["ablasim"], at(found.summary, "versions.ablasim")
    if found.summary["scenario_hash"] != scenario_hash(case.scenario):
        return "it is the result of another scenario"
    if here != there:
        return f"it is a result of version {there}, and this is version {here}"
    if found.summary["status"] != "complete":
        return "it was stopped before its end"
    if verify and at(found.summary, "uncertainty.status") != VERIFIED:
        return "it was not verified"
    return ""


def _run(case: Case, folder: Path, console: Console, *, overwrite: bool, verify: bool, threads: int | None) -> None:
    console.print(Text(f"{case.name}: {case.scenario.title}", style="bold"), soft_wrap=True)
    console.print("building the mesh …")
    with ResultFolder(folder, overwrite=overwrite) as result:
        with Screen(console) as screen:
            results = run(case.scenario, verify=verify, threads=threads, progress=screen.show)
        console.print("writing results …")
        with StopOnInterrupt(console, WRITTEN) as interrupt:
            write_results(results, result.folder)
    if interrupt.is_set():
        raise KeyboardInterrupt


def _compare(
    runs: Sequence[FinishedRun],
    folders: Mapping[str, Path],
    failed: Mapping[str, AblasimError | MemoryError],
    target: ResultFolder,
    quiet: bool,
    as_json: bool,
) -> int:
    """Write and print what is there to compare; returns the exit code, that of the first failure if there is one."""
    code = next((getattr(error, "exit_code", FAILED) for error in failed.values()), 0)
    if len(runs) < 2:
        sys.stderr.write(
            f"nothing to compare: fewer than two runs are left; they are kept in {target.path.parent / RUNS}\n"
        )
        return code
    comparison = compare_runs(runs, {name: _reason(error) for name, error in failed.items()})
    with target as result:
        numbers = write_comparison(comparison, folders, result.folder)
    if as_json:
        sys.stdout.write(json.dumps(plain(numbers), indent=2) + "\n")
    elif not quiet:
        _print(comparison)
        Console().print(Text(f"page: {target.path / PAGE}"), soft_wrap=True)
    return code


def _reason(error: AblasimError | MemoryError) -> str:
    return "not enough memory" if isinstance(error, MemoryError) else str(error)


def _print(comparison: Comparison) -> None:
    console = Console()
    table = Table("")
    for finished in comparison.runs:
        table.add_column(Text(finished.name), overflow="fold")
    for section in sections(comparison):
        if section.heading:
            table.add_section()
            table.add_row(Text(section.heading, style="bold"))
        for row in section.tables[0].rows:
            table.add_row(*map(Text, row))
    console.print(table)
    style = "" if comparison.same_anatomy else "yellow" if comparison.same_patient else "bold red"
    console.print(Text(verdict(comparison), style=style))
    for note in notes(comparison):
        console.print(Text.assemble(("note: ", "yellow"), note))
    console.print("For research and teaching only, not for clinical decisions.")
