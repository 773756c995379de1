"""How a radiofrequency electrode is driven: the generators that a scenario may ask for."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field
from pydantic.types import Strict

from ablasim.scenario.base import Between, Name, Part
from ablasim.scenario.roll_off import RollOff, Seconds
from ablasim.scenario.terminals import Terminals

Watts: TypeAlias = Annotated[float, Between(0.0, 1000.0, "W")]
Volts: TypeAlias = Annotated[float, Between(0.0, 1000.0, "V")]
Amperes: TypeAlias = Annotated[float, Between(0.0, 20.0, "A")]

VoltageLimit: TypeAlias = Annotated[float, Between(0.1, 1000.0, "V")]
CurrentLimit: TypeAlias = Annotated[float, Between(0.001, 20.0, "A")]
PowerLimit: TypeAlias = Annotated[float, Between(0.1, 1000.0, "W")]

SampleInterval: TypeAlias = Annotated[float, Between(0.01, 60.0, "s")]


class Ramp(Part):
    """How a held value is gone up to (or down): in a straight line, or in steps."""

    over_s: Seconds | None = Field(default=None, description="Time of a straight line from start to end, s.")
    every_s: Seconds | None = Field(default=None, description="Time between steps, s.")


class PowerRamp(Ramp):
    """Ramp of a power."""

    from_w: Watts = Field(description="Power at the start of the step, W.")
    step_w: Annotated[float, Between(0.01, 1000.0, "W")] | None = Field(
        default=None, description="Height of a step, W."
    )

    @property
    def values(self) -> tuple[float, float | None]:
        """Start and height of a step."""
        return self.from_w, self.step_w


class VoltageRamp(Ramp):
    """Ramp of a voltage."""

    from_v: Volts = Field(description="Voltage at the start of the step, V rms.")
    step_v: Annotated[float, Between(0.01, 1000.0, "V")] | None = Field(
        default=None, description="Height of a step, V."
    )

    @property
    def values(self) -> tuple[float, float | None]:
        """Start and height of a step."""
        return self.from_v, self.step_v


class CurrentRamp(Ramp):
    """Ramp of a current."""

    from_a: Amperes = Field(description="Current at the start of the step, A rms.")
    step_a: Annotated[float, Between(0.001, 20.0, "A")] | None = Field(default=None, description="Height of a step, A.")

    @property
    def values(self) -> tuple[float, float | None]:
        """Start and height of a step."""
        return self.from_a, self.step_a


_VOLTAGE_LIMIT = Field(default=None, description="Voltage that is never passed, V rms; null: none.")
_CURRENT_LIMIT = Field(default=None, description="Current that is never passed, A rms; null: none.")
_POWER_LIMIT = Field(default=None, description="Power that is never passed, W; null: none.")


class PowerControl(Terminals):
    """The generator holds the power delivered to the tissue."""

    control: Literal["power"]
    power_w: Watts = Field(description="Power delivered to tissue, W.")
    ramp: PowerRamp | None = Field(default=None, description="How the power is reached; null: it is held at once.")
    voltage_limit_v: VoltageLimit | None = Field(
        default=None,
        description="Voltage that is never passed, V rms; null: none. Dried tissue makes it act.",
    )
    current_limit_a: CurrentLimit | None = _CURRENT_LIMIT


class VoltageControl(Terminals):
    """The generator holds the voltage."""

    control: Literal["voltage"]
    voltage_v: Volts = Field(description="Voltage, V rms.")
    ramp: VoltageRamp | None = Field(default=None, description="How the voltage is reached; null: it is held at once.")
    current_limit_a: CurrentLimit | None = _CURRENT_LIMIT
    power_limit_w: PowerLimit | None = _POWER_LIMIT


class CurrentControl(Terminals):
    """The generator holds the current."""

    control: Literal["current"]
    current_a: Amperes = Field(description="Current, A rms.")
    ramp: CurrentRamp | None = Field(default=None, description="How the current is reached; null: it is held at once.")
    voltage_limit_v: VoltageLimit | None = _VOLTAGE_LIMIT
    power_limit_w: PowerLimit | None = _POWER_LIMIT


class TemperatureControl(Terminals):
    """The generator holds the temperature of sensors; the step's duration is the longest time it may take."""

    control: Literal["temperature"]
    target_c: Annotated[float, Between(37.0, 120.0, "°C")] = Field(description="Temperature to hold, °C.")
    sensors: Annotated[tuple[Name, ...], Strict(False), Field(min_length=1)] = Field(
        description="Names of the sensors that are read."
    )
    of: Literal["hottest", "mean"] = Field(default="hottest", description="What is made of several sensors.")
    hold_s: Seconds | None = Field(
        default=None,
        description="Time at the target after which the step ends, s; null: it goes on for its whole duration.",
    )
    power_limit_w: PowerLimit = Field(description="Power that is never passed, W; the warm-up is made with it.")
    voltage_limit_v: VoltageLimit | None = _VOLTAGE_LIMIT
    current_limit_a: CurrentLimit | None = _CURRENT_LIMIT
    shortest_sample_s: SampleInterval = Field(
        default=0.1, description="Shortest interval at which the sensors are read and the power is set, s."
    )
    longest_sample_s: SampleInterval = Field(
        default=10.0, description="Longest one, s, used once the temperature has settled; it saves steps."
    )
    gain_w_per_k: Annotated[float, Between(1e-3, 1000.0, "W/K")] | None = Field(
        default=None, description="Proportional gain, W/K; null: found from the warm-up."
    )
    integral_time_s: Annotated[float, Between(0.1, 10_000.0, "s")] | None = Field(
        default=None, description="Integral time, s; given together with the gain."
    )


class ImpedanceControl(Terminals):
    """The generator asks for a power, pauses when tissue has dried so far that the impedance climbs, begins again."""

    control: Literal["impedance"]
    power_w: Watts = Field(description="Power asked for, W; the limits may act before it is reached.")
    ramp: PowerRamp | None = Field(
        default=None, description="How the power is reached, until the first roll-off; null: it is asked for at once."
    )
    roll_off: RollOff = Field(description="Impedance at which the power goes off.")
    off_s: Seconds = Field(default=15.0, description="Pause after a roll-off, s.")
    restart_share: Annotated[float, Between(0.01, 1.0)] = Field(
        default=1.0, description="Power after a pause, as a share of that asked for before it."
    )
    last_roll_off: Annotated[int, Between(1, 1000)] | None = Field(
        default=None,
        description="Roll-off that ends the step, counted from 1; null: it goes on for its whole duration.",
    )
    voltage_limit_v: VoltageLimit | None = _VOLTAGE_LIMIT
    current_limit_a: CurrentLimit | None = _CURRENT_LIMIT


class PulsedCurrentControl(Terminals):
    """The generator switches between two currents at fixed times."""

    control: Literal["pulsed_current"]
    on_current_a: CurrentLimit = Field(description="Current of a pulse, A rms.")
    off_current_a: Amperes = Field(default=0.0, description="Current between pulses, A rms.")
    on_s: Seconds = Field(description="Length of a pulse, s.")
    off_s: Seconds = Field(description="Time between pulses, s.")
    voltage_limit_v: VoltageLimit | None = _VOLTAGE_LIMIT
    power_limit_w: PowerLimit | None = _POWER_LIMIT
