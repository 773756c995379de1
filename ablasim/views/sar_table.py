"""The absorption round an antenna as a table, on grid lines that follow its sides."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ablasim.antenna_study import AntennaStudy
from ablasim.mesh.half_plane import TISSUE
from ablasim.units import millimetres

Floats = NDArray[np.float64]

_FINEST, _COARSEST, _GROWTH = 0.15e-3, 1e-3, 1.08


def sar_table(study: AntennaStudy) -> dict[str, Floats]:
    """Columns of a map of the absorption that a scenario can take as ``mw_sar_map``; NaN inside the antenna."""
    r, z = sar_grid(study, _FINEST, _COARSEST, _GROWTH)
    places = np.stack(np.meshgrid(r, z), axis=-1).reshape(-1, 2)
    in_mm = millimetres(places).round(6)
    return {"r_mm": in_mm[:, 0], "z_mm": in_mm[:, 1], "sar_w_kg": study.sar(places)}


def sar_grid(study: AntennaStudy, finest: float, coarsest: float, growth: float) -> tuple[Floats, Floats]:
    """Grid lines for a table of the absorption, with one on every side of the antenna.

    Parameters
    ----------
    study : AntennaStudy
        The antenna.
    finest, coarsest : float
        Smallest and largest distance of the lines, beside the antenna and far from it, m.
    growth : float
        Ratio of one distance to the next.

    Returns
    -------
    r, z : ndarray
        Rising, m.
    """
    corners = np.array(study.polygons[TISSUE])
    (_, below), (radius, top) = corners.min(axis=0), corners.max(axis=0)
    shape = corners[(corners[:, 0] < radius) & (corners[:, 1] > below)]
    sides = np.unique(np.append(shape[:, 0], 0.0))
    heights = np.unique(np.append(shape[shape[:, 1] < top, 1], study.antenna.radiator_end))
    beside = [np.linspace(a, b, 1 + int(np.ceil((b - a) / finest - 1e-9))) for a, b in _pairs(sides)]
    along = [np.linspace(a, b, 1 + int(np.ceil((b - a) / finest - 1e-9))) for a, b in _pairs(heights)]
    out, up, down = (
        _growing(length, finest, coarsest, growth)
        for length in (radius - sides[-1], top - heights[-1], heights[0] - below)
    )
    r = np.unique(np.concatenate([*beside, sides[-1] + out]))
    z = np.unique(np.concatenate([heights[0] - down, *along, heights[-1] + up]))
    return r, z


def _pairs(values: Floats) -> list[tuple[float, float]]:
    return list(zip(values[:-1].tolist(), values[1:].tolist(), strict=True))


def _growing(length: float, finest: float, coarsest: float, growth: float) -> Floats:
    """Distances from 0 to a length with growing steps."""
    steps = [finest]
    while sum(steps) < length:
        steps.append(min(steps[-1] * growth, coarsest))
    distances = np.concatenate([[0.0], np.cumsum(steps)])
    scaled: Floats = distances * (length / distances[-1])
    return scaled
