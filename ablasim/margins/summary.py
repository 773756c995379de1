"""Zones, margins and heat sinks as the keys of ``summary.json``: mm, ml and percent."""

from __future__ import annotations

from math import degrees, isfinite
from typing import Any

from ablasim.margins.axes import Axes
from ablasim.margins.clip import Floats
from ablasim.margins.contraction import SeenMargin
from ablasim.margins.heat_sink import HeatSink, Loss, VesselEffect
from ablasim.margins.margin import Margin
from ablasim.margins.profile import AngularProfile
from ablasim.margins.residual import ResidualPiece
from ablasim.margins.rules import RuleResult
from ablasim.margins.zone import Zone
from ablasim.units import MM_PER_M, millilitres, millimetres

Summary = dict[str, Any]


def zone_summary(zone: Zone, axes: Axes) -> Summary:
    """Block ``zone``.

    Parameters
    ----------
    zone : Zone
        The zone.
    axes : Axes
        Its diameters.

    Returns
    -------
    dict
        Volumes in ml, lengths in mm.
    """
    return {
        "volume_ml": millilitres(zone.volume),
        "long_axis_mm": axes.long * MM_PER_M,
        "short_axis_mm": axes.short * MM_PER_M,
        "largest_width_mm": axes.wide * MM_PER_M,
        "sphericity": zone.sphericity,
        "applicator_sleeve_ml": millilitres(zone.sleeve_volume),
        "pieces": zone.n_pieces,
        "touches_outside": zone.touches_outside,
    }


def margin_summary(margin: Margin) -> Summary:
    """Block ``margin``.

    Parameters
    ----------
    margin : Margin
        The margin.

    Returns
    -------
    dict
        Lengths in mm, volumes in ml, shares in percent.
    """
    shares = margin.surface_shares
    return {
        "has_zone": margin.has_zone,
        "minimum_mm": margin.minimum * MM_PER_M,
        "class": margin.margin_class,
        "minimum_at_mm": _list_mm(margin.minimum_at),
        "minimum_direction": None if margin.minimum_direction is None else margin.minimum_direction.tolist(),
        "nearest_vessel": margin.nearest_vessel,
        "surface_share_percent": {
            "below_0": 100.0 * shares.below_0,
            "0_to_5": 100.0 * shares.from_0_to_5,
            "5_to_10": 100.0 * shares.from_5_to_10,
            "above_10": 100.0 * shares.above_10,
        },
        "percentiles_mm": {str(percent): value * MM_PER_M for percent, value in margin.percentiles.items()},
        "tumour_ablated_percent": 100.0 * margin.tumour_ablated,
        "residual_ml": millilitres(margin.residual_volume),
        "residual_in_sleeve_ml": millilitres(margin.sleeve_in_tumour),
        "residual_pieces": [_piece(piece) for piece in margin.residual_pieces],
        "shell_ablated_percent": {
            f"{thickness * MM_PER_M:g}_mm": _percent(share) for thickness, share in margin.shell_ablated.items()
        },
        "rules": {result.rule.name: _rule(result) for result in margin.rules},
        "excluded_surface_percent": 100.0 * margin.excluded_fraction,
    }


def seen_summary(seen: SeenMargin) -> Summary:
    """Block ``margin.contraction``.

    Parameters
    ----------
    seen : SeenMargin
        The margin that later imaging shows.

    Returns
    -------
    dict
        Lengths in mm, volumes in ml, shares in percent.
    """
    low, high = seen.minimum_range
    return {
        "radial_percent": 100.0 * seen.shrinkage.radial,
        "axial_percent": 100.0 * seen.shrinkage.axial,
        "source": seen.shrinkage.source,
        "zone_volume_ml": millilitres(seen.zone_volume),
        "minimum_mm": seen.minimum * MM_PER_M,
        "minimum_low_mm": low * MM_PER_M,
        "minimum_high_mm": high * MM_PER_M,
        "minimum_at_mm": _list_mm(seen.minimum_at),
        "class": seen.margin_class,
    }


def _rule(result: RuleResult) -> Summary:
    rule = result.rule
    return {
        "met": result.met,
        "percent": result.percent,
        "needed_percent": rule.needed_percent,
        "asks_for": rule.words,
        "source": rule.source,
        "verified": rule.verified,
    }


def _piece(piece: ResidualPiece) -> Summary:
    return {
        "volume_ml": millilitres(piece.volume),
        "centre_mm": _list_mm(piece.centre),
        "nearest_vessel": piece.nearest_vessel,
        "in_sleeve": piece.in_sleeve,
    }


def heat_sink_summary(heat_sink: HeatSink) -> Summary:
    """Block ``heat_sink``, but for the heat each vessel carried off.

    Parameters
    ----------
    heat_sink : HeatSink
        The losses.

    Returns
    -------
    dict
        Lengths in mm, volumes in ml, shares in percent.
    """
    total = _loss(heat_sink.total)
    return {
        "volume_loss_ml": total["ml"],
        "volume_loss_percent": _percent(heat_sink.volume_fraction),
        "margin_loss_mm": total["mm"],
        "flow_loss": None if heat_sink.flow is None else _loss(heat_sink.flow),
        "presence_loss": None if heat_sink.presence is None else _loss(heat_sink.presence),
        "vessels": {
            vessel.name: _vessel(vessel) | {"attributed_loss": _loss_if_known(heat_sink.shares.get(vessel.name))}
            for vessel in heat_sink.vessels
        },
        "shared_loss": _loss_if_known(heat_sink.shared),
        "largest_retraction": _largest(heat_sink.profile),
    }


def _vessel(effect: VesselEffect) -> Summary:
    rim = effect.rim
    return {
        "retraction_mm": _mm(effect.retraction),
        "tissue_lost_mm": _mm(effect.tissue_lost),
        "rim_min_mm": None if rim is None else _mm(rim.minimum),
        "rim_mean_mm": None if rim is None else _mm(rim.mean),
        "cuff_share_percent": None if rim is None else 100.0 * rim.cuff_fraction,
        "nearest_on_applicator_mm": _list_mm(effect.on_applicator),
        "nearest_on_vessel_mm": _list_mm(effect.on_vessel),
    }


def _largest(profile: AngularProfile | None) -> Summary:
    found = None if profile is None else profile.largest_retraction
    if found is None:
        return {"mm": None, "angle_deg": None}
    return {"mm": found[0] * MM_PER_M, "angle_deg": degrees(found[1])}


def _loss_if_known(loss: Loss | None) -> Summary:
    return {"ml": None, "mm": None} if loss is None else _loss(loss)


def _loss(loss: Loss) -> Summary:
    return {"ml": millilitres(loss.volume), "mm": _mm(loss.margin)}


def _mm(length: float | None) -> float | None:
    """Length in mm; None if there is none, or if it is infinite (nothing dead to measure to)."""
    return None if length is None or not isfinite(length) else length * MM_PER_M


def _list_mm(place: Floats | None) -> list[float] | None:
    return None if place is None else [float(value) for value in millimetres(place)]


def _percent(share: float | None) -> float | None:
    return None if share is None else 100.0 * share
