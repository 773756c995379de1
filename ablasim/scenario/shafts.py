"""What every applicator with a body in the mesh says of itself."""

from __future__ import annotations

from abc import abstractmethod
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from ablasim.scenario.base import Between, Direction, Name, Part, Point

NeedleDiameter: TypeAlias = Annotated[float, Between(0.3, 10.0, "mm")]
ActiveLength: TypeAlias = Annotated[float, Between(1.0, 100.0, "mm")]
ShaftLength: TypeAlias = Annotated[float, Between(1.0, 1000.0, "mm")]
BodyInMesh: TypeAlias = Literal["meshed", "left_out"]

STEEL = "stainless_steel"


class Shaft(Part):
    """A straight applicator: where it is, which way it points, what it is made of."""

    name: Name = Field(description="Name that the protocol, results and sweeps refer to.")
    tip_mm: Point = Field(description="Place of the tip, mm.")
    direction: Direction = Field(
        description="Direction from the tip up the shaft; need not be normalised, must have a length."
    )
    shaft_length_mm: ShaftLength | None = Field(
        default=None, description="Length of the insulated shaft above the active part, mm; null: to the outside."
    )
    body: BodyInMesh = Field(
        default="meshed",
        description="It conducts heat as a body, or its cells take no part.",
    )
    material: Name = Field(default=STEEL, description="Material of its body, of the library.")

    @property
    @abstractmethod
    def heating_length_mm(self) -> float:
        """Length from the tip of the part that heats or is bare metal, mm."""

    @property
    @abstractmethod
    def outer_diameter_mm(self) -> float:
        """Outside diameter, mm."""

    @property
    def length_mm(self) -> float | None:
        """Length from the tip to the end of the shaft, mm; None where it leaves the organ."""
        return None if self.shaft_length_mm is None else self.heating_length_mm + self.shaft_length_mm


class BipolarShaft(Shaft):
    """One shaft with two bare poles, NAME.distal at the tip and NAME.proximal above an insulated gap."""

    diameter_mm: NeedleDiameter = Field(description="Outside diameter, mm.")
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

    @property
    def pole_names(self) -> tuple[str, str]:
        """Names of its poles, the one at the tip first."""
        return f"{self.name}.distal", f"{self.name}.proximal"
