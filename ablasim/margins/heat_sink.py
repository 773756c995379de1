"""What vessels took from an ablation, by comparing a run with its twins on the same mesh."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeVar

import numpy as np

from ablasim.margins.clip import Floats, Integers
from ablasim.margins.lines import nearest_places
from ablasim.margins.profile import AngularProfile, Extent, extent_along
from ablasim.margins.rim import Rim, measure_rim
from ablasim.margins.zone import Zone


class WalledVessel(Protocol):
    """What the comparison asks of a vessel."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def points(self) -> Floats:
        """Its centre-line, m, shape (n, 3)."""


Line = TypeVar("Line", bound=WalledVessel)


@dataclass(frozen=True)
class Loss:
    """What a twin has more than another run.

    Parameters
    ----------
    volume : float
        Volume of dead tissue, m³.
    margin : float or None
        Minimum margin, m; None without a tumour.
    """

    volume: float
    margin: float | None


@dataclass(frozen=True, eq=False)
class VesselEffect:
    """What one vessel did to the zone.

    Parameters
    ----------
    name : str
        Name of the vessel.
    on_applicator, on_vessel : ndarray, shape (3,)
        The applicator's active point nearest the centre-line, and the centre-line's point nearest to that, m.
    extent, twin_extent : Extent or None
        How far the zone reaches on the ray from the one through the other, in the run and in the twin without vessels;
        None if the ray starts outside the zone.
    rim : Rim or None
        The living cuff; None if the twin's zone reaches no wall that faces the applicator,
        or the vessel is a line.
    """

    name: str
    on_applicator: Floats
    on_vessel: Floats
    extent: Extent | None
    twin_extent: Extent | None
    rim: Rim | None

    @property
    def retraction(self) -> float | None:
        """Twin's first exit minus the run's, m, lumen included; 0 if the ray starts outside both zones, None if one."""
        return self._lost("exit")

    @property
    def tissue_lost(self) -> float | None:
        """Dead tissue that the twin has more on the ray, m, lumens left out; 0 or None as above."""
        return self._lost("tissue")

    def _lost(self, part: Literal["exit", "tissue"]) -> float | None:
        if self.extent is None and self.twin_extent is None:
            return 0.0
        if self.extent is None or self.twin_extent is None:
            return None
        return float(getattr(self.twin_extent, part) - getattr(self.extent, part))


@dataclass(frozen=True)
class HeatSink:
    """What all vessels together, and each of them, did to the zone.

    Parameters
    ----------
    total : Loss
        Twin without vessels minus the run.
    volume_fraction : float or None
        ``total.volume`` as a share of the twin's volume; None if nothing dies in the twin.
    flow, presence : Loss or None
        The part due to the flow (occluded minus the run) and that due to there being a lumen (no vessels
        minus occluded); None without the occluded twin.
    vessels : tuple of VesselEffect
        Vessel by vessel.
    shares : mapping of str to Loss
        By vessel, what a twin without this vessel alone has more than the run; empty unless asked for.
    profile : AngularProfile or None
        Outline of both zones round the applicator; None without one.
    """

    total: Loss
    volume_fraction: float | None
    flow: Loss | None
    presence: Loss | None
    vessels: tuple[VesselEffect, ...]
    shares: Mapping[str, Loss]
    profile: AngularProfile | None

    @property
    def shared(self) -> Loss | None:
        """What belongs to no single vessel: the total minus the sum of the shares; None without shares."""
        if not self.shares:
            return None
        margins = [loss.margin for loss in self.shares.values()]
        return Loss(
            self.total.volume - sum(loss.volume for loss in self.shares.values()),
            None if self.total.margin is None else self.total.margin - sum(m for m in margins if m is not None),
        )


@dataclass(frozen=True)
class Outcome:
    """A run as the comparison sees it.

    Parameters
    ----------
    zone : Zone
        Its zone.
    minimum_margin : float or None
        Its minimum margin, m; None without a tumour.
    """

    zone: Zone
    minimum_margin: float | None = None


def compare_twins(
    actual: Outcome,
    no_vessel: Outcome,
    *,
    occluded: Outcome | None = None,
    without: Mapping[str, Outcome] | None = None,
    vessels: Sequence[VesselEffect] = (),
    profile: AngularProfile | None = None,
) -> HeatSink:
    """Compare a run with its twins.

    Parameters
    ----------
    actual : Outcome
        The run.
    no_vessel : Outcome
        Its twin in which every lumen takes the tissue it lies in.
    occluded : Outcome, optional
        Its twin with stagnant blood.
    without : mapping of str to Outcome, optional
        Its twins in which one vessel alone is tissue, by that vessel.
    vessels : sequence of VesselEffect
        As `vessel_effect` finds them.
    profile : AngularProfile, optional
        As `angular_profile` finds it.

    Returns
    -------
    HeatSink
        The losses.
    """
    total = _loss(no_vessel, actual)
    twin_volume = no_vessel.zone.volume
    return HeatSink(
        total=total,
        volume_fraction=total.volume / twin_volume if twin_volume > 0.0 else None,
        flow=None if occluded is None else _loss(occluded, actual),
        presence=None if occluded is None else _loss(no_vessel, occluded),
        vessels=tuple(vessels),
        shares={name: _loss(twin, actual) for name, twin in (without or {}).items()},
        profile=profile,
    )


def _loss(more: Outcome, less: Outcome) -> Loss:
    if more.minimum_margin is None or less.minimum_margin is None:
        margin = None
    else:
        margin = more.minimum_margin - less.minimum_margin
    return Loss(more.zone.volume - less.zone.volume, margin)


def vessel_effect(
    actual: Zone, no_vessel: Zone, vessel: WalledVessel, *, wall: Integers | None, active: Floats
) -> VesselEffect:
    """Compare a run with its twin without vessels at one vessel.

    The ray ends at the wall in the run, whose lumen is no zone, and goes on through it in the twin.

    Parameters
    ----------
    actual, no_vessel : Zone
        Zones of the run and of its twin (in which its lumen is ``tissue``).
    vessel : WalledVessel
        The vessel.
    wall : ndarray of int, shape (n_facets, 3), or None
        Triangles of its wall; None for a vessel that is a line, which has no rim.
    active : ndarray, shape (n_segments, 2, 3)
        Ends of the active parts of the applicators, m; for a cluster, of its common axis.

    Returns
    -------
    VesselEffect
        Retraction and rim.
    """
    on_applicator, on_vessel = nearest_places(active, vessel.points)
    return VesselEffect(
        name=vessel.name,
        on_applicator=on_applicator,
        on_vessel=on_vessel,
        extent=extent_along(actual, on_applicator, on_vessel - on_applicator),
        twin_extent=extent_along(no_vessel, on_applicator, on_vessel - on_applicator),
        rim=None
        if wall is None
        else measure_rim(actual, no_vessel, centre_line=vessel.points, wall=wall, seen_from=on_applicator),
    )


def nearest_branch(active: Floats, branches: Sequence[Line]) -> Line:
    """Branch of a tree of vessels that comes nearest to the active applicator.

    Parameters
    ----------
    active : ndarray, shape (n_segments, 2, 3)
        As for `vessel_effect`.
    branches : sequence of WalledVessel
        The branches.
    """

    def gap(branch: Line) -> float:
        on_applicator, on_vessel = nearest_places(active, branch.points)
        return float(np.linalg.norm(on_vessel - on_applicator))

    return min(branches, key=gap)
