"""What readers of a ``summary.json`` count on of the source: generator, trains of pulses, applications."""

from __future__ import annotations

from ablasim.results.shape import Number, Place, Shape


class StartEnd(Shape):
    """A reading at the start and at the end of power."""

    start: Number = None
    end: Number = None


class OfTrain(Shape):
    """A reading at the first and at the last pulse of a train."""

    start: Number
    end: Number


class Train(Shape):
    """A train of pulses."""

    anode: str
    cathode: str
    voltage_v: Number
    spacing_mm: Number
    volts_per_cm: Number
    pulses: int
    width_us: Number
    current_a: OfTrain
    resistance_ohm: OfTrain
    energy_j: Number
    current_limited: bool
    voltage_that_fits_v: Number
    goes_on_after: str | None = None


class GeneratorStep(Shape):
    """A step of the protocol that drove an electrode."""

    planned_s: float
    from_s: float
    until_s: float


class Event(Shape):
    """Something that a generator did."""

    event: str
    time_s: Number
    impedance_ohm: Number
    temperature_c: Number
    pair: int | None


class Generator(Shape):
    """What a radiofrequency generator did."""

    paused_s: Number = None
    duty_percent: Number = None
    first_roll_off_s: Number = None
    steps: list[GeneratorStep] | None = None
    events: list[Event] | None = None


class Antenna(Shape):
    """What an antenna reflected."""

    reflected_share_percent: Number = None


class Source(Shape):
    """Block ``source``."""

    kind: str
    energy_delivered_j: Number = None
    max_temperature_c: Number = None
    max_temperature_at_mm: Place | None = None
    power_w: StartEnd | None = None
    voltage_v: StartEnd | None = None
    current_a: StartEnd | None = None
    impedance_ohm: StartEnd | None = None
    forward_w: StartEnd | None = None
    reflected_w: StartEnd | None = None
    cable_loss_w: StartEnd | None = None
    absorbed_w: StartEnd | None = None
    interference_w: StartEnd | None = None
    lost_in_antenna_w: StartEnd | None = None
    radiated_w: StartEnd | None = None
    antennas: dict[str, Antenna] | None = None
    antenna_solves: Number = None
    power_residual_percent: Number = None
    generator: Generator | None = None
    trains: list[Train] | None = None
    largest_current_a: Number = None
    current_limit_a: Number = None


class Application(Shape):
    """An application of an overlapping treatment."""

    driven: list[str]
    in_place: list[str]
    from_s: Number
    until_s: Number
    energy_delivered_j: Number
    zone_volume_ml: Number


class HeatAlone(Shape):
    """What heat kills beside pulses."""

    volume_ml: Number
    inside_ml: Number
    outside_ml: Number
    share_of_zone_percent: Number


class NeedlePair(Shape):
    """How two needles lie."""

    first: str
    second: str
    spacing_mm: Number
    at_tips_mm: Number
    at_shafts_mm: Number
    angle_deg: Number
    depth_offset_mm: Number
    is_parallel: bool


class Scaffold(Shape):
    """What is taken for spared of vessels and ducts."""

    spared_below: str
    source: str


class Electroporation(Shape):
    """Block ``electroporation``."""

    conductivity_stays: bool
    damage_model: str | None = None
    irreversible_ml: Number = None
    reversible_ml: Number = None
    largest_field_v_per_cm: Number = None
    largest_field_at_mm: Place | None = None
    highest_temperature_c: Number = None
    heat_share_percent: Number = None
    order: list[str] | None = None
    dead_by_heat: dict[str, HeatAlone] | None = None
    needle_pairs: list[NeedlePair] | None = None
    scaffold: Scaffold | None = None
