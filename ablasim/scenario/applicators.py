"""The device's side of a scenario: what brings the heat."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, Discriminator, Field, Tag
from pydantic.types import Strict

from ablasim.scenario.base import Between, Celsius, HeatTransfer, Name, Part, Point
from ablasim.scenario.expressions import check_expression

COOLED_SURFACE_W_M2_K = 3366.0
"""Film coefficient of an internally cooled electrode, W/(m² K): that of MITA-model's RF ablation script."""

DirectionComponent: TypeAlias = Annotated[float, Between(-1e6, 1e6)]


class RfNeedle(Part):
    """Straight radiofrequency electrode, cooled from inside or not, with an insulated shaft."""

    name: Name = Field(description="Name that the protocol, results and sweeps refer to.")
    kind: Literal["rf_needle"]
    tip_mm: Point = Field(description="Place of the tip, mm.")
    direction: Annotated[tuple[DirectionComponent, DirectionComponent, DirectionComponent], Strict(False)] = Field(
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


Applicator: TypeAlias = Annotated[RfNeedle | Prescribed, Field(discriminator="kind")]
