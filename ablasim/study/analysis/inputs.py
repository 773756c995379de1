"""Inputs of a study as its analysis sees them: chosen or uncertain, each with what its cases cover."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ablasim.errors import AnalysisError
from ablasim.study.distributions import Distribution, LogNormal
from ablasim.study.schema import Variable
from ablasim.units import Floats


@dataclass(frozen=True, eq=False)
class Input:
    """A variable with numbers as values, and what the cases of a study cover of it.

    Parameters
    ----------
    name : str
        Column of the table.
    uncertain : bool
        Whether it has a distribution; else it is chosen, such as a power.
    drawn_from : Distribution or None
        What its values were drawn from, uniform between the bounds of a chosen one; None where they were crossed.
    levels : ndarray, shape (n_levels,)
        Values that cases have, increasing.
    by_ratio : bool
        Whether equal ratios count as equal steps.
    """

    name: str
    uncertain: bool
    drawn_from: Distribution | None
    levels: Floats
    by_ratio: bool

    def scaled(self, values: Floats) -> Floats:
        """Values on a scale on which those of the cases reach from 0 to 1."""
        low, high, asked = self.levels[0], self.levels[-1], values
        if self.by_ratio:
            low, high, asked = np.log(low), np.log(high), np.log(asked)
        scaled: Floats = np.asarray((asked - low) / (high - low), dtype=float)
        return scaled

    def quantile(self, shares: Floats) -> Floats:
        """Values below which these shares of what it was drawn from lie."""
        assert self.drawn_from is not None, f"{self.name} was not drawn"
        return self.drawn_from.quantile(shares)

    def covered_shares(self) -> tuple[float, float]:
        """Shares of the distribution between which cases speak for it, from 0 to 1.

        A case speaks for the part of the distribution it lies in: n values divide it into n parts, so that what cases
        cover reaches 1/n beyond the outermost. A Latin hypercube covers all of it.
        """
        if self.drawn_from is None:
            return 0.0, 1.0
        first, last = self.drawn_from.share_below(self.levels[[0, -1]])
        part = 1.0 / len(self.levels)
        return max(0.0, float(first) - part), min(1.0, float(last) + part)

    def covered(self) -> tuple[float, float]:
        """Smallest and largest value that cases speak for; infinite where a distribution has no end."""
        if self.drawn_from is None:
            return float(self.levels[0]), float(self.levels[-1])
        low, high = self.quantile(np.array(self.covered_shares()))
        return float(low), float(high)

    def covers(self, values: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        """Whether cases speak for these values."""
        low, high = self.covered()
        tiny = 1e-9 * float(self.levels[-1] - self.levels[0])
        return (values >= low - tiny) & (values <= high + tiny)


def input_of(variable: Variable, values: Floats) -> Input:
    """Input of a variable, whose cases have these values, at least two different ones."""
    by_ratio = isinstance(variable.distribution, LogNormal) or (
        variable.range is not None and variable.range.spacing == "log"
    )
    return Input(variable.name, variable.distribution is not None, variable.drawn_from, np.unique(values), by_ratio)


def check_covered(inputs: Sequence[Input], x: Floats) -> None:
    """Check that cases speak for all of these points.

    Parameters
    ----------
    inputs : sequence of Input, length n_inputs
        The inputs.
    x : ndarray, shape (n_points, n_inputs)
        The points.

    Raises
    ------
    AnalysisError
        If not: nothing is extrapolated.
    """
    for each, values in zip(inputs, x.T, strict=True):
        if not each.covers(values).all():
            outside = values[~each.covers(values)][0]
            low, high = each.covered()
            message = (
                f"{each.name} {outside:g}: must be between {low:g} and {high:g}, which the study's cases cover; "
                "nothing is extrapolated"
            )
            raise AnalysisError(message)
