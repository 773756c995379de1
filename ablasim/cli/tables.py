"""Tables on the screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ablasim.views.report_generator import generator_words
from ablasim.views.report_heat_sink import heat_sink_tables
from ablasim.views.report_pulses import electroporation_tables, scaffold_note, train_tables
from ablasim.views.report_tables import headline, sensor_tables, structure_tables
from ablasim.views.report_text import at, number, place
from ablasim.views.report_uncertainty import how_found

_OF_TRAIN = ("pair, anode first", "voltage", "current, first to last pulse", "energy", "current limit")
_BESIDE_A_CELL = 3  # characters: a blank on both sides and a line


def print_summary(summary: Mapping[str, Any]) -> None:
    """Print the headline numbers of a result."""
    console = Console()
    table = Table(title=Text(str(summary["title"]), style="italic"), show_header=False, title_justify="left")
    for tile in headline(summary):
        table.add_row(tile.label, f"{tile.value} {tile.uncertainty}".strip())
    table.add_row("margin class", number(at(summary, "margin.class")))
    table.add_row("smallest margin at", place(at(summary, "margin.minimum_at_mm")))
    if words := generator_words(summary):
        table.add_row("generator", words)
    table.add_row(
        "mesh",
        f"{at(summary, 'mesh.n_points'):,} points; cell quality {number(at(summary, 'mesh.min_quality'), decimals=2)} "
        f"at least, {number(at(summary, 'mesh.mean_quality'), decimals=2)} on average (1 is best)",
    )
    table.add_row("numerical uncertainty", how_found(summary))
    table.add_row("energy residual", number(at(summary, "energy.residual_percent"), "%", decimals=3))
    console.print(table)
    _print_pulses(console, summary)
    losses, vessels = heat_sink_tables(summary)
    if losses.rows:
        console.print(rich_table(losses.columns, losses.rows))
    if vessels.rows:  # one column each, since a terminal is narrower than the report
        rows = list(zip(*vessels.rows, strict=True))
        console.print(
            rich_table(
                (vessels.columns[0], *rows[0]),
                [(what, *values) for what, values in zip(vessels.columns[1:], rows[1:], strict=True)],
            )
        )
    if note := scaffold_note(summary):
        console.print(Text(note))
    for structures in structure_tables(summary):
        if structures.rows:
            console.print(named_table(structures.columns[:5], [row[:5] for row in structures.rows], console.width))
    (sensors,) = sensor_tables(summary)
    if sensors.rows:
        console.print(named_table(sensors.columns[:-1], [row[:-1] for row in sensors.rows], console.width))
    if summary["status"] != "complete":
        console.print("[bold red]incomplete: the run was stopped early[/bold red]")
    for warning in summary["warnings"]:
        console.print(Text.assemble(("warning: ", "yellow"), str(warning)))
    console.print("For research and teaching only, not for clinical decisions.")


def _print_pulses(console: Console, summary: Mapping[str, Any]) -> None:
    """Print trains of pulses and what their heat kills; of the trains the columns that there is room for."""
    (trains,) = train_tables(summary)
    _, heat, _ = electroporation_tables(summary)
    if trains.rows:
        shown = [trains.columns.index(name) for name in _OF_TRAIN]
        console.print(rich_table(_OF_TRAIN, [[row[place] for place in shown] for row in trains.rows]))
    told = [row for row in heat.rows if row[1] != number(0.0, "ml", decimals=2)]
    if told:
        console.print(rich_table(heat.columns, told))


def rich_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    """Make a table for the screen from column headings and rows of text; what is too long goes on in the next line."""
    table = Table()
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table


def named_table(columns: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> Table:
    """The same with a first column of names, as wide as they are, as far as the longest words beside it let it.

    Parameters
    ----------
    columns : sequence of str
        Headings, that of the names first.
    rows : sequence of sequences of str
        A name and its values in each.
    width : int
        Width of the screen, characters.
    """
    table = rich_table(columns, rows)
    names, *values = zip(columns, *rows, strict=True)
    words = sum(max(cell_len(word) for cell in column for word in cell.split()) for column in values)
    room = width - words - _BESIDE_A_CELL * len(columns) - 1
    table.columns[0].width = max(min(max(map(cell_len, names)), room), cell_len(columns[0]))
    return table
