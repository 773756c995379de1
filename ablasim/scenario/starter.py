"""The commented scenario that a new user starts from."""

from __future__ import annotations

from importlib.resources import files


def starter_text() -> str:
    """Text of a commented scenario that runs as it is.

    Examples
    --------
    >>> "schema_version: 1" in starter_text()
    True
    """
    return files("ablasim.scenario").joinpath("starter.yaml").read_text(encoding="utf-8")
