"""Values of a summary by their dotted path."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def at(block: Mapping[str, Any] | None, path: str) -> Any:
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
