"""Smallest margin over the distance of a vein from the tumour, for several diameters.

``python -m studies.margin_distance`` runs what its CSV lacks, ``--write`` draws the figure and writes the table in
docs/vessels.md.
"""

from __future__ import annotations

import argparse
import logging
import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from ablasim import load_scenario
from ablasim.simulate import run
from ablasim.views.frame import save
from ablasim.views.plots import COLOURS
from studies.records import Row, document_with, read_rows, table, write_rows

ROOT = Path(__file__).resolve().parents[1]
RESULTS = Path(__file__).with_suffix(".csv")
PAGE = ROOT / "docs" / "vessels.md"
FIGURE = ROOT / "docs" / "images" / "margin_over_vessel_distance.png"

DIAMETERS_MM = (2.0, 4.0, 6.0, 8.0, 10.0)
DISTANCES_MM = (0.5, 3.0, 6.0, 10.0, 15.0, 25.0)
"""From the surface of the tumour to the wall."""

_MARKERS = ("o", "s", "^", "D", "v")

TUMOUR_RADIUS_MM = 10.0
MATTERS_MM = 0.5
"""Loss of margin from which on the sink is said to matter."""

SIZES = {"needle_mm": 0.6, "vessel_mm": 1.2, "tumour_mm": 1.5, "shell_mm": 1.8, "far_mm": 12.0, "growth": 0.3}
"""About twice those of the preset `normal`."""


def changes(diameter_mm: float, distance_mm: float) -> dict[str, Any]:
    """The demo on a coarse mesh, its vein resolved, thicker or thinner, nearer or farther."""
    centre_mm = TUMOUR_RADIUS_MM + distance_mm + 0.5 * diameter_mm
    vein = "vessels.hepatic_vein"
    return {
        f"{vein}.points_mm": [[centre_mm, 0.0, -50.0], [centre_mm, 0.0, 50.0]],
        f"{vein}.diameter_mm": diameter_mm,
        f"{vein}.model": "resolved",
        "numerics.mesh": SIZES,
        "numerics.time_tolerance": 1.0,
        "damage.models": ["cem43_240"],
    }


def one(diameter_mm: float, distance_mm: float) -> Row:
    """Margin with and without the vein."""
    summary = run(
        load_scenario(ROOT / "scenarios/rfa_hepatic_vein.yaml", changes(diameter_mm, distance_mm)), threads=1
    ).summary
    return {
        "diameter_mm": f"{diameter_mm:g}",
        "distance_mm": f"{distance_mm:g}",
        "minimum_margin_mm": f"{summary['margin']['minimum_mm']:.3f}",
        "margin_loss_mm": f"{summary['heat_sink']['margin_loss_mm']:.3f}",
        "n_points": str(summary["mesh"]["n_points"]),
    }


def run_missing(known: Sequence[Row], save_to: Path, jobs: int) -> None:
    """Run what is not known yet in a pool of processes, and save after each run."""
    rows = [dict(row) for row in known]
    done = {(row["diameter_mm"], row["distance_mm"]) for row in rows}
    missing = [pair for pair in product(DIAMETERS_MM, DISTANCES_MM) if (f"{pair[0]:g}", f"{pair[1]:g}") not in done]
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn")) as pool:
        for future in as_completed([pool.submit(one, *pair) for pair in missing]):
            rows.append(dict(future.result()))
            rows.sort(key=lambda row: (float(row["diameter_mm"]), float(row["distance_mm"])))
            write_rows(save_to, rows)
            logging.info("%s", rows[-1])


def series(rows: Sequence[Row], diameter: float, key: str) -> tuple[np.ndarray, np.ndarray]:
    """Distances and values of one diameter, mm."""
    chosen = [row for row in rows if float(row["diameter_mm"]) == diameter]
    return np.array([float(row["distance_mm"]) for row in chosen]), np.array([float(row[key]) for row in chosen])


def stops_mattering(distances: np.ndarray, losses: np.ndarray) -> float | None:
    """Least distance, mm, beyond which the loss stays below what matters, on straight lines; None if it never does.

    Examples
    --------
    >>> stops_mattering(np.array([0.0, 10.0, 20.0]), np.array([4.5, 1.5, 0.0]))
    16.666666666666668
    """
    above = np.flatnonzero(losses >= MATTERS_MM)
    if len(above) == 0:
        return float(distances[0])
    last = int(above[-1])
    if last == len(losses) - 1:
        return None
    share = (losses[last] - MATTERS_MM) / (losses[last] - losses[last + 1])
    return float(distances[last] + share * (distances[last + 1] - distances[last]))


def draw(rows: Sequence[Row], path: Path) -> None:
    """Margin over distance, one line for each diameter, with the distance at which each sink stops mattering."""
    figure = Figure(figsize=(7.2, 4.6), layout="constrained")
    axes = figure.add_subplot()
    for i, diameter in enumerate(DIAMETERS_MM):
        distances, margins = series(rows, diameter, "minimum_margin_mm")
        place = stops_mattering(*series(rows, diameter, "margin_loss_mm"))
        where = "" if place is None else f": from {place:.1f} mm on"
        axes.plot(
            distances, margins, color=COLOURS[i], marker=_MARKERS[i], markersize=11 - 1.5 * i, markerfacecolor="none",
            linewidth=1.2, label=f"{diameter:g} mm{where}",
        )  # fmt: skip
        if place is not None:
            axes.plot([place, place], [0.0, np.interp(place, distances, margins)], color=COLOURS[i], linewidth=1.0)
    axes.axhline(5.0, color="0.5", linewidth=0.8, linestyle="--")
    axes.annotate("5 mm", (25.0, 5.0), xytext=(0, 3), textcoords="offset points", ha="right", fontsize=9, color="0.35")
    axes.set_xlabel("distance from the tumour's surface to the vein's wall / mm")
    axes.set_ylabel("smallest margin / mm")
    axes.set_xlim(0.0, 25.5)
    axes.grid(alpha=0.25)
    axes.legend(
        title=f"diameter of the vein, and where it costs\nless than {MATTERS_MM:g} mm of margin (upright lines)",
        fontsize=9,
    )
    save(figure, path)


def section(rows: Sequence[Row]) -> str:
    """Table of margins and of the distance at which each sink stops mattering, as Markdown."""
    lines = []
    for diameter in DIAMETERS_MM:
        _, margins = series(rows, diameter, "minimum_margin_mm")
        place = stops_mattering(*series(rows, diameter, "margin_loss_mm"))
        cells = [f"{margin:.1f}".replace("-", "−") for margin in margins]
        lines.append([f"{diameter:g}", *cells, "beyond 25" if place is None else f"{place:.1f}"])
    heads = [f"margin at {distance:g} mm" for distance in DISTANCES_MM]
    return table(("D, mm", *heads, "stops mattering at, mm"), lines)


def main() -> None:
    """Run what is missing, or draw and write."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="draw the figure and write the table in docs/vessels.md")
    parser.add_argument("--jobs", type=int, default=1, help="processes side by side")
    asked = parser.parse_args()
    if not asked.write:
        run_missing(read_rows(RESULTS), RESULTS, asked.jobs)
        return
    rows = read_rows(RESULTS)
    draw(rows, FIGURE)
    PAGE.write_text(document_with(PAGE.read_text(encoding="utf-8"), "margin_distance", section(rows)), encoding="utf-8")


if __name__ == "__main__":
    main()
