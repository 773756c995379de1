"""One entry of the library's files, checked: a number with its source, conditions, range and alternatives."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import TypeGuard

from ablasim.errors import ModelError
from ablasim.materials.properties import Alternative, Provenance

UNITS: dict[str, str] = {
    "density_kg_m3": "kg/m³",
    "heat_capacity_j_kg_k": "J/(kg K)",
    "thermal_conductivity_w_m_k": "W/(m K)",
    "thermal_conductivity_slope_per_k": "1/K",
    "thermal_conductivity_cap_c": "°C",
    "electrical_conductivity_s_m": "S/m",
    "electrical_conductivity_slope_per_k": "1/K",
    "electrical_conductivity_cap_c": "°C",
    "perfusion_rate_per_s": "1/s",
    "metabolic_heat_w_m3": "W/m³",
    "viscosity_pa_s": "Pa s",
    "water_content_kg_m3": "kg/m³",
    "latent_heat_j_kg": "J/kg",
    "vaporisation_from_c": "°C",
    "vaporisation_to_c": "°C",
    "vapour_heat_capacity_j_m3_k": "J/(m³ K)",
    "vapour_conductivity_ratio": "1",
}
"""Every quantity a record may hold, by its key, and its unit."""

MICROWAVE_UNITS: dict[str, str] = {"relative_permittivity": "1", "microwave_conductivity_s_m": "S/m"}
"""Quantities that hold at one frequency: the user may give them, the library has spectra."""

PULSE_UNITS: dict[str, str] = {
    "pulse_conductivity_s_m": "S/m",
    "electroporated_conductivity_s_m": "S/m",
    "conductivity_rise_from_v_per_cm": "V/cm",
    "conductivity_rise_to_v_per_cm": "V/cm",
    "gompertz_displacement": "1",
    "gompertz_rate_cm_per_v": "cm/V",
    "pulse_conductivity_slope_per_k": "1/K",
    "reversible_threshold_v_per_cm": "V/cm",
    "irreversible_threshold_v_per_cm": "V/cm",
}
"""Quantities of a tissue under pulses that electroporate, in a record's block ``electroporation``."""

_UNIT_OF_KEY = re.compile(r"_(v_per_cm|cm_per_v|per_[ks]|pa_s|c|w_m_k|s_m|kg_m3|j_kg_k|j_kg|w_m3|j_m3_k)$")

_ENTRY_KEYS = {"value", "range", "source", "conditions", "verified", "note", "alternatives", "choice"}
_ALTERNATIVE_KEYS = {"value", "source", "verified"}


def quantity_in_words(key: str) -> str:
    """Key of a quantity without its unit.

    Examples
    --------
    >>> quantity_in_words("vapour_heat_capacity_j_m3_k"), quantity_in_words("vaporisation_from_c")
    ('vapour heat capacity', 'vaporisation from')
    """
    return _UNIT_OF_KEY.sub("", key).replace("_", " ")


def parse_entry(record: str, key: str, entry: object, units: Mapping[str, str] = UNITS) -> Provenance:
    """Entry of a record, checked.

    Parameters
    ----------
    record : str
        Name of the record, for messages.
    key : str
        Quantity.
    entry : object
        What the file holds for it.
    units : Mapping of str to str, optional
        Quantities that may stand here, and their units.

    Raises
    ------
    ModelError
        If the quantity or a key is unknown; if the value, its source, its conditions or its range is missing; if
        the value lies outside that range; if an alternative lacks its value or source, lies outside the range
        or repeats the value; or if alternatives stand there without the grounds of the choice.
    """
    where = f"{record}.yaml: {key}"
    if key not in units:
        message = f"{where}: unknown quantity; known: {', '.join(units)}"
        raise ModelError(message)
    fields = _mapping(where, entry, _ENTRY_KEYS)
    value = _number(where, fields.get("value"))
    source = _text(where, fields, "source", "a value without a source is not taken")
    conditions = _text(where, fields, "conditions", "say on what, how or at what temperature it holds")
    limits = _limits(where, fields.get("range"))
    _check_within(where, value, limits)
    alternatives = _alternatives(where, fields.get("alternatives", []), value, limits)
    if alternatives:
        _text(where, fields, "choice", "where sources disagree, say on what grounds the value was chosen")
    return Provenance(
        value=value,
        unit=units[key],
        range=limits,
        source=source,
        conditions=conditions,
        verified=_switch(where, fields.get("verified", False)),
        note=str(fields.get("note", "")),
        alternatives=alternatives,
        choice=str(fields.get("choice", "")),
    )


def _alternatives(where: str, entries: object, value: float, limits: tuple[float, float]) -> tuple[Alternative, ...]:
    if not isinstance(entries, list):
        message = f"{where}: alternatives: must be a list of mappings with a value and a source"
        raise ModelError(message)
    found = [_alternative(f"{where}: alternatives", entry, limits) for entry in entries]
    values = [value, *(item.value for item in found)]
    if len(set(values)) < len(values):
        message = f"{where}: alternatives = {values[1:]}: must differ from each other and from the value {value:g}"
        raise ModelError(message)
    return tuple(sorted(found, key=lambda item: item.value))


def _alternative(where: str, entry: object, limits: tuple[float, float]) -> Alternative:
    fields = _mapping(where, entry, _ALTERNATIVE_KEYS)
    value = _number(where, fields.get("value"))
    _check_within(where, value, limits)
    source = _text(where, fields, "source", "a value without a source is not taken")
    return Alternative(value, source, _switch(where, fields.get("verified", True)))


def _mapping(where: str, entry: object, known: set[str]) -> Mapping[str, object]:
    if not isinstance(entry, Mapping) or not set(entry) <= known:
        message = f"{where}: must be a mapping with keys among {', '.join(sorted(known))}"
        raise ModelError(message)
    return entry


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _number(where: str, value: object) -> float:
    if not _is_number(value):
        message = f"{where}: value = {value}: must be a number"
        raise ModelError(message)
    return float(value)


def _switch(where: str, value: object) -> bool:
    if not isinstance(value, bool):
        message = f"{where}: verified = {value}: must be true or false"
        raise ModelError(message)
    return value


def _text(where: str, fields: Mapping[str, object], key: str, why: str) -> str:
    text = fields.get(key)
    if not isinstance(text, str) or not text.strip():
        message = f"{where}: no {key}: {why}"
        raise ModelError(message)
    return text


def _limits(where: str, limits: object) -> tuple[float, float]:
    if not isinstance(limits, list) or len(limits) != 2:
        message = f"{where}: no range: give [lowest, highest] of the values that sources give"
        raise ModelError(message)
    low, high = limits
    if not _is_number(low) or not _is_number(high) or low > high:
        message = f"{where}: range = {limits}: must be two numbers, the lower one first"
        raise ModelError(message)
    return float(low), float(high)


def _check_within(where: str, value: float, limits: tuple[float, float]) -> None:
    low, high = limits
    if not low <= value <= high:
        message = f"{where}: value = {value:g}: must be within its range {low:g} to {high:g}"
        raise ModelError(message)
