"""Sets of like needles: how many, and how they lie."""

from __future__ import annotations

from abc import abstractmethod
from typing import Annotated, Literal, TypeAlias

from pydantic import Field
from pydantic.types import Strict

from ablasim.scenario.base import Between, Direction, Name, Part, Point
from ablasim.scenario.shafts import STEEL, BodyInMesh, ShaftLength

Azimuth: TypeAlias = Annotated[float, Between(-360.0, 360.0, "°")]


class Tilt(Part):
    """One needle of a set that does not stand parallel to the others."""

    needle: Annotated[int, Between(1, 6)] = Field(description="Which needle of the set, from 1.")
    angle_deg: Annotated[float, Between(0.0, 60.0, "°")] = Field(
        description="Angle to the set's direction, °; the needle turns about the middle of its exposure."
    )
    towards_deg: Azimuth = Field(default=0.0, description="Azimuth that its shaft leans towards, °.")


class NeedleSet(Part):
    """A set of like needles, parallel unless told; it stands for needles called NAME_1 to NAME_n."""

    name: Name = Field(description="Name of the set; its needles are called NAME_1, NAME_2 and so on.")
    count: Annotated[int, Between(2, 6)] = Field(description="Number of needles.")
    layout: Literal["line", "polygon", "polygon_with_centre"] = Field(
        default="polygon",
        description="On a line; at the corners of a regular polygon; or those, and the last needle in its middle. "
        "Two needles are a line. Numbered along the line, or round the polygon from the azimuth rotation_deg on.",
    )
    spacing_mm: Annotated[float, Between(2.0, 100.0, "mm")] = Field(
        description="Distance of neighbours on the line, or side of the polygon, mm."
    )
    centre_mm: Point = Field(description="Middle of the set at mid-exposure, mm.")
    direction: Direction = Field(
        description="Direction from the tips up the shafts; need not be normalised, must have a length."
    )
    rotation_deg: Azimuth = Field(
        default=0.0,
        description="Azimuth of the line or of the first corner, °: 0 is x as far as that lies across the direction "
        "(else y), counted counter-clockwise for who looks against the direction.",
    )
    depth_offsets_mm: Annotated[tuple[Annotated[float, Between(-50.0, 50.0, "mm")], ...], Strict(False)] | None = Field(
        default=None, description="How much deeper each needle stands, one number for each, mm; null: all alike."
    )
    tilts: Annotated[tuple[Tilt, ...], Strict(False)] = Field(
        default=(), description="Needles that are not parallel to the others."
    )
    shaft_length_mm: ShaftLength | None = Field(
        default=None, description="Length of the insulated shafts above the bare parts, mm; null: to the outside."
    )
    body: BodyInMesh = Field(
        default="meshed", description="The needles conduct heat as bodies, or their cells take no part."
    )
    material: Name = Field(default=STEEL, description="Material of the needles' bodies, of the library.")

    @property
    def needle_names(self) -> tuple[str, ...]:
        """Names of its needles."""
        return tuple(f"{self.name}_{number}" for number in range(1, self.count + 1))

    @property
    @abstractmethod
    def bare_length_mm(self) -> float:
        """Length of the bare part of each needle, mm."""
