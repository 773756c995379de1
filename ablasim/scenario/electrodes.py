"""Electrodes of pulses: single needles, parallel sets of them, bipolar needles and plates."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field
from pydantic.types import Strict

from ablasim.scenario.base import Between, Coordinate, Direction, Name, Part, Point
from ablasim.scenario.shafts import STEEL, ActiveLength, BodyInMesh, NeedleDiameter, Shaft, ShaftLength
from ablasim.scenario.surroundings import Face

NEEDLE_19G_MM = 1.07
"""Outside diameter of a 19 G needle, mm: 0.042 in by the usual gauge table (ISO 9626 has 1.05 to 1.10 mm); 19 G is the
clinical single electrode of irreversible electroporation (Scheffer et al., BMC Cancer 15:772, 2015). Both from memory,
not checked at the source."""

Azimuth: TypeAlias = Annotated[float, Between(-360.0, 360.0, "°")]
PlateLength: TypeAlias = Annotated[float, Between(1.0, 1000.0, "mm")]


class IreNeedle(Shaft):
    """Straight needle for pulses, bare from the tip over its exposure, with an insulated shaft."""

    kind: Literal["ire_needle"]
    diameter_mm: NeedleDiameter = Field(
        default=NEEDLE_19G_MM, description="Outside diameter, mm (19 G is 1.07 mm, 18 G 1.27 mm)."
    )
    exposure_mm: ActiveLength = Field(description="Length of the bare part, from the tip, mm.")

    @property
    def heating_length_mm(self) -> float:
        """Length from the tip of the bare part, mm."""
        return self.exposure_mm

    @property
    def outer_diameter_mm(self) -> float:
        """Outside diameter, mm."""
        return self.diameter_mm


class Tilt(Part):
    """One needle of a set that does not stand parallel to the others."""

    needle: Annotated[int, Between(1, 6)] = Field(description="Which needle of the set, from 1.")
    angle_deg: Annotated[float, Between(0.0, 60.0, "°")] = Field(
        description="Angle to the set's direction, °; the needle turns about the middle of its exposure."
    )
    towards_deg: Azimuth = Field(default=0.0, description="Azimuth that its shaft leans towards, °.")


class IreNeedles(Part):
    """A set of like needles, parallel unless told; it stands for needles called NAME_1 to NAME_n."""

    name: Name = Field(description="Name of the set; its needles are called NAME_1, NAME_2 and so on.")
    kind: Literal["ire_needles"]
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
    diameter_mm: NeedleDiameter = Field(
        default=NEEDLE_19G_MM, description="Outside diameter, mm (19 G is 1.07 mm, 18 G 1.27 mm)."
    )
    exposure_mm: ActiveLength = Field(description="Length of the bare part of each needle, from the tip, mm.")
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


class IreBipolar(Shaft):
    """One shaft with two bare poles, NAME.distal at the tip and NAME.proximal above an insulated gap."""

    kind: Literal["ire_bipolar"]
    diameter_mm: NeedleDiameter = Field(default=1.65, description="Outside diameter, mm (16 G is 1.65 mm).")
    distal_length_mm: ActiveLength = Field(description="Length of the pole at the tip, mm.")
    gap_mm: Annotated[float, Between(0.5, 100.0, "mm")] = Field(description="Length of the insulation between, mm.")
    proximal_length_mm: ActiveLength = Field(description="Length of the upper pole, mm.")

    @property
    def heating_length_mm(self) -> float:
        """Length from the tip to the upper end of the upper pole, mm."""
        return self.distal_length_mm + self.gap_mm + self.proximal_length_mm

    @property
    def outer_diameter_mm(self) -> float:
        """Outside diameter, mm."""
        return self.diameter_mm


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


class IrePlate(Part):
    """A plate held against an outer face of the block."""

    name: Name = Field(description="Name that the protocol, results and sweeps refer to.")
    kind: Literal["ire_plate"]
    face: Face = Field(description="Face of the organ, which must be a box.")
    patch: Annotated[RectanglePatch | DiscPatch, Field(discriminator="shape")] | None = Field(
        default=None, description="What of the face it covers; null: all of it."
    )
