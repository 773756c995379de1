"""How sure the values of a fit are, as far as its Jacobian tells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from ablasim.errors import ModelError
from ablasim.fit.schema import Parameter
from ablasim.fit.solve import Solution, value_at

Floats = NDArray[np.float64]

CONFIDENCE = 0.95


@dataclass(frozen=True, eq=False)
class Intervals:
    """Intervals of the values, each by itself, local: readings are taken as linear in the values around the solution.

    Parameters
    ----------
    low, high : ndarray, shape (n_parameters,)
        Ends of the 95 % intervals, in the user's units; NaN for a value at its bound. They may lie beyond the bounds.
    correlation : ndarray, shape (n_parameters, n_parameters)
        Of the errors of the values; NaN for a value at its bound.
    condition : float
        Of the Jacobian with columns of length one.
    reduced_chi_square : float
        Sum of squared weighted residuals over the degrees of freedom: 1 where the uncertainties hold.
    degrees_of_freedom : int
        Readings less free parameters.
    """

    low: Floats
    high: Floats
    correlation: Floats
    condition: float
    reduced_chi_square: float
    degrees_of_freedom: int


def intervals(parameters: Sequence[Parameter], solution: Solution) -> Intervals:
    """Find 95 % intervals from the covariance s² (JᵀJ)⁻¹ and Student's t, s² from the residuals.

    A value at its bound is taken as known.

    Raises
    ------
    ModelError
        If two parameters do exactly the same, so that there is no covariance.
    """
    free = np.flatnonzero(~solution.at_bound)
    freedom = len(solution.residuals) - len(free)
    variance = float(solution.residuals @ solution.residuals) / freedom
    low, high = np.full(len(parameters), np.nan), np.full(len(parameters), np.nan)
    correlation = np.full((len(parameters), len(parameters)), np.nan)
    condition = 1.0
    if len(free):
        lengths = np.linalg.norm(solution.jacobian[:, free], axis=0)
        _, singular, rows = np.linalg.svd(solution.jacobian[:, free] / lengths, full_matrices=False)
        if singular[-1] < 1e-7 * singular[0]:
            together = [parameters[free[k]].name for k in np.flatnonzero(np.abs(rows[-1]) > 0.1)]
            message = f"{' and '.join(together)}: change the readings alike: leave out all but one"
            raise ModelError(message)
        condition = float(singular[0] / singular[-1])
        scaled = (rows.T / singular**2) @ rows
        errors = np.sqrt(variance * np.diag(scaled)) / lengths
        correlation[np.ix_(free, free)] = scaled / np.sqrt(np.outer(np.diag(scaled), np.diag(scaled)))
        half = student.ppf(0.5 + 0.5 * CONFIDENCE, freedom) * errors
        for k, way in zip(free.tolist(), half, strict=True):
            low[k] = value_at(parameters[k], solution.places[k] - way)
            high[k] = value_at(parameters[k], solution.places[k] + way)
    return Intervals(low, high, correlation, condition, variance, freedom)
