"""Commands that print or write a text: starter scenario, schema, material library."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ablasim.errors import OutputError
from ablasim.materials import library_table
from ablasim.scenario import json_schema, starter_text


def write_starter(file: Path, *, overwrite: bool) -> None:
    """Write the commented starter scenario and say what to do next.

    Raises
    ------
    OutputError
        If the file exists and may not be replaced, or cannot be written.
    """
    if file.exists() and not overwrite:
        message = f"{file}: exists already; --overwrite replaces it"
        raise OutputError(message)
    try:
        file.write_text(starter_text(), encoding="utf-8")
    except OSError as error:
        message = f"{file}: cannot be written: {error.strerror}"
        raise OutputError(message) from error
    Console().print(Text(f"wrote {file}; next: ablasim check {file}"), soft_wrap=True)


def print_schema() -> None:
    """Print the JSON Schema of scenario files."""
    sys.stdout.write(json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n")


def print_materials(name: str | None) -> None:
    """Print the material library, or one material of it.

    Raises
    ------
    OutputError
        If there is no such material.
    """
    rows = [row for row in library_table() if name in (None, row.name)]
    if not rows:
        known = ", ".join(sorted({row.name for row in library_table()}))
        message = f"no material '{name}'; known: {known}"
        raise OutputError(message)
    table = Table("material", "quantity", "value", "range", "checked", "source", title="Material library")
    for row in rows:
        low, high = row.range
        checked = "yes" if row.verified else "[red]no[/red]"
        table.add_row(
            row.name, row.quantity, f"{row.value:g} {row.unit}", f"{low:g} to {high:g}", checked, Text(row.source)
        )
    Console().print(table)
