"""Heat sources given as a function of place, for verification and teaching."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ablasim.errors import ModelError
from ablasim.fem import Space
from ablasim.units import millimetres

Floats = NDArray[np.float64]


def prescribed_heat(space: Space, cells: NDArray[np.bool_], density: float | str) -> Floats:
    """Heat around each gradient point of a source that is given, not solved for.

    Parameters
    ----------
    space : Space
        The space.
    cells : ndarray of bool, shape (n_cells,)
        Cells that are heated.
    density : float or str
        Heat source, W/m³; or an expression of ``x_mm``, ``y_mm``, ``z_mm`` and ``r_mm`` (distance from the origin)
        that gives it.

    Returns
    -------
    ndarray, shape (n_gradient_points,)
        W.

    Raises
    ------
    ModelError
        If the expression cannot be evaluated or gives values that are not finite.
    """
    if isinstance(density, str):
        values = _evaluate(density, np.stack([space.at_gradient_points(x) for x in space.points.T], axis=1))
    else:
        values = np.full(len(space.gradient_weights), float(density))
    heat: Floats = np.where(space.on_gradient_points(cells), values, 0.0) * space.gradient_weights
    return heat


def _evaluate(expression: str, places: Floats) -> Floats:
    import numexpr

    x_mm, y_mm, z_mm = millimetres(places).T
    names = {"x_mm": x_mm, "y_mm": y_mm, "z_mm": z_mm, "r_mm": np.sqrt(x_mm**2 + y_mm**2 + z_mm**2)}
    try:
        values = np.broadcast_to(numexpr.evaluate(expression, local_dict=names, global_dict={}), (len(places),))
    except (SyntaxError, ValueError, KeyError, TypeError, AttributeError) as error:
        message = f"heat source '{expression}': {error}; it may use x_mm, y_mm, z_mm, r_mm and arithmetic"
        raise ModelError(message) from error
    if not np.isfinite(values).all():
        message = f"heat source '{expression}': not finite everywhere in the heated region"
        raise ModelError(message)
    return values.astype(float)
