"""Options that commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

ShapeFile = "surface (.stl, .vtp, .ply, .obj) or label volume (.nii, .nii.gz)"
LengthUnit = Annotated[str, typer.Option("--unit", help="Unit of surface files: mm or m; NIfTI says its own.")]
JsonFile = Annotated[Path | None, typer.Option("--json", help="Write every number to this file.", metavar="FILE")]

ScenarioFile = Annotated[Path, typer.Argument(help="Scenario file (YAML).", metavar="SCENARIO")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace an earlier result of that name.")]
