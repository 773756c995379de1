"""How far the cheap vessel models are from the resolved one: heat, retraction and volume over diameter and speed.

``python -m studies.vessel_models`` runs what its CSV lacks, ``--write`` brings the table in docs/vessels.md up to it.
"""

from __future__ import annotations

import argparse
import logging
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ablasim import load_scenario
from ablasim.build import build_case
from ablasim.course import March
from ablasim.march import march
from ablasim.materials import blood
from ablasim.physics.blood_flow import LAMINAR_LIMIT, reynolds_number
from ablasim.results.assess import assess
from ablasim.results.summary import Clock
from studies.records import Row, document_with, read_rows, table, write_rows

ROOT = Path(__file__).resolve().parents[1]
RESULTS = Path(__file__).with_suffix(".csv")
PAGE = ROOT / "docs" / "vessels.md"

DIAMETERS_MM = (1.0, 2.0, 3.0, 5.0, 7.0, 10.0)
SPEEDS_MM_S = (10.0, 50.0, 150.0, 500.0)
GAP_MM = 5.0
"""From the axis of the electrode to the wall."""

SIZES = {"needle_mm": 0.6, "vessel_mm": 1.2, "tumour_mm": 1.5, "shell_mm": 1.8, "far_mm": 12.0, "growth": 0.3}
"""About twice those of the preset `normal`."""

KEYS = ("diameter_mm", "speed_mm_s", "setting")

ACTIVE_HALF_LENGTH_MM = 15.0
FORMERLY_WITHIN_MM = 30.0
"""Distance from the active applicator within which a wall counted as heated in the first version."""


class Setting(NamedTuple):
    """A vessel model as it is run: with the start of its boundary layer as it is, or as it was in the first version."""

    model: str
    start: str = ""

    @property
    def label(self) -> str:
        """Name in the tables."""
        return f"{self.model}, {self.start}" if self.start else self.model


SETTINGS = (
    Setting("resolved"),
    Setting("fixed_temperature"),
    Setting("convective"),
    Setting("transport"),
    Setting("convective", "30 mm"),
    Setting("transport", "30 mm"),
)


class Flow(NamedTuple):
    """Diameter, mm, and mean speed, mm/s."""

    diameter_mm: float
    speed_mm_s: float


def flows() -> Iterator[Flow]:
    """Every laminar flow of the study, twins side by side."""
    for diameter_mm, speed_mm_s in product(DIAMETERS_MM, SPEEDS_MM_S):
        flow = Flow(diameter_mm, speed_mm_s)
        if reynolds(flow) <= LAMINAR_LIMIT:
            yield flow


def reynolds(flow: Flow) -> float:
    """Reynolds number."""
    return reynolds_number(1e-3 * flow.speed_mm_s, 1e-3 * flow.diameter_mm, blood())


def changes(flow: Flow, setting: Setting) -> dict[str, Any]:
    """The demo with a small tumour, on a coarse mesh, with another vein."""
    centre_mm = GAP_MM + 0.5 * flow.diameter_mm
    vein = "vessels.hepatic_vein"
    found = {
        f"{vein}.points_mm": [[centre_mm, 0.0, -50.0], [centre_mm, 0.0, 50.0]],
        f"{vein}.diameter_mm": flow.diameter_mm,
        f"{vein}.mean_speed_mm_s": flow.speed_mm_s,
        f"{vein}.model": setting.model,
        "tumour.diameter_mm": 6.0,
        "numerics.mesh": SIZES,
        "numerics.time_tolerance": 1.0,
        "damage.models": ["cem43_240"],
    }
    if setting.start:
        ahead_mm = ACTIVE_HALF_LENGTH_MM + float(np.sqrt(FORMERLY_WITHIN_MM**2 - centre_mm**2))
        found[f"{vein}.heated_length_mm"] = 2.0 * ahead_mm
    return found


