"""Draws of the uncertain inputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ablasim.errors import AnalysisError
from ablasim.study.analysis.inputs import Input
from ablasim.study.sampling import unit_sample
from ablasim.study.schema import Sampling
from ablasim.units import Floats


@dataclass(frozen=True, eq=False)
class Draws:
    """Draws of the uncertain inputs for which cases speak.

    Parameters
    ----------
    values : mapping of str to ndarray, shape (n_draws,)
        Values by input.
    beyond : float
        Share of all draws that lie outside what the cases cover; they are not among the values.
    """

    values: dict[str, Floats]
    beyond: float

    @property
    def count(self) -> int:
        """Number of draws."""
        return len(next(iter(self.values.values())))

    def share(self, share: float) -> float:
        """Share of all draws, those beyond what cases cover counted as missing the aim."""
        return share * (1.0 - self.beyond)


def draw(inputs: Sequence[Input], count: int, seed: int = 1) -> Draws:
    """Draw uncertain inputs from their distributions, by a scrambled Sobol sequence.

    Parameters
    ----------
    inputs : sequence of Input
        Uncertain inputs.
    count : int
        Number of draws, a power of 2.
    seed : int, optional
        Start of the random numbers.

    Raises
    ------
    AnalysisError
        If there is no uncertain input, or cases cover next to nothing of one.
    """
    if not inputs:
        message = "no input of the study has a distribution: a probability needs what is uncertain"
        raise AnalysisError(message)
    shares = unit_sample(Sampling(method="sobol", count=count, seed=seed), len(inputs))
    values = {each.name: each.quantile(part) for each, part in zip(inputs, shares.T, strict=True)}
    inside = np.logical_and.reduce([each.covers(values[each.name]) for each in inputs])
    if not inside.any():
        message = "the cases cover nothing of the distributions of the study"
        raise AnalysisError(message)
    return Draws({name: column[inside] for name, column in values.items()}, float(1.0 - inside.mean()))
