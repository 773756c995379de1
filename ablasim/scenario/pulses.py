"""Pulse trains as a protocol says them: defaults of a step, its pairs of electrodes, and the generator's limits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, TypeAlias

from pydantic import Field, StringConstraints
from pydantic.types import Strict

from ablasim.scenario.base import Between, Part

Pole: TypeAlias = Annotated[
    str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.(distal|proximal))?$", max_length=70, min_length=1)
]
"""What current enters or leaves by: a needle, a plate, or NAME.distal and NAME.proximal of a bipolar needle."""

PulseCount: TypeAlias = Annotated[int, Between(1, 100_000)]
Width: TypeAlias = Annotated[float, Between(0.1, 100_000.0, "µs")]
Rate: TypeAlias = Annotated[float, Between(0.001, 1e6, "Hz")]
PulseVoltage: TypeAlias = Annotated[float, Between(1.0, 10_000.0, "V")]
VoltsPerCm: TypeAlias = Annotated[float, Between(1.0, 10_000.0, "V/cm")]


class PulsePair(Part):
    """Pulses between two electrodes; what is left out is taken from the step."""

    between: Annotated[tuple[Pole, Pole], Strict(False)] = Field(
        description="The two electrodes, the anode first: needles (NAME_1 of a set), plates, NAME.distal, "
        "NAME.proximal."
    )
    voltage_v: PulseVoltage | None = Field(default=None, description="Voltage, V.")
    volts_per_cm: VoltsPerCm | None = Field(
        default=None, description="Voltage for each centimetre between the two at mid-exposure, V/cm."
    )
    count: PulseCount | None = Field(default=None, description="Number of pulses.")
    width_us: Width | None = Field(default=None, description="Width of a pulse, µs.")
    rate_hz: Rate | None = Field(default=None, description="Pulses for each second, Hz.")


class Pulses(Part):
    """Pulse trains one after the other, a pair of electrodes each; values here hold where a pair has none."""

    pairs: Annotated[tuple[PulsePair, ...], Strict(False), Field(min_length=1)] = Field(
        description="Pairs of electrodes in the order in which they are pulsed."
    )
    voltage_v: PulseVoltage | None = Field(default=None, description="Voltage, V.")
    volts_per_cm: VoltsPerCm | None = Field(
        default=None, description="Voltage for each centimetre between the electrodes of a pair at mid-exposure, V/cm."
    )
    count: PulseCount = Field(default=90, description="Number of pulses of each pair.")
    width_us: Width = Field(default=90.0, description="Width of a pulse, µs.")
    rate_hz: Rate = Field(default=1.5, description="Pulses for each second, Hz: 90 a minute, as gated to a heartbeat.")
    conductivity_stays: bool = Field(
        default=True,
        description="Whether electroporated tissue stays conductive for later trains; false: each begins anew.",
    )
    repeat: Annotated[int, Between(1, 100)] = Field(
        default=1, description="How often the whole list of pairs is gone through."
    )

    def trains(self) -> Iterator[SaidTrain]:
        """The train of each pair once, in order, with the step's values where the pair has none."""
        for index, pair in enumerate(self.pairs):
            own = pair.voltage_v is not None or pair.volts_per_cm is not None
            yield SaidTrain(
                index,
                *pair.between,
                pair.voltage_v if own else self.voltage_v,
                pair.volts_per_cm if own else self.volts_per_cm,
                pair.count or self.count,
                pair.width_us or self.width_us,
                pair.rate_hz or self.rate_hz,
            )

    @property
    def duration_s(self) -> float:
        """Time that all trains take, s."""
        return self.repeat * sum(train.count / train.rate_hz for train in self.trains())


@dataclass(frozen=True)
class SaidTrain:
    """One pair's pulses as the scenario says them.

    Parameters
    ----------
    index : int
        Place of the pair in the step's list.
    anode, cathode : str
        The electrodes.
    voltage_v, volts_per_cm : float or None
        Voltage, or voltage for each centimetre; of a checked scenario one of them is None.
    count : int
        Number of pulses.
    width_us : float
        Width of a pulse, µs.
    rate_hz : float
        Pulses for each second, Hz.
    """

    index: int
    anode: str
    cathode: str
    voltage_v: float | None
    volts_per_cm: float | None
    count: int
    width_us: float
    rate_hz: float


class PulseGenerator(Part):
    """What the generator of pulses can give.

    The defaults are those of the first generator approved for clinical use, for up to six electrodes: 3000 V and 50 A
    (Bertacchini et al., Technol. Cancer Res. Treat. 6:313-320, 2007, doi:10.1177/153303460700600408, abstract).
    """

    voltage_limit_v: PulseVoltage = Field(default=3000.0, description="Highest voltage, V; above it is an error.")
    current_limit_a: Annotated[float, Between(0.1, 1000.0, "A")] = Field(
        default=50.0, description="Highest current, A; a run that passes it says so."
    )
