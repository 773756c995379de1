"""What readers of a ``summary.json`` count on: the keys that must be there, and the kind of value under each they read.

Keys that no reader asks for may hold anything, so that files of other versions can be read.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from ablasim.results.shape import Number, Numbers, Place, Shape
from ablasim.results.source_shape import Application, Electroporation, Source


class ByModel(Shape):
    """Zone and margin by a damage model."""

    volume_ml: Number = None
    minimum_margin_mm: Number = None


class Zone(Shape):
    """Block ``zone``."""

    damage_model: str
    volume_ml: float
    long_axis_mm: Number = None
    short_axis_mm: Number = None
    largest_width_mm: Number = None
    by_damage_model: dict[str, ByModel] | None = None


class Seen(Shape):
    """Block ``margin.contraction``."""

    margin_class: str = Field(alias="class")
    minimum_mm: Number
    minimum_low_mm: Number
    minimum_high_mm: Number
    minimum_at_mm: Place | None
    radial_percent: Number
    axial_percent: Number
    source: str


class Rule(Shape):
    """A rule of the literature."""

    asks_for: str
    met: bool
    percent: Number
    needed_percent: Number
    source: str
    verified: bool


class Piece(Shape):
    """A piece of living tumour."""

    volume_ml: Number
    centre_mm: Place | None
    nearest_vessel: str | None
    in_sleeve: bool


class Margin(Shape):
    """Block ``margin``."""

    minimum_mm: Number = None
    margin_class: str | None = Field(default=None, alias="class")
    minimum_at_mm: Place | None = None
    nearest_vessel: str | None = None
    model_low_mm: Number = None
    model_high_mm: Number = None
    surface_share_percent: Numbers | None = None
    percentiles_mm: Numbers | None = None
    shell_ablated_percent: Numbers | None = None
    tumour_ablated_percent: Number = None
    residual_ml: Number = None
    residual_pieces: list[Piece] | None = None
    rules: dict[str, Rule] | None = None
    contraction: Seen | None = None


class Loss(Shape):
    """Volume and margin that something costs."""

    ml: Number = None
    mm: Number = None


class Vessel(Shape):
    """What a vessel took."""

    retraction_mm: Number = None
    tissue_lost_mm: Number = None
    rim_min_mm: Number = None
    rim_mean_mm: Number = None
    power_removed_end_w: Number = None
    energy_removed_j: Number = None
    energy_share_percent: Number = None
    blood_warming_k: Number = None
    wall_max_temperature_c: Number = None
    wall_max_temperature_time_s: Number = None
    wall_dead_by_heat_percent: Number = None
    attributed_loss: Loss | None = None


class HeatSink(Shape):
    """Block ``heat_sink``."""

    volume_loss_ml: Number = None
    volume_loss_percent: Number = None
    margin_loss_mm: Number = None
    flow_loss: Loss | None = None
    presence_loss: Loss | None = None
    shared_loss: Loss | None = None
    vessels: dict[str, Vessel]


class Structure(Shape):
    """What a critical structure was exposed to."""

    max_temperature_c: Number = None
    max_cem43_min: Number = None
    damaged_percent: Number = None
    distance_to_zone_mm: Number = None
    limit_temperature_c: Number = None
    limit_cem43_min: Number = None


class Sensor(Shape):
    """What a sensor read."""

    at_mm: Place
    lies_in: str | None = None
    max_temperature_c: Number = None
    max_temperature_time_s: Number = None
    end_temperature_c: Number = None
    damage_level_end: Number = None
    died_at_s: Number = None
    max_e_field_rms_v_m: Number = None
    max_sar_w_kg: Number = None
    max_e_field_v_per_cm: Number = None


class Time(Shape):
    """Block ``time``."""

    simulated_s: Number
    n_steps: int
    wall_s: Number = None
    cpu_s: Number = None
    peak_memory_mb: Number = None


class Method(Shape):
    """How ± was found."""

    name: str
    n_points: int
    finer_n_points: int
    order: float
    safety_factor: float
    refinement_ratio: float
    length_floor_mm: float


class SpreadOfSink(Shape):
    """± of a heat sink."""

    volume_loss_ml: Number = None
    volume_loss_percent: Number = None
    margin_loss_mm: Number = None
    flow_loss: Loss | None = None
    presence_loss: Loss | None = None
    vessels: dict[str, Numbers] | None = None


class Spread(Shape):
    """Verified numbers: their ±, or their values on the finer mesh."""

    zone: Numbers | None = None
    margin: Numbers | None = None
    heat_sink: SpreadOfSink | None = None
    sensors: dict[str, Numbers] | None = None


class Uncertainty(Spread):
    """Block ``uncertainty``."""

    status: str
    method: Method | None = Field(default=None, validate_default=True)
    finer: Spread | None = None

    @field_validator("method")
    @classmethod
    def _has_method(cls, method: Method | None, info: ValidationInfo) -> Method | None:
        if method is None and info.data.get("status") == "verified":
            kind, words = "no_method", "must be there where the status is verified"
            raise PydanticCustomError(kind, words)
        return method


class Summary(Shape):
    """A whole summary."""

    status: Literal["complete", "incomplete"]
    title: str
    versions: dict[str, str]
    scenario_hash: str
    warnings: list[str] | None = None
    zone: Zone
    margin: Margin | None = None
    heat_sink: HeatSink | None = None
    critical_structures: dict[str, Structure] | None = None
    sensors: dict[str, Sensor] | None = None
    source: Source
    applications: list[Application] | None = None
    electroporation: Electroporation | None = None
    energy: Numbers | None = None
    mesh: Numbers | None = None
    time: Time
    uncertainty: Uncertainty | None = None
