"""A scenario's plain data with some values changed, addressed by dotted path with names."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from ablasim.errors import ScenarioError
from ablasim.scenario.messages import did_you_mean


def with_changes(data: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Copy of a scenario's data in which some values are others.

    Parameters
    ----------
    data : mapping
        The scenario as it stands in its file; it is left as it is.
    changes : mapping of str to object
        New values by dotted path: ``organ.size_mm``, ``vessels.hepatic_vein.diameter_mm``, ``protocol.0.duration_s``.
        Items of a list are addressed by their ``name``, or by their number where they have none. The last key need
        not be there yet; parts on the way that are missing are made.

    Raises
    ------
    ScenarioError
        If a path names an item that is not there, or goes on below a plain value.

    Examples
    --------
    >>> with_changes({"vessels": [{"name": "vein", "diameter_mm": 6}]}, {"vessels.vein.diameter_mm": 4})
    {'vessels': [{'name': 'vein', 'diameter_mm': 4}]}
    """
    if not isinstance(changes, Mapping) or not all(isinstance(path, str) for path in changes):
        message = f"changes {changes!r}: must be new values by dotted path, such as {{'organ.tissue': 'liver'}}"
        raise ScenarioError(message)
    changed: dict[str, Any] = deepcopy(dict(data))
    for path, value in changes.items():
        *way, last = path.split(".")
        part: Any = changed
        for step in way:
            part = _below(part, step, path, make=True)
        if isinstance(part, dict):
            part[last] = value
        else:
            _below(part, last, path, make=False)
            part[_index(part, last)] = value
    return changed


def _below(part: Any, step: str, path: str, *, make: bool) -> Any:
    if isinstance(part, dict):
        if make and not isinstance(part.get(step), dict | list):
            if part.get(step) is not None:
                message = f"{path}: '{step}' is {part[step]!r}, a plain value: a change cannot go below it"
                raise ScenarioError(message)
            part[step] = {}
        return part[step]
    if isinstance(part, list):
        index = _index(part, step)
        if index is None:
            known = _labels(part)
            hint = did_you_mean(step, known) or f"; known: {', '.join(known) or 'none'}"
            message = f"{path}: '{step}': no such item{hint}"
            raise ScenarioError(message)
        return part[index]
    message = f"{path}: a change cannot go below a plain value"
    raise ScenarioError(message)


def _index(items: list[Any], step: str) -> Any:
    labels = _labels(items)
    return labels.index(step) if step in labels else None


def _labels(items: list[Any]) -> tuple[str, ...]:
    return tuple(
        str(item["name"]) if isinstance(item, dict) and "name" in item else str(i) for i, item in enumerate(items)
    )
