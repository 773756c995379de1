"""What a run leaves behind about its margin: surface, columns and pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from ablasim.margins import Margin, coverage_curve, signed_margin
from ablasim.results.files import write_columns_csv, write_surface_vtp
from ablasim.results.outcome import Results
from ablasim.units import MM_PER_M, Floats
from ablasim.views.margin_plots import Course, coverage_plot, margin_map
from ablasim.views.scenes import margin_picture
from ablasim.views.shapes import Surface

TUMOUR_MARGIN = "tumour_margin.vtp"
"""The tumour's surface with its margin."""


def write_margin(results: Results, tumour: Surface, folder: Path) -> None:
    """Write the tumour's surface with its margin, and how much of it has how much.

    Parameters
    ----------
    results : Results
        A result with a margin.
    tumour : Surface
        The tumour's surface.
    folder : Path
        Where to.
    """
    margin_mm = {"margin_mm": margins_mm(results, tumour)}
    write_surface_vtp(folder / TUMOUR_MARGIN, tumour.points, tumour.triangles, margin_mm)
    if results.margin is not None:
        write_columns_csv(folder / "margin_coverage.csv", _coverage(results.margin))


def draw_margin(results: Results, tumour: Surface, shapes: dict[str, Any], folder: Path) -> None:
    """Draw the pictures of a margin, if there is one.

    Parameters
    ----------
    results : Results
        The result.
    tumour : Surface
        The tumour's surface.
    shapes : dict
        Vessels and needles, for the keyword arguments of the pictures.
    folder : Path
        Where to.
    """
    margin = results.margin
    if margin is None:
        return
    margin_picture(
        folder / "margin.png",
        points=tumour.points,
        triangles=tumour.triangles,
        margin_mm=margins_mm(results, tumour),
        minimum_at=margin.minimum_at,
        minimum_mm=margin.minimum * MM_PER_M,
        **shapes,
    )
    if not margin.has_zone:
        return
    anatomy = results.case.anatomy
    assert anatomy.tumour is not None
    margin_map(
        folder / "margin_map.png",
        centre=anatomy.tumour.centre,
        points=margin.points,
        margin_mm=margin.values * MM_PER_M,
        vessels=[Course(vessel.name, vessel.points) for vessel in shapes["vessels"]],
        needles=[Course(needle.name, np.stack([needle.tip, needle.shaft_end])) for needle in shapes["needles"]],
        tines=[Course(needle.name, line) for needle in shapes["needles"] for line in needle.tines],
        minimum_at=margin.minimum_at,
    )
    columns = _coverage(margin)
    coverage_plot(folder / "margin_coverage.png", columns["margin_mm"], columns["surface_share_percent"])


def margins_mm(results: Results, tumour: Surface) -> Floats:
    """Margin at the points of the tumour's surface, mm; NaN where there is none."""
    if results.zone.is_empty and results.margin is not None:
        return np.full(len(tumour.points), results.margin.minimum * MM_PER_M)
    margins: Floats = signed_margin(results.zone, np.asarray(tumour.points, dtype=float)) * MM_PER_M
    return margins


def _coverage(margin: Margin) -> dict[str, Floats]:
    """Columns of ``margin_coverage.csv``."""
    thickness, share = coverage_curve(margin.values, margin.areas)
    return {"margin_mm": np.round(thickness * MM_PER_M, 1), "surface_share_percent": 100.0 * share}
