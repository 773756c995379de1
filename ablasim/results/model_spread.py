"""How far the smallest margin spreads over the damage models that may be right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ablasim.damage.comparison import wrongly_dead
from ablasim.damage.model import DamageModel
from ablasim.margins import Margin
from ablasim.units import MM_PER_M


def model_spread(margins: Mapping[str, Margin | None], models: Iterable[DamageModel]) -> dict[str, Any]:
    """Smallest and largest of the minimum margins by damage model, for the block ``margin``.

    Models that take for dead what was seen to live (`wrongly_dead`) are ruled out, and not counted.

    Parameters
    ----------
    margins : mapping of str to (Margin or None)
        Margin by damage model.
    models : iterable of DamageModel
        The models.

    Returns
    -------
    dict
        ``model_low_mm``, ``model_high_mm`` (None for fewer than two models) and ``models_counted``.
    """
    ruled_out = {model.name for model in models if wrongly_dead(model)}
    kept = {name: margin.minimum * MM_PER_M for name, margin in margins.items() if margin and name not in ruled_out}
    has_spread = len(kept) > 1
    return {
        "model_low_mm": min(kept.values()) if has_spread else None,
        "model_high_mm": max(kept.values()) if has_spread else None,
        "models_counted": list(kept),
    }
