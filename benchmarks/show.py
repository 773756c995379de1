"""A sitting of R1 as tables on the screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

_MM3_PER_ML = 1000.0


def show_sitting(record: Mapping[str, Any], console: Console) -> None:
    """Print the codes side by side, then ablasim's breakdown and the bound."""
    own = record["runs"]["ablasim"]
    console.print(_times(record))
    console.print(_answers(record))
    console.print(_parts(own))
    work = own["work"]
    console.print(
        f"steps {work['steps']:.0f}, rejected {work['rejected_steps']:.0f}, Newton {work['newton_iterations']:.0f}; "
        f"iterations: electric {work['electric_iterations']:.0f} in {work['electric_solves']:.0f} solves, heat "
        f"{work['heat_iterations']:.0f}; multigrid set-ups {work['multigrid_setups']:.0f}; "
        f"peak {own['peak_mb']:.0f} MB ({own['peak_with_mesh_read_mb']:.0f} MB when the mesh had been read)"
    )
    console.print(
        f"{record['times_real_time']:.1f} times real time; at least {own['least_bytes'] / 1e9:.1f} GB at "
        f"{record['triad_gb_per_s']:.1f} GB/s (triad): {record['bandwidth_bound_s']:.2f} s, CPU time is "
        f"{record['cpu_over_bound']:.1f} times that; the measuring took {own['measuring_s']:.3f} s"
    )
    if "prototype_bound_s" in record:
        bound_s = record["prototype_bound_s"]
        console.print(
            f"a first prototype's bytes: {bound_s:.2f} s, CPU time is {own['cpu_s'] / bound_s:.1f} times that"
        )


def _times(record: Mapping[str, Any]) -> Table:
    table = Table(title=f"R1, mesh {record['mesh']}, {record['steps_of_5_s']} × 5 s, median of {record['repeats']}")
    _add_columns(table, "code", "set-up s", "steps", "s/step", "CPU s", "× ablasim", "× without set-up")
    for name, run in record["runs"].items():
        table.add_row(
            name,
            f"{run['setup_s']:.2f}",
            f"{run['steps']:.0f}",
            f"{run['cpu_s_per_step']:.3f}",
            f"{run['cpu_s']:.2f}",
            _number(record["cpu_ratio_to_ablasim"].get(name), ".2f"),
            _number(record["loop_ratio_to_ablasim"].get(name), ".2f"),
        )
    return table


def _answers(record: Mapping[str, Any]) -> Table:
    table = Table(title="iterations, memory, and answers at the end")
    _add_columns(table, "code", "electric", "heat", "peak MB", "V", "°C at most", "zone ml")
    for name, run in record["runs"].items():
        iterations, end = run["iterations"] or {}, run["answers"]["end"]
        table.add_row(
            name,
            _number(iterations.get("electric"), ".0f"),
            _number(iterations.get("heat"), ".0f"),
            f"{run['peak_mb']:.0f}",
            f"{end['voltage_v']:.3f}",
            f"{end['max_temperature_c']:.2f}",
            f"{end['ablated_mm3'] / _MM3_PER_ML:.3f}",
        )
    return table


def _parts(own: Mapping[str, Any]) -> Table:
    table = Table(title="ablasim, CPU seconds by part")
    _add_columns(table, *own["parts_s"], "all")
    table.add_row(*(f"{seconds:.2f}" for seconds in own["parts_s"].values()), f"{own['cpu_s']:.2f}")
    return table


def _add_columns(table: Table, *names: str) -> None:
    for name in names:
        table.add_column(name, justify="left" if name == "code" else "right")


def _number(value: float | None, form: str) -> str:
    return "" if value is None else format(value, form)
