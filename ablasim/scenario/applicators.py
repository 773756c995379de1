"""The device's side of a scenario: what brings the heat."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, Discriminator, Field, Tag

from ablasim.scenario.antennas import (
    AntennaCoolant,
    AntennaDesign,
    Catheter,
    Diameter,
    FieldDomain,
    Frequency,
    Permittivity,
    Radiator,
)
from ablasim.scenario.base import Between, Celsius, Direction, HeatTransfer, Name, Part, Point
from ablasim.scenario.devices import device_names, read_device
from ablasim.scenario.expressions import check_expression
from ablasim.scenario.patterns import MwPattern, MwSarMap

COOLED_SURFACE_W_M2_K = 3366.0
"""Film coefficient of an internally cooled electrode, W/(m² K): that of MITA-model's RF ablation script."""

USUAL_FREQUENCY_MHZ = 2450.0
"""Frequency of an antenna of which nothing else is said, MHz: that of most devices."""


class RfNeedle(Part):
    """Straight radiofrequency electrode, cooled from inside or not, with an insulated shaft."""

    name: Name = Field(description="Name that the protocol, results and sweeps refer to.")
    kind: Literal["rf_needle"]
    tip_mm: Point = Field(description="Place of the tip, mm.")
    direction: Direction = Field(
        description="Direction from the tip up the shaft; need not be normalised, must have a length."
    )
    diameter_mm: Annotated[float, Between(0.3, 10.0, "mm")] = Field(
        default=1.5, description="Outside diameter, mm (17 G is 1.5 mm)."
    )
    active_length_mm: Annotated[float, Between(1.0, 100.0, "mm")] = Field(
        description="Length of the bare active part, from the tip, mm."
    )
    shaft_length_mm: Annotated[float, Between(1.0, 1000.0, "mm")] | None = Field(
        default=None,
        description="Length of the insulated shaft above the active part, mm; null: to the outside.",
    )
    body: Literal["meshed", "left_out"] = Field(
        default="meshed",
        description="The needle conducts heat and current as a body, or its cells take no part: then its "
        "shaft is adiabatic, and its active surface unless a temperature or a coolant is given.",
    )
    coolant_temperature_c: Celsius | None = Field(
        default=None, description="Temperature of the coolant in the needle, °C; null: not cooled."
    )
    film_coefficient_w_m2_k: HeatTransfer | None = Field(
        default=None,
        description="Heat transfer coefficient from the active surface to the coolant, W/(m² K); null: "
        f"{COOLED_SURFACE_W_M2_K:g} where there is a coolant.",
    )
    surface_temperature_c: Annotated[float, Between(0.0, 200.0, "°C")] | None = Field(
        default=None, description="Fixed temperature of the active surface, °C; null: not fixed."
    )
    material: Name = Field(default="stainless_steel", description="Material of the needle's body, of the library.")
    coolant_stops_with_power: bool = Field(
        default=True, description="Whether the coolant stops flowing when the power goes off."
    )


def _heat_tag(value: Any) -> str:
    return "<expression>" if isinstance(value, str) else "<number>"


HeatNumber: TypeAlias = Annotated[float, Between(-1e11, 1e11, "W/m³")]
HeatExpression: TypeAlias = Annotated[str, AfterValidator(check_expression)]


class Prescribed(Part):
    """Heat put into the tissue as told, without a device: for verification and teaching."""

    name: Name = Field(description="Name that the protocol, results and sweeps refer to.")
    kind: Literal["prescribed"]
    region: Literal["tumour", "organ", "everywhere"] = Field(
        description="Where the heat goes: the tumour, the organ without the tumour, or both."
    )
    heat_w_m3: Annotated[
        Annotated[HeatNumber, Tag("<number>")] | Annotated[HeatExpression, Tag("<expression>")],
        Discriminator(_heat_tag),
    ] = Field(
        description="Heat source, W/m³: a number, or an expression in x_mm, y_mm, z_mm and r_mm, the "
        "distance from the origin."
    )


