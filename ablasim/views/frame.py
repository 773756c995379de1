"""From a pyvista scene to a figure with title, legend and scale bar, all drawn off screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.contour import ContourSet
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from numpy.typing import ArrayLike, NDArray

from ablasim.units import Floats

PIXELS = (900, 900)
DPI = 130
NICE_LENGTHS_MM = (1, 2, 5, 10, 20, 50, 100, 200)


@dataclass(frozen=True)
class View:
    """Where the camera looks from; parallel projection, so that one scale bar holds for the whole picture.

    Parameters
    ----------
    centre : array, shape (3,)
        Middle of the picture, mm.
    towards_viewer : array, shape (3,)
        Direction from there to the camera.
    up : array, shape (3,)
        Direction that points up in the picture.
    half_height : float
        Half of the height shown, mm.
    """

    centre: ArrayLike
    towards_viewer: ArrayLike
    up: ArrayLike
    half_height: float


def unit(vector: ArrayLike) -> Floats:
    """Vector of length one in the same direction."""
    array = np.asarray(vector, dtype=float)
    scaled: Floats = array / np.linalg.norm(array)
    return scaled


def oblique(forward: ArrayLike, up: ArrayLike, *, turn_deg: float = 0.0, raise_deg: float = 15.0) -> Floats:
    """Direction to the viewer: `forward` made square to `up`, turned about `up` and raised towards it."""
    axis = unit(up)
    front = np.asarray(forward, dtype=float) - np.dot(forward, axis) * axis
    if np.linalg.norm(front) < 1e-9:
        front = np.cross(axis, np.eye(3)[np.argmin(np.abs(axis))])
    front = unit(front)
    side = np.cross(axis, front)
    turn, lift = np.deg2rad([turn_deg, raise_deg])
    direction: Floats = np.cos(lift) * (np.cos(turn) * front + np.sin(turn) * side) + np.sin(lift) * axis
    return direction


def signed(value: float) -> str:
    """Write a number with one decimal and a true minus sign.

    Examples
    --------
    >>> signed(-0.84), signed(-0.01)
    ('−0.8', '0.0')
    """
    return f"{round(value, 1) + 0.0:.1f}".replace("-", "−")


def rendered(fill: Callable[[Any], None], view: View) -> NDArray[np.uint8]:
    """Picture of a scene, shape (height, width, 3).

    Parameters
    ----------
    fill : callable
        Adds meshes (mm) to the plotter it is given.
    view : View
        The camera.
    """
    import pyvista as pv

    with only_errors_of_vtk():
        plotter = pv.Plotter(off_screen=True, window_size=list(PIXELS), lighting="light kit")
        try:
            plotter.set_background("white")
            fill(plotter)
            plotter.enable_parallel_projection()
            plotter.enable_anti_aliasing("ssaa")
            plotter.enable_depth_peeling(number_of_peels=8)
            towards = unit(view.towards_viewer)
            centre = np.asarray(view.centre, dtype=float)
            plotter.camera_position = [centre + 10.0 * view.half_height * towards, centre, unit(view.up)]
            plotter.camera.parallel_scale = view.half_height
            plotter.reset_camera_clipping_range()
            image: NDArray[np.uint8] = np.array(plotter.screenshot(return_img=True))
        finally:
            plotter.close()
    return image


def save_panels(
    path: Path,
    panels: Sequence[tuple[str, NDArray[np.uint8], View]],
    *,
    title: str,
    legend: Sequence[tuple[str, str]],
    footnote: str = "",
) -> None:
    """Write pictures of a scene side by side, each with its heading and scale bar, and one legend below.

    Parameters
    ----------
    path : Path
        PNG file.
    panels : sequence of (heading, image, view)
        As `rendered` gives them.
    title : str
        Above everything.
    legend : sequence of (colour, label)
        Below everything.
    footnote : str, optional
        Last line.
    """
    rows = -(-len(legend) // 4)
    below = 0.28 * rows + 0.3 + (0.25 if footnote else 0.0)
    height = 5.6 + below
    figure = Figure(figsize=(5.4 * len(panels) + 0.2, height))
    grid = figure.add_gridspec(1, len(panels), left=0.01, right=0.99, top=1.0 - 0.7 / height, bottom=below / height)
    for index, (heading, image, view) in enumerate(panels):
        axes = figure.add_subplot(grid[0, index])
        axes.imshow(image)
        axes.set_xticks([])
        axes.set_yticks([])
        axes.set_title(heading, fontsize=10)
        scale_bar(axes, image.shape[0], view.half_height)
    figure.suptitle(title, fontsize=12, y=1.0 - 0.12 / height, va="top")
    handles = [Patch(facecolor=colour, edgecolor="0.4", label=label) for colour, label in legend]
    figure.legend(
        handles=handles,
        loc="lower center",
        ncols=min(4, len(handles)),
        frameon=False,
        fontsize=9,
        bbox_to_anchor=(0.5, (0.3 if footnote else 0.05) / height),
    )
    if footnote:
        figure.text(0.5, 0.1 / height, footnote, ha="center", fontsize=8, color="0.3")
    save(figure, path)


def label_contours(axes: Axes, lines: ContourSet, fmt: Callable[[float], str], fontsize: float) -> None:
    """Write levels on contour lines; where matplotlib fails on a line of a point or two, the rest stay without."""
    with suppress(IndexError):
        axes.clabel(lines, fmt=fmt, fontsize=fontsize, inline_spacing=2)


def save(figure: Figure, path: Path) -> None:
    """Write a figure as PNG, without a window system."""
    FigureCanvasAgg(figure)
    figure.savefig(path, dpi=DPI, format="png", facecolor="white")


@contextmanager
def only_errors_of_vtk() -> Iterator[None]:
    """Keep VTK from warning on the terminal that there is no window system: none is needed."""
    from vtkmodules.vtkCommonCore import vtkLogger

    before = vtkLogger.GetCurrentVerbosityCutoff()
    vtkLogger.SetStderrVerbosity(vtkLogger.VERBOSITY_ERROR)
    try:
        yield
    finally:
        vtkLogger.SetStderrVerbosity(before)


def scale_bar(axes: Axes, pixels_high: int, half_height_mm: float) -> None:
    """Draw a bar of a round length in the lower left corner of a picture."""
    pixels_per_mm = pixels_high / (2.0 * half_height_mm)
    length = max((nice for nice in NICE_LENGTHS_MM if nice <= 0.5 * half_height_mm), default=1)
    left, bottom = 0.04 * pixels_high, 0.955 * pixels_high
    axes.plot([left, left + length * pixels_per_mm], [bottom, bottom], color="black", linewidth=3)
    axes.text(left, bottom - 0.015 * pixels_high, f"{length} mm", fontsize=9, va="bottom")
