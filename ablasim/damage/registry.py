"""Damage models by name."""

from __future__ import annotations

from difflib import get_close_matches

from ablasim.damage.arrhenius import Arrhenius
from ablasim.damage.arrhenius_sets import ARRHENIUS_SETS
from ablasim.damage.cell_death import ThreeState
from ablasim.damage.cem43 import Cem43
from ablasim.damage.isotherm import Isotherm
from ablasim.damage.model import DamageModel
from ablasim.errors import ModelError
from ablasim.units import kelvin

_ISOTHERMS = (
    (50.0, "coagulation within minutes (Brace, Curr. Probl. Diagn. Radiol. 39:135-143, 2010)", True),
    (54.0, "between the two usual limits, near the edge of zones of short ablations (convention)", False),
    (60.0, "near-instant coagulation (Brace, Curr. Probl. Diagn. Radiol. 39:135-143, 2010)", True),
)

_LOWEST_DOSE_SEEN = (
    "Sapareto and Dewey, Int. J. Radiat. Oncol. Biol. Phys. 10:787-800, 1984; dose: between the two lowest at which "
    "necrosis of liver was seen, 22 min (isolated rat liver) and 32 min (pig, see ablasim.damage.observations)"
)

_MODELS: tuple[DamageModel, ...] = (
    Cem43(),
    Cem43(
        threshold_min=30.0, name="cem43_30", source=_LOWEST_DOSE_SEEN, process="necrosis of liver hours to days later"
    ),
    *(Isotherm(kelvin(limit), f"isotherm_{limit:.0f}", source, verified) for limit, source, verified in _ISOTHERMS),
    *(Arrhenius(parameters) for parameters in ARRHENIUS_SETS),
    ThreeState(),
)
_BY_NAME = {model.name: model for model in _MODELS}

HEADLINE = "cem43_240"
"""Model that defines the zone unless a scenario names another."""

DEFAULT_MODELS: tuple[str, ...] = (
    HEADLINE,
    "isotherm_50",
    "isotherm_54",
    "isotherm_60",
    "arrhenius_liver",
    "arrhenius_jacques",
    "three_state",
)
"""Models that run beside the headline, so that their spread shows the uncertainty of the model."""


def damage_model_names() -> tuple[str, ...]:
    """Names that `damage_model` knows, the headline first."""
    return tuple(_BY_NAME)


def damage_model(name: str) -> DamageModel:
    """Damage model of that name.

    Raises
    ------
    ModelError
        If there is no such model; names the nearest one.

    Examples
    --------
    >>> damage_model("cem43_240").label
    'CEM43 ≥ 240 min'
    """
    if name in _BY_NAME:
        return _BY_NAME[name]
    raise ModelError(unknown_name("damage model", name, damage_model_names()))


def unknown_name(what: str, name: str, known: tuple[str, ...]) -> str:
    """Message for an unknown name: what was asked for, the nearest known name or else all of them."""
    near = get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(known)}"
    return f"{what} {name!r} is unknown: {hint}"
