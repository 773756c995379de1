"""The library's tissues and devices, each value with its source."""

from __future__ import annotations

from itertools import groupby

from ablasim.materials import LibraryRow, library_table
from ablasim.materials.entries import quantity_in_words
from ablasim.scenario.devices import Device, device_names, read_device
from docsite.tables import plain, table

TISSUES_LEAD = """\
Every value that a scenario gets when it names a tissue of the library, as `ablasim materials` prints it: value, the
range that sources give, and the source. *Checked* means read in the source itself, or in a public text or input file
that quotes it.
[How to give values of your own](../howto/tissue.md)."""

DEVICES_LEAD = """\
Devices that `device: NAME` of an applicator stands for, as `ablasim devices` prints them. What is given beside it
stands before its values. [How to describe an electrode of your own](../howto/electrode.md)."""


def tissues_page() -> str:
    """The page of tissues."""
    blocks = ["# Tissues", TISSUES_LEAD]
    for (name, title), group in groupby(library_table(), key=lambda row: (row.name, row.title)):
        rows = [_tissue_row(row) for row in group]
        blocks += [
            f"## {plain(title)} (`{name}`) {{ #{name.replace('_', '-')} }}",
            table(("quantity", "value", "range", "checked", "source"), rows),
        ]
    return "\n\n".join(blocks) + "\n"


def _tissue_row(row: LibraryRow) -> tuple[str, ...]:
    unit = "" if row.unit == "1" else f" {row.unit}"
    said = [row.source, row.conditions, row.note]
    said += [
        f"Others give {other.value:g}{unit}: {other.source}{'' if other.verified else ' (not checked)'}"
        for other in row.alternatives
    ]
    said += [f"Chosen because: {row.choice}"] if row.choice else []
    return (
        plain(quantity_in_words(row.quantity)),
        plain(f"{row.value:g}{unit}"),
        f"{row.range[0]:g} to {row.range[1]:g}",
        "yes" if row.verified else "**no**",
        "<br>".join(plain(text) for text in said if text),
    )


def devices_page() -> str:
    """The page of devices."""
    blocks = ["# Devices", DEVICES_LEAD]
    for device in map(read_device, device_names()):
        blocks += [
            f"## {plain(device.title)} (`{device.name}`) {{ #{device.name.replace('_', '-')} }}",
            f"`kind: {device.kind}`." + (f" {plain(device.note)}" if device.note else ""),
            table(("key", "value", "checked", "source"), _device_rows(device)),
        ]
    return "\n\n".join(blocks) + "\n"


def _device_rows(device: Device) -> list[tuple[str, ...]]:
    return [
        (
            f"`{value.path}`",
            str(value.value).lower() if isinstance(value.value, bool | str) else f"{value.value:g}",
            "yes" if value.verified else "**no**",
            plain("; ".join(text for text in (value.source, value.note) if text)),
        )
        for value in device.values
    ]
