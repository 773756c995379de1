"""How far the tissue reaches that a level on a run's mesh takes for dead, and how much of it there is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ablasim.margins.clip import dead_fraction
from ablasim.margins.contour import contour
from ablasim.results.outcome import Results
from ablasim.units import millilitres, millimetres

Floats = NDArray[np.float64]


def dead_extents_mm(results: Results, level: Floats) -> Floats:
    """Extents along x, y and z of the tissue in which a level is positive.

    Parameters
    ----------
    results : Results
        A run.
    level : ndarray, shape (n_points,)
        Level at its nodes, dead where positive, such as one of ``results.levels``; NaN outside tissue.

    Returns
    -------
    ndarray, shape (3,)
        mm; zero where nothing died.
    """
    surface = contour(results.case.mesh.points, _tissue(results), level)
    return millimetres(np.ptp(surface.points, axis=0)) if len(surface.points) else np.zeros(3)


def dead_volume_ml(results: Results, level: Floats) -> float:
    """Volume of the tissue in which a level is positive, ml; parameters as of `dead_extents_mm`."""
    return millilitres(
        float(dead_fraction(level[_tissue(results)]) @ results.case.mesh.cell_volumes[results.case.tissue_cells])
    )


def _tissue(results: Results) -> NDArray[np.integer]:
    return results.case.mesh.cells[results.case.tissue_cells]
