"""The operator's side of a scenario: what is driven, how hard and for how long."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias

from pydantic import Field
from pydantic.types import Strict

from ablasim.scenario.base import Between, Name, Part
from ablasim.scenario.pulses import Pulses
from ablasim.scenario.rf_drives import (
    CurrentControl,
    ImpedanceControl,
    PowerControl,
    PulsedCurrentControl,
    TemperatureControl,
    VoltageControl,
)


class ForwardPowerControl(Part):
    """The microwave generator sends this power towards the antenna; not all of it arrives, and not all stays."""

    control: Literal["forward_power"]
    forward_power_w: Annotated[float, Between(0.0, 1000.0, "W")] = Field(
        description="Power at the generator's output, before the cable, W."
    )


class AsGiven(Part):
    """A prescribed heat source acts as it is written."""

    control: Literal["as_given"]


Drive: TypeAlias = Annotated[
    PowerControl
    | VoltageControl
    | CurrentControl
    | TemperatureControl
    | ImpedanceControl
    | PulsedCurrentControl
    | ForwardPowerControl
    | AsGiven,
    Field(discriminator="control"),
]


class Step(Part):
    """A stretch of the protocol in which nothing is changed by hand."""

    duration_s: Annotated[float, Between(0.001, 86400.0, "s")] | None = Field(
        default=None,
        description="Duration, s, or the longest one of a generator that may end before it; left out for a steady "
        "step, and where pulses say how long it takes.",
    )
    steady: bool = Field(default=False, description="Ask for the steady state instead of a duration.")
    drive: Mapping[Name, Drive] = Field(
        default_factory=dict,
        description="What each applicator does, by its name; empty: power off. The poles of a bipolar needle are not "
        "driven by themselves.",
    )
    in_place: Annotated[tuple[Name, ...], Strict(False)] | None = Field(
        default=None,
        description="Which of the electrodes that are moved are in the body from the start of this step on; null: as "
        "in the step before. One that no step names stays in the body, one that some step names is out of it until "
        "then.",
    )
    pulses: Pulses | None = Field(
        default=None, description="Pulses of irreversible electroporation; then nothing else is driven."
    )
    together: Literal["coherent", "incoherent"] = Field(
        default="incoherent",
        description="How antennas driven in the same step add up: their fields, with the phases of their feeds "
        "(coherent; they must have one frequency), or their absorbed powers (incoherent).",
    )

    @property
    def length_s(self) -> float:
        """Time that the step takes, s; 0 for a steady one."""
        return self.duration_s or 0.0 if self.pulses is None else self.pulses.duration_s
