"""The whole library as rows: for the list on the screen, the report and the page of the verification book."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ablasim.materials.electroporation import GOMPERTZ_KEYS, RAMP_KEYS
from ablasim.materials.library import solid_names, tissue_names
from ablasim.materials.properties import Alternative
from ablasim.materials.records import Record, read_record
from ablasim.units import HZ_PER_MHZ

SHOWN_FREQUENCIES_HZ = (915e6, 2.45e9)
"""Frequencies at which the values of a dielectric spectrum are listed: those of ablation devices, Hz."""

_OF_THE_LAW = (*RAMP_KEYS, *GOMPERTZ_KEYS)


@dataclass(frozen=True)
class LibraryRow:
    """One row of the table of the library: a quantity of a tissue, with its source.

    Parameters
    ----------
    name : str
        Tissue or solid.
    title : str
        What that is, in words.
    quantity : str
        Key of the quantity, its unit in the name.
    value : float
        Value used.
    unit : str
        Unit.
    range : tuple of float
        Lowest and highest value that sources give.
    source, conditions : str
        Citation, and how it was measured.
    verified : bool
        See `Provenance`.
    note : str
        What else a reader should know.
    alternatives : tuple of Alternative
        What other sources give, where they disagree.
    choice : str
        Grounds of the choice among them.
    """

    name: str
    title: str
    quantity: str
    value: float
    unit: str
    range: tuple[float, float]
    source: str
    conditions: str
    verified: bool
    note: str
    alternatives: tuple[Alternative, ...]
    choice: str


def library_table() -> tuple[LibraryRow, ...]:
    """Every quantity of every tissue and solid, with its source; spectra at `SHOWN_FREQUENCIES_HZ`."""
    records = [read_record(name) for name in (*tissue_names(), *solid_names())]
    return tuple(row for record in records for row in (*_values(record), *_spectrum(record)))


def _values(record: Record) -> Iterator[LibraryRow]:
    for key, entry in (*record.values.items(), *record.electroporation.items()):
        yield LibraryRow(
            name=record.name,
            title=record.title,
            quantity=key,
            value=entry.value,
            unit=entry.unit,
            range=entry.range,
            source=entry.source,
            conditions=entry.conditions + (f"; law {record.electroporation_law}" if key in _OF_THE_LAW else ""),
            verified=entry.verified,
            note=entry.note,
            alternatives=entry.alternatives,
            choice=entry.choice,
        )


def _spectrum(record: Record) -> Iterator[LibraryRow]:
    spectrum = record.spectrum
    if spectrum is None:
        return
    for frequency in SHOWN_FREQUENCIES_HZ:
        others = [other for other in spectrum.others if other.frequency_hz == frequency]
        given = [(other.relative_permittivity, other.conductivity) for other in others]
        shown = f"{frequency / HZ_PER_MHZ:.0f}_mhz"
        quantities = ((f"relative_permittivity_at_{shown}", "1"), (f"conductivity_at_{shown}_s_m", "S/m"))
        for which, (quantity, unit) in enumerate(quantities):
            value = float(f"{spectrum.at(frequency)[which]:.4g}")
            told = "; ".join(f"{item[which]:g} ({other.source})" for item, other in zip(given, others, strict=True))
            yield LibraryRow(
                name=record.name,
                title=record.title,
                quantity=quantity,
                value=value,
                unit=unit,
                range=(min([value, *(item[which] for item in given)]), max([value, *(item[which] for item in given)])),
                source=spectrum.source,
                conditions=f"{spectrum.conditions}; follows temperature by the law {record.dielectric_law}",
                verified=spectrum.verified,
                note=" ".join(filter(None, [spectrum.note, f"Others: {told}." if told else ""])),
                alternatives=(),
                choice="",
            )
