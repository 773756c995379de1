"""The least treatment that reaches a limit with a probability, searched on the surrogate."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ablasim.errors import AnalysisError
from ablasim.study.analysis.inputs import Input
from ablasim.study.checks import unit_suffix
from ablasim.units import SECONDS_PER_MINUTE, Floats

_SCAN, _BISECTIONS = 17, 8
_ALONG = 13
_NEAR = 0.25
"""Share of the range of an input, to either side of a place, in which cases are near it."""
_SECONDS = {"_s": 1.0, "_min": SECONDS_PER_MINUTE}

Share = Callable[[Mapping[str, Floats]], Floats]
"""Probability at places, given by the values of the chosen inputs."""


@dataclass(frozen=True)
class Treatment:
    """A treatment on the frontier.

    Parameters
    ----------
    place : mapping of str to float
        Values of the inputs that are to be small.
    probability : float
        Probability by the surrogate.
    energy_kj : float or None
        Power times time, kJ; None where the inputs are no power and time.
    at_edge : bool
        Whether it lies on the edge of what the cases cover, so that less may do.
    """

    place: Mapping[str, float]
    probability: float
    energy_kj: float | None
    at_edge: bool


@dataclass(frozen=True)
class Least:
    """Least treatments.

    Parameters
    ----------
    frontier : tuple of Treatment
        For two inputs the treatments than which none is smaller in one input without being larger in the other, from
        the smallest second input to the largest; for one input the smallest.
    best : Treatment
        The one of least energy; without an energy, the one in the middle of the frontier.
    """

    frontier: tuple[Treatment, ...]
    best: Treatment


def least_treatment(share: Share, inputs: Sequence[Input], wanted: float) -> Least:
    """Search the least values of one or two inputs for which a probability is reached.

    For each of 13 values of the second input (a time, where there is one), the first value of the first input is
    searched at which the probability rises above what is wanted: by steps, then by bisection. The probability may fall
    again beyond it, as where tissue dries at high power.

    Parameters
    ----------
    share : callable
        Probability at places.
    inputs : sequence of Input
        One or two chosen inputs that are to be small.
    wanted : float
        Probability to reach.

    Returns
    -------
    Least
        Frontier and the treatment of least energy.

    Raises
    ------
    AnalysisError
        If there are more than two inputs or none, or the probability is reached nowhere; the message says the highest,
        where that is, and where more cases would tell.
    """
    if not 1 <= len(inputs) <= 2:
        names = ", ".join(each.name for each in inputs) or "none"
        message = f"inputs to be small: {names}: must be one or two, such as power and time; hold the others with --at"
        raise AnalysisError(message)
    first, *second = sorted(inputs, key=lambda each: unit_suffix(each.name) in _SECONDS)
    found, best_share, best_place = [], -1.0, dict[str, float]()
    for other in np.linspace(*second[0].covered(), _ALONG) if second else [None]:
        rest = {} if other is None else {second[0].name: float(other)}
        value, highest, where = _first_reaching(share, first, rest, wanted)
        if highest > best_share:
            best_share, best_place = highest, {first.name: where, **rest}
        if value is not None:
            found.append({first.name: value, **rest})
    if not found:
        message = (
            f"a probability of {wanted:g} is reached nowhere between the bounds of "
            f"{' and '.join(each.name for each in inputs)}; the highest found is {best_share:.2f}, at "
            f"{', '.join(f'{name} {value:.4g}' for name, value in best_place.items())}, in which the surrogate's own "
            f"doubt is counted: {more_cases(best_place, inputs)}"
        )
        raise AnalysisError(message)
    places = _not_beaten(found, first.name)
    columns = {name: np.array([place[name] for place in places]) for name in places[0]}
    shares = share(columns)
    frontier = tuple(
        Treatment(place, float(probability), energy_kj(place), _at_edge(place, inputs))
        for place, probability in zip(places, shares, strict=True)
    )
    energies = [treatment.energy_kj for treatment in frontier if treatment.energy_kj is not None]
    best = frontier[int(np.argmin(energies))] if energies else frontier[len(frontier) // 2]
    return Least(frontier, best)


def _first_reaching(
    share: Share, input_: Input, rest: Mapping[str, float], wanted: float
) -> tuple[float | None, float, float]:
    """Smallest value of an input at which the probability is reached; the highest probability seen, and where."""
    steps = np.linspace(*input_.covered(), _SCAN)

    def of(values: Floats) -> Floats:
        return share({input_.name: values, **{name: np.full(len(values), value) for name, value in rest.items()}})

    shares = of(steps)
    reached = np.flatnonzero(shares >= wanted)
    if not len(reached):
        return None, float(shares.max()), float(steps[shares.argmax()])
    high = float(steps[reached[0]])
    if reached[0] > 0:
        low = float(steps[reached[0] - 1])
        for _ in range(_BISECTIONS):
            middle = 0.5 * (low + high)
            low, high = (low, middle) if of(np.array([middle]))[0] >= wanted else (middle, high)
    return high, float(shares.max()), float(steps[shares.argmax()])


def _not_beaten(places: Sequence[Mapping[str, float]], first: str) -> list[Mapping[str, float]]:
    """Places, in order of the second input, whose first input is smaller than that of all before."""
    kept: list[Mapping[str, float]] = []
    for place in places:
        if not kept or place[first] < kept[-1][first]:
            kept.append(place)
    return kept


def more_cases(place: Mapping[str, float], inputs: Sequence[Input]) -> str:
    """Where cases would make the surrogate surer of a place: a quarter of the range to either side, as a study says it.

    Examples
    --------
    >>> more_cases({"power_w": 28.0}, [Input("power_w", False, None, np.array([10.0, 20.0, 30.0]), False)])
    'a study of cases near it, power_w between {low: 23, high: 30}, would tell'
    """
    bounds = []
    for each in inputs:
        low, high = each.covered()
        near = _NEAR * (high - low)
        ends = max(low, place[each.name] - near), min(high, place[each.name] + near)
        bounds.append(f"{each.name} between {{low: {ends[0]:.4g}, high: {ends[1]:.4g}}}")
    return f"a study of cases near it, {' and '.join(bounds)}, would tell"


def energy_kj(place: Mapping[str, float]) -> float | None:
    """Power times time, kJ; None where the inputs are not one power and one time.

    Examples
    --------
    >>> energy_kj({"power_w": 20.0, "duration_min": 10.0})
    12.0
    >>> energy_kj({"power_w": 20.0}) is None
    True
    """
    powers = [value for name, value in place.items() if unit_suffix(name) == "_w"]
    times = [value * _SECONDS[unit] for name, value in place.items() if (unit := unit_suffix(name)) in _SECONDS]
    return powers[0] * times[0] * 1e-3 if len(powers) == len(times) == 1 else None


def _at_edge(place: Mapping[str, float], inputs: Sequence[Input]) -> bool:
    return any(np.isclose(place[each.name], end, rtol=1e-9) for each in inputs for end in each.covered())
