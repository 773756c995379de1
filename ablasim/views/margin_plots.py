"""The margin over the tumour's surface: how much of it has how much, and a flat map of where."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from numpy.typing import ArrayLike
from scipy.spatial import cKDTree

from ablasim.geometry.segments import point_segment_distance
from ablasim.units import MM_PER_M, Floats
from ablasim.views.frame import label_contours, save, signed
from ablasim.views.margin_scene import MARGIN_CLASSES
from ablasim.views.plots import COLOURS

CLASS_BOUNDS_MM = (0.0, 5.0, 10.0)

_CELLS = (360, 180)  # of the map, along longitude and latitude
_NEAR = 25e-3  # m from the tumour's surface: vessels farther away are not drawn
_EMPTY = 1.5  # directions farther from all points than this times those are from their neighbours are left grey
_LINE_POINTS = 400
_NEIGHBOURS = 6  # points of the surface that a direction's margin is interpolated from
_STEEPEST = 5.0  # rise of the surface's radius per angle beyond which neighbours lie on different sheets
_GREY = "#D9D9D9"
_TINES = "#4D4D4D"
_VESSELS = ("#B2182B", "#762A83", "#1B7837", "#8C510A")


class Course(NamedTuple):
    """A vessel or needle on the map: name, corners of its line, m, shape (n, 3)."""

    name: str
    points: ArrayLike


def coverage_plot(
    path: Path,
    margin_mm: ArrayLike,
    share_percent: ArrayLike,
    *,
    title: str = "How much of the surface has how much margin",
) -> None:
    """Draw the share of the tumour's surface that has at least a given margin.

    Parameters
    ----------
    path : Path
        PNG file to write.
    margin_mm, share_percent : array, shape (n,)
        Margins, mm, and the share of the surface with that margin or more, %.
    title : str, optional
        Above the plot.
    """
    margin, share = np.asarray(margin_mm, dtype=float), np.asarray(share_percent, dtype=float)
    figure = Figure(figsize=(8.0, 4.4), layout="constrained")
    axes = figure.add_subplot()
    low, high = min(float(margin[0]), -1.0), max(float(margin[-1]), 6.0)
    edges = [low, *[bound for bound in CLASS_BOUNDS_MM if low < bound < high], high]
    for start, end in pairwise(edges):
        number = int(np.searchsorted(CLASS_BOUNDS_MM, 0.5 * (start + end)))
        axes.axvspan(start, end, color=MARGIN_CLASSES[number][0], alpha=0.25, linewidth=0)
    axes.plot(margin, share, color="black", linewidth=1.8)
    axes.set_xlim(low, high)
    axes.set_ylim(0.0, 104.0)
    axes.set_xlabel("margin / mm (shaded: classes)")
    axes.set_ylabel("surface with at least that / %")
    axes.grid(alpha=0.3)
    figure.suptitle(title, fontsize=12)
    save(figure, path)


def margin_map(
    path: Path,
    *,
    centre: ArrayLike,
    points: ArrayLike,
    margin_mm: ArrayLike,
    vessels: Sequence[Course] = (),
    needles: Sequence[Course] = (),
    tines: Sequence[Course] = (),
    minimum_at: ArrayLike | None = None,
    title: str = "Margin by direction from the tumour's centre",
) -> None:
    """Draw a flat map of the margin: Mollweide's projection, in which equal solid angles have equal areas.

    Where a direction meets the surface more than once, the smallest margin is shown.

    Parameters
    ----------
    path : Path
        PNG file to write.
    centre : array, shape (3,)
        The tumour's centre, m.
    points : array, shape (n, 3)
        Points all over the tumour's surface, m.
    margin_mm : array, shape (n,)
        Margin at each, mm.
    vessels : sequence of Course, optional
        Centre-lines; the parts within 25 mm of the surface are drawn, with the place nearest to it.
    needles : sequence of Course, optional
        Needles from tip to the end of the shaft.
    tines : sequence of Course, optional
        Tines from where they begin to their ends, each with the name of its electrode.
    minimum_at : array, shape (3,), optional
        Place of the smallest margin, m.
    title : str, optional
        Above the map.
    """
    middle = np.asarray(centre, dtype=float)
    surface, margin = np.asarray(points, dtype=float) - middle, np.asarray(margin_mm, dtype=float)
    figure = Figure(figsize=(9.6, 5.6), layout="constrained")
    axes = figure.add_subplot(projection="mollweide")
    longitude = np.linspace(-np.pi, np.pi, _CELLS[0] + 1)
    latitude = np.linspace(-0.5 * np.pi, 0.5 * np.pi, _CELLS[1] + 1)
    colours = ListedColormap([colour for colour, _ in MARGIN_CLASSES]).with_extremes(bad=_GREY)
    top = max(20.0, float(np.nanmax(margin)) + 1.0)
    norm = BoundaryNorm([min(-20.0, float(np.nanmin(margin)) - 1.0), *CLASS_BOUNDS_MM, top], colours.N)
    values = _by_direction(surface, margin, longitude, latitude)
    axes.pcolormesh(longitude, latitude, values, cmap=colours, norm=norm, rasterized=True)
    lines = _contours(axes, longitude, latitude, values)
    handles: list[Any] = [Patch(color=colour, label=words) for colour, words in MARGIN_CLASSES]
    if np.isnan(values).any():
        handles.append(Patch(color=_GREY, label="not assessed"))
    reach = float(np.linalg.norm(surface, axis=1).max()) + _NEAR
    tree = cKDTree(surface)
    for number, vessel in enumerate(vessels):
        handles += _draw_vessel(axes, vessel, middle, reach, tree, _VESSELS[number % len(_VESSELS)])
    for number, needle in enumerate(needles):
        handles += _draw_needle(axes, needle, middle, "black" if number == 0 else COLOURS[number % len(COLOURS)])
    handles += _draw_tines(axes, tines, middle)
    if minimum_at is not None:
        place = _angles((np.asarray(minimum_at, dtype=float) - middle)[None])
        star: dict[str, Any] = {"color": "white", "markeredgecolor": "black", "markersize": 15, "linestyle": ""}
        handles += axes.plot(*place, marker="*", label="smallest margin", **star)
    _name_directions(axes)
    figure.suptitle(title + (" (thin lines: every 2 mm)" if lines else ""), fontsize=12)
    figure.legend(handles=handles, loc="outside lower center", ncols=3, frameon=False, fontsize=9)
    save(figure, path)


def _by_direction(surface: Floats, margin: Floats, longitude: Floats, latitude: Floats) -> Floats:
    """Margin in the middle of each cell of the map, shape (n_latitude, n_longitude); NaN where there is none."""
    columns, rows = (0.5 * (edges[1:] + edges[:-1]) for edges in (longitude, latitude))
    along, up = np.meshgrid(columns, rows)
    wanted = np.stack([np.cos(up) * np.cos(along), np.cos(up) * np.sin(along), np.sin(up)], axis=-1)
    radius = np.linalg.norm(surface, axis=1)
    directions = surface / radius[:, None]
    tree = cKDTree(directions)
    gap, nearest = tree.query(wanted, k=min(_NEIGHBOURS, len(surface)))
    spacing = tree.query(directions, k=min(_NEIGHBOURS, len(surface)))[0][:, -1]
    weight = 1.0 / np.maximum(gap, 1e-9) ** 2
    values: Floats = (weight * margin[nearest]).sum(axis=-1) / weight.sum(axis=-1)
    is_folded = np.ptp(radius[nearest], axis=-1) > _STEEPEST * gap.max(axis=-1) * radius[nearest].mean(axis=-1)
    values[is_folded] = margin[nearest].min(axis=-1)[is_folded]
    values[gap[..., 0] > _EMPTY * np.percentile(spacing, 90)] = np.nan
    return values


def _contours(axes: Axes, longitude: Floats, latitude: Floats, values: Floats) -> bool:
    """Thin lines every 2 mm; returns whether there are any."""
    low, high = np.nanmin(values), np.nanmax(values)
    levels = np.arange(np.ceil(low / 2.0) * 2.0, high, 2.0)
    if not len(levels):
        return False
    columns, rows = (0.5 * (edges[1:] + edges[:-1]) for edges in (longitude, latitude))
    lines = axes.contour(columns, rows, values, levels=levels, colors="black", linewidths=0.4, linestyles="solid")
    label_contours(axes, lines, lambda level: signed(level).removesuffix(".0"), fontsize=7)
    return True


def _draw_vessel(axes: Axes, vessel: Course, middle: Floats, reach: float, tree: Any, colour: str) -> list[Any]:
    """Draw the part of a vessel that is near, and a ring where it is nearest to the tumour's surface."""
    line = _line(np.asarray(vessel.points, dtype=float) - middle)
    near = line[np.linalg.norm(line, axis=1) < reach]
    if not len(near):
        return []
    gap, _ = tree.query(near)
    _plot_broken(axes, near, colour)
    label = f"{vessel.name} (ring: nearest, {gap.min() * MM_PER_M:.0f} mm from surface to centre-line)"
    ring: dict[str, Any] = {"fillstyle": "none", "markersize": 11, "markeredgewidth": 2.2, "linestyle": ""}
    place = _angles(near[[np.argmin(gap)]])
    return list(axes.plot(*place, marker="o", color=colour, label=label, **ring))


