"""How far a surrogate is off where it has not seen the case: cross-validation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ablasim.study.analysis.observations import Observations
from ablasim.study.analysis.surrogate import Surrogate, fitted_process, scaled, training
from ablasim.units import Floats

FOLDS = 10
_TWO_SIDED_95 = 1.959964


@dataclass(frozen=True, eq=False)
class HeldBack:
    """Cases that were held back in turn, and what surrogates of the others said of them.

    Parameters
    ----------
    folds : int
        Number of parts that were held back.
    together : bool
        Whether cases with the same draw were held back together.
    observed, predicted, sd : ndarray, shape (n_cases,)
        Results, predictions and the standard deviations stated for a run.
    """

    folds: int
    together: bool
    observed: Floats
    predicted: Floats
    sd: Floats

    @property
    def rms_error(self) -> float:
        """Root of the mean squared error, unit of the result."""
        return float(np.sqrt(np.mean((self.predicted - self.observed) ** 2)))

    @property
    def largest_error(self) -> float:
        """Largest error, unit of the result."""
        return float(np.abs(self.predicted - self.observed).max())

    @property
    def explained(self) -> float:
        """Share of the variance that is foretold, Q²; 1 would be all, 0 no better than the mean."""
        return 1.0 - float(np.mean((self.predicted - self.observed) ** 2) / np.var(self.observed))

    @property
    def within_95(self) -> float:
        """Share of the cases within the stated 95 % interval."""
        return float(np.mean(np.abs(self.predicted - self.observed) <= _TWO_SIDED_95 * self.sd))

    @property
    def widening(self) -> float:
        """Factor by which stated deviations must grow to fit the errors; 1 where they are wide enough."""
        return max(1.0, float(np.sqrt(np.mean(((self.predicted - self.observed) / self.sd) ** 2))))


def hold_back(observations: Observations, surrogate: Surrogate, seed: int = 1) -> HeldBack:
    """Hold back a tenth of the cases in turn, and foretell it by a surrogate of the others.

    Each has constants of its own. Where the same draw of uncertain inputs is repeated at several chosen points, its
    cases are held back together: otherwise a surrogate would have seen the draw.

    Parameters
    ----------
    observations : Observations
        Inputs and result.
    surrogate : Surrogate
        Surrogate of all cases; its constants are where the search begins.
    seed : int, optional
        Start of the random numbers that divide the cases.

    Returns
    -------
    HeldBack
        Predictions of every case.
    """
    x, y = training(observations)
    group, together = _groups(observations, x)
    n_groups = int(group.max()) + 1
    folds = min(FOLDS, n_groups)
    part = np.random.default_rng(seed).permutation(n_groups) % folds
    predicted, sd = np.empty_like(y), np.empty_like(y)
    unit = scaled(observations.inputs, x)
    for fold in range(folds):
        out = part[group] == fold
        process = fitted_process(unit[~out], y[~out], start=surrogate.process.kernel_)
        predicted[out], sd[out] = process.predict(unit[out], return_std=True)
    return HeldBack(folds, together, y, predicted, sd)


def _groups(observations: Observations, x: Floats) -> tuple[NDArray[np.intp], bool]:
    """Cases with the same draw belong together, where there are enough draws to hold some back."""
    drawn = [place for place, each in enumerate(observations.inputs) if each.drawn_from is not None]
    alone = np.arange(len(x)), False
    if not drawn or len(drawn) == len(observations.inputs):
        return alone
    _, group = np.unique(x[:, drawn], axis=0, return_inverse=True)
    return (group.reshape(-1), True) if group.max() >= FOLDS // 2 - 1 else alone
