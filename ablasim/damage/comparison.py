"""Damage models side by side: what each was measured on, and what it kills at a constant temperature."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from ablasim.constants import BODY_TEMPERATURE_C
from ablasim.damage.model import DamageModel
from ablasim.damage.observations import OBSERVATIONS, Observation
from ablasim.damage.registry import damage_model, damage_model_names
from ablasim.units import SECONDS_PER_MINUTE, celsius, kelvin

LONGEST_S = 24.0 * 3600.0
"""Longest exposure that is looked at, s: what a model kills later than after a day, it does not kill."""

ABLATION_S = 12.0 * SECONDS_PER_MINUTE
"""Length of a usual radiofrequency ablation, s (that of the demo)."""

_SHORTEST_S = 1e-3
_BODY, _HOTTEST = kelvin(BODY_TEMPERATURE_C), kelvin(120.0)


@dataclass(frozen=True)
class DamageRow:
    """One row of the table of damage models.

    Parameters
    ----------
    name, label : str
        In scenarios and results, and in words with the criterion.
    process : str
        End point, and what it was seen in.
    source : str
        Citation.
    verified : bool
        Whether the numbers were checked at their source.
    warning : str
        What a reader must know; empty if nothing.
    body_temperature_min : float
        Time after which the model kills at 37 °C, minutes; infinite where that is more than a day.
    lethal_temperature_c : float
        Lowest constant temperature that kills in the length of an ablation (`ABLATION_S`), °C.
    kills_the_living, spares_the_dead : tuple of Observation
        Observations that the model contradicts: what lived and it takes for dead, what died and it takes for living.
    """

    name: str
    label: str
    process: str
    source: str
    verified: bool
    warning: str
    body_temperature_min: float
    lethal_temperature_c: float
    kills_the_living: tuple[Observation, ...]
    spares_the_dead: tuple[Observation, ...]


def takes_for_dead(model: DamageModel, observation: Observation) -> bool:
    """Whether a model takes for dead what was held at a temperature as in an observation."""
    return _level(model, kelvin(observation.temperature_c), observation.duration_s) >= 0.0


def wrongly_dead(model: DamageModel) -> tuple[Observation, ...]:
    """Observations of what lived that a model takes for dead: one that has any is ruled out as a headline.

    Examples
    --------
    >>> [one.temperature_c for one in wrongly_dead(damage_model("arrhenius_liver"))]
    [37.0, 40.0]
    """
    return tuple(item for item in OBSERVATIONS if not item.dead and takes_for_dead(model, item))


def seconds_to_death(model: DamageModel, temperature: float) -> float:
    """Time at a constant temperature (K) after which a model takes tissue for dead, s.

    Infinite where it is longer than `LONGEST_S`; 0 where it is shorter than a millisecond.

    Examples
    --------
    >>> round(seconds_to_death(damage_model("cem43_240"), kelvin(50.0)), 1)
    112.5
    """

    def level(log_time: float) -> float:
        return _level(model, temperature, math.exp(log_time))

    first, last = math.log(_SHORTEST_S), math.log(LONGEST_S)
    if level(last) < 0.0:
        return math.inf
    if level(first) >= 0.0:
        return 0.0
    return math.exp(float(brentq(level, first, last, xtol=1e-9)))


def lethal_temperature(model: DamageModel, duration: float) -> float:
    """Lowest constant temperature, K, that a model takes to kill within a duration (s).

    It is looked for from 37 °C, which is given where that kills already, to 120 °C, above which it is infinite.

    Examples
    --------
    >>> round(celsius(lethal_temperature(damage_model("cem43_240"), 900.0)), 3)
    47.0
    """

    def level(temperature: float) -> float:
        return _level(model, temperature, duration)

    if level(_BODY) >= 0.0:
        return _BODY
    if level(_HOTTEST) < 0.0:
        return math.inf
    return float(brentq(level, _BODY, _HOTTEST, xtol=1e-9))


def damage_table() -> tuple[DamageRow, ...]:
    """Every damage model, the headline first: for the page of the verification book."""
    return tuple(_row(damage_model(name)) for name in damage_model_names())


def _row(model: DamageModel) -> DamageRow:
    return DamageRow(
        name=model.name,
        label=model.label,
        process=model.process,
        source=model.source,
        verified=model.verified,
        warning=model.warning or "",
        body_temperature_min=seconds_to_death(model, _BODY) / SECONDS_PER_MINUTE,
        lethal_temperature_c=celsius(lethal_temperature(model, ABLATION_S)),
        kills_the_living=wrongly_dead(model),
        spares_the_dead=tuple(item for item in OBSERVATIONS if item.dead and not takes_for_dead(model, item)),
    )


def _level(model: DamageModel, temperature: float, duration: float) -> float:
    """Level of a model after a duration (s) at a constant temperature (K)."""
    held = np.full(1, temperature)
    return float(model.level(model.advance(model.start(1, _BODY), held, held, duration))[0])
