"""Pictures of an antenna alone: reflection over frequency, and where tissue absorbs its power."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Polygon, Rectangle
from numpy.typing import ArrayLike

from ablasim.units import HZ_PER_MHZ, Floats, millimetres
from ablasim.views.frame import save
from ablasim.views.plots import COLOURS

MATERIALS = {
    "metal": ("#3c3c3c", "metal"),
    "dielectric": ("#f4f1e6", "dielectric of the line"),
    "slot": ("#E69F00", "slot"),
    "catheter": ("#cfd8dc", "catheter"),
    "coolant": ("#56B4E9", "coolant"),
}
"""Colour and name of what an antenna is made of."""

DECADES = 4.0
"""Powers of ten that the colours cover."""

_MAP = "inferno"
_HEIGHT, _WIDTH = 6.0, 7.2  # of a panel, and of the narrowest figure, inches


@dataclass(frozen=True, eq=False)
class SarPicture:
    """What is drawn.

    Parameters
    ----------
    r, z : ndarray
        Lines of the grid that fill the window, rising, m.
    sar : ndarray, shape (n_z, n_r)
        Absorbed power per mass, W/kg; NaN outside the tissue.
    parts : sequence of (str, array)
        Polygons of the antenna, m, each with a key of `MATERIALS`, the first one lowest.
    """

    r: Floats
    z: Floats
    sar: Floats
    parts: Sequence[tuple[str, ArrayLike]]


def s11_plot(path: Path, frequency: ArrayLike, s11: ArrayLike, own: tuple[float, complex], *, title: str) -> None:
    """Draw the reflection over frequency, with the antenna's own frequency marked.

    Parameters
    ----------
    path : Path
        PNG file.
    frequency : array_like, shape (n_frequencies,)
        Hz.
    s11 : array_like of complex, shape (n_frequencies,)
        Reflected over incident voltage.
    own : tuple of (float, complex)
        The antenna's own frequency, Hz, and the reflection there.
    title : str
        Above the plot.
    """
    megahertz, own_mhz, own_db = np.asarray(frequency) / HZ_PER_MHZ, own[0] / HZ_PER_MHZ, float(decibels(own[1]))
    figure = Figure(figsize=(7.2, 4.4), layout="constrained")
    axes = figure.add_subplot()
    axes.plot(megahertz, decibels(s11), color=COLOURS[0], linewidth=1.8)
    axes.axvline(own_mhz, color="0.45", linewidth=1.0, linestyle="--")
    axes.plot([own_mhz], [own_db], "o", color=COLOURS[1])
    said = f"{own_mhz:g} MHz: {own_db:.1f} dB,\n{100.0 * abs(own[1]) ** 2:.2g} % reflected".replace("-", "−")
    right = own_mhz < 0.5 * (megahertz[0] + megahertz[-1]) + 1e-6
    axes.set_xlabel("frequency / MHz")
    axes.set_ylabel("|S11| / dB")
    axes.set_xlim(megahertz[0], megahertz[-1])
    lowest = min(own_db, float(decibels(s11).min()))
    axes.set_ylim(bottom=np.floor(1.1 * lowest) - 1.0, top=max(0.0, float(decibels(s11).max())))
    is_low = own_db < np.mean(axes.get_ylim())
    axes.annotate(
        said,
        (own_mhz, 0.96 if is_low else 0.04),
        xycoords=("data", "axes fraction"),
        xytext=(8 if right else -8, 0),
        textcoords="offset points",
        ha="left" if right else "right",
        va="top" if is_low else "bottom",
        fontsize=9,
    )
    axes.grid(alpha=0.25)
    axes.set_title(title, fontsize=11)
    save(figure, path)


def decibels(s11: ArrayLike) -> Floats:
    """20 log10 |S11|.

    Examples
    --------
    >>> decibels([0.1, 1.0j]).tolist()
    [-20.0, 0.0]
    """
    level: Floats = 20.0 * np.log10(np.abs(np.asarray(s11)))
    return level


def sar_picture(path: Path, whole: SarPicture, near: SarPicture, *, top: float, title: str) -> None:
    """Draw the absorption in the half-plane on a logarithmic scale: all of it, and the antenna's end enlarged.

    Parameters
    ----------
    path : Path
        PNG file.
    whole, near : SarPicture
        The two windows.
    top : float
        Absorption of the brightest colour, a power of ten; the darkest is `DECADES` below it, W/kg.
    title : str
        Above the picture.
    """
    shares = [(picture.r[-1] - picture.r[0]) / (picture.z[-1] - picture.z[0]) for picture in (whole, near)]
    figure = Figure(figsize=(max(3.6 + _HEIGHT * sum(shares), _WIDTH), 7.4), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=shares)
    image = _draw(left, whole, top)
    _draw(right, near, top)
    window = millimetres([near.r[0], near.z[0], near.r[-1] - near.r[0], near.z[-1] - near.z[0]])
    left.add_patch(Rectangle((window[0], window[1]), window[2], window[3], fill=False, edgecolor="white"))
    left.set_title("half-plane round the antenna", fontsize=10)
    right.set_title("antenna's end (framed on the left)", fontsize=10)
    figure.colorbar(image, ax=[left, right], label="absorbed power / (W/kg)", extend="both", shrink=0.9, pad=0.02)
    figure.suptitle(title, fontsize=11)
    used = dict.fromkeys(key for key, _ in whole.parts)
    handles = [Patch(facecolor=MATERIALS[key][0], edgecolor="0.3", label=MATERIALS[key][1]) for key in used]
    figure.legend(handles=handles, loc="outside lower center", ncols=len(handles), frameon=False, fontsize=9)
    save(figure, path)


def _draw(axes: Axes, picture: SarPicture, top: float) -> QuadMesh:
    norm = LogNorm(top / 10.0**DECADES, top)
    r, z = millimetres(picture.r), millimetres(picture.z)
    image = axes.pcolormesh(r, z, picture.sar, norm=norm, cmap=_MAP, shading="nearest", rasterized=True)
    for key, outline in picture.parts:
        axes.add_patch(Polygon(millimetres(outline), facecolor=MATERIALS[key][0], edgecolor="0.2", linewidth=0.4))
    levels = top / 10.0 ** np.arange(DECADES - 1.0, 0.0, -1.0)
    lines = axes.contour(r, z, picture.sar, levels=levels, colors="white", linewidths=0.9)
    axes.clabel(lines, fmt=lambda value: f"{value:g}", fontsize=8)
    axes.set_aspect("equal")
    axes.set_xlim(r[0], r[-1])
    axes.set_ylim(z[0], z[-1])
    axes.set_xlabel("distance from the axis / mm")
    axes.set_ylabel("height above the tip / mm")
    return image
