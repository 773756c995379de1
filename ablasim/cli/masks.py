"""``ablasim margin`` and ``ablasim overlap``: shapes from files, numbers on the screen and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from rich.console import Console
from rich.text import Text

from ablasim.cli.tables import rich_table
from ablasim.errors import MaskError, OutputError
from ablasim.margins import margin_summary
from ablasim.masks import Shape, assess_masks, measure_overlap, overlap_summary, read_shape
from ablasim.masks.read import Unit
from ablasim.results.files import write_json
from ablasim.units import MM_PER_M, metres, millilitres
from ablasim.views.report_margin import margin_tables
from ablasim.views.report_text import Table as ReportTable
from ablasim.views.report_text import number

Source = tuple[Path | None, int | None]
"""A file and the label wanted of it."""

ORGAN_REACH = 20e-3
"""Distance from tumour and zone, beyond the capsule's, within which an organ is read, m: twice the widest shell."""

_OVERLAP_ROWS = (
    ("Dice coefficient", "dice", "", 3),
    ("predicted volume", "predicted_ml", "ml", 2),
    ("observed volume", "observed_ml", "ml", 2),
    ("predicted minus observed", "volume_difference_ml", "ml", 2),
    ("… of the observed volume", "volume_difference_percent", "%", 1),
    ("mean distance of the surfaces", "mean_surface_distance_mm", "mm", 2),
    ("95 % of the surfaces are nearer than", "surface_distance_95_percent_mm", "mm", 2),
)


def print_margin(
    tumour: Source, zone: Source, organ: Source, *, capsule_mm: float, unit: str, json_file: Path | None
) -> None:
    """Measure the margin of two shapes and print it.

    Raises
    ------
    MaskError
        If a file or an option is not as it must be, or the shapes do not fit.
    OutputError
        If the JSON file cannot be written.
    """
    tumour_shape, zone_shape = _read("tumour", tumour, unit), _read("zone", zone, unit)
    capsule = float(metres(capsule_mm))
    near = (tumour_shape, zone_shape)
    organ_shape = None if organ[0] is None else _read("organ", organ, unit, near, ORGAN_REACH + capsule)
    found = assess_masks(tumour_shape, zone_shape, organ_shape, capsule=capsule)
    block = margin_summary(found.margin)
    content: dict[str, Any] = {
        "tumour": {"file": tumour[0], "label": tumour[1], "volume_ml": millilitres(found.tumour_volume)},
        "zone": {"file": zone[0], "label": zone[1], "volume_ml": millilitres(found.zone_volume)},
        "organ": None if organ_shape is None else {"file": organ[0], "label": organ[1], "capsule_mm": capsule_mm},
        "margin": block,
        "voxel_error_mm": found.error * MM_PER_M,
        "warnings": list(found.warnings),
    }
    volumes = [
        ("tumour", number(content["tumour"]["volume_ml"], "ml", decimals=2)),
        ("zone", number(content["zone"]["volume_ml"], "ml", decimals=2)),
        ("class of the margin", number(block["class"])),
        ("surface of the tumour without a margin", number(block["excluded_surface_percent"], "%", decimals=1)),
    ]
    console = Console()
    console.print(rich_table(("shape", "value"), volumes))
    shares, facts, *others = margin_tables({"margin": block})
    for table in (facts, shares, *others):
        if table.rows:
            console.print(rich_table(*_narrow(table)))
    _finish(console, content, json_file)


def _narrow(table: ReportTable) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    """Columns and rows without the sources, for which a terminal is too narrow; the JSON file has them."""
    if table.columns[-1] != "source":
        return table.columns, table.rows
    return table.columns[:-1], [row[:-1] for row in table.rows]


def print_overlap(predicted: Source, observed: Source, *, unit: str, json_file: Path | None) -> None:
    """Measure how well two shapes agree and print it.

    Raises
    ------
    MaskError
        If a file or an option is not as it must be, or the shapes do not fit.
    OutputError
        If the JSON file cannot be written.
    """
    found = measure_overlap(_read("predicted zone", predicted, unit), _read("observed zone", observed, unit))
    content: dict[str, Any] = {
        "predicted": {"file": predicted[0], "label": predicted[1]},
        "observed": {"file": observed[0], "label": observed[1]},
        **overlap_summary(found),
        "warnings": list(found.warnings),
    }
    rows = [(words, number(content[key], unit, decimals=decimals)) for words, key, unit, decimals in _OVERLAP_ROWS]
    console = Console()
    console.print(rich_table(("quantity", "value"), rows))
    _finish(console, content, json_file)


def _read(role: str, source: Source, unit: str, near: Sequence[Shape] = (), reach: float = 0.0) -> Shape:
    if unit not in ("mm", "m"):
        message = f"--unit {unit}: must be mm or m"
        raise MaskError(message)
    return read_shape(cast(Path, source[0]), role, unit=cast(Unit, unit), label=source[1], near=near, reach=reach)


def _finish(console: Console, content: Mapping[str, Any], json_file: Path | None) -> None:
    """Say what a reader must know, and write the numbers."""
    if content["voxel_error_mm"]:
        error = number(content["voxel_error_mm"], "mm", decimals=2)
        console.print(
            f"The masks leave every distance open by ± {error}: half a voxel of each, since between the centres of two "
            "voxels a mask does not say where its surface is."
        )
    warnings: Sequence[str] = content["warnings"]
    for warning in warnings:
        console.print(Text.assemble(("warning: ", "yellow"), warning))
    if json_file is not None:
        try:
            write_json(json_file, content)
        except OSError as error_of_system:
            message = f"{json_file}: cannot be written: {error_of_system.strerror}"
            raise OutputError(message) from error_of_system
    console.print("For research and teaching only, not for clinical decisions.")
