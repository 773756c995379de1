"""Microwave sources that are given instead of solved for: maps of absorption, and patterns for teaching."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from ablasim.scenario.base import Between, Direction, Name, Part, Point, Text

Length: TypeAlias = Annotated[float, Between(0.1, 200.0, "mm")]
Height: TypeAlias = Annotated[float, Between(-200.0, 200.0, "mm")]
Watts: TypeAlias = Annotated[float, Between(0.001, 1000.0, "W")]


class MwSarMap(Part):
    """Absorption that was computed or measured elsewhere, round an axis; it heats the same whatever the temperature."""

    name: Name = Field(description="Name that the protocol, results and sweeps refer to.")
    kind: Literal["mw_sar_map"]
    file: Text = Field(
        description="CSV with the columns r_mm, z_mm and sar_w_kg on a rectangular grid, or VTK cells (.vtu, .vtk) "
        "with a point array sar_w_kg; r is the distance from the axis, z the height above the tip."
    )
    unit: Literal["mm", "m"] = Field(default="mm", description="Unit of the coordinates of a VTK file.")
    tip_mm: Point = Field(description="Place of the outermost tip, mm.")
    direction: Direction = Field(
        description="Direction from the tip up the shaft; need not be normalised, must have a length."
    )
    power_w: Watts = Field(description="Forward power that the map holds for, W.")
    density_kg_m3: Annotated[float, Between(100.0, 3000.0, "kg/m³")] | None = Field(
        default=None, description="Density of the tissue that the map holds for, kg/m³; null: the organ's."
    )
    absorbed_w: Watts | None = Field(
        default=None, description="Power that the map must add up to, W; null: whatever it adds up to."
    )
    absorbed_tolerance_percent: Annotated[float, Between(0.01, 50.0, "%")] = Field(
        default=1.0, description="By how much it may differ from absorbed_w, %."
    )


class GaussianShape(Part):
    """Ellipsoid about a point of the axis in which the power density falls as a Gaussian."""

    kind: Literal["gaussian"]
    centre_mm: Height = Field(description="Height of the centre above the tip, mm.")
    radial_mm: Length = Field(description="Distance from the centre, square to the axis, at which 1/e is left, mm.")
    axial_mm: Length = Field(description="Distance from the centre along the axis at which 1/e is left, mm.")


class LineShape(Part):
    """Power density e^(−2αd)/d² at the distance d from a stretch of the axis."""

    kind: Literal["line"]
    start_mm: Height = Field(default=0.0, description="Height of the stretch's lower end above the tip, mm.")
    length_mm: Length = Field(description="Length of the stretch, mm.")
    radius_mm: Annotated[float, Between(0.1, 10.0, "mm")] = Field(
        default=1.0, description="Distance within which the power density stays what it is there, mm."
    )
    attenuation_per_m: Annotated[float, Between(1.0, 500.0, "1/m")] = Field(
        description="α, attenuation of the field in the tissue, 1/m."
    )


class MwPattern(Part):
    """A formula in place of an antenna, for teaching."""

    name: Name = Field(description="Name that the protocol, results and sweeps refer to.")
    kind: Literal["mw_pattern"]
    tip_mm: Point = Field(description="Place of the tip, mm.")
    direction: Direction = Field(
        description="Direction from the tip up the shaft; need not be normalised, must have a length."
    )
    pattern: Annotated[GaussianShape | LineShape, Field(discriminator="kind")] = Field(
        description="How the power density falls with the distance."
    )
    absorbed_share: Annotated[float, Between(0.001, 1.0)] = Field(
        default=1.0, description="Share of the forward power that boundless tissue absorbs."
    )
