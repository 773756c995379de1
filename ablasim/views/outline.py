"""The zone's outline across its applicator, with and without the vessels."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import cast

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.projections.polar import PolarAxes
from numpy.typing import ArrayLike

from ablasim.units import Floats
from ablasim.views.frame import save
from ablasim.views.plane_drawing import LUMEN_COLOUR

N_ANGLES, N_RADII = 361, 240
RUN, TWIN, VESSEL = "#D55E00", "#0072B2", "#555555"


def outline_plot(
    path: Path,
    *,
    angles: ArrayLike,
    radii_mm: ArrayLike,
    twin_radii_mm: ArrayLike,
    vessels: Mapping[str, tuple[float, float]],
    lumen: Callable[[Floats, Floats], Floats] | None = None,
    applicator: str = "the applicator",
) -> None:
    """Draw both outlines as a polar plot.

    Parameters
    ----------
    path : Path
        PNG file to write.
    angles : array_like, shape (n,)
        Angles round the applicator, rad, evenly spread over a turn.
    radii_mm, twin_radii_mm : array_like, shape (n,)
        Extent of the zone, and of that without vessels, mm; NaN leaves a gap.
    vessels : mapping of str to (float, float)
        Angle, rad, and distance, mm, of each vessel's axis where it is nearest to the applicator.
    lumen : callable, optional
        Distance of places in the plane, by their angles, rad, and radii, mm, from the wall of the nearest vessel, mm,
        negative in its lumen. Lumens are drawn over what lies between the outlines: they are no tissue that was lost.
    applicator : str, optional
        Words for what the outline is seen from.
    """
    figure = Figure(figsize=(6.4, 6.0), layout="constrained")
    axes = figure.add_subplot(projection="polar")
    for label, radii, colour in (("without vessels", twin_radii_mm, TWIN), ("as it is", radii_mm, RUN)):
        axes.plot(_closed(angles, full_turn=True), _closed(radii), color=colour, label=label, linewidth=1.8)
    axes.fill_between(
        _closed(angles, full_turn=True), _closed(radii_mm), _closed(twin_radii_mm), color=RUN, alpha=0.15, linewidth=0.0
    )
    reach = np.nanmax([np.nanmax(np.asarray(radii_mm), initial=0.0), np.nanmax(np.asarray(twin_radii_mm), initial=0.0)])
    farthest = max([distance for _, distance in vessels.values() if distance < 3.0 * reach], default=0.0)
    shown = 1.15 * max(reach, farthest, 1.0)
    if lumen is not None:
        _draw_lumens(axes, lumen, shown)
    for (angle, distance), names in _places(vessels).items():
        axes.plot([angle], [distance], marker="o", color=VESSEL, markersize=9, fillstyle="none")
        text = axes.annotate(
            "\n".join(names), (angle, distance), textcoords="offset points", xytext=(8, 8), fontsize=9, color="black"
        )
        text.set_bbox({"facecolor": "white", "alpha": 0.75, "edgecolor": "none", "pad": 1.0})
    axes.set_ylim(0.0, shown)
    cast(PolarAxes, axes).set_rlabel_position(180.0)
    axes.set_title(f"Extent of the zone across {applicator} / mm", fontsize=11)
    axes.legend(loc="lower left", bbox_to_anchor=(-0.08, -0.08), frameon=False, fontsize=9)
    save(figure, path)


def _draw_lumens(axes: Axes, lumen: Callable[[Floats, Floats], Floats], shown: float) -> None:
    angle, radius = np.meshgrid(np.linspace(0.0, 2.0 * np.pi, N_ANGLES), np.linspace(0.0, shown, N_RADII))
    inside = lumen(angle, radius)
    if inside.min() < 0.0:
        axes.contourf(angle, radius, inside, [-np.inf, 0.0], colors=[LUMEN_COLOUR], zorder=2.5)
        axes.plot([], [], color=LUMEN_COLOUR, linewidth=6.0, label="lumen: no tissue")


def _places(vessels: Mapping[str, tuple[float, float]]) -> dict[tuple[float, float], list[str]]:
    """Names by place: joined vessels may be nearest at the same one."""
    places: dict[tuple[float, float], list[str]] = {}
    for name, (angle, distance) in vessels.items():
        places.setdefault((round(angle, 2), round(distance, 1)), []).append(name)
    return places


def _closed(values: ArrayLike, *, full_turn: bool = False) -> np.ndarray:
    array = np.asarray(values, dtype=float)
    return np.append(array, array[0] + (2.0 * np.pi if full_turn else 0.0))