def _draw_needle(axes: Axes, needle: Course, middle: Floats, colour: str) -> list[Any]:
    """Mark the directions of a needle's tip and of its shaft, and the way between."""
    line = _line(np.asarray(needle.points, dtype=float) - middle)
    if point_segment_distance(np.zeros((1, 3)), line[0], line[-1])[0] > 1e-6:
        _plot_broken(axes, line, colour)
    marks: dict[str, Any] = {"color": colour, "markersize": 9, "linestyle": ""}
    return [
        axes.plot(*_angles(line[[end]]), marker=mark, label=f"{needle.name}: {words}", **marks)[0]
        for end, mark, words in ((0, "v", "tip"), (-1, "^", "shaft"))
    ]


def _draw_tines(axes: Axes, tines: Sequence[Course], middle: Floats) -> list[Any]:
    """Draw the ways of tines and mark the directions of their ends, all alike: one entry for each electrode."""
    marks: dict[str, Any] = {"color": _TINES, "markersize": 5, "linestyle": ""}
    handles = {}
    for tine in tines:
        line = _line(np.asarray(tine.points, dtype=float) - middle)
        _plot_broken(axes, line, _TINES, width=1.2)
        (handles[tine.name],) = axes.plot(
            *_angles(line[[-1]]), marker="s", label=f"{tine.name}: ends of tines", **marks
        )
    return list(handles.values())


