"""Probability that a result reaches a limit: from real runs, and from the surrogate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from ablasim.study.analysis.draws import Draws
from ablasim.study.analysis.observations import Observations, kept_at
from ablasim.study.analysis.surrogate import Surrogate, held_at
from ablasim.study.schema import Sampling
from ablasim.units import Floats

DRAWS = 1024
PATHS = 200
_TAILS = (0.025, 0.975)


@dataclass(frozen=True)
class Probability:
    """Probability that a result is at least a limit.

    Parameters
    ----------
    limit : float
        The limit, unit of the result.
    value, low, high : float
        Probability and its 95 % interval.
    runs : int or None
        Real runs it was counted from; None where it comes from the surrogate.
    without : int or float
        Draws without an answer: real runs that failed or cannot be (left out of the count), or the share of draws
        beyond what the cases cover (in the interval, as missing the limit below and reaching it above).
    """

    limit: float
    value: float
    low: float
    high: float
    runs: int | None
    without: float


def chosen_places(observations: Observations, place: Mapping[str, float]) -> list[dict[str, float]]:
    """Every combination of the values that cases have of the crossed inputs, those of `place` held."""
    axes = [
        [place[each.name]] if each.name in place else each.levels.tolist()
        for each in observations.chosen
        if each.name in place or each.drawn_from is None
    ]
    names = [each.name for each in observations.chosen if each.name in place or each.drawn_from is None]
    return [dict(zip(names, values, strict=True)) for values in product(*axes)]


def counted(
    observations: Observations, place: Mapping[str, float], limits: Sequence[float]
) -> tuple[Probability, ...] | None:
    """Probability counted from real runs drawn from the distributions.

    The interval is that of Clopper and Pearson for independent draws [1]_, which never covers less than it says. Draws
    of a Latin hypercube or a Sobol sequence scatter less.

    Parameters
    ----------
    observations : Observations
        Inputs and result.
    place : mapping of str to float
        Value of every chosen input.
    limits : sequence of float
        Limits, unit of the result.

    Returns
    -------
    tuple of Probability or None
        One for each limit; None where there are no real runs drawn at this place.

    References
    ----------
    .. [1] Clopper and Pearson, Biometrika 26:404-413, 1934 (from memory).
    """
    drawn = isinstance(observations.study.sampling, Sampling) and not any(
        each.drawn_from is not None for each in observations.chosen
    )
    crossed = [each for each in observations.chosen if each.name in place]
    if not drawn or not all(np.isclose(each.levels, place[each.name], rtol=1e-9, atol=0.0).any() for each in crossed):
        return None
    here = kept_at(observations, place)
    results = here.y[here.known]
    if not len(results):
        return None
    without = len(here.y) - len(results)
    return tuple(_counted(int((results >= limit).sum()), len(results), limit, without) for limit in limits)


def _counted(reached: int, runs: int, limit: float, without: int) -> Probability:
    from scipy.stats import binomtest

    interval = binomtest(reached, runs).proportion_ci(0.95, method="exact")
    return Probability(limit, reached / runs, float(interval.low), float(interval.high), runs, without)


def foretold(
    surrogate: Surrogate,
    draws: Draws,
    place: Mapping[str, float],
    limits: Sequence[float],
    *,
    widening: float = 1.0,
    seed: int = 1,
) -> tuple[Probability, ...]:
    """Probability by the surrogate, with an interval for what the surrogate does not know.

    The value is that of `reaching`. For the interval functions are drawn from the process (`Surrogate.paths`); each
    gives a share of draws that reach the limit, and with the scatter of so many draws a probability. The interval holds
    95 % of these. The constants of the process are taken as known, for which `widening` makes up in part.

    Parameters
    ----------
    surrogate : Surrogate
        The surrogate.
    draws : Draws
        Draws of the uncertain inputs.
    place : mapping of str to float
        Value of every chosen input.
    limits : sequence of float
        Limits, unit of the result.
    widening : float, optional
        Factor on the deviations that the surrogate states (`HeldBack.widening`).
    seed : int, optional
        Start of the random numbers.

    Returns
    -------
    tuple of Probability
        One for each limit.

    Raises
    ------
    AnalysisError
        If the place is beyond what the cases cover.
    """
    rng = np.random.default_rng(seed)
    paths = surrogate.paths(held_at(surrogate.inputs, place, draws.values), PATHS, rng, widening)
    here = {name: np.array([value]) for name, value in place.items()}
    answers = []
    for limit in limits:
        reached = (paths >= limit).sum(axis=1)
        shares = rng.beta(reached + 0.5, draws.count - reached + 0.5)
        value = float(reaching(surrogate, draws, here, limit, widening=widening)[0])
        low, high = (draws.share(float(end)) for end in np.quantile(shares, _TAILS))
        answers.append(Probability(limit, value, min(low, value), max(high, value) + draws.beyond, None, draws.beyond))
    return tuple(answers)


def reaching(
    surrogate: Surrogate, draws: Draws, places: Mapping[str, Floats], limit: float, *, widening: float = 1.0
) -> Floats:
    """Probability by the surrogate that a result is at least a limit, at many places, its own uncertainty included.

    Parameters
    ----------
    surrogate : Surrogate
        The surrogate.
    draws : Draws
        Draws of the uncertain inputs; those beyond what the cases cover count as missing the limit.
    places : mapping of str to ndarray, shape (n_places,)
        Values of the chosen inputs; without any there is one place.
    limit : float
        Limit, unit of the result.
    widening : float, optional
        Factor on the deviations that the surrogate states.

    Returns
    -------
    ndarray, shape (n_places,)
        Probabilities.
    """
    from scipy.special import ndtr

    names = tuple(places)
    shares = []
    for values in zip(*places.values(), strict=True) if places else [()]:
        x = held_at(surrogate.inputs, dict(zip(names, map(float, values), strict=True)), draws.values)
        mean, sd = surrogate.predict(x)
        shares.append(ndtr((mean - limit) / np.maximum(widening * sd, 1e-9 * surrogate.scale)).mean())
    return np.array([draws.share(share) for share in shares])
