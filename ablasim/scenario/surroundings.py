"""What lies outside the organ: layers of fluid or of another organ, and what its faces border on."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from ablasim.scenario.base import Between, Celsius, HeatTransfer, Name, Part

Face: TypeAlias = Literal["-x", "+x", "-y", "+y", "-z", "+z"]
"""Face of a box, by the direction in which it looks."""


class Layer(Part):
    """A slab on a face of the organ, as wide as the face: injected fluid, or the organ beside it."""

    name: Name = Field(description="Name that results and sweeps refer to.")
    face: Face = Field(description="Face of the organ it lies on; of two on one face, the one named first is nearer.")
    thickness_mm: Annotated[float, Between(0.5, 200.0, "mm")] = Field(description="Thickness, mm.")
    tissue: Name = Field(description="What it is made of: of the library (dextrose_5, normal_saline), or of `tissues`.")


class OuterFace(Part):
    """A face that is a real surface of the organ, or of the layers on it, and no artificial cut."""

    thermal: Literal["film", "fixed", "insulated"] = Field(
        default="film", description="Heat goes through a film, or the face is at a fixed temperature, or insulated."
    )
    film_coefficient_w_m2_k: HeatTransfer | None = Field(
        default=None, description="Heat transfer coefficient of the film, W/(m² K); a film must have it."
    )
    temperature_c: Celsius | None = Field(
        default=None, description="Temperature behind the film, or of a fixed face, °C; null: the body's."
    )
    electric: Literal["insulated", "ground"] = Field(
        default="insulated", description="No current through the face, or the face at zero volt."
    )