def _line(corners: Floats) -> Floats:
    """Points close together along a polyline."""
    steps = np.linalg.norm(np.diff(corners, axis=0), axis=1)
    at = np.concatenate([[0.0], np.cumsum(steps)])
    wanted = np.linspace(0.0, at[-1], _LINE_POINTS)
    return np.column_stack([np.interp(wanted, at, axis) for axis in corners.T])


def _plot_broken(axes: Axes, line: Floats, colour: str, width: float = 2.2) -> None:
    """Plot a line, broken where it leaves the map on one side and comes back on the other."""
    along, up = _angles(line)
    breaks = np.abs(np.diff(along)) > np.pi
    along = np.insert(along, np.flatnonzero(breaks) + 1, np.nan)
    up = np.insert(up, np.flatnonzero(breaks) + 1, np.nan)
    axes.plot(along, up, color=colour, linewidth=width)


def _angles(vectors: Floats) -> tuple[Floats, Floats]:
    """Longitude from x towards y, and latitude towards z."""
    flat = np.hypot(vectors[:, 0], vectors[:, 1])
    return np.arctan2(vectors[:, 1], vectors[:, 0]), np.arctan2(vectors[:, 2], flat)


def _name_directions(axes: Axes) -> None:
    axes.set_xticks(np.deg2rad([-90, 0, 90]), ["−y", "+x", "+y"], fontsize=9)
    axes.set_yticks(np.deg2rad([-90, -45, 0, 45, 90]), ["−z", "", "0", "", "+z"], fontsize=9)
    for label in axes.get_xticklabels():
        label.set_bbox({"facecolor": "white", "alpha": 0.7, "edgecolor": "none", "pad": 1.0})
    axes.grid(color="white", linewidth=0.5, alpha=0.6)
