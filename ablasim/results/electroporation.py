"""What pulses did, and what their heat did beside them: the block ``electroporation`` of the summary."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ablasim.build import Case
from ablasim.course import March
from ablasim.damage import DamageModel, PulseZone, wrongly_dead
from ablasim.damage.electroporation import REVERSIBLE
from ablasim.margins import Margin, Zone, common_volume
from ablasim.results.trains import divisions
from ablasim.results.walls import SCAFFOLD_SOURCE
from ablasim.scenario.poles import PARALLEL_WITHIN_DEG, needle_pairs
from ablasim.units import celsius, millilitres, millimetres, volts_per_cm

Block = dict[str, Any]


def electroporation_summary(
    case: Case, march: March, by_model: Mapping[str, tuple[Zone, Margin | None]]
) -> Block | None:
    """Zones of pulses and heat side by side, the largest field, the order of pairs and how needles lie.

    Parameters
    ----------
    case : Case
        The case.
    march : March
        The run itself.
    by_model : mapping of str to (Zone, Margin or None)
        Zone and margin of the run by damage model.

    Returns
    -------
    dict or None
        None without pulses. Volumes in ml, lengths in mm, fields in V/cm.
    """
    if march.pulses is None:
        return None
    model = pulse_model(case)
    dead = None if model is None else by_model[model.name][0]
    opened = by_model[REVERSIBLE.name][0] if REVERSIBLE.name in by_model else None
    trains = [outcome.train for outcome in march.pulses.trains]
    by_heat = {other.name: _by_heat(by_model[other.name][0], dead) for other in thermal_models(case.damage_models)}
    return {
        "damage_model": None if model is None else model.name,
        "irreversible_ml": None if dead is None else millilitres(dead.volume),
        "reversible_ml": None if opened is None else millilitres(opened.volume - _common(opened, dead)),
        **_largest_field(case, march.pulses.largest_field),
        "highest_temperature_c": celsius(march.hottest[0]),
        "heat_share_percent": by_heat.get(case.thermal_model.name, {}).get("share_of_zone_percent"),
        "dead_by_heat": by_heat,
        "conductivity_stays": all(train.conductivity_stays for train in trains),
        "order": [
            f"{train.anode} to {train.cathode}"
            for train, reason in zip(trains, divisions(case), strict=False)
            if reason is None
        ],
        "needle_pairs": _pairs(case),
        "scaffold": {"spared_below": case.thermal_model.label, "source": SCAFFOLD_SOURCE},
    }


def pulse_model(case: Case) -> PulseZone | None:
    """Model of what pulses kill: the headline, or the first that ran; None if none did."""
    zones = (model for model in case.damage_models if isinstance(model, PulseZone) and model.kills)
    return next(zones, None)


def thermal_models(models: tuple[DamageModel, ...]) -> list[DamageModel]:
    """Models of what heat kills, without those that take for dead what was seen to live."""
    return [model for model in models if not isinstance(model, PulseZone) and not wrongly_dead(model)]


def _largest_field(case: Case, field: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Block:
    if not np.nanmax(field, initial=0.0) > 0.0:
        return {"largest_field_v_per_cm": None, "largest_field_at_mm": None}
    node = int(np.nanargmax(field))
    return {
        "largest_field_v_per_cm": volts_per_cm(float(field[node])),
        "largest_field_at_mm": millimetres(case.mesh.points[node]).tolist(),
    }


def _by_heat(hot: Zone, dead: Zone | None) -> Block:
    """What heat kills, and how much of it lies in the zone of the pulses."""
    inside = _common(hot, dead)
    return {
        "volume_ml": millilitres(hot.volume),
        "inside_ml": millilitres(inside),
        "outside_ml": millilitres(max(hot.volume - inside, 0.0)),
        "share_of_zone_percent": 100.0 * inside / dead.volume if dead is not None and dead.volume > 0.0 else None,
    }


def _common(one: Zone, other: Zone | None) -> float:
    return 0.0 if other is None else common_volume(one, other)


def _pairs(case: Case) -> list[Block]:
    return [
        {
            "first": pair.first,
            "second": pair.second,
            "spacing_mm": pair.spacing,
            "at_tips_mm": pair.at_tips,
            "at_shafts_mm": pair.at_shafts,
            "angle_deg": pair.angle_deg,
            "depth_offset_mm": pair.depth_offset,
            "is_parallel": pair.angle_deg <= PARALLEL_WITHIN_DEG,
        }
        for pair in needle_pairs(case.scenario)
    ]
