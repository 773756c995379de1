"""Damage models: temperature over time, as nodal arrays, to what died."""

from ablasim.damage.comparison import DamageRow, damage_table, lethal_temperature, seconds_to_death, wrongly_dead
from ablasim.damage.exposure import Exposure
from ablasim.damage.model import DamageModel, State
from ablasim.damage.observations import OBSERVATIONS, Observation
from ablasim.damage.perfusion_shutdown import Shutdown, perfusion_shutdown
from ablasim.damage.pulse_zone import PULSE_ZONES, PulseZone
from ablasim.damage.registry import DEFAULT_MODELS, HEADLINE, damage_model, damage_model_names

__all__ = [
    "DEFAULT_MODELS",
    "HEADLINE",
    "OBSERVATIONS",
    "PULSE_ZONES",
    "DamageModel",
    "DamageRow",
    "Exposure",
    "Observation",
    "PulseZone",
    "Shutdown",
    "State",
    "damage_model",
    "damage_model_names",
    "damage_table",
    "lethal_temperature",
    "perfusion_shutdown",
    "seconds_to_death",
    "wrongly_dead",
]
