"""The library's files, read and checked: no number without a source and a range."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from ruamel.yaml import YAML

from ablasim.errors import ModelError
from ablasim.materials.properties import Provenance

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

KINDS = ("base", "tissue", "solid")
"""Kinds of record; a base only lends its values to others."""

_ENTRY_KEYS = {"value", "range", "source", "conditions", "verified", "note"}


@dataclass(frozen=True)
class Record:
    """One file of the library.

    Parameters
    ----------
    name : str
        The file's stem.
    kind : str
        One of `KINDS`.
    title : str
        What it is, in words.
    vaporisation : bool
        Whether its water boils.
    values : Mapping of str to Provenance
        Each quantity with its source; those of the record it builds on included.
    """

    name: str
    kind: str
    title: str
    vaporisation: bool
    values: Mapping[str, Provenance]


@cache
def record_names() -> tuple[str, ...]:
    """Names of all records, sorted."""
    folder = files("ablasim.materials") / "data"
    return tuple(sorted(entry.name[:-5] for entry in folder.iterdir() if entry.name.endswith(".yaml")))


@cache
def read_record(name: str) -> Record:
    """Record of that name, checked, with the values of the record it builds on filled in.

    Raises
    ------
    ModelError
        If the file breaks a rule of `parse_record`.
    """
    text = (files("ablasim.materials") / "data" / f"{name}.yaml").read_text(encoding="utf-8")
    raw = YAML(typ="safe", pure=True).load(text)
    parent = read_record(raw["from"]) if "from" in raw else None
    return parse_record(name, raw, parent)


def parse_record(name: str, raw: Mapping[str, object], parent: Record | None = None) -> Record:
    """Record out of the contents of a file.

    Parameters
    ----------
    name : str
        Name of the record.
    raw : Mapping
        Contents: ``kind``, ``title``, ``vaporisation``, ``from`` and ``values``.
    parent : Record, optional
        Record whose values stand in for those not given. What a tissue takes from another tissue counts as
        unverified for it, and says so.

    Raises
    ------
    ModelError
        If the kind or a key is unknown, or an entry lacks its value, its source or its range, or its value
        lies outside that range.
    """
    kind = raw.get("kind")
    if kind not in KINDS:
        message = f"{name}.yaml: kind = {kind}: must be one of {', '.join(KINDS)}"
        raise ModelError(message)
    entries = raw.get("values", {})
    if not isinstance(entries, Mapping):
        message = f"{name}.yaml: values: must be a mapping of quantities"
        raise ModelError(message)
    values = _inherited(parent) | {key: _parse_entry(name, key, entry) for key, entry in entries.items()}
    vaporisation = raw.get("vaporisation", parent.vaporisation if parent else False)
    return Record(name, kind, str(raw.get("title", name)), bool(vaporisation), values)


def _inherited(parent: Record | None) -> dict[str, Provenance]:
    if parent is None:
        return {}
    if parent.kind == "base":
        return dict(parent.values)
    taken = f"Taken from {parent.name}: no value of its own was found."
    return {
        key: replace(entry, verified=False, note=f"{taken} {entry.note}".strip())
        for key, entry in parent.values.items()
    }


def _parse_entry(name: str, key: str, entry: object) -> Provenance:
    where = f"{name}.yaml: {key}"
    if key not in UNITS:
        message = f"{where}: unknown quantity; known: {', '.join(UNITS)}"
        raise ModelError(message)
    if not isinstance(entry, Mapping) or not set(entry) <= _ENTRY_KEYS:
        message = f"{where}: must be a mapping with keys among {', '.join(sorted(_ENTRY_KEYS))}"
        raise ModelError(message)
    value, limits, source = entry.get("value"), entry.get("range"), entry.get("source")
    if not isinstance(value, int | float):
        message = f"{where}: value = {value}: must be a number"
        raise ModelError(message)
    if not isinstance(source, str) or not source.strip():
        message = f"{where}: no source: a value without a source is not taken"
        raise ModelError(message)
    if not isinstance(limits, list) or len(limits) != 2:
        message = f"{where}: no range: give [lowest, highest] of the values that sources give"
        raise ModelError(message)
    low, high = float(limits[0]), float(limits[1])
    if not low <= value <= high:
        message = f"{where}: value = {value}: must be within its range {low:g} to {high:g}"
        raise ModelError(message)
    return Provenance(
        value=float(value),
        unit=UNITS[key],
        range=(low, high),
        source=source,
        conditions=str(entry.get("conditions", "")),
        verified=bool(entry.get("verified", False)),
        note=str(entry.get("note", "")),
    )
