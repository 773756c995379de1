"""A table for the screen whose values are never broken over lines: what does not fit is left out, and named."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

_HEADER = 8
"""Least width of a column, to which its name is folded, characters."""

_FRAME = 3
"""Characters that a column takes beside its own."""


def whole_numbers(names: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> tuple[Table, list[str]]:
    """Table of the first columns that fit, and the names of the others.

    Parameters
    ----------
    names : sequence of str
        Names of the columns; they are folded where there is no room.
    rows : sequence of sequence of str
        Cells.
    width : int
        Of the screen, characters.
    """
    values = [max((len(row[k]) for row in rows), default=0) for k in range(len(names))]
    least = [max(value, min(len(name), _HEADER)) for name, value in zip(names, values, strict=True)]
    shown, left = 0, width - 1
    while shown < len(names) and (shown == 0 or least[shown] + _FRAME <= left):
        left -= least[shown] + _FRAME
        shown += 1
    table = Table()
    for name, narrow in zip(names[:shown], least[:shown], strict=True):
        more = max(0, min(left, len(name) - narrow))
        left -= more
        table.add_column(Text(name), overflow="fold", width=narrow + more)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row[:shown]))
    return table, list(names[shown:])
