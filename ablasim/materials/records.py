"""The library's files, read and checked: records of values, each perhaps built on another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files

from ruamel.yaml import YAML

from ablasim.errors import ModelError
from ablasim.materials.dielectric_laws import LAW_NAMES
from ablasim.materials.electroporation import check_law
from ablasim.materials.entries import PULSE_UNITS, UNITS, parse_entry
from ablasim.materials.properties import Provenance
from ablasim.materials.spectra import Spectrum, parse_spectrum, taken_from

KINDS = ("base", "tissue", "solid")
"""Kinds of record; a base only lends its values to others."""


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
        Each quantity with its source, in the order of `UNITS`; those of the record it builds on included.
    spectrum : Spectrum or None
        Permittivity and conductivity at microwave frequencies.
    dielectric_law : str
        How they follow temperature (`LAW_NAMES`).
    electroporation : Mapping of str to Provenance
        Quantities under pulses (`PULSE_UNITS`), in their order; empty where none are known.
    electroporation_law : str
        How the conductivity rises with the field of a pulse.
    """

    name: str
    kind: str
    title: str
    vaporisation: bool
    values: Mapping[str, Provenance]
    spectrum: Spectrum | None
    dielectric_law: str
    electroporation: Mapping[str, Provenance] = field(default_factory=dict)
    electroporation_law: str = "smoothstep"


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
        Contents: ``kind``, ``title``, ``vaporisation``, ``from``, ``values``, ``dielectric``, ``dielectric_law``
        and ``electroporation``.
    parent : Record, optional
        Record whose values stand in for those not given. What a tissue takes from another tissue counts as
        unverified for it, and says so; the other's alternatives are not taken.

    Raises
    ------
    ModelError
        If the kind or the dielectric law is unknown, or an entry breaks a rule of
        `ablasim.materials.entries.parse_entry` or `ablasim.materials.spectra.parse_spectrum`.
    """
    kind = raw.get("kind")
    if kind not in KINDS:
        message = f"{name}.yaml: kind = {kind}: must be one of {', '.join(KINDS)}"
        raise ModelError(message)
    entries = raw.get("values", {})
    if not isinstance(entries, Mapping):
        message = f"{name}.yaml: values: must be a mapping of quantities"
        raise ModelError(message)
    found = _inherited(parent, parent.values if parent else {})
    found |= {key: parse_entry(name, key, entry) for key, entry in entries.items()}
    values = {key: found[key] for key in UNITS if key in found}
    vaporisation = raw.get("vaporisation", parent.vaporisation if parent else False)
    law = raw.get("dielectric_law", parent.dielectric_law if parent else "constant")
    if law not in LAW_NAMES:
        message = f"{name}.yaml: dielectric_law = {law}: must be one of {', '.join(LAW_NAMES)}"
        raise ModelError(message)
    spectrum = _spectrum(name, raw, parent)
    title = str(raw.get("title", name))
    return Record(
        name, kind, title, bool(vaporisation), values, spectrum, str(law), *_electroporation(name, raw, parent)
    )


def _electroporation(name: str, raw: Mapping[str, object], parent: Record | None) -> tuple[dict[str, Provenance], str]:
    """Quantities under pulses, those of the parent included, and the law."""
    block = raw.get("electroporation", {})
    if not isinstance(block, Mapping):
        message = f"{name}.yaml: electroporation: must be a mapping of quantities and their law"
        raise ModelError(message)
    inherited_law = parent.electroporation_law if parent else "smoothstep"
    law = check_law(f"{name}.yaml: electroporation.law", block.get("law", inherited_law))
    found = _inherited(parent, parent.electroporation if parent else {})
    found |= {key: parse_entry(name, key, entry, PULSE_UNITS) for key, entry in block.items() if key != "law"}
    return {key: found[key] for key in PULSE_UNITS if key in found}, law


def _spectrum(name: str, raw: Mapping[str, object], parent: Record | None) -> Spectrum | None:
    inherited = parent.spectrum if parent else None
    if "dielectric" in raw:
        return parse_spectrum(name, raw["dielectric"], inherited)
    return taken_from(parent.name, inherited) if parent and inherited else None


def _inherited(parent: Record | None, values: Mapping[str, Provenance]) -> dict[str, Provenance]:
    if parent is None:
        return {}
    if parent.kind == "base":
        return dict(values)
    taken = f"Taken from {parent.name}: no value of its own was found."
    return {
        key: replace(entry, verified=False, note=f"{taken} {entry.note}".strip(), alternatives=(), choice="")
        for key, entry in values.items()
    }
