"""A run and its twins: what each is called, and which vessels it leaves out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

Names: TypeAlias = frozenset[str]
NONE: Names = frozenset()

Variant: TypeAlias = str
"""``actual``, or a twin on the same mesh: ``no_vessel`` and ``without:NAME`` (all vessels, or one, are tissue),
``occluded`` (all blood stands still)."""

_WITHOUT = "without:"


def without(vessel: str) -> Variant:
    """Name of the twin in which one vessel alone is tissue."""
    return _WITHOUT + vessel


def absent_vessels(variant: Variant, vessels: Iterable[str]) -> Names:
    """Those of some vessels whose lumens are perfused tissue in a variant.

    Examples
    --------
    >>> both = ["artery", "vein"]
    >>> sorted(absent_vessels("no_vessel", both)), sorted(absent_vessels(without("vein"), both))
    (['artery', 'vein'], ['vein'])
    """
    if variant == "no_vessel":
        return frozenset(vessels)
    return frozenset([variant.removeprefix(_WITHOUT)]) if variant.startswith(_WITHOUT) else NONE
