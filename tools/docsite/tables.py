"""Markdown tables and words that several pages share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    r"""A Markdown table; cells may hold any text.

    Examples
    --------
    >>> print(table(["a", "b"], [["1", "x | y"]]))
    | a | b |
    | --- | --- |
    | 1 | x \| y |
    """
    lines = [columns, ["---"] * len(columns), *([cell(text) for text in row] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def cell(text: str) -> str:
    """Text that stays within its cell."""
    return re.sub(r"(?<!\\)\|", r"\\|", " ".join(str(text).split()))


def plain(text: str) -> str:
    r"""Text in which nothing is taken for Markdown or HTML.

    Examples
    --------
    >>> plain("a < b, x_y and *z*")
    'a &lt; b, x\\_y and \\*z\\*'
    """
    return re.sub(r"([*_\[\]`])", r"\\\1", text.replace("&", "&amp;").replace("<", "&lt;"))


def number(value: float) -> str:
    """A number as short as it is exact to six digits."""
    return f"{value:.6g}".replace("-", "−")
