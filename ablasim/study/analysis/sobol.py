"""Sobol indices: which share of a result's variance each uncertain input makes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ablasim.errors import AnalysisError
from ablasim.study.analysis.inputs import Input
from ablasim.units import Floats

DRAWS = 2048
RESAMPLES = 200


@dataclass(frozen=True)
class SobolIndex:
    """Sobol indices of an input.

    Parameters
    ----------
    name : str
        The input.
    first, first_half_width : float
        Share of the variance that it makes by itself, and half the width of the 95 % interval.
    total, total_half_width : float
        Share that it takes part in.
    """

    name: str
    first: float
    first_half_width: float
    total: float
    total_half_width: float


def sobol_indices(
    function: Callable[[Floats], Floats], inputs: Sequence[Input], draws: int = DRAWS, seed: int = 1
) -> tuple[SobolIndex, ...]:
    """First and total Sobol indices of a function of independent inputs, by SALib.

    Points by Saltelli's scheme on a scrambled Sobol sequence, estimators of [1]_, intervals by the bootstrap. The
    intervals are those of the number of draws: what a surrogate gets wrong is not in them.

    Parameters
    ----------
    function : callable
        Result, shape (n_points,), at points, shape (n_points, n_inputs).
    inputs : sequence of Input, length n_inputs
        Inputs with a distribution, drawn where the study's cases cover it.
    draws : int, optional
        Points of the sequence, a power of 2; the function is asked at ``n_inputs + 2`` times as many.
    seed : int, optional
        Start of the random numbers.

    Returns
    -------
    tuple of SobolIndex, length n_inputs
        In the order of the inputs.

    Raises
    ------
    AnalysisError
        If the function is the same everywhere.

    References
    ----------
    .. [1] Saltelli, Annoni, Azzini, Campolongo, Ratto and Tarantola, Comput. Phys. Commun. 181:259-270, 2010 (as cited
       by SALib).
    """
    from SALib.analyze import sobol as analysis
    from SALib.sample import sobol as sample

    bounds = [each.covered_shares() for each in inputs]
    problem = {
        "num_vars": len(inputs),
        "names": [each.name for each in inputs],
        "bounds": [[max(low, 1e-9), min(high, 1.0 - 1e-9)] for low, high in bounds],
    }
    shares = np.asarray(sample.sample(problem, draws, calc_second_order=False, seed=seed))
    x = np.column_stack([each.quantile(column) for each, column in zip(inputs, shares.T, strict=True)])
    results = function(x)
    if np.ptp(results) == 0.0:
        message = "the result is the same for every draw: no input acts on it"
        raise AnalysisError(message)
    found = analysis.analyze(problem, results, calc_second_order=False, num_resamples=RESAMPLES, seed=seed)
    return tuple(
        SobolIndex(
            each.name,
            *(float(found[key][place]) for key in ("S1", "S1_conf", "ST", "ST_conf")),
        )
        for place, each in enumerate(inputs)
    )
