"""The user's own values, checked and laid over those of the library."""

from __future__ import annotations

import math
from collections.abc import Mapping
from difflib import get_close_matches

from ablasim.errors import ModelError
from ablasim.materials.entries import UNITS
from ablasim.materials.properties import Provenance

OVERRIDE_KEYS = (*(key for key in UNITS if key != "viscosity_pa_s"), "vaporisation")
"""Keys by which a user lays own values over a tissue; ``vaporisation`` is a switch."""

TEMPERATURE_KEYS = frozenset(key for key in UNITS if key.endswith("_c"))
"""Quantities that are temperatures in °C at the edge and K inside."""

USER_SOURCE = "value given by the user"

_MAY_BE_ZERO = {"perfusion_rate_per_s", "metabolic_heat_w_m3"}
_ANY_SIGN = {"thermal_conductivity_slope_per_k", "electrical_conductivity_slope_per_k"}


def lay_over(
    name: str, values: Mapping[str, Provenance], boils: bool, own: Mapping[str, object]
) -> tuple[dict[str, Provenance], bool]:
    """Values with the user's own laid over them, and whether the water boils.

    Parameters
    ----------
    name : str
        Tissue, for messages.
    values : Mapping of str to Provenance
        Values so far.
    boils : bool
        Whether the water boils so far.
    own : Mapping
        Own values by key (`OVERRIDE_KEYS`).

    Raises
    ------
    ModelError
        If a key is unknown (the nearest one is named) or a value cannot be.
    """
    result = dict(values)
    for key, value in own.items():
        if key not in OVERRIDE_KEYS:
            raise ModelError(unknown_name(f"tissues.{name}: key", key, OVERRIDE_KEYS))
        if key == "vaporisation":
            boils = _checked_switch(name, value)
        else:
            number = _checked_number(name, key, value)
            result[key] = Provenance(number, UNITS[key], (number, number), USER_SOURCE)
    return result, boils


def unknown_name(what: str, name: str, known: tuple[str, ...]) -> str:
    """Message for an unknown name: what was asked for, the nearest known name or else all of them."""
    near = get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(known)}"
    return f"{what} {name!r} is unknown: {hint}"


def _checked_switch(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        message = f"tissues.{name}.vaporisation = {value}: must be true or false"
        raise ModelError(message)
    return value


def _checked_number(name: str, key: str, value: object) -> float:
    where = f"tissues.{name}.{key} = {value}"
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        message = f"{where}: must be a number"
        raise ModelError(message)
    lowest = -273.15 if key in TEMPERATURE_KEYS else 0.0
    if key not in _ANY_SIGN and (value < lowest or (value == lowest and key not in _MAY_BE_ZERO)):
        relation = "at least" if key in _MAY_BE_ZERO else "above"
        message = f"{where}: must be {relation} {lowest:g}"
        raise ModelError(message)
    return float(value)
