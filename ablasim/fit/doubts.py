"""What makes a fit doubtful: bounds reached, parameters that cannot be told apart, residuals that are no scatter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
from scipy.stats import chi2

from ablasim.fit.intervals import Intervals
from ablasim.fit.measured import Measured
from ablasim.fit.schema import Parameter
from ablasim.fit.solve import Solution

CORRELATED = 0.95
"""Correlation of two values from which on they are said to be hard to tell apart."""

CONDITION = 30.0
"""Condition of the scaled Jacobian from which on several values are: Belsley, Kuh and Welsch, 1980 (unverified)."""

_FOLLOWS = 0.5
_FEWEST = 8


def doubts(
    parameters: Sequence[Parameter], measured: Measured, solution: Solution, found: Intervals, *, told: bool
) -> Iterator[str]:
    """Say in sentences what makes the values doubtful.

    Parameters
    ----------
    parameters, measured, solution, found
        The fit.
    told : bool
        Whether the user gave the uncertainties.
    """
    if not solution.converged:
        yield f"not converged after {solution.iterations} iterations: the values are those of the last one"
    for k, parameter in enumerate(parameters):
        if solution.at_bound[k]:
            which = "low" if solution.places[k] < 0.5 else "high"
            yield (
                f"{parameter.name} lies at its bound {which} = {getattr(parameter, which):g}: it has no interval, and "
                "those of the others hold only if it is right; move the bound, or doubt the model"
            )
        elif found.low[k] < parameter.low and found.high[k] > parameter.high:
            yield f"{parameter.name}: its interval is wider than its bounds: the readings do not tell it"
    for i, j in combinations(range(len(parameters)), 2):
        if abs(found.correlation[i, j]) >= CORRELATED:
            names, by = f"{parameters[i].name} and {parameters[j].name}", found.correlation[i, j]
            yield f"{names} are hard to tell apart: the errors of their values are correlated by {by:.3f}"
    if found.condition > CONDITION and len(parameters) > 2:
        yield f"some parameters are hard to tell apart: the condition of the scaled Jacobian is {found.condition:.0f}"
    yield from _of_residuals(measured, solution, found, told=told)


def _of_residuals(measured: Measured, solution: Solution, found: Intervals, *, told: bool) -> Iterator[str]:
    for name, lag in zip(measured.sensors, following(measured, solution), strict=True):
        if lag > _FOLLOWS:
            yield (
                f"{name}: residuals follow each other (correlation {lag:.2f} from one to the next): they are no "
                "scatter, and the intervals are too narrow"
            )
    if told and found.reduced_chi_square > chi2.ppf(0.99, found.degrees_of_freedom) / found.degrees_of_freedom:
        yield (
            f"residuals are {np.sqrt(found.reduced_chi_square):.2g} times the uncertainty that was given: the model "
            "does not follow the readings that well, or they are less certain"
        )


def following(measured: Measured, solution: Solution) -> list[float]:
    """Correlation of each sensor's residuals from one to the next; 0 where there are few."""
    found = []
    for course in (solution.predicted - measured.temperatures).T:
        there = course[np.isfinite(course)]
        square = float(there @ there)
        found.append(float(there[1:] @ there[:-1]) / square if len(there) >= _FEWEST and square > 0.0 else 0.0)
    return found
