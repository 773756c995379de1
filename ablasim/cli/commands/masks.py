"""Commands that compare shapes from files: margin and overlap."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ablasim.cli.options import JsonFile, LengthUnit, ShapeFile


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
