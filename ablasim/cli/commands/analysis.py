"""Commands that ask the table of a study: sensitivity, probability, the least treatment."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ablasim.cli.options import JsonFile

StudyDir = Annotated[Path, typer.Argument(help="Folder of a study.", metavar="DIR")]
Result = Annotated[str, typer.Option("--result", help="Column of the table.", metavar="COLUMN")]
At = Annotated[
    list[str] | None,
    typer.Option("--at", help="Hold a chosen input, or the base, at a value; may be repeated.", metavar="NAME=VALUE"),
]
CsvFile = Annotated[Path | None, typer.Option("--csv", help="Write the rows as CSV too.", metavar="FILE")]
Picture = Annotated[Path | None, typer.Option("--picture", help="Draw it to this PNG file.", metavar="FILE")]

MARGIN = "margin.minimum_mm"


def sensitivity(
    folder: StudyDir,
    result: Result = MARGIN,
    at: At = None,
    json: JsonFile = None,
    csv: CsvFile = None,
    picture: Picture = None,
) -> None:
    """Tell which inputs act: Morris' screening of real runs, or Sobol indices on a surrogate."""
    from ablasim.cli.sensitivity import show_sensitivity

    show_sensitivity(folder, result, at or [], json=json, csv=csv, picture=picture)


def probability(
    folder: StudyDir,
    result: Result = MARGIN,
    at_least: Annotated[
        str, typer.Option("--at-least", help="Limits, with commas, in the unit of the result.", metavar="VALUES")
    ] = "0,5,10",
    at: At = None,
    over: Annotated[
        str | None, typer.Option("--over", help="A chosen input to go along, by the surrogate.", metavar="NAME")
    ] = None,
    json: JsonFile = None,
    csv: CsvFile = None,
    picture: Picture = None,
) -> None:
    """Tell the probability that a result reaches limits: counted from real runs, and by a surrogate."""
    from ablasim.cli.probability import show_probability

    show_probability(folder, result, at_least, at or [], over, json=json, csv=csv, picture=picture)


def least(
    folder: StudyDir,
    result: Result = MARGIN,
    at_least: Annotated[float, typer.Option("--at-least", help="Limit to reach, in the unit of the result.")] = 5.0,
    wanted: Annotated[
        float, typer.Option("--probability", min=0.01, max=0.999, help="Probability to reach it with.")
    ] = 0.95,
    at: At = None,
    check: Annotated[
        int | None, typer.Option("--check", min=10, max=10_000, help="Check the answer by so many real runs.")
    ] = None,
    study: Annotated[
        Path | None, typer.Option("--study", help="Study file that was swept; --check needs it.", metavar="STUDY")
    ] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", "-w", min=1, help="Processes for real runs (default: one a core).")
    ] = None,
    json: JsonFile = None,
    csv: CsvFile = None,
) -> None:
    """Search the least treatment, such as power and time, that reaches a limit with a probability."""
    from ablasim.cli.least import show_least

    show_least(folder, result, at_least, wanted, at or [], check=check, file=study, workers=workers, json=json, csv=csv)