def run_missing(known: Sequence[Row], save_to: Path) -> None:
    """Run what is not known yet, and save after each run; the twin depends on the mesh alone, a fixed wall too."""
    rows = [dict(row) for row in known]
    twins: dict[float, March] = {}
    for flow, setting in product(flows(), SETTINGS):
        if _key(flow, setting) in map(_key_of, rows):
            continue
        case = build_case(load_scenario(ROOT / "scenarios/rfa_hepatic_vein.yaml", changes(flow, setting)))
        if flow.diameter_mm not in twins:
            twins[flow.diameter_mm] = march(case, "no_vessel")
        results = assess(case, {"actual": march(case), "no_vessel": twins[flow.diameter_mm]}, clock=Clock.now())
        sink = results.summary["heat_sink"]
        vein = sink["vessels"]["hepatic_vein"]
        rows.append(
            dict(zip(KEYS, _key(flow, setting), strict=True))
            | {
                "energy_removed_j": f"{vein['energy_removed_j']:.1f}",
                "retraction_mm": f"{vein['retraction_mm']:.3f}",
                "volume_loss_ml": f"{sink['volume_loss_ml']:.3f}",
                "n_points": str(results.summary["mesh"]["n_points"]),
            }
        )
        write_rows(save_to, rows)
        logging.info("%s", rows[-1])


def _key(flow: Flow, setting: Setting) -> tuple[str, ...]:
    speed = f"{flow.speed_mm_s:g}" if setting.model != "fixed_temperature" else "any"
    return f"{flow.diameter_mm:g}", speed, setting.label


def _key_of(row: Row) -> tuple[str, ...]:
    return tuple(row[key] for key in KEYS)


class Error(NamedTuple):
    """What a model removes, retracts and costs too much, against the resolved one."""

    heat_percent: float
    retraction_mm: float
    volume_ml: float

    def __str__(self) -> str:
        text = f"{self.heat_percent:+.1f} %, {self.retraction_mm:+.2f} mm, {self.volume_ml:+.2f} ml"
        return text.replace("-", "−")


def errors(rows: Sequence[Row]) -> dict[tuple[Flow, str], Error]:
    """By flow and setting."""
    by_key = {_key_of(row): row for row in rows}
    found = {}
    for flow in flows():
        exact = by_key[_key(flow, SETTINGS[0])]
        for setting in SETTINGS[1:]:
            row = by_key[_key(flow, setting)]
            heat = 100.0 * (float(row["energy_removed_j"]) / float(exact["energy_removed_j"]) - 1.0)
            differences = [float(row[key]) - float(exact[key]) for key in ("retraction_mm", "volume_loss_ml")]
            found[flow, setting.label] = Error(heat, *differences)
    return found


def section(rows: Sequence[Row]) -> str:
    """Both tables as Markdown."""
    found, by_key = errors(rows), {_key_of(row): row for row in rows}
    now = [setting.label for setting in SETTINGS[1:4]]
    lines = []
    for flow in flows():
        exact = by_key[_key(flow, SETTINGS[0])]
        numbers = (float(exact[key]) for key in ("energy_removed_j", "retraction_mm", "volume_loss_ml"))
        resolved = "{:.0f} J, {:.2f} mm, {:.2f} ml".format(*numbers)
        where = [f"{flow.diameter_mm:g}", f"{0.1 * flow.speed_mm_s:g}", f"{reynolds(flow):.0f}"]
        lines.append([*where, resolved, *(str(found[flow, label]) for label in now)])
    columns = ("D, mm", "u, cm/s", "Re", "`resolved`", *(f"`{label}`" for label in now))
    overall = [[setting.label, *_overall(found, setting.label)] for setting in SETTINGS[1:]]
    heads = ("model", "heat, %", "largest", "retraction, mm", "largest", "volume lost, ml", "largest")
    return f"{table(columns, lines)}\n\nMean and largest of the errors' sizes:\n\n{table(heads, overall)}"


def _overall(found: Mapping[tuple[Flow, str], Error], label: str) -> list[str]:
    sizes = np.abs([error for (_, of), error in found.items() if of == label])
    heat, retraction, volume = sizes.T
    return [
        f"{heat.mean():.1f}", f"{heat.max():.1f}",
        f"{retraction.mean():.2f}", f"{retraction.max():.2f}",
        f"{volume.mean():.2f}", f"{volume.max():.2f}",
    ]  # fmt: skip


def main() -> None:
    """Run what is missing, or write the page."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="bring docs/vessels.md up to the results")
    if parser.parse_args().write:
        text = document_with(PAGE.read_text(encoding="utf-8"), "vessel_models", section(read_rows(RESULTS)))
        PAGE.write_text(text, encoding="utf-8")
    else:
        run_missing(read_rows(RESULTS), RESULTS)


if __name__ == "__main__":
    main()
