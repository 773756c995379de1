"""The report's table of material values: what each is, on what grounds, and what others give."""

from __future__ import annotations

from collections.abc import Sequence

from ablasim.materials.entries import quantity_in_words
from ablasim.views.report_text import NOTHING, Block, Table, number


def materials_table(materials: Sequence[Block]) -> Table:
    """Material values with their sources."""
    rows = []
    for row in materials:
        bounds = [number(float(bound)) for bound in row.get("range") or ()]
        spread = " to ".join(dict.fromkeys(bounds)) or NOTHING
        checked = "the user's own" if row.get("user_defined") else number(bool(row.get("verified", False)))
        name, quantity = str(row["tissue"]), quantity_in_words(str(row["quantity"]))
        value = number(row["value"], _unit(row))
        rows.append((name, quantity, value, spread, checked, str(row.get("conditions") or NOTHING), _grounds(row)))
    columns = ("tissue", "quantity", "value", "range in the literature", "checked", "measured on or at", "source")
    return Table(columns, rows)


def n_unchecked(materials: Sequence[Block]) -> int:
    """Number of values that were not checked at their source; the user's own are not counted."""
    return sum(not row.get("verified", True) and not row.get("user_defined", False) for row in materials)


def _unit(row: Block) -> str:
    unit = str(row.get("unit", ""))
    return "" if unit == "1" else unit


def _grounds(row: Block) -> str:
    """Source of a value, what else is to know, and what others give."""
    told = [str(row[key]).strip().rstrip(".") for key in ("source", "note", "choice") if row.get(key)]
    others = "; ".join(
        f"{number(value, _unit(row))} ({source}{'' if verified else ': not checked'})"
        for value, source, verified in row.get("alternatives") or ()
    )
    return ". ".join(told + ([f"Others give {others}"] if others else [])) or NOTHING
