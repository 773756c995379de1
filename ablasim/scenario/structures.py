"""Critical structures: what lies near the tumour and must not be harmed."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field
from pydantic.types import Strict

from ablasim.scenario.base import Between, Name, Part, Point, Text
from ablasim.scenario.surroundings import Face

StructureLength: TypeAlias = Annotated[float, Between(0.2, 500.0, "mm")]


class Structure(Part):
    """What every critical structure has."""

    name: Name = Field(description="Name that results and sweeps refer to.")
    limit_temperature_c: Annotated[float, Between(37.0, 120.0, "°C")] | None = Field(
        default=None, description="Temperature above which a warning says so, °C; null: none."
    )
    limit_cem43_min: Annotated[float, Between(1e-3, 1e12, "min")] | None = Field(
        default=None, description="Thermal dose above which a warning says so, CEM43 min; null: none."
    )


class SphereStructure(Structure):
    """A ball; its surface is watched."""

    shape: Literal["sphere"]
    centre_mm: Point = Field(description="Centre, mm.")
    diameter_mm: StructureLength = Field(description="Diameter, mm.")


class TubeStructure(Structure):
    """A tube along a polyline, such as a bile duct; its wall is watched."""

    shape: Literal["tube"]
    points_mm: Annotated[tuple[Point, ...], Strict(False), Field(min_length=2, max_length=500)] = Field(
        description="Corners of the centre line, mm."
    )
    diameter_mm: StructureLength = Field(description="Outside diameter, mm.")


class SurfaceStructure(Structure):
    """A closed surface in a file; it is watched."""

    shape: Literal["surface"]
    file: Text = Field(description="STL file of the closed surface; a relative path starts at the scenario's folder.")
    unit: Literal["mm", "m"] = Field(default="mm", description="Unit of the coordinates in the file.")


class LayerStructure(Structure):
    """The side of a layer that looks towards the organ: the surface of a neighbour."""

    shape: Literal["layer"]
    layer: Name = Field(description="Name of the layer.")


class FaceStructure(Structure):
    """The outermost surface above a face of a box organ, such as a capsule under the diaphragm."""

    shape: Literal["face"]
    face: Face = Field(description="The face.")


class WallStructure(Structure):
    """The wall of a vessel."""

    shape: Literal["vessel_wall"]
    vessel: Name = Field(description="Name of the vessel.")


CriticalStructure: TypeAlias = Annotated[
    SphereStructure | TubeStructure | SurfaceStructure | LayerStructure | FaceStructure | WallStructure,
    Field(discriminator="shape"),
]
