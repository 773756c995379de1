"""How far the smallest margin spreads over the damage models that may be right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ablasim.damage import PulseZone
from ablasim.damage.comparison import wrongly_dead
from ablasim.damage.model import DamageModel
from ablasim.margins import Margin
from ablasim.units import MM_PER_M


def model_spread(margins: Mapping[str, Margin | None], models: Iterable[DamageModel]) -> dict[str, Any]:
    """Smallest and largest of the minimum margins by damage model, for the block ``margin``.

    Counted are models of what kills in the headline's way, by heat or by pulses: a model of the other says what else
    happened, not how sure the zone is. Models that take for dead what was seen to live (`wrongly_dead`) are ruled out.

    Parameters
    ----------
    margins : mapping of str to (Margin or None)
        Margin by damage model.
    models : iterable of DamageModel
        The models, the headline first.

    Returns
    -------
    dict
        ``model_low_mm``, ``model_high_mm`` (None for fewer than two models) and ``models_counted``.
    """
    counted = counted_models(models)
    kept = {name: margin.minimum * MM_PER_M for name, margin in margins.items() if margin and name in counted}
    has_spread = len(kept) > 1
    return {
        "model_low_mm": min(kept.values()) if has_spread else None,
        "model_high_mm": max(kept.values()) if has_spread else None,
        "models_counted": list(kept),
    }


def counted_models(models: Iterable[DamageModel]) -> dict[str, DamageModel]:
    """Models whose spread is the uncertainty of the headline's zone, by name; the headline comes first in `models`."""
    every = list(models)
    by_pulses = isinstance(every[0], PulseZone)
    return {model.name: model for model in every if isinstance(model, PulseZone) == by_pulses and _counts(model)}


def _counts(model: DamageModel) -> bool:
    return model.kills if isinstance(model, PulseZone) else not wrongly_dead(model)
