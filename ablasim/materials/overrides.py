"""The user's own values, checked and laid over those of the library."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches

from ablasim.errors import ModelError
from ablasim.materials.dielectric_laws import LAW_NAMES
from ablasim.materials.electroporation import check_law
from ablasim.materials.entries import MICROWAVE_UNITS, PULSE_UNITS, UNITS
from ablasim.materials.properties import Provenance
from ablasim.materials.records import Record

OWN_UNITS = {key: unit for key, unit in (UNITS | MICROWAVE_UNITS | PULSE_UNITS).items() if key != "viscosity_pa_s"}
"""Every number that a user may give, by its key, and its unit."""

OVERRIDE_KEYS = (*OWN_UNITS, "vaporisation", "dielectric_law", "electroporation_law")
"""Keys by which a user lays own values over a tissue; ``vaporisation`` is a switch, the laws are names."""

TEMPERATURE_KEYS = frozenset(key for key in UNITS if key.endswith("_c"))
"""Quantities that are temperatures in °C at the edge and K inside."""

USER_SOURCE = "value given by the user"

_MAY_BE_ZERO = {
    "perfusion_rate_per_s", "metabolic_heat_w_m3", "microwave_conductivity_s_m", "conductivity_rise_from_v_per_cm"
}  # fmt: skip
_LOWEST = {"relative_permittivity": 1.0}
_ANY_SIGN = {
    "thermal_conductivity_slope_per_k", "electrical_conductivity_slope_per_k", "pulse_conductivity_slope_per_k"
}  # fmt: skip


def lay_over(name: str, record: Record, own: Mapping[str, object]) -> Record:
    """Record with the user's own values laid over it.

    Parameters
    ----------
    name : str
        Tissue, for messages.
    record : Record
        What the tissue is so far.
    own : Mapping
        Own values by key (`OVERRIDE_KEYS`).

    Raises
    ------
    ModelError
        If a key is unknown (the nearest one is named) or a value cannot be.
    """
    values, pulses = dict(record.values), dict(record.electroporation)
    boils, law, pulse_law = record.vaporisation, record.dielectric_law, record.electroporation_law
    for key, value in own.items():
        if key not in OVERRIDE_KEYS:
            raise ModelError(unknown_name(f"tissues.{name}: key", key, OVERRIDE_KEYS))
        if key == "vaporisation":
            boils = _checked_switch(name, value)
        elif key == "dielectric_law":
            law = _checked_law(name, value)
        elif key == "electroporation_law":
            pulse_law = check_law(f"tissues.{name}.electroporation_law", value)
        else:
            number = _checked_number(name, key, value)
            mine = pulses if key in PULSE_UNITS else values
            mine[key] = Provenance(number, OWN_UNITS[key], (number, number), USER_SOURCE)
    return replace(
        record,
        values=values,
        vaporisation=boils,
        dielectric_law=law,
        electroporation=pulses,
        electroporation_law=pulse_law,
    )


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


def _checked_law(name: str, value: object) -> str:
    if value not in LAW_NAMES:
        raise ModelError(unknown_name(f"tissues.{name}.dielectric_law", str(value), LAW_NAMES))
    return str(value)


def _checked_number(name: str, key: str, value: object) -> float:
    where = f"tissues.{name}.{key} = {value}"
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        message = f"{where}: must be a number"
        raise ModelError(message)
    lowest = _LOWEST.get(key, -273.15 if key in TEMPERATURE_KEYS else 0.0)
    may_be_lowest = key in _MAY_BE_ZERO or key in _LOWEST
    if key not in _ANY_SIGN and (value < lowest or (value == lowest and not may_be_lowest)):
        relation = "at least" if may_be_lowest else "above"
        message = f"{where}: must be {relation} {lowest:g}"
        raise ModelError(message)
    return float(value)
