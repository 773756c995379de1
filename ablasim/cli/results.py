"""``ablasim results``: the table of a study, filtered, on the screen, as CSV or as pictures."""

from __future__ import annotations

import math
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from ablasim.cli.whole_numbers import whole_numbers
from ablasim.errors import OutputError
from ablasim.study.counts import how_many
from ablasim.study.extra import check_extra
from ablasim.study.names import result_name
from ablasim.study.noise_floor import noise_floors
from ablasim.study.store import StudyFolder
from ablasim.study.table import build_table, filtered, write_csv

_HEADLINE = (
    "status",
    "zone.volume_ml",
    "margin.minimum_mm",
    "margin.class",
    "heat_sink.margin_loss_mm",
    "source.max_temperature_c",
    "seconds",
)
_DIGITS = 4


def show_results(path: Path, *, where: str | None, columns: str | None, csv: Path | None) -> None:
    """Print the table of a study's folder, or write it as CSV.

    Raises
    ------
    OutputError
        If it is no folder of a study, or a column or the filter cannot be understood.
    """
    check_extra()
    folder = StudyFolder(path)
    table = build_table(folder)
    try:
        kept = table if where is None else filtered(table, where)
        if columns is not None:
            kept = kept[_chosen(columns, list(table.columns))]
    except OutputError as error:
        if (table["status"] == "done").any():
            raise
        message = f"no case of {path} is done yet, so that its columns are only {', '.join(table.columns)}; {error}"
        raise OutputError(message) from error
    if csv is not None:
        write_csv(kept, csv)
        Console(stderr=True).print(Text(f"{how_many(len(kept), 'row')}: {csv}"), soft_wrap=True)
        return
    console = Console()
    if columns is None:
        names = [variable["name"] for variable in folder.asked()["study"]["vary"] or ()]
        several = ["base"] if table["base"].nunique() > 1 else []
        kept = kept[[name for name in (*several, *names, *_HEADLINE) if name in table.columns]]
    rows = [[_said(value) for value in row] for row in kept.itertuples(index=False)]
    shown, without = whole_numbers(list(kept.columns), rows, console.width)
    console.print(shown)
    if without:
        words = f"no room for {', '.join(without)}: name some with --columns, widen the window, or write --csv FILE"
        console.print(Text(words), soft_wrap=True)
    counts = table["status"].value_counts()
    console.print(
        f"{len(kept)} of {how_many(len(table), 'row')}; " + ", ".join(f"{n} {status}" for status, n in counts.items())
    )
    for words in _noise(folder):
        console.print(Text(words), soft_wrap=True)


def draw_results(path: Path, *, where: str | None, columns: str | None, smooth: bool) -> None:
    """Draw the pictures of a study's folder, or its maps by the surrogate.

    Raises
    ------
    OutputError
        If it is no folder of a study, a column or the filter cannot be understood, or there is nothing to draw.
    AnalysisError
        If there is no smooth map to draw, or too few cases for one.
    """
    check_extra()
    if smooth and where is not None:
        message = f"--where {where}: not with --smooth, whose surrogate is of all cases"
        raise OutputError(message)
    from ablasim.study.pictures.draw import HEADLINE, draw_pictures

    folder = StudyFolder(path)
    table = build_table(folder)
    rows = table if where is None else filtered(table, where)
    names = [variable["name"] for variable in folder.asked()["study"]["vary"] or ()]
    results = HEADLINE if columns is None else _drawable(columns, rows, names)
    written = draw_pictures(folder, results, rows, smooth=smooth)
    if not written:
        message = (
            f"{path}: nothing to draw: a picture needs some cases that are done and have {', '.join(results)}, "
            "and inputs that are numbers"
        )
        raise OutputError(message)
    for file in written:
        Console(stderr=True).print(Text(f"picture: {file}"), soft_wrap=True)


def _noise(folder: StudyFolder) -> Iterator[str]:
    """The noise floor of the columns that are shown unasked."""
    asked = folder.asked()
    for base, floors in noise_floors(folder, asked).items():
        told = [(result_name(path), floors[path]) for path in _HEADLINE if path in floors]
        numbers = ", ".join(f"{name.words} {_said(spread.sd)} {name.unit}" for name, spread in told if name is not None)
        if numbers:
            of_base = f"{base}: " if len(asked["bases"]) > 1 else ""
            n_runs, n_cases = max((spread.runs, spread.cases) for _, spread in told)
            how = f"standard deviation; {how_many(n_cases, 'case')} on {how_many(n_runs, 'mesh')}"
            yield f"{of_base}noise floor of remeshing ({how}): {numbers}"


def _drawable(columns: str, table: Any, inputs: list[str]) -> list[str]:
    """Columns that pictures can show: numbers that are not the same everywhere.

    Of a name that stands for several columns the others are passed over; one that was named itself is refused.
    """
    named = [name.strip() for name in columns.split(",")]
    drawable = []
    for name in _chosen(columns, list(table.columns)):
        numbers = table[name].dropna() if table[name].dtype == "float64" else None
        if name in inputs:
            why = "an input: must be a result"
        elif numbers is None:
            why = "holds words, and a picture needs numbers"
        elif len(numbers) > 1 and numbers.nunique() == 1:
            why = f"{_said(numbers.iloc[0])} in all of {how_many(len(numbers), 'case')}: there is nothing to draw"
        else:
            drawable.append(name)
            continue
        if name in named:
            message = f"--columns: '{name}': {why}"
            raise OutputError(message)
    if not drawable:
        message = f"--columns {columns}: no column of numbers that differ from case to case: there is nothing to draw"
        raise OutputError(message)
    return drawable


def _chosen(columns: str, known: list[str]) -> list[str]:
    """Columns of a list with commas; a name may stand for all columns below it."""
    chosen: dict[str, None] = {}
    for name in filter(None, (part.strip() for part in columns.split(","))):
        found = [column for column in known if column == name or column.startswith(f"{name}.")]
        if not found:
            near = get_close_matches(name, known, n=3)
            hint = f"; did you mean {' or '.join(near)}?" if near else "; --csv FILE writes them all"
            message = f"--columns: no column '{name}'{hint}"
            raise OutputError(message)
        chosen |= dict.fromkeys(found)
    return list(chosen)


def _said(value: Any) -> str:
    if isinstance(value, float):
        return "–" if math.isnan(value) else f"{value:.{_DIGITS}g}".replace("-", "−")
    return "–" if value is None or str(value) == "<NA>" else str(value)
