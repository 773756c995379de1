"""Morris' screening: which inputs act, from real runs along trajectories."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ablasim.errors import AnalysisError
from ablasim.study.analysis.observations import Observations, check_varies
from ablasim.study.schema import Morris
from ablasim.units import Floats

RESAMPLES = 1000


@dataclass(frozen=True)
class ElementaryEffect:
    """What an input does to a result, by elementary effects.

    An elementary effect is the change of the result from one point of a trajectory to the next, where one input has
    moved, over the length of the step; the length from the lowest to the highest level is 1.

    Parameters
    ----------
    name : str
        The input.
    mean : float
        Mean of its elementary effects, unit of the result.
    mean_size, mean_size_half_width : float
        Mean of their sizes, μ*, and half the width of its 95 % interval.
    spread : float
        Their standard deviation, σ: large where the input acts together with others, or not in a line.
    """

    name: str
    mean: float
    mean_size: float
    mean_size_half_width: float
    spread: float


@dataclass(frozen=True)
class Screening:
    """Elementary effects, and from how many trajectories.

    Parameters
    ----------
    effects : tuple of ElementaryEffect
        One for each input that was drawn.
    trajectories : int
        Whole trajectories.
    dropped : int
        Trajectories that were dropped because a point has no result.
    """

    effects: tuple[ElementaryEffect, ...]
    trajectories: int
    dropped: int


def screen(observations: Observations) -> Screening:
    """Elementary effects of the drawn inputs of a study sampled by Morris' trajectories, through SALib.

    A trajectory with a point that has no result is dropped as a whole.

    Parameters
    ----------
    observations : Observations
        Points of a study with ``sampling: {method: morris}``, at one value of every crossed variable.

    Returns
    -------
    Screening
        Effects by input [1]_, with the mean of sizes of [2]_.

    Raises
    ------
    AnalysisError
        If the study was not sampled so, several crossed points are left, fewer than two trajectories are whole, or
        the result is the same in all.

    References
    ----------
    .. [1] Morris, Technometrics 33:161-174, 1991, doi:10.1080/00401706.1991.10484804 (as cited by SALib).
    .. [2] Campolongo, Cariboni and Saltelli, Environ. Model. Softw. 22:1509-1518, 2007,
       doi:10.1016/j.envsoft.2006.10.004 (as cited by SALib).
    """
    from SALib.analyze import morris

    sampling = observations.study.sampling
    if not isinstance(sampling, Morris):
        message = "screening needs a study with sampling: {method: morris, trajectories: 8}; this one has another"
        raise AnalysisError(message)
    _check_one_place(observations)
    size = len(observations.inputs) + 1
    if size * sampling.trajectories != len(observations.y):
        message = f"too few points of the trajectories have a result ({observations.left_out()})"
        raise AnalysisError(message)
    results = observations.y.reshape(-1, size)
    whole = np.atleast_1d(np.isfinite(results).all(axis=1))
    if whole.sum() < 2:
        message = (
            f"{int(whole.sum())} of {len(whole)} trajectories are whole ({observations.left_out()}): must be 2 at least"
        )
        raise AnalysisError(message)
    check_varies(observations)
    inputs, unit = observations.inputs, _by_level(observations, sampling)
    problem = {
        "num_vars": len(inputs),
        "names": [each.name for each in inputs],
        "bounds": [[0.0, 1.0]] * len(inputs),
    }
    x = unit.reshape(-1, size, len(inputs))[whole].reshape(-1, len(inputs))
    found = morris.analyze(
        problem, x, results[whole].ravel(), num_levels=sampling.levels, num_resamples=RESAMPLES, seed=sampling.seed
    )
    effects = tuple(
        ElementaryEffect(each.name, *(float(found[key][place]) for key in ("mu", "mu_star", "mu_star_conf", "sigma")))
        for place, each in enumerate(inputs)
    )
    return Screening(effects, int(whole.sum()), int((~whole).sum()))


def _check_one_place(observations: Observations) -> None:
    crossed = [each.name for each in observations.inputs if each.drawn_from is None]
    if crossed:
        message = f"screening needs one value of {' and of '.join(crossed)}: choose it, such as --at {crossed[0]}=…"
        raise AnalysisError(message)


def _by_level(observations: Observations, sampling: Morris) -> Floats:
    """Points by level, shape (n_points, n_inputs): 0 the lowest, 1 the highest."""
    shares = (np.arange(sampling.levels) + 0.5) / sampling.levels
    columns = []
    for each, values in zip(observations.inputs, observations.x.T, strict=True):
        levels = each.quantile(shares)
        columns.append(np.abs(values[:, None] - levels).argmin(axis=1) / (sampling.levels - 1))
    return np.column_stack(columns)
