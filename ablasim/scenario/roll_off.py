"""The impedance at which a generator switches, as a scenario says it."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from ablasim.scenario.base import Between, Part

Ohms: TypeAlias = Annotated[float, Between(0.1, 10_000.0, "ohm")]
Seconds: TypeAlias = Annotated[float, Between(0.1, 86_400.0, "s")]


class RollOff(Part):
    """An impedance that tissue reaches as it dries: one of the first three."""

    rise_ohm: Ohms | None = Field(default=None, description="Rise above the baseline, ohm.")
    factor: Annotated[float, Between(1.001, 100.0)] | None = Field(
        default=None, description="Impedance relative to the baseline."
    )
    above_ohm: Ohms | None = Field(default=None, description="Impedance by itself, ohm.")
    baseline: Literal["start", "lowest"] = Field(
        default="start",
        description="Baseline: the impedance at the start of the step (of a pair, when it is first driven), or the "
        "lowest that was read so far.",
    )
