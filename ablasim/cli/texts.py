"""Commands that print or write a text: starter scenario, schema, libraries of materials and devices."""

from __future__ import annotations

import json
import sys
from itertools import groupby
from pathlib import Path

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from ablasim.errors import OutputError
from ablasim.fit.schema import fit_schema
from ablasim.materials import LibraryRow, library_table
from ablasim.scenario import json_schema, starter_text
from ablasim.scenario.devices import Device, device_names, read_device
from ablasim.study.schema import study_schema


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


def print_schema(*, of_studies: bool = False, of_fits: bool = False) -> None:
    """Print the JSON Schema of scenario files, or that of study or fit files."""
    schema = study_schema() if of_studies else fit_schema() if of_fits else json_schema()
    sys.stdout.write(json.dumps(schema, indent=2, ensure_ascii=False) + "\n")


def print_materials(name: str | None) -> None:
    """Print the material library, or one material of it: each value with its range, source and conditions.

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
    console = Console()
    for (material, title), group in groupby(rows, key=lambda row: (row.name, row.title)):
        values = list(group)
        console.print(Text(f"{material}: {title}", style="bold"))
        console.print(Text(_count(values)))
        for row in values:
            _print_value(console, row)
        console.print()


def print_devices(name: str | None) -> None:
    """Print the library of devices, or one of it: each value with its source.

    Raises
    ------
    OutputError
        If there is no such device.
    """
    if name is not None and name not in device_names():
        message = f"no device '{name}'; known: {', '.join(device_names())}"
        raise OutputError(message)
    console = Console()
    for known in device_names():
        if name in (None, known):
            _print_device(console, read_device(known))
            console.print()


def _print_device(console: Console, device: Device) -> None:
    console.print(Text(f"{device.name}: {device.title}", style="bold"))
    console.print(_indented(2, Text(f"kind: {device.kind}", style="dim")))
    if device.note:
        console.print(_indented(2, Text(f"note: {device.note}", style="dim")))
    for source, group in groupby(device.values, key=lambda value: value.source):
        console.print(_indented(2, Text(f"source: {source}", style="dim")))
        for value in group:
            checked = Text("checked") if value.verified else Text("not checked", style="red")
            shown = str(value.value).lower() if isinstance(value.value, bool | str) else f"{value.value:g}"
            note = Text(f"; {value.note}" if value.note else "", style="dim")
            console.print(_indented(4, Text(f"{value.path}: {shown}, ") + checked + note))


def _count(rows: list[LibraryRow]) -> str:
    unchecked = sum(not row.verified for row in rows)
    return f"{len(rows)} values, {unchecked} of them not checked at their source"


def _print_value(console: Console, row: LibraryRow) -> None:
    low, high = row.range
    checked = Text("checked") if row.verified else Text("not checked", style="red")
    console.print(_indented(2, Text(row.quantity, style="bold")))
    console.print(_indented(4, Text(f"{_with_unit(row.value, row)}, range {low:g} to {high:g}, ") + checked))
    others = "; ".join(
        f"{_with_unit(other.value, row)} ({other.source}{'' if other.verified else ': not checked'})"
        for other in row.alternatives
    )
    told = {
        "source": row.source,
        "conditions": row.conditions,
        "note": row.note,
        "others give": others,
        "chosen because": row.choice,
    }
    for what, words in told.items():
        if words:
            console.print(_indented(4, Text(f"{what}: {words}", style="dim")))


def _with_unit(value: float, row: LibraryRow) -> str:
    return f"{value:g}" if row.unit == "1" else f"{value:g} {row.unit}"


def _indented(columns: int, text: Text) -> Padding:
    return Padding(text, (0, 0, 0, columns))
