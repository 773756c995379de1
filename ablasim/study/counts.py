"""Numbers with their nouns."""

from __future__ import annotations


def how_many(number: int, noun: str) -> str:
    """A number and its noun, one or many.

    Examples
    --------
    >>> how_many(1, "case"), how_many(2, "case"), how_many(3, "mesh"), how_many(2, "process")
    ('1 case', '2 cases', '3 meshes', '2 processes')
    """
    if number == 1:
        return f"1 {noun}"
    return f"{number} {noun}{'es' if noun.endswith(('s', 'sh')) else 's'}"
