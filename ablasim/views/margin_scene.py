"""Picture of the tumour, painted with the clinical classes of the ablative margin."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.colors import ListedColormap
from numpy.typing import ArrayLike, NDArray

from ablasim.units import millimetres
from ablasim.views.frame import View, oblique, rendered, save_panels, signed
from ablasim.views.shapes import Needles, Vessels, needle_shapes, surface_mesh, vessel_shapes
from ablasim.views.staging import MATERIAL, add_bodies, focus, legend_of, upward

MARGIN_CLASSES = (
    ("#D55E00", "below 0 mm: residual tumour"),
    ("#F0E442", "0 to 5 mm"),
    ("#56B4E9", "5 to 10 mm"),
    ("#0B3C7D", "above 10 mm"),
)
"""Colours (colour-blind safe, light to dark where the tumour is covered) and words of the margin classes."""

NO_MARGIN_COLOUR = "#D9D9D9"


def margin_picture(
    path: Path,
    *,
    points: NDArray[np.floating],
    triangles: NDArray[np.integer],
    margin_mm: ArrayLike,
    vessels: Vessels = (),
    needles: Needles = (),
    minimum_at: ArrayLike | None = None,
    minimum_mm: float | None = None,
    title: str = "Ablative margin on the tumour's surface",
) -> None:
    """Paint the tumour with the clinical margin classes, from the worst side and the opposite.

    Parameters
    ----------
    path : Path
        PNG file to write.
    points : ndarray, shape (n_points, 3)
        Tumour surface, m.
    triangles : ndarray of int, shape (n_triangles, 3)
        Its triangles.
    margin_mm : array, shape (n_points,)
        Signed margin, mm; NaN where it is not assessed (inside a vessel, on the organ's surface): painted
        in grey.
    vessels, needles : sequences, optional
        As for `zone_picture`.
    minimum_at : array, shape (3,), optional
        Place of the smallest margin, m; left out: the point where `margin_mm` is smallest.
    minimum_mm : float, optional
        The smallest margin, mm, which may lie between the points; left out: the smallest of `margin_mm`.
    title : str, optional
        Above the picture.
    """
    margin = np.asarray(margin_mm, dtype=float)
    tubes, shafts = vessel_shapes(vessels), needle_shapes(needles)
    mesh = surface_mesh((points, triangles))
    mesh["class"] = np.interp(margin, [-5.0, 0.0, 5.0, 10.0, 15.0], [0.0, 1.0, 2.0, 3.0, 4.0])
    mesh["class"][np.isnan(margin)] = np.nan
    has_margin = bool(np.isfinite(margin).any())
    lowest = minimum_at if minimum_at is not None or not has_margin else points[int(np.nanargmin(margin))]
    smallest = float(np.nanmin(margin, initial=np.inf)) if minimum_mm is None else minimum_mm
    place = None if lowest is None else millimetres(lowest)
    centre, half = focus([points])

    def fill(plotter: Any) -> None:
        import pyvista as pv

        plotter.add_mesh(
            mesh,
            scalars="class",
            cmap=ListedColormap([colour for colour, _ in MARGIN_CLASSES]),
            clim=[0.0, 4.0],
            n_colors=len(MARGIN_CLASSES),
            nan_color=NO_MARGIN_COLOUR,
            show_scalar_bar=False,
            smooth_shading=True,
            **MATERIAL,
        )
        if place is not None:
            plotter.add_mesh(pv.Sphere(radius=0.035 * half, center=place), color="black")
        add_bodies(plotter, tubes, shafts, vessel_opacity=0.35)

    up = upward(shafts)
    outward = None if place is None else place - centre
    forward = np.array([0.0, -1.0, 0.0]) if outward is None or not np.any(outward) else outward
    views = [
        View(centre, oblique(forward, up, turn_deg=turn, raise_deg=15.0), up, 1.35 * half) for turn in (35.0, 215.0)
    ]
    headings = ("side of the smallest margin", "opposite side")
    legend = [*MARGIN_CLASSES, ("black", "smallest margin")]
    if np.isnan(margin).any():
        legend.append((NO_MARGIN_COLOUR, "not assessed"))
    save_panels(
        path,
        [(heading, rendered(fill, view), view) for heading, view in zip(headings, views, strict=True)],
        title=f"{title}: smallest {signed(smallest)} mm" if has_margin else title,
        legend=legend + legend_of(tubes, shafts),
    )
