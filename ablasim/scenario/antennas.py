"""Microwave antennas as a scenario describes them: a coaxial line, what radiates, a catheter, a coolant."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field
from pydantic.types import Strict

from ablasim.scenario.base import Between, Celsius, HeatTransfer, Part

LOWEST_FREQUENCY_MHZ, HIGHEST_FREQUENCY_MHZ = 400.0, 10_000.0
"""Frequencies at which the library knows its tissues, MHz."""

Diameter: TypeAlias = Annotated[float, Between(0.05, 15.0, "mm")]
Length: TypeAlias = Annotated[float, Between(0.01, 200.0, "mm")]
Permittivity: TypeAlias = Annotated[float, Between(1.0, 200.0)]
Conductivity: TypeAlias = Annotated[float, Between(0.0, 100.0, "S/m")]
Frequency: TypeAlias = Annotated[float, Between(LOWEST_FREQUENCY_MHZ, HIGHEST_FREQUENCY_MHZ, "MHz")]


class AntennaSlot(Part):
    """Gap all round the outer conductor."""

    distance_mm: Length = Field(description="From the conductor's lower end to the slot's near edge, mm.")
    length_mm: Length = Field(description="Length along the axis, mm.")
    permittivity: Permittivity = Field(default=1.0, description="Relative permittivity of what fills it; 1 is air.")


class SlotsRadiator(Part):
    """Slots in the outer conductor of a line that is shorted at its lower end."""

    kind: Literal["slots"]
    slots: Annotated[tuple[AntennaSlot, ...], Strict(False), Field(min_length=1, max_length=2)] = Field(
        description="One or two slots, the nearest to the tip first."
    )
    short_length_mm: Length = Field(description="Length of the metal that joins the conductors at the lower end, mm.")

    @property
    def length_mm(self) -> float:
        """From the conductor's lower end to the end of the last slot, mm."""
        return self.slots[-1].distance_mm + self.slots[-1].length_mm


class MonopoleRadiator(Part):
    """The inner conductor reaches beyond the end of the outer one."""

    kind: Literal["monopole"]
    length_mm: Annotated[float, Between(0.5, 200.0, "mm")] = Field(
        description="Length beyond the end of the outer conductor, mm."
    )
    bare: bool = Field(
        default=False,
        description="Whether that part is bare metal; otherwise the line's dielectric covers it, with a flush end.",
    )


Radiator: TypeAlias = Annotated[SlotsRadiator | MonopoleRadiator, Field(discriminator="kind")]


class Catheter(Part):
    """Closed tube round the line; it fills what it encloses unless a coolant does."""

    outer_diameter_mm: Diameter = Field(description="Outside diameter, mm.")
    permittivity: Permittivity = Field(description="Relative permittivity.")
    conductivity_s_m: Conductivity = Field(default=0.0, description="Conductivity at the antenna's frequency, S/m.")
    tip: Literal["flat", "conical"] = Field(
        default="flat", description="Form of the part below the conductor; the cone's point is on the axis."
    )
    tip_length_mm: Length = Field(description="Length of that part, solid, mm.")


class AntennaCoolant(Part):
    """Liquid that flows between outer conductor and catheter, along the whole line."""

    outer_diameter_mm: Diameter = Field(description="Outside diameter of the liquid, inside that of the catheter, mm.")
    temperature_c: Celsius = Field(description="Temperature, °C.")
    permittivity: Permittivity = Field(description="Relative permittivity at the antenna's frequency.")
    conductivity_s_m: Conductivity = Field(
        description="Conductivity at the antenna's frequency, all losses together, S/m."
    )
    film_coefficient_w_m2_k: HeatTransfer | None = Field(
        default=None,
        description="Heat transfer coefficient from the antenna's surface to the coolant, W/(m² K); null: that of a "
        "cooled needle.",
    )
    stops_with_power: bool = Field(default=True, description="Whether it stops flowing when the power goes off.")


class FieldDomain(Part):
    """Cylinder about an antenna's axis in which its field is computed; waves leave through its outline."""

    radius_mm: Length = Field(description="Radius, mm.")
    below_mm: Length = Field(description="Depth below the antenna's tip, mm.")
    shaft_mm: Length = Field(description="Length of antenna included, from its tip to the place where it is fed, mm.")


class AntennaDesign(Part):
    """An antenna complete: every dimension and every material."""

    frequency_mhz: Frequency
    inner_conductor_diameter_mm: Diameter
    dielectric_diameter_mm: Diameter
    dielectric_permittivity: Permittivity
    outer_conductor_diameter_mm: Diameter
    radiator: Radiator
    catheter: Catheter | None = None
    coolant: AntennaCoolant | None = None

    @property
    def outer_diameter_mm(self) -> float:
        """Diameter of the whole, mm."""
        return self.outer_conductor_diameter_mm if self.catheter is None else self.catheter.outer_diameter_mm

    @property
    def body_diameter_mm(self) -> float:
        """Diameter of what stands for the antenna in the mesh: that of its radiator, mm."""
        if self.catheter is not None or isinstance(self.radiator, SlotsRadiator):
            return self.outer_diameter_mm
        return self.inner_conductor_diameter_mm if self.radiator.bare else self.dielectric_diameter_mm

    @property
    def conductor_tip_mm(self) -> float:
        """Height of the conductor's lower end above the outermost tip, mm."""
        return 0.0 if self.catheter is None else self.catheter.tip_length_mm

    @property
    def radiator_end_mm(self) -> float:
        """Height above the outermost tip at which the undisturbed line begins, mm."""
        return self.conductor_tip_mm + self.radiator.length_mm
