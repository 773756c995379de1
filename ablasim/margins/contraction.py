"""Contraction: the zone as heated, and as later imaging sees it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ablasim.margins.clip import Floats
from ablasim.margins.distance import TriangleSearch, interpolate
from ablasim.margins.refine import refine_minimum
from ablasim.margins.sampling import SampledTumour
from ablasim.margins.statistics import MarginClass, classify
from ablasim.margins.zone import Zone

_FEW_NUMBERS = "for radiofrequency few numbers exist, and none of a whole zone was found"


@dataclass(frozen=True)
class Shrinkage:
    """By how much ablated tissue becomes shorter.

    Parameters
    ----------
    radial, axial : float
        Shares of the length across and along the applicator that are lost, 0 to 1.
    radial_range, axial_range : (float, float)
        What the source spans.
    source : str
        Where it comes from, and what was read.
    """

    radial: float
    axial: float
    radial_range: tuple[float, float]
    axial_range: tuple[float, float]
    source: str


PRESETS: dict[str, Shrinkage] = {
    "microwave": Shrinkage(
        radial=0.33,
        axial=0.25,
        radial_range=(0.23, 0.43),
        axial_range=(0.21, 0.29),
        source="Farina et al., Int. J. Hyperthermia 30:419-428, 2014 (abstract): cubes of liver and muscle lost "
        "23 to 43 % of their length across the antenna and 21 to 29 % along it; here the middle of each range",
    ),
    "radiofrequency": Shrinkage(
        radial=0.17,
        axial=0.17,
        radial_range=(0.123, 0.217),
        axial_range=(0.123, 0.217),
        source="PMC3924587 (abstract): pig liver ex vivo lost 12.3 to 21.7 % of its length in 15 min at 60 to 95 °C, "
        f"the same taken in all directions; {_FEW_NUMBERS}",
    ),
}
"""Shrinkage by modality; all ex vivo, without blood."""


@dataclass(frozen=True, eq=False)
class Contraction:
    """A shrinkage towards the middle of an applicator's active part.

    Parameters
    ----------
    shrinkage : Shrinkage
        By how much.
    centre : ndarray, shape (3,)
        Point that stays where it is, m.
    axis : ndarray, shape (3,)
        Unit vector along the applicator.
    """

    shrinkage: Shrinkage
    centre: Floats
    axis: Floats

    def contracted(self, points: Floats, radial: float, axial: float) -> Floats:
        """Where points of ablated tissue come to lie, m, if it loses these shares of its length."""
        return self._scaled(points, 1.0 - radial, 1.0 - axial)

    def before(self, points: Floats, radial: float, axial: float) -> Floats:
        """Where points of contracted tissue lay as it was heated, m."""
        return self._scaled(points, 1.0 / (1.0 - radial), 1.0 / (1.0 - axial))

    def _scaled(self, points: Floats, across: float, along: float) -> Floats:
        offset = points - self.centre
        axial = (offset @ self.axis)[..., None] * self.axis
        scaled: Floats = self.centre + across * (offset - axial) + along * axial
        return scaled


@dataclass(frozen=True, eq=False)
class SeenMargin:
    """The margin that later imaging shows.

    Parameters
    ----------
    shrinkage : Shrinkage
        By how much ablated tissue shrank.
    zone_volume : float
        Volume of dead tissue after it shrank, m³.
    minimum : float
        Smallest margin, m.
    minimum_range : (float, float)
        The same with the largest and the smallest shrinkage of the source, m.
    minimum_at : ndarray, shape (3,)
        Where it is, m.
    margin_class : str
        Its class, by the minimum alone.
    """

    shrinkage: Shrinkage
    zone_volume: float
    minimum: float
    minimum_range: tuple[float, float]
    minimum_at: Floats
    margin_class: MarginClass


def seen_margin(zone: Zone, sampled: SampledTumour, contraction: Contraction) -> SeenMargin:
    """Margin of the tumour as it was before the ablation, in the zone as it is after it has shrunk.

    That is what software sees that lays the pictures before and after over each other: the tumour at its old size, the
    zone at its new one. The margin looks narrower than it is, though nobody lives in it. The whole zone shrinks evenly;
    the tissue round it does not follow.

    Parameters
    ----------
    zone : Zone
        A zone that is not empty.
    sampled : SampledTumour
        The tumour in the same mesh.
    contraction : Contraction
        By how much it shrinks, and whereto.
    """
    shrinkage = contraction.shrinkage
    radial, axial = shrinkage.radial, shrinkage.axial
    minimum, place = _minimum(zone, sampled, contraction, radial, axial)
    ends = [
        _minimum(zone, sampled, contraction, shrinkage.radial_range[end], shrinkage.axial_range[end])[0]
        for end in (1, 0)
    ]
    return SeenMargin(
        shrinkage=shrinkage,
        zone_volume=zone.volume * (1.0 - radial) ** 2 * (1.0 - axial),
        minimum=minimum,
        minimum_range=(ends[0], ends[1]),
        minimum_at=place,
        margin_class=classify(minimum, has_residual=False),
    )


def _minimum(
    zone: Zone, sampled: SampledTumour, contraction: Contraction, radial: float, axial: float
) -> tuple[float, Floats]:
    domain = zone.domain
    corners = contraction.contracted(zone.surface.corners, radial, axial)
    search = TriangleSearch.of(corners)

    def margin(points: Floats) -> Floats:
        """Distance to the shrunk surface; where the tissue came from a lumen or from outside, nothing is ablated."""
        cell, barycentric = domain.locate_in_tissue(contraction.before(points, radial, axial))
        level = interpolate(domain.cells, zone.filled, cell, barycentric)
        distance = search.distance(points)
        values: Floats = np.where(np.nan_to_num(level, nan=-1.0) > 0.0, distance, -distance)
        return values

    return refine_minimum(sampled, margin(sampled.points), margin, spacing=sampled.spacing)
