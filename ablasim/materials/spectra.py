"""The dielectric spectrum of a tissue at 37 °C: four Cole-Cole terms, with their source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ablasim.constants import VACUUM_PERMITTIVITY_F_M
from ablasim.errors import ModelError

LOWEST_FREQUENCY_HZ, HIGHEST_FREQUENCY_HZ = 0.4e9, 10e9
"""Frequencies at which tissues are asked for, Hz. The law itself was fitted from 10 Hz to 100 GHz."""

_TERMS = 4
_COLE_COLE_KEYS = {"infinity", "strengths", "times_s", "spreads", "ionic_conductivity_s_m"}
_KEYS = _COLE_COLE_KEYS | {
    "permittivity_factor", "conductivity_factor", "source", "conditions", "verified", "note", "others",
}  # fmt: skip
_OTHER_KEYS = {"frequency_hz", "relative_permittivity", "conductivity_s_m", "source"}


@dataclass(frozen=True)
class ColeCole:
    """Sum of Cole-Cole terms and an ionic conductivity.

    Parameters
    ----------
    infinity : float
        Relative permittivity far above all dispersions.
    strengths, times, spreads : tuple of float
        Δε, τ (s) and α of each term.
    ionic_conductivity : float
        σ_i, S/m.
    """

    infinity: float
    strengths: tuple[float, ...]
    times: tuple[float, ...]
    spreads: tuple[float, ...]
    ionic_conductivity: float

    def at(self, frequency_hz: float) -> tuple[float, float]:
        """Relative permittivity, and conductivity in S/m, at a frequency in Hz.

        Notes
        -----
        ε = ε∞ + Σ Δε/(1 + (jωτ)^(1−α)) + σ_i/(jωε0) [1]_; the conductivity is −ωε0 Im ε, all losses together.

        References
        ----------
        .. [1] Gabriel, Lau and Gabriel, Phys. Med. Biol. 41:2271-2293, 1996.
        """
        omega = 2.0 * np.pi * frequency_hz
        strengths, times, spreads = (np.array(values) for values in (self.strengths, self.times, self.spreads))
        terms = strengths / (1.0 + (1j * omega * times) ** (1.0 - spreads))
        ionic = self.ionic_conductivity / (1j * omega * VACUUM_PERMITTIVITY_F_M)
        permittivity = self.infinity + terms.sum() + ionic
        return float(permittivity.real), float(-omega * VACUUM_PERMITTIVITY_F_M * permittivity.imag)


@dataclass(frozen=True)
class OtherValue:
    """What another source measured at one frequency at about 37 °C: relative permittivity and conductivity, S/m."""

    frequency_hz: float
    relative_permittivity: float
    conductivity: float
    source: str


@dataclass(frozen=True)
class Spectrum:
    """Dielectric spectrum of a tissue at 37 °C, and where it comes from.

    Parameters
    ----------
    cole_cole : ColeCole
        The law.
    permittivity_factor, conductivity_factor : float
        By which a tumour's values are those of the law of the tissue around it.
    source, conditions, verified, note
        As in `ablasim.materials.properties.Provenance`.
    others : tuple of OtherValue
        What other sources give.
    """

    cole_cole: ColeCole
    permittivity_factor: float
    conductivity_factor: float
    source: str
    conditions: str
    verified: bool
    note: str = ""
    others: tuple[OtherValue, ...] = ()

    def at(self, frequency_hz: float) -> tuple[float, float]:
        """Relative permittivity, and conductivity in S/m, at a frequency in Hz."""
        permittivity, conductivity = self.cole_cole.at(frequency_hz)
        return self.permittivity_factor * permittivity, self.conductivity_factor * conductivity


def parse_spectrum(name: str, raw: object, parent: Spectrum | None) -> Spectrum:
    """Spectrum out of a record's key ``dielectric``.

    Parameters
    ----------
    name : str
        Name of the record, for messages.
    raw : object
        The five quantities of the Cole-Cole law, or factors on the law of the record that this one builds on;
        with source and conditions.
    parent : Spectrum or None
        Spectrum of that record.

    Raises
    ------
    ModelError
        If a key is unknown, the law is not four terms of positive times, the source or the conditions are
        missing, or factors stand there without a law to act on.
    """
    where = f"{name}.yaml: dielectric"
    if not isinstance(raw, Mapping) or not set(raw) <= _KEYS:
        message = f"{where}: must be a mapping with keys among {', '.join(sorted(_KEYS))}"
        raise ModelError(message)
    for key in ("source", "conditions"):
        if not str(raw.get(key, "")).strip():
            message = f"{where}: no {key}"
            raise ModelError(message)
    given = set(raw) & _COLE_COLE_KEYS
    if not given and parent is None:
        message = f"{where}: no Cole-Cole law, and none to build on"
        raise ModelError(message)
    law = _cole_cole(where, raw) if given or parent is None else parent.cole_cole
    return Spectrum(
        cole_cole=law,
        permittivity_factor=float(raw.get("permittivity_factor", 1.0)),
        conductivity_factor=float(raw.get("conductivity_factor", 1.0)),
        source=str(raw["source"]),
        conditions=str(raw["conditions"]),
        verified=bool(raw.get("verified", False)),
        note=str(raw.get("note", "")),
        others=tuple(_other(where, other) for other in raw.get("others", ())),
    )


def taken_from(name: str, spectrum: Spectrum) -> Spectrum:
    """Spectrum of another tissue, taken for want of one's own: unverified, and says so."""
    note = f"Taken from {name}: no value of its own was found. {spectrum.note}".strip()
    return replace(spectrum, verified=False, note=note, others=())


def _cole_cole(where: str, raw: Mapping[str, Any]) -> ColeCole:
    missing = sorted(_COLE_COLE_KEYS - set(raw))
    if missing:
        message = f"{where}: no {', '.join(missing)}"
        raise ModelError(message)
    strengths, times, spreads = (tuple(map(float, raw[key])) for key in ("strengths", "times_s", "spreads"))
    if {len(strengths), len(times), len(spreads)} != {_TERMS}:
        message = f"{where}: strengths, times_s and spreads must have {_TERMS} numbers each"
        raise ModelError(message)
    if min(times) <= 0.0 or min(strengths) < 0.0 or min(spreads) < 0.0 or max(spreads) >= 1.0:
        message = f"{where}: times_s must be above 0, strengths at least 0, spreads from 0 to below 1"
        raise ModelError(message)
    return ColeCole(float(raw["infinity"]), strengths, times, spreads, float(raw["ionic_conductivity_s_m"]))


def _other(where: str, raw: object) -> OtherValue:
    if not isinstance(raw, Mapping) or set(raw) != _OTHER_KEYS:
        message = f"{where}: others: must be mappings with {', '.join(sorted(_OTHER_KEYS))}"
        raise ModelError(message)
    frequency, permittivity, conductivity = (
        float(raw[key]) for key in ("frequency_hz", "relative_permittivity", "conductivity_s_m")
    )
    return OtherValue(frequency, permittivity, conductivity, str(raw["source"]))
