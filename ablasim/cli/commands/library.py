"""Commands that show what is in the libraries: tissues, devices, antennas."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ablasim.cli.options import Overwrite, ScenarioFile


def materials(
    name: Annotated[str | None, typer.Argument(help="Show one material only.", metavar="NAME")] = None,
) -> None:
    """List the material library with sources."""
    from ablasim.cli.texts import print_materials

    print_materials(name)


def devices(
    name: Annotated[str | None, typer.Argument(help="Show one device only.", metavar="NAME")] = None,
) -> None:
    """List the antennas and electrodes of the library with sources."""
    from ablasim.cli.texts import print_devices

    print_devices(name)


def antenna(
    scenario: ScenarioFile,
    name: Annotated[str | None, typer.Option("--name", help="Which antenna (default: the first one).")] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Folder of the results (default: results/<scenario>_<antenna>_alone)."),
    ] = None,
    overwrite: Overwrite = False,
    from_mhz: Annotated[
        float | None, typer.Option("--from-mhz", help="Start of the sweep (default: 20 % below the frequency).")
    ] = None,
    to_mhz: Annotated[
        float | None, typer.Option("--to-mhz", help="End of the sweep (default: 20 % above the frequency).")
    ] = None,
    points: Annotated[int, typer.Option("--points", min=2, max=1001, help="Frequencies of the sweep.")] = 15,
) -> None:
    """Solve a microwave antenna alone in its organ's tissue: S11 over frequency, power, absorption in space."""
    from ablasim.cli.antenna import show_antenna

    show_antenna(scenario, name, output, overwrite=overwrite, from_mhz=from_mhz, to_mhz=to_mhz, points=points)
