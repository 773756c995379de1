"""What the margins ask of a vessel, and which vessel is nearest to a place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ablasim.geometry.segments import point_polyline_distance
from ablasim.margins.clip import Floats


class NamedVessel(Protocol):
    """What the margins ask of a vessel."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def points(self) -> Floats:
        """Its centre-line, m, shape (n, 3)."""

    @property
    def diameter(self) -> float:
        """Its diameter, m."""


def nearest_vessel(place: Floats, vessels: Sequence[NamedVessel]) -> str | None:
    """Name of the vessel whose wall is nearest to a place; None without vessels.

    Parameters
    ----------
    place : ndarray, shape (3,)
        The place, m.
    vessels : sequence of NamedVessel
        The vessels.

    Returns
    -------
    str or None
        Its name.
    """

    def gap(vessel: NamedVessel) -> float:
        return float(point_polyline_distance(place[None], vessel.points)[0][0]) - 0.5 * vessel.diameter

    return min(vessels, key=gap).name if vessels else None
