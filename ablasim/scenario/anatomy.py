"""The patient's side of a scenario: organ, tumour and vessels."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field
from pydantic.types import Strict

from ablasim.constants import BODY_TEMPERATURE_C
from ablasim.scenario.base import (
    Between,
    Celsius,
    HeatTransfer,
    Name,
    OrganLength,
    Part,
    Point,
    Text,
    TumourLength,
)
from ablasim.scenario.circulation import System

ORIGIN = (0.0, 0.0, 0.0)


class BoxOrgan(Part):
    """Block of organ with faces across x, y and z."""

    shape: Literal["box"]
    size_mm: Annotated[tuple[OrganLength, OrganLength, OrganLength], Strict(False)] = Field(
        description="Edge lengths along x, y and z, mm."
    )
    centre_mm: Point = Field(default=ORIGIN, description="Centre, mm.")
    tissue: Name = Field(description="Tissue the organ is made of: of the library, or of `tissues`.")


class CylinderOrgan(Part):
    """Round cylinder of organ, along one of the axes."""

    shape: Literal["cylinder"]
    diameter_mm: OrganLength = Field(description="Diameter, mm.")
    length_mm: OrganLength = Field(description="Length along the axis, mm.")
    centre_mm: Point = Field(default=ORIGIN, description="Centre, mm.")
    axis: Literal["x", "y", "z"] = Field(default="z", description="Direction of the cylinder's axis.")
    tissue: Name = Field(description="Tissue the organ is made of: of the library, or of `tissues`.")


class SphereOrgan(Part):
    """Ball of organ."""

    shape: Literal["sphere"]
    diameter_mm: OrganLength = Field(description="Diameter, mm.")
    centre_mm: Point = Field(default=ORIGIN, description="Centre, mm.")
    tissue: Name = Field(description="Tissue the organ is made of: of the library, or of `tissues`.")


Organ: TypeAlias = Annotated[BoxOrgan | CylinderOrgan | SphereOrgan, Field(discriminator="shape")]


class SphereTumour(Part):
    """Round tumour."""

    shape: Literal["sphere"]
    centre_mm: Point = Field(default=ORIGIN, description="Centre, mm.")
    diameter_mm: TumourLength = Field(description="Diameter, mm.")
    tissue: Name = Field(description="Tissue of the tumour: of the library, or of `tissues`.")


class EllipsoidTumour(Part):
    """Tumour as an ellipsoid along the axes."""

    shape: Literal["ellipsoid"]
    centre_mm: Point = Field(default=ORIGIN, description="Centre, mm.")
    diameters_mm: Annotated[tuple[TumourLength, TumourLength, TumourLength], Strict(False)] = Field(
        description="Diameters along x, y and z, mm."
    )
    tissue: Name = Field(description="Tissue of the tumour: of the library, or of `tissues`.")


class SurfaceTumour(Part):
    """Tumour as a closed surface in a file."""

    shape: Literal["surface"]
    file: Text = Field(description="STL file of the closed surface; a relative path starts at the scenario's folder.")
    unit: Literal["mm", "m"] = Field(default="mm", description="Unit of the coordinates in the file.")
    tissue: Name = Field(description="Tissue of the tumour: of the library, or of `tissues`.")


Tumour: TypeAlias = Annotated[SphereTumour | EllipsoidTumour | SurfaceTumour, Field(discriminator="shape")]


class VesselWall(Part):
    """A layer between the blood and the tissue, such as the glass of a tube in a bench experiment."""

    thickness_mm: Annotated[float, Between(0.01, 10.0, "mm")] = Field(description="Thickness, mm.")
    thermal_conductivity_w_m_k: Annotated[float, Between(0.01, 500.0, "W/(m K)")] = Field(
        description="Thermal conductivity, W/(m K); borosilicate glass has 1.1 to 1.2."
    )
    insulates: bool = Field(default=True, description="Whether it keeps electric current out of the blood.")


class Coagulation(Part):
    """When heat stops the blood in a vessel for good: once its wall has passed a criterion all round somewhere."""

    model: Name = Field(default="cem43", description="Damage law at the wall, as in damage.perfusion_shutdown.")
    criterion: Annotated[float, Between(1e-6, 1e12)] | None = Field(
        default=None, description="Level of the law, in its own unit; null: 240 min for cem43, else its own."
    )


class Vessel(Part):
    """A blood vessel: a round lumen along a polyline; blood flows from the first point to the last."""

    name: Name = Field(description="Name that results and sweeps refer to.")
    points_mm: Annotated[tuple[Point, ...], Strict(False), Field(min_length=2, max_length=500)] = Field(
        description="Corners of the centre line in the direction of the flow, mm; they may lie outside."
    )
    diameter_mm: Annotated[float, Between(0.2, 50.0, "mm")] = Field(description="Inside diameter of the vessel, mm.")
    mean_speed_mm_s: Annotated[float, Between(0.5, 2000.0, "mm/s")] | None = Field(
        default=None,
        description="Speed of the blood, mean over the lumen, mm/s; a convective vessel without a film "
        "coefficient and a line must have it.",
    )
    model: Literal["fixed_temperature", "convective", "transport", "resolved", "line"] = Field(
        default="convective",
        description="Wall at the temperature of the blood; cooled by blood that keeps its temperature; by blood that "
        "is warmed along its path and carries the heat on (transport); the same resolved over the cross-section; or a "
        "line that is not meshed, for vessels of about a millimetre and less, whose blood is warmed on its way.",
    )
    profile: Literal["poiseuille", "plug"] = Field(
        default="poiseuille", description="Profile of the speed over the lumen, for a resolved vessel."
    )
    branches_from: Name | None = Field(
        default=None,
        description="Vessel that the blood comes from: the first point lies in it. Without mean_speed_mm_s the flow is "
        "shared by the cubes of the diameters (Murray's law).",
    )
    flows_into: Name | None = Field(
        default=None, description="Vessel that the blood goes on into: the last point lies in it."
    )
    coagulation: Coagulation | None = Field(
        default=None,
        description="When heat makes the blood coagulate and stops the flow; null: never. Reported for vessels below "
        "about 0.8 mm (Vaidya et al., Int. J. Hyperthermia 38:95, 2021).",
    )
    wall: VesselWall | None = Field(
        default=None, description="Layer between blood and tissue, outside diameter_mm; null: none worth counting."
    )
    system: System | None = Field(
        default=None, description="Vascular system it belongs to: its blood stands still while that is occluded."
    )
    blood_temperature_c: Celsius = Field(
        default=BODY_TEMPERATURE_C, description="Temperature of the blood that comes in, °C."
    )
    film_coefficient_w_m2_k: HeatTransfer | None = Field(
        default=None,
        description="Heat transfer coefficient of the wall, W/(m² K); null: from the flow.",
    )
    heated_length_mm: Annotated[float, Between(0.1, 1000.0, "mm")] | None = Field(
        default=None,
        description="Length about the place nearest to the active applicator at whose beginning the thermal boundary "
        "layer starts, mm; null: the stretch within √2 times the least distance.",
    )

    @property
    def outer_diameter_mm(self) -> float:
        """Diameter of the meshed surface, mm: that of the lumen and its wall."""
        return self.diameter_mm + (0.0 if self.wall is None else 2.0 * self.wall.thickness_mm)


class VesselTree(Part):
    """A tree of small vessels from a file, taken as lines that exchange heat with the tissue; it is not meshed."""

    name: Name = Field(description="Name that results and sweeps refer to.")
    file: Text = Field(
        description="Centre-lines with radii, a CSV table or VTK poly-lines (.vtp); a relative path starts at the "
        "scenario's folder."
    )
    unit: Literal["mm", "m"] = Field(default="mm", description="Unit of coordinates and radii in the file.")
    flow: Literal["from_root", "to_root"] = Field(
        default="from_root",
        description="Direction of the blood: from the root to the ends (artery, portal vein) or back.",
    )
    flow_ml_min: Annotated[float, Between(1e-4, 5000.0, "ml/min")] | None = Field(
        default=None, description="Blood through the root, ml/min; or give mean_speed_mm_s, or flows in the file."
    )
    mean_speed_mm_s: Annotated[float, Between(0.1, 2000.0, "mm/s")] | None = Field(
        default=None, description="Speed of the blood at the root, mean over the lumen, mm/s."
    )
    flow_exponent: Annotated[float, Between(1.0, 4.0)] = Field(
        default=3.0,
        description="Where vessels part, flow is shared by this power of the radius: 3 is Murray's law.",
    )
    system: System | None = Field(
        default=None, description="Vascular system it belongs to: its blood stands still while that is occluded."
    )
    blood_temperature_c: Celsius = Field(
        default=BODY_TEMPERATURE_C, description="Temperature of the blood that comes in, °C."
    )
