"""Nested blocks of a summary as dotted paths."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_AXES = ("x", "y", "z")


def flat(block: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Numbers and words of nested blocks by dotted path; of lists only vectors of three, by ``.x``, ``.y``, ``.z``.

    Examples
    --------
    >>> list(flat({"margin": {"minimum_mm": 2.4, "minimum_at_mm": [10, 0, 0], "class": "below_5"}}))[:2]
    [('margin.minimum_mm', 2.4), ('margin.minimum_at_mm.x', 10)]
    """
    for key, value in block.items():
        path = f"{above}{key}"
        if isinstance(value, Mapping):
            yield from flat(value, f"{path}.")
        elif isinstance(value, list):
            if len(value) == len(_AXES) and all(isinstance(item, int | float) for item in value):
                yield from ((f"{path}.{axis}", item) for axis, item in zip(_AXES, value, strict=True))
        else:
            yield path, value
