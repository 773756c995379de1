"""Values of a smooth map of a result over two inputs, by the surrogate."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ablasim.errors import AnalysisError
from ablasim.study.analysis.surrogate import Surrogate, held_at
from ablasim.units import Floats


def surrogate_map(
    surrogate: Surrogate, across: tuple[str, Floats], up: tuple[str, Floats], place: Mapping[str, float]
) -> tuple[Floats, Floats]:
    """Result over two inputs and its standard deviation.

    Parameters
    ----------
    surrogate : Surrogate
        The surrogate.
    across, up : tuple of str and ndarray, shape (n_places,)
        Name of each of the two inputs, and its value at each place.
    place : mapping of str to float
        Values of the other inputs; those that were drawn and are not named are held at their middles.

    Returns
    -------
    mean, sd : ndarray, shape (n_places,)
        In the unit of the result, without the noise of a single run; NaN beyond what the cases cover.

    Raises
    ------
    AnalysisError
        If a chosen input has no value, or one is not the surrogate's.
    """
    held = middles(surrogate) | dict(place)
    free = {across[0], up[0]}
    for name in (*free, *held):
        if name not in {each.name for each in surrogate.inputs}:
            message = f"'{name}': no input of the surrogate"
            raise AnalysisError(message)
    if missing := [each.name for each in surrogate.inputs if each.name not in {*held, *free}]:
        message = f"{' and '.join(missing)}: must have a value for the map"
        raise AnalysisError(message)
    x = held_at(surrogate.inputs, held, dict([across, up]))
    inside = np.logical_and.reduce([each.covers(values) for each, values in zip(surrogate.inputs, x.T, strict=True)])
    mean, sd = np.full(len(x), np.nan), np.full(len(x), np.nan)
    if inside.any():
        mean[inside], sd[inside] = surrogate.predict(x[inside])
    return mean, sd


def middles(surrogate: Surrogate) -> dict[str, float]:
    """Medians of the inputs that were drawn: of what is uncertain, and the middle between bounds."""
    middle = np.array([0.5])
    return {each.name: float(each.quantile(middle)[0]) for each in surrogate.inputs if each.drawn_from is not None}
