"""Sensors: named points at which a run is read over time, such as the thermocouples of a device."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ablasim.scenario.base import Between, Direction, Name, Part, Point


class Sensor(Part):
    """A point at a place, or on or beside the axis of an applicator."""

    name: Name = Field(description="Name that results, generators and sweeps refer to.")
    at_mm: Point | None = Field(default=None, description="Place, mm; null: by the applicator named under `on`.")
    on: Name | None = Field(default=None, description="Applicator with a shaft whose tip it is placed from.")
    above_tip_mm: Annotated[float, Between(-100.0, 500.0, "mm")] | None = Field(
        default=None, description="Height above that tip, up the shaft, mm; negative: ahead of the tip."
    )
    aside_mm: Annotated[float, Between(0.0, 200.0, "mm")] = Field(
        default=0.0, description="Distance from the axis of that applicator, mm."
    )
    aside_direction: Direction | None = Field(
        default=None, description="To which side of the axis; what of it runs along the shaft does not count."
    )
