"""Numbers in words, and the plain parts a report is made of."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ablasim.results.paths import at as at

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


def plus_minus(spread: float | None, unit: str = "", *, decimals: int | None = None) -> str:
    """Write an uncertainty with the decimals of its value, or more where it would be 0 with them; '' for None.

    Examples
    --------
    >>> plus_minus(3.27, "ml", decimals=1), plus_minus(0.0573, "mm", decimals=1), plus_minus(51.3, "J")
    ('± 3.3 ml', '± 0.06 mm', '± 51 J')
    """
    if spread is None or not math.isfinite(spread):
        return ""
    wanted = 1 - _power_of_ten(spread) if decimals is None else enough_decimals(spread, decimals)
    return f"± {number(spread, unit, decimals=max(wanted, 0))}"


def enough_decimals(spread: float | None, decimals: int) -> int:
    """Decimals with which a value and its uncertainty are written: more than usual where that would hide the latter.

    Examples
    --------
    >>> enough_decimals(0.0573, 1), enough_decimals(3.27, 1), enough_decimals(None, 1)
    (2, 1, 1)
    """
    return decimals if spread is None else max(decimals, -_power_of_ten(spread))


def measured(summary: Block, path: str, unit: str = "", *, decimals: int | None = None) -> str:
    """Write the value at a path of a summary with its unit, and with ± where the run was verified.

    Examples
    --------
    >>> measured({"zone": {"volume_ml": 29.16}, "uncertainty": {"zone": {"volume_ml": 0.42}}}, "zone.volume_ml", "ml")
    '29.2 ± 0.42 ml'
    """
    value, spread = at(summary, path), at(summary.get("uncertainty"), path)
    if value is None or spread is None:
        return number(value, unit, decimals=decimals)
    shown = None if decimals is None else enough_decimals(spread, decimals)
    return f"{number(value, decimals=shown)} {plus_minus(spread, unit, decimals=decimals)}"


def _power_of_ten(spread: float) -> int:
    return math.floor(math.log10(spread)) if math.isfinite(spread) and spread > 0.0 else 0


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
