"""Numbers in words, and the plain parts a report is made of."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

NOTHING = "–"

Block = Mapping[str, Any]


class Tile(NamedTuple):
    """A headline number: label, value with unit, and its uncertainty in words, or ''."""

    label: str
    value: str
    uncertainty: str


class Table(NamedTuple):
    """A table: column headings, rows of text, and a sentence below."""

    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    note: str = ""


class Section(NamedTuple):
    """A heading with its tables."""

    heading: str
    tables: list[Table]


def number(value: Any, unit: str = "", *, decimals: int | None = None) -> str:
    """Write a number with its unit; three significant digits unless decimals are asked for.

    Examples
    --------
    >>> number(-1.234, "mm", decimals=1), number(28800.0, "J"), number(0.19), number(None)
    ('−1.2 mm', '28800 J', '0.19', '–')
    """
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    if decimals is not None:
        text = f"{round(value, decimals) + 0.0:.{decimals}f}"
    elif isinstance(value, int) or 1e3 <= abs(value) < 1e6:
        text = f"{value:.0f}"
    else:
        text = f"{value:.3g}"
    return f"{text.replace('-', '−')} {unit}".rstrip()


def at(block: Block | None, path: str) -> Any:
    """Value at a dotted path, or None where something on the way is missing.

    Examples
    --------
    >>> at({"zone": {"volume_ml": 3.0}}, "zone.volume_ml"), at({"zone": None}, "zone.volume_ml")
    (3.0, None)
    """
    value: Any = block
    for key in path.split("."):
        if not isinstance(value, Mapping) or key not in value:
            return None
        value = value[key]
    return value


def place(coordinates: Sequence[float] | None) -> str:
    """Write a place in mm.

    Examples
    --------
    >>> place([1.0, -2.04, 0.0])
    '(1.0, −2.0, 0.0) mm'
    """
    if coordinates is None:
        return NOTHING
    return "(" + ", ".join(number(float(value), decimals=1) for value in coordinates) + ") mm"