class MwAntenna(Part):
    """Coaxial microwave antenna: one of the library, one's own, or one of the library with parts changed."""

    name: Name = Field(description="Name that the protocol, results and sweeps refer to.")
    kind: Literal["mw_antenna"]
    tip_mm: Point = Field(description="Place of the outermost tip, mm.")
    direction: Direction = Field(
        description="Direction from the tip up the shaft; need not be normalised, must have a length."
    )
    device: Name | None = Field(
        default=None,
        description="Antenna of the library; what is given beside it stands before its values. Null: all is given.",
    )
    frequency_mhz: Frequency | None = Field(
        default=None, description=f"Frequency, MHz; null: the device's, or {USUAL_FREQUENCY_MHZ:g}."
    )
    inner_conductor_diameter_mm: Diameter | None = Field(
        default=None, description="Diameter of the inner conductor, mm; null: the device's."
    )
    dielectric_diameter_mm: Diameter | None = Field(
        default=None, description="Outside diameter of the line's dielectric, mm; null: the device's."
    )
    dielectric_permittivity: Permittivity | None = Field(
        default=None, description="Relative permittivity of the line's dielectric; null: the device's."
    )
    outer_conductor_diameter_mm: Diameter | None = Field(
        default=None, description="Outside diameter of the outer conductor, mm; null: the device's."
    )
    radiator: Radiator | None = Field(
        default=None, description="What radiates: slots or a monopole; null: the device's."
    )
    catheter: Catheter | None = Field(
        default=None, description="Tube round the line; null: none; left out: the device's, if it has one."
    )
    coolant: AntennaCoolant | None = Field(
        default=None,
        description="Liquid between outer conductor and catheter; null: none; left out: the device's, if it has one.",
    )
    shaft_length_mm: Annotated[float, Between(1.0, 1000.0, "mm")] | None = Field(
        default=None, description="Length of the antenna from its tip, mm; null: to the outside."
    )
    cable_loss_db: Annotated[float, Between(0.0, 20.0, "dB")] = Field(
        default=0.0, description="Loss of the cable between generator and antenna, dB."
    )
    phase_deg: Annotated[float, Between(-360.0, 360.0, "°")] = Field(
        default=0.0, description="Phase of its feed, °; matters where several antennas are driven coherently."
    )
    field: FieldDomain | None = Field(
        default=None,
        description="Where the field is computed; null: 2.5 wavelengths in the organ beyond tip, radiator and axis.",
    )
    body: Literal["meshed", "left_out"] = Field(
        default="meshed", description="The antenna conducts heat as a body, or its cells take no part."
    )
    material: Name = Field(default="stainless_steel", description="Material of the antenna's body, of the library.")

    @property
    def missing(self) -> tuple[str, ...]:
        """Keys without which the antenna is not complete."""
        of_device = self._of_device()
        return tuple(key for key in COMPULSORY_OF_ANTENNA if getattr(self, key) is None and key not in of_device)

    def design(self) -> AntennaDesign:
        """The antenna complete: what is given, else what its device has; none of `missing` must be missing."""
        own = {
            key: getattr(self, key)
            for key in AntennaDesign.model_fields
            if getattr(self, key) is not None or (key in _MAY_BE_NONE and key in self.model_fields_set)
        }
        return AntennaDesign(**{"frequency_mhz": USUAL_FREQUENCY_MHZ, **self._of_device(), **own})

    def _of_device(self) -> dict[str, Any]:
        """Values of the device by key; empty without a device that the library has."""
        if self.device not in device_names():
            return {}
        return dict(read_device(self.device).design)


COMPULSORY_OF_ANTENNA = (
    "inner_conductor_diameter_mm",
    "dielectric_diameter_mm",
    "dielectric_permittivity",
    "outer_conductor_diameter_mm",
    "radiator",
)
"""What an antenna without a device must say."""

_MAY_BE_NONE = ("catheter", "coolant")

Applicator: TypeAlias = Annotated[RfNeedle | MwAntenna | MwSarMap | MwPattern | Prescribed, Field(discriminator="kind")]
