"""Plates held against an outer face of the block: electrodes of pulses, and ground pads."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field
from pydantic.types import Strict

from ablasim.scenario.base import Between, Coordinate, Name, Part
from ablasim.scenario.surroundings import Face

PlateLength: TypeAlias = Annotated[float, Between(1.0, 1000.0, "mm")]
InFace: TypeAlias = Annotated[tuple[Coordinate, Coordinate], Strict(False)]


class RectanglePatch(Part):
    """A rectangle on a face."""

    shape: Literal["rectangle"]
    centre_mm: InFace = Field(description="Centre: the face's two coordinates in the order x, y, z, mm.")
    size_mm: Annotated[tuple[PlateLength, PlateLength], Strict(False)] = Field(
        description="Edge lengths along these two coordinates, mm."
    )

    @property
    def extent_mm(self) -> tuple[float, float]:
        """Extent along the two coordinates, mm."""
        return self.size_mm


class DiscPatch(Part):
    """A disc on a face."""

    shape: Literal["disc"]
    centre_mm: InFace = Field(description="Centre: the face's two coordinates in the order x, y, z, mm.")
    diameter_mm: PlateLength = Field(description="Diameter, mm.")

    @property
    def extent_mm(self) -> tuple[float, float]:
        """Extent along the two coordinates, mm."""
        return self.diameter_mm, self.diameter_mm


class FacePlate(Part):
    """A plate on a face: all of it, or a patch."""

    name: Name = Field(description="Name that the protocol, results and sweeps refer to.")
    face: Face = Field(description="Face of the organ, which must be a box.")
    patch: Annotated[RectanglePatch | DiscPatch, Field(discriminator="shape")] | None = Field(
        default=None, description="What of the face it covers; null: all of it."
    )
