"""The whole library as rows: for the list on the screen, the report and the page of the verification book."""

from __future__ import annotations

from dataclasses import dataclass

from ablasim.materials.library import solid_names, tissue_names
from ablasim.materials.properties import Alternative
from ablasim.materials.records import read_record


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
    """Every quantity of every tissue and solid, with its source."""
    records = [read_record(name) for name in (*tissue_names(), *solid_names())]
    return tuple(
        LibraryRow(
            name=record.name,
            title=record.title,
            quantity=key,
            value=entry.value,
            unit=entry.unit,
            range=entry.range,
            source=entry.source,
            conditions=entry.conditions,
            verified=entry.verified,
            note=entry.note,
            alternatives=entry.alternatives,
            choice=entry.choice,
        )
        for record in records
        for key, entry in record.values.items()
    )
