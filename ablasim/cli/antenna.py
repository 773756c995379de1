"""``ablasim antenna``: an antenna alone in its organ's tissue."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from rich.console import Console
from rich.text import Text

from ablasim.antenna_study import study_antenna
from ablasim.cli.tables import rich_table
from ablasim.errors import ScenarioError
from ablasim.materials.spectra import HIGHEST_FREQUENCY_HZ, LOWEST_FREQUENCY_HZ
from ablasim.mesh.tetrahedra import ORGAN
from ablasim.resolve import build_materials, check_names
from ablasim.results.folder import ResultFolder
from ablasim.scenario import Scenario, load_scenario
from ablasim.scenario.applicators import MwAntenna
from ablasim.scenario.messages import did_you_mean
from ablasim.units import HZ_PER_MHZ
from ablasim.views.publish_antenna import BUDGET, NUMBERS, Block, write_antenna
from ablasim.views.report_text import number

_SPAN = 0.2
"""Range of the sweep on each side of the antenna's frequency, as a share of it, unless told."""


def show_antenna(
    file: Path,
    name: str | None,
    output: Path | None,
    *,
    overwrite: bool,
    from_mhz: float | None,
    to_mhz: float | None,
    points: int,
) -> None:
    """Study an antenna of a scenario file alone, write what is found and print its numbers.

    Raises
    ------
    ScenarioError
        If the scenario or an option says something that cannot be.
    OutputError
        If the results cannot be written.
    """
    scenario = load_scenario(file)
    check_names(scenario)
    item = _chosen(scenario, file, name)
    frequencies = _sweep(item.design().frequency_mhz, from_mhz, to_mhz, points)
    target = Path("results") / f"{file.stem}_{item.name}_alone" if output is None else output
    with ResultFolder(target, overwrite=overwrite, marker=NUMBERS) as folder:
        study = study_antenna(scenario, item, build_materials(scenario)[ORGAN], frequencies)
        numbers = write_antenna(study, folder.folder)
    console = Console()
    tissue = numbers["tissue"]
    console.print(
        Text(f"{item.name} alone in {tissue['name']} at {number(tissue['temperature_c'], '°C')}", style="bold")
    )
    console.print(rich_table(("quantity", "value"), _rows(numbers)))
    console.print(Text(f"files: {target}"), soft_wrap=True)
    console.print("For research and teaching only, not for clinical decisions.")


def _chosen(scenario: Scenario, file: Path, name: str | None) -> MwAntenna:
    """The antenna of that name, the first one by default."""
    antennas = {item.name: item for item in scenario.applicators if isinstance(item, MwAntenna)}
    if not antennas:
        message = f"{file}: applicators: must have one of kind mw_antenna"
        raise ScenarioError(message)
    if name is None:
        return next(iter(antennas.values()))
    if name not in antennas:
        known = did_you_mean(name, tuple(antennas)) or f"; there are {', '.join(antennas)}"
        message = f"--name {name}: must be an antenna of {file}{known}"
        raise ScenarioError(message)
    return antennas[name]


def _sweep(own_mhz: float, from_mhz: float | None, to_mhz: float | None, points: int) -> list[float]:
    """Frequencies of the sweep, Hz."""
    lowest, highest = LOWEST_FREQUENCY_HZ / HZ_PER_MHZ, HIGHEST_FREQUENCY_HZ / HZ_PER_MHZ
    start = max(lowest, (1.0 - _SPAN) * own_mhz) if from_mhz is None else from_mhz
    end = min(highest, (1.0 + _SPAN) * own_mhz) if to_mhz is None else to_mhz
    for option, value in (("--from-mhz", start), ("--to-mhz", end)):
        if not lowest <= value <= highest:
            message = f"{option} {value:g}: must be between {lowest:g} and {highest:g} MHz, where tissues are known"
            raise ScenarioError(message)
    if start >= end:
        message = f"--from-mhz {start:g} --to-mhz {end:g}: the sweep must rise"
        raise ScenarioError(message)
    return [float(frequency) for frequency in np.linspace(start, end, points) * HZ_PER_MHZ]


def _rows(numbers: Block) -> list[tuple[str, str]]:
    tissue, s11 = numbers["tissue"], numbers["s11"]
    complex_s11 = f"{number(s11['real'])} {'+' if s11['imag'] >= 0.0 else '−'} {number(abs(s11['imag']))} j"
    rows = [
        ("frequency", number(numbers["frequency_mhz"], "MHz")),
        ("tissue's permittivity", number(tissue["relative_permittivity"])),
        ("tissue's conductivity", number(tissue["conductivity_s_m"], "S/m")),
        ("S11", f"{number(s11['db'], 'dB', decimals=1)} ({complex_s11})"),
        ("reflected at the antenna", number(s11["reflected_share_percent"], "%")),
        *((words, number(numbers["power"][key], "W")) for key, words in BUDGET if _is_told(numbers["power"], key)),
    ]
    return rows


def _is_told(power: Block, key: str) -> bool:
    """Whether a part of the budget is worth a row: all but losses that there are none of."""
    return bool(power[key]) or not key.endswith(("loss_w", "catheter_w", "coolant_w"))
