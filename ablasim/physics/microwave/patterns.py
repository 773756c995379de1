"""Power absorbed round an axis as it is given, not solved for."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_GAUSS = (0.5 - 0.5 / np.sqrt(3.0), 0.5 + 0.5 / np.sqrt(3.0))


class PowerPattern(Protocol):
    """Power that tissue absorbs for 1 W forward, by place in the half-plane of an axis."""

    def density(self, places: Floats) -> Floats:
        """Power density, W/m³, at r and z from the tip, m, shape (n_places, 2); zero where there is none."""

    def quadrature(self) -> tuple[Floats, Floats]:
        """Places, shape (n, 2), m, and the volume round the axis that each stands for, m³, wherever there is power."""


def absorbed_share(pattern: PowerPattern) -> float:
    """Power absorbed in boundless tissue for 1 W forward, W."""
    places, volumes = pattern.quadrature()
    return float(pattern.density(places) @ volumes)


def on_lines(r: Floats, z: Floats) -> tuple[Floats, Floats]:
    """Two by two Gauss points in each cell of a grid, and the volume round the axis that each stands for.

    Parameters
    ----------
    r, z : ndarray
        Grid lines, rising, m.

    Returns
    -------
    places : ndarray, shape (4 n_cells, 2)
        m.
    volumes : ndarray, shape (4 n_cells,)
        m³.
    """
    (radii, widths), (heights, lengths) = _gauss(r), _gauss(z)
    places = np.stack(np.meshgrid(radii, heights, indexing="ij"), axis=-1).reshape(-1, 2)
    return places, np.outer(2.0 * np.pi * radii * widths, lengths).ravel()


def _gauss(lines: Floats) -> tuple[Floats, Floats]:
    steps = np.diff(lines)
    return np.concatenate([lines[:-1] + share * steps for share in _GAUSS]), np.tile(0.5 * steps, 2)
