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
from ablasim.scenario.base import Between, Name, Part, Point
from ablasim.scenario.devices import device_names, read_device
from ablasim.scenario.electrodes import IreBipolar, IreNeedle, IreNeedles, IrePlate
from ablasim.scenario.expressions import check_expression
from ablasim.scenario.patterns import MwPattern, MwSarMap
from ablasim.scenario.radiofrequency import GroundPad, RfBipolar, RfNeedle, RfNeedles
from ablasim.scenario.shafts import Shaft, ShaftLength
from ablasim.scenario.tines import RfTines

USUAL_FREQUENCY_MHZ = 2450.0
"""Frequency of an antenna of which nothing else is said, MHz: that of most devices."""


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


class MwAntenna(Shaft):
    """Coaxial microwave antenna: one of the library, one's own, or one of the library with parts changed."""

    kind: Literal["mw_antenna"]
    tip_mm: Point = Field(description="Place of the outermost tip, mm.")
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
    shaft_length_mm: ShaftLength | None = Field(
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

    @property
    def heating_length_mm(self) -> float:
        """Length from the tip up to the end of the radiator, mm."""
        return self.design().radiator_end_mm

    @property
    def outer_diameter_mm(self) -> float:
        """Diameter of the whole, mm."""
        return self.design().outer_diameter_mm

    @property
    def length_mm(self) -> float | None:
        """Length from the tip to the end of the shaft, mm; None where it leaves the organ."""
        return self.shaft_length_mm

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
        if self.device not in device_names("mw_antenna"):
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

RF_ELECTRODES = (RfNeedle, RfTines, RfBipolar)
"""What a generator of radiofrequency drives; sets stand as their needles."""

Applicator: TypeAlias = Annotated[
    RfNeedle
    | RfNeedles
    | RfTines
    | RfBipolar
    | GroundPad
    | MwAntenna
    | MwSarMap
    | MwPattern
    | IreNeedle
    | IreNeedles
    | IreBipolar
    | IrePlate
    | Prescribed,
    Field(discriminator="kind"),
]
