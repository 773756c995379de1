"""``ablasim sink-reach``: from which distance on a vessel stops mattering."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ablasim.resolve import check_names
from ablasim.scenario import load_scenario
from ablasim.sink_reach import ReachStep, sink_reach


def find_reach(file: Path, vessel: str | None, *, threshold_mm: float, threads: int | None, as_json: bool) -> None:
    """Find and print the reach of a vessel's heat sink; by default that of the first one."""
    scenario = load_scenario(file)
    check_names(scenario)
    console = Console(stderr=True, quiet=as_json)
    console.print(Text(scenario.title, style="bold"))
    name = vessel if vessel is not None else next((item.name for item in scenario.vessels), "")

    def show(step: ReachStep) -> None:
        console.print(f"wall {step.distance_mm:.1f} mm from the axis: loss {step.loss_mm:.2f} mm")

    found = sink_reach(scenario, name, threshold_mm=threshold_mm, threads=threads, progress=show)
    if as_json:
        sys.stdout.write(json.dumps(asdict(found), indent=2) + "\n")
        return
    table = Table("wall from axis of active part", "retraction", "margin lost", "volume lost")
    for step in found.steps:
        table.add_row(
            f"{step.distance_mm:.1f} mm",
            _said(step.retraction_mm, "mm", 2),
            _said(step.margin_loss_mm, "mm", 2),
            _said(step.volume_loss_percent, "%", 1),
        )
    screen = Console()
    screen.print(table)
    if len(found.steps) == 1:
        screen.print(
            f"{name} costs less than {threshold_mm:g} mm where it is; it was not moved nearer: its reach is at most "
            f"{found.steps[0].distance_mm:.1f} mm (electrode's axis to wall)"
        )
    elif found.reach_mm is None:
        screen.print(f"{name} still costs {threshold_mm:g} mm or more where it leaves the organ")
    else:
        screen.print(
            f"{name} costs less than {threshold_mm:g} mm from {found.reach_mm:.1f} mm on (electrode's axis to wall)"
        )
    screen.print("For research and teaching only, not for clinical decisions.")


def _said(value: float | None, unit: str, decimals: int) -> str:
    return "–" if value is None else f"{value:.{decimals}f} {unit}".replace("-", "−")
