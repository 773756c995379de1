"""What pictures of planes share: where fields exist, lumens, needles, layers, the tumour's outline, and the axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Polygon
from matplotlib.tri import Triangulation

from ablasim.geometry import Layer, Plate
from ablasim.geometry.segments import point_polyline_distance
from ablasim.units import Floats, millimetres
from ablasim.views.cut import Plane
from ablasim.views.shapes import (
    ACTIVE_COLOUR,
    LAYER_COLOUR,
    Needles,
    NeedleShape,
    Vessels,
    needle_shapes,
    vessel_shapes,
)

TUMOUR_LINE, LUMEN_COLOUR, NEEDLE_COLOUR = "#00795A", "#0072B2", "#6E6E6E"
GRID_PIXELS = 500
NEGLIGIBLE_MM = 1e-3
OUT = "needles out of the body then"
MOST_NAMED = 2  # needles that a legend names one by one
LABEL_POINTS = 13.0  # from a needle to its name
PARALLEL = 1e-9  # sine of the angle between planes that do not cut each other
PLACES_ON_A_PLATE = 2001  # at which its rim is looked for


def where_finite(triangulation: Triangulation, values: Floats) -> Triangulation:
    """The triangles at whose corners values are finite."""
    shown = Triangulation(triangulation.x, triangulation.y, triangulation.triangles)
    shown.set_mask(~np.isfinite(values)[triangulation.triangles].all(axis=1))
    return shown


def draw_tumour(axes: Axes, outline: Sequence[Floats] | None) -> list[Any]:
    """Lines in which the plane cuts the tumour, mm; returns entries of a legend."""
    for piece in outline or ():
        axes.plot(*piece.T, color=TUMOUR_LINE, linewidth=2.2)
    return [Line2D([], [], color=TUMOUR_LINE, linewidth=2.2, label="tumour")] if outline else []


def draw_layers(axes: Axes, plane: Plane, half: float, layers: Sequence[Layer]) -> None:
    """Outlines and names of the layers that the plane cuts."""
    if not layers:
        return
    across, along, grid = _grid(plane, half)
    for layer in layers:
        beyond = np.abs(grid - np.array(layer.box.centre)) - 0.5 * np.array(layer.box.size)
        outside = beyond.max(axis=1).reshape(across.shape)
        inside = outside < 0.0
        if not inside.any():
            continue
        axes.contour(across, along, outside, [0.0], colors=LAYER_COLOUR, linewidths=1.6)
        x, y = across[inside], along[inside]
        turn = "vertical" if np.ptp(y) > np.ptp(x) else "horizontal"
        place = (0.5 * (x.min() + x.max()), 0.5 * (y.min() + y.max()))
        axes.text(*place, layer.name, rotation=turn, color=LAYER_COLOUR, ha="center", va="center", fontsize=9)


def draw_bodies(
    axes: Axes, plane: Plane, half: float, vessels: Vessels, needles: Needles, *, names_needles: bool = True
) -> list[Any]:
    """Lumens and needles where the plane cuts them, by distance from their centre lines; returns entries of a legend.

    Needles that lie along the plane, before or behind it, are outlined, and so are those that are out of the body. The
    legend names a few needles one by one if it is to name them.
    """
    across, along, grid = _grid(plane, half)
    lines = [
        (vessel.name, LUMEN_COLOUR, np.asarray(vessel.points, dtype=float), vessel.diameter, False)
        for vessel in vessel_shapes(vessels)
    ]
    shafts = needle_shapes(needles)
    there = [needle for needle in shafts if not needle.is_out]
    for needle in shafts:
        line = np.stack([np.asarray(needle.tip, dtype=float), np.asarray(needle.shaft_end, dtype=float)])
        name = needle.name if names_needles and len(there) <= MOST_NAMED else needles_in_words(there)
        lines.append((OUT if needle.is_out else name, NEEDLE_COLOUR, line, needle.diameter, needle.is_out))
    lines.sort(key=lambda line: not line[-1])  # what is there covers what is not
    entries: list[Any] = []
    for name, colour, centre_line, diameter, is_out in lines:
        if not _reaches(plane, centre_line, diameter):
            continue
        outside = point_polyline_distance(grid, centre_line)[0] - 0.5 * diameter
        if outside.min() < 0.0:
            depth = outside.reshape(across.shape)
            if is_out:
                axes.contour(across, along, depth, [0.0], colors=[colour], linestyles="--", linewidths=0.9)
            else:
                axes.contourf(across, along, depth, [-1.0, 0.0], colors=[colour])
            if all(entry.get_label() != name for entry in entries):  # the branches of a tree share its name
                entries.append(
                    Patch(facecolor="none", edgecolor=colour, linestyle="--", label=name)
                    if is_out
                    else Patch(facecolor=colour, label=name)
                )
    return entries + _draw_tines(axes, plane, shafts) + _outline_needles(axes, plane, shafts)


def _draw_tines(axes: Axes, plane: Plane, needles: Sequence[NeedleShape]) -> list[Any]:
    """Tines, thick where they lie in the plane, thin and dashed where they lie before or behind it."""
    lines = [(np.asarray(line), needle.tine_diameter) for needle in needles for line in needle.tines]
    for line, diameter in lines:
        near = np.abs((line - plane.origin) @ plane.normal) < diameter
        flat = plane.flat(line)
        axes.plot(*flat.T, color=NEEDLE_COLOUR, linewidth=0.8, linestyle="--")
        axes.plot(*np.where(near[:, None], flat, np.nan).T, color=NEEDLE_COLOUR, linewidth=2.2)
    return [Line2D([], [], color=NEEDLE_COLOUR, linewidth=1.5, label="tines")] if lines else []


def _outline_needles(axes: Axes, plane: Plane, needles: Sequence[NeedleShape]) -> list[Any]:
    """Outlines of needles that lie along the plane and are not cut by it."""
    drawn = False
    for needle in needles:
        ends = np.array([needle.tip, needle.shaft_end], dtype=float)
        way = ends[1] - ends[0]
        leans = abs(float(way @ plane.normal)) > 0.5 * float(np.linalg.norm(way))
        if leans or _reaches(plane, np.array([needle.tip, needle.active_end]), needle.diameter):
            continue
        middle = plane.flat(needle.active_end[None, :])[0]
        low, high = plane.flat(ends)
        for start, end, face in ((low, middle, "#6E6E6E30"), (middle, high, "none")):
            corners = _bar(start, end, float(millimetres(needle.diameter)))
            axes.add_patch(Polygon(corners, facecolor=face, edgecolor=NEEDLE_COLOUR, linewidth=0.9, linestyle="--"))
        drawn = True
    if not drawn:
        return []
    return [Patch(facecolor="#6E6E6E30", edgecolor=NEEDLE_COLOUR, linestyle="--", label="needles off the plane")]


def plate_lines(plane: Plane, plates: Sequence[Plate]) -> list[Floats]:
    """Lines, mm, shape (2, 2), in which the plane cuts plates."""
    lines = []
    for plate in plates:
        along = np.cross(plane.normal, plate.normal)
        if np.linalg.norm(along) < PARALLEL:
            continue
        centre, across = np.asarray(plate.centre), np.cross(along, plate.normal)
        foot = centre + (plane.origin - centre) @ plane.normal / (across @ plane.normal) * across
        reach = float(np.linalg.norm(foot - centre)) + max(plate.size)
        places = foot + np.linspace(-reach, reach, PLACES_ON_A_PLATE)[:, None] * along / np.linalg.norm(along)
        if (covered := places[plate.covers(places)]).size:
            lines.append(plane.flat(covered[[0, -1]]))
    return lines


def draw_plates(axes: Axes, plane: Plane, plates: Sequence[Plate]) -> list[Any]:
    """Plates where the plane cuts them; returns entries of a legend."""
    lines = plate_lines(plane, plates)
    for line in lines:
        axes.plot(*line.T, color=ACTIVE_COLOUR, linewidth=5.0, solid_capstyle="butt", zorder=5)
    return [Line2D([], [], color=ACTIVE_COLOUR, linewidth=5.0, label="plates")] if lines else []


def name_needles(axes: Axes, plane: Plane, needles: Needles) -> None:
    """Write the names of needles beside the places where the plane cuts them, away from their middle.

    Of needles of a set, whose names differ by a number at the end, the number alone: names would cover each other.
    """
    places = {}
    for needle in needle_shapes(needles):
        tip, way = np.asarray(needle.tip, dtype=float), needle.active_end - np.asarray(needle.tip, dtype=float)
        slope = float(way @ plane.normal)
        share = float((plane.origin - tip) @ plane.normal) / slope if abs(slope) > 0.0 else np.inf
        if 0.0 <= share <= 1.0:
            places[needle.name] = plane.flat((tip + share * way)[None, :])[0]
    middle = np.mean(list(places.values()), axis=0) if places else np.zeros(2)
    for name, place in places.items():
        away = place - middle
        length = float(np.linalg.norm(away))
        offset = LABEL_POINTS * (away / length if length > NEGLIGIBLE_MM else np.array([0.0, -1.0]))
        text = axes.annotate(
            _short_name(name, list(places)),
            place,
            xytext=(float(offset[0]), float(offset[1])),
            textcoords="offset points",
            fontsize=9,
            ha="center",
            va="center",
            zorder=6,
        )
        text.set_bbox({"facecolor": "white", "alpha": 0.6, "edgecolor": "none", "pad": 0.8})


def needles_in_words(needles: Needles) -> str:
    """What a legend calls needles that `name_needles` names.

    Examples
    --------
    >>> needles_in_words([(f"needles_{n}", [0, 0, 0], [0, 0, 1], 1e-3, 2e-2, [0, 0, 1]) for n in (1, 2, 3)])
    'needles_1 to needles_3'
    """
    names = [needle.name for needle in needle_shapes(needles)]
    is_set = len(names) > 1 and all(_short_name(name, names).isdigit() for name in names)
    return f"{names[0]} to {names[-1]}" if is_set else "needles"


def _short_name(name: str, names: Sequence[str]) -> str:
    """Number at the end of a name if all names are alike but for it."""
    stem, _, number = name.rpartition("_")
    is_of_a_set = number.isdigit() and len(names) > 1 and {other.rpartition("_")[0] for other in names} == {stem}
    return number if is_of_a_set else name


def label_axes(axes: Axes, half: float, title: str, plane: Plane) -> None:
    """Limits, words on the axes and title of a picture of a plane."""
    axes.set_xlim(-half, half)
    axes.set_ylim(-half, half)
    axes.set_aspect("equal")
    axes.set_facecolor("#EDEDED")
    origin, up = millimetres(plane.origin), plane.up
    start = f" from {_triple(origin)} mm" if np.abs(origin).max() > NEGLIGIBLE_MM else ""
    axes.set_xlabel(f"across / mm{start}")
    axes.set_ylabel(f"up / mm{start}" if up[2] > 1.0 - 1e-6 else f"along {_triple(up)} / mm{start}")
    axes.set_title(title)


def _grid(plane: Plane, half: float) -> tuple[Floats, Floats, Floats]:
    """Places all over the picture, mm, and where they lie in space, m, shape (n, 3)."""
    ticks = np.linspace(-half, half, GRID_PIXELS)
    across, along = np.meshgrid(ticks, ticks)
    return across, along, plane.solid(np.column_stack([across.ravel(), along.ravel()]))


def _reaches(plane: Plane, line: Floats, diameter: float) -> bool:
    """Whether a plane cuts a tube round a line."""
    height = (line - plane.origin) @ plane.normal
    return bool(height.min() <= 0.5 * diameter and height.max() >= -0.5 * diameter)


def _bar(start: Floats, end: Floats, width: float) -> Floats:
    """Corners of a bar of some width from one place to another, mm."""
    way = end - start
    length = float(np.linalg.norm(way))
    aside = np.array([-way[1], way[0]]) * (0.5 * width / length if length > 0.0 else 0.0)
    return np.array([start + aside, end + aside, end - aside, start - aside])


def _triple(values: Floats) -> str:
    return "({:.3g}, {:.3g}, {:.3g})".format(*(values.round(6) + 0.0)).replace("-", "−")
