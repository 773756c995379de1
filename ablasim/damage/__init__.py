"""Damage models: temperature over time, as nodal arrays, to what died."""

from ablasim.damage.model import DamageModel, State
from ablasim.damage.perfusion_shutdown import Shutdown, perfusion_shutdown
from ablasim.damage.registry import DEFAULT_MODELS, HEADLINE, damage_model, damage_model_names

__all__ = [
    "DEFAULT_MODELS",
    "HEADLINE",
    "DamageModel",
    "Shutdown",
    "State",
    "damage_model",
    "damage_model_names",
    "perfusion_shutdown",
]
