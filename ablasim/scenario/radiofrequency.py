"""Radiofrequency electrodes: single needles, sets of them, bipolar needles; and pads that the current returns to."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ablasim.scenario.arrays import NeedleSet
from ablasim.scenario.base import Between, Celsius, HeatTransfer, Part
from ablasim.scenario.from_device import FromDevice
from ablasim.scenario.plates import FacePlate
from ablasim.scenario.shafts import ActiveLength, BipolarShaft, BodyInMesh, NeedleDiameter, Shaft

COOLED_SURFACE_W_M2_K = 3366.0
"""Film coefficient of an internally cooled electrode, W/(m² K): that of MITA-model's RF ablation script."""

_BODY = (
    "The needle conducts heat and current as a body, or its cells take no part: then its "
    "shaft is adiabatic, and its active surface unless a temperature or a coolant is given."
)


class Cooled(Part):
    """What cools an electrode from inside, if anything does."""

    coolant_temperature_c: Celsius | None = Field(
        default=None, description="Temperature of the coolant in the needle, °C; null: not cooled."
    )
    film_coefficient_w_m2_k: HeatTransfer | None = Field(
        default=None,
        description="Heat transfer coefficient from the active surface to the coolant, W/(m² K); null: "
        f"{COOLED_SURFACE_W_M2_K:g} where there is a coolant.",
    )
    coolant_stops_with_power: bool = Field(
        default=True, description="Whether the coolant stops flowing when the power goes off."
    )


class RfBareTip(FromDevice, Cooled):
    """The active part of a straight electrode."""

    diameter_mm: NeedleDiameter = Field(default=1.5, description="Outside diameter, mm (17 G is 1.5 mm).")
    active_length_mm: ActiveLength = Field(description="Length of the bare active part, from the tip, mm.")
    surface_temperature_c: Annotated[float, Between(0.0, 200.0, "°C")] | None = Field(
        default=None, description="Fixed temperature of the active surface, °C; null: not fixed."
    )


class RfNeedle(RfBareTip, Shaft):
    """Straight radiofrequency electrode, cooled from inside or not, with an insulated shaft."""

    device_kinds: ClassVar[tuple[str, ...]] = ("rf_needle",)

    kind: Literal["rf_needle"]
    body: BodyInMesh = Field(default="meshed", description=_BODY)

    @property
    def heating_length_mm(self) -> float:
        """Length from the tip of the active part, mm."""
        return self.active_length_mm

    @property
    def outer_diameter_mm(self) -> float:
        """Outside diameter, mm."""
        return self.diameter_mm


class RfNeedles(RfBareTip, NeedleSet):
    """A set of like electrodes, such as a cooled cluster; it stands for needles called NAME_1 to NAME_n.

    Driven by its own name, its needles are one electrode.
    """

    device_kinds: ClassVar[tuple[str, ...]] = ("rf_needles", "rf_needle")

    kind: Literal["rf_needles"]
    body: BodyInMesh = Field(default="meshed", description=_BODY)

    @property
    def bare_length_mm(self) -> float:
        """Length of the bare part of each needle, mm."""
        return self.active_length_mm


class RfBipolar(FromDevice, Cooled, BipolarShaft):
    """One shaft with two bare poles between which the current flows, NAME.distal at the tip and NAME.proximal."""

    device_kinds: ClassVar[tuple[str, ...]] = ("rf_bipolar",)

    kind: Literal["rf_bipolar"]
    diameter_mm: NeedleDiameter = Field(default=1.8, description="Outside diameter, mm (15 G is 1.8 mm).")


class GroundPad(FacePlate):
    """A ground pad on an outer face of the block: with pads, current returns to them and not through the outside."""

    kind: Literal["ground_pad"]
