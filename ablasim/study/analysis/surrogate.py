"""A Gaussian process through the results of a study's cases: what a run would give, and how sure that is."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from ablasim.errors import AnalysisError, ModelError
from ablasim.study.analysis.inputs import Input, check_covered
from ablasim.study.analysis.observations import Observations, check_varies
from ablasim.study.counts import how_many
from ablasim.units import Floats

LEAST_CASES, LEAST_CASES_PER_INPUT = 10, 5
"""Cases that a surrogate needs at least, in all and for each input."""

USUAL_CASES_PER_INPUT = 10
"""Cases for each input that a surrogate is commonly given (Loeppky et al., Technometrics 51:366, 2009, from memory)."""

_RESTARTS = 3
_JITTERS = (1e-10, 1e-8, 1e-6)
"""Added to the diagonal of a covariance of scale 1 until it has a root: a deviation of 0.1 % at most."""


@dataclass(frozen=True, eq=False)
class Surrogate:
    """A Gaussian process for one result over the inputs of a study.

    Matérn covariance of order 5/2 with a length for each input and a noise term, which takes up what remeshing
    scatters; constants by the largest likelihood [1]_. Inputs are scaled so that those of the cases reach from 0 to 1,
    log-normal ones by their logarithm.

    Parameters
    ----------
    inputs : tuple of Input, length n_inputs
        Its inputs.
    process : sklearn.gaussian_process.GaussianProcessRegressor
        The fitted process, over scaled inputs.
    scale : float
        Standard deviation of the results it was fitted to.

    References
    ----------
    .. [1] Rasmussen and Williams, Gaussian Processes for Machine Learning, MIT Press, 2006, chapters 2, 4 and 5 (from
       memory).
    """

    inputs: tuple[Input, ...]
    process: Any
    scale: float

    def predict(self, x: Floats) -> tuple[Floats, Floats]:
        """Result and its standard deviation, without the noise of a single run.

        Parameters
        ----------
        x : ndarray, shape (n_points, n_inputs)
            Values of the inputs.

        Returns
        -------
        mean, sd : ndarray, shape (n_points,)
            In the unit of the result.

        Raises
        ------
        AnalysisError
            If a point lies outside what the cases cover: nothing is extrapolated.
        """
        check_covered(self.inputs, x)
        mean, with_noise = self.process.predict(self._scaled(x), return_std=True)
        return mean, np.sqrt(np.maximum(with_noise**2 - self.noise_sd**2, 0.0))

    def predict_run(self, x: Floats) -> tuple[Floats, Floats]:
        """Result of a run and its standard deviation, the noise of a single run included; not checked for coverage."""
        mean, sd = self.process.predict(self._scaled(x), return_std=True)
        return mean, sd

    def mean(self, x: Floats) -> Floats:
        """Result alone, shape (n_points,); raises as `predict` does."""
        check_covered(self.inputs, x)
        mean: Floats = self.process.predict(self._scaled(x))
        return mean

    def paths(self, x: Floats, count: int, rng: np.random.Generator, widening: float = 1.0) -> Floats:
        """Functions drawn from the process, so that what holds at several points together can be told.

        Parameters
        ----------
        x : ndarray, shape (n_points, n_inputs)
            Values of the inputs.
        count : int
            Number of functions.
        rng : Generator
            Random numbers.
        widening : float, optional
            Factor on their deviations from the mean.

        Returns
        -------
        ndarray, shape (count, n_points)
            Results without the noise of a single run.

        Raises
        ------
        AnalysisError
            If a point lies outside what the cases cover.
        """
        check_covered(self.inputs, x)
        mean, covariance = self.process.predict(self._scaled(x), return_cov=True)
        smooth = covariance - self.noise_sd**2 * np.eye(len(mean))
        root = _root(smooth / self.scale**2) * self.scale
        drawn: Floats = mean + widening * rng.standard_normal((count, len(mean))) @ root.T
        return drawn

    @property
    def noise_sd(self) -> float:
        """Standard deviation of a single run about the smooth result."""
        return float(np.sqrt(self.process.kernel_.k2.noise_level)) * self.scale

    @property
    def lengths(self) -> dict[str, float]:
        """Length over which the result changes, by input, in units of the range of the cases."""
        lengths = np.atleast_1d(self.process.kernel_.k1.k2.length_scale)
        return {each.name: float(length) for each, length in zip(self.inputs, lengths, strict=True)}

    def _scaled(self, x: Floats) -> Floats:
        return scaled(self.inputs, x)


def _root(covariance: Floats) -> Floats:
    """Lower triangle whose square is a covariance that may be singular but for rounding."""
    for jitter in _JITTERS:
        try:
            root = np.linalg.cholesky(covariance + jitter * np.eye(len(covariance)))
        except np.linalg.LinAlgError:
            continue
        return np.asarray(root, dtype=float)
    message = "the surrogate's covariance has no root: cases may lie too close together"
    raise ModelError(message)


def scaled(inputs: Sequence[Input], x: Floats) -> Floats:
    """Points on the scale of the inputs, shape (n_points, n_inputs)."""
    return np.column_stack([each.scaled(values) for each, values in zip(inputs, x.T, strict=True)])


def fit_surrogate(observations: Observations, seed: int = 1) -> Surrogate:
    """Fit a surrogate to all points of a study that have a result.

    Parameters
    ----------
    observations : Observations
        Inputs and result.
    seed : int, optional
        Start of the random numbers, for the starts of the search.

    Returns
    -------
    Surrogate
        The surrogate.

    Raises
    ------
    AnalysisError
        If there are too few cases, or the result is the same in all.
    """
    x, y = training(observations)
    n_inputs = len(observations.inputs)
    needed = max(LEAST_CASES, LEAST_CASES_PER_INPUT * n_inputs)
    if n_inputs == 0 or len(y) < needed:
        left_out = observations.left_out()
        without = f" ({left_out})" if left_out else ""
        message = (
            f"{how_many(len(y), 'case')} with {observations.result}{without}: a surrogate over "
            f"{how_many(n_inputs, 'input')} needs {needed} at least"
        )
        raise AnalysisError(message)
    check_varies(observations)
    process = fitted_process(scaled(observations.inputs, x), y, seed=seed)
    return Surrogate(observations.inputs, process, float(np.std(y)))


def training(observations: Observations) -> tuple[Floats, Floats]:
    """Different points that have a result, and their results."""
    known = observations.known
    x, first = np.unique(observations.x[known], axis=0, return_index=True)
    order = np.argsort(first)
    return x[order], observations.y[known][first[order]]


def fitted_process(x: Floats, y: Floats, *, seed: int = 1, start: Any = None) -> Any:
    """Gaussian process over scaled inputs, its constants by the largest likelihood from one start or several."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

    kernel = start
    if kernel is None:
        lengths = np.ones(x.shape[1])
        smooth = ConstantKernel(1.0, (1e-2, 1e3)) * Matern(lengths, (0.05, 1e2), nu=2.5)
        kernel = smooth + WhiteKernel(1e-2, (1e-8, 1.0))
    restarts = _RESTARTS if start is None else 0
    process = GaussianProcessRegressor(kernel, normalize_y=True, n_restarts_optimizer=restarts, random_state=seed)
    with warnings.catch_warnings(), threadpool_limits(limits=1, user_api="blas"):  # matrices are small
        warnings.simplefilter("ignore", ConvergenceWarning)  # a length at its bound: an input that does not act
        return process.fit(x, y)


def held_at(inputs: Sequence[Input], place: Mapping[str, float], free: Mapping[str, Floats]) -> Floats:
    """Points with some inputs held and the others free.

    Parameters
    ----------
    inputs : sequence of Input, length n_inputs
        All inputs.
    place : mapping of str to float
        Values of those that are held.
    free : mapping of str to ndarray, shape (n_points,)
        Values of the others.

    Returns
    -------
    ndarray, shape (n_points, n_inputs)
        The points.
    """
    n_points = max((len(values) for values in free.values()), default=1)
    columns = [free[each.name] if each.name in free else np.full(n_points, place[each.name]) for each in inputs]
    return np.column_stack(columns)
