"""The rest of a scenario: body, boundary, damage, margins, numerics and outputs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Discriminator, Field, Tag
from pydantic.types import Strict

from ablasim.constants import BODY_TEMPERATURE_C
from ablasim.scenario.base import Between, Celsius, Name, Part, Text
from ablasim.scenario.circulation import BloodSupply, Embolisation
from ablasim.scenario.surroundings import Face, OuterFace

Target: TypeAlias = Annotated[float, Between(0.1, 50.0, "mm")]


class Body(Part):
    """State of the patient."""

    temperature_c: Celsius = Field(default=BODY_TEMPERATURE_C, description="Body temperature, °C.")
    blood_temperature_c: Celsius = Field(
        default=BODY_TEMPERATURE_C, description="Temperature of the blood that perfuses the tissue, °C."
    )
    initial_temperature_c: Celsius | None = Field(
        default=None, description="Temperature at the start, °C; null: the body's."
    )
    perfusion_factor: Annotated[float, Between(0.0, 20.0)] = Field(
        default=1.0, description="Factor on every perfusion rate: 0 for ex vivo or full occlusion."
    )
    embolisation: Embolisation = Field(
        default_factory=Embolisation, description="Perfusion left after chemoembolisation (TACE), by region."
    )
    blood_supply: BloodSupply = Field(
        default_factory=BloodSupply, description="Shares of the perfusion that stop when something is occluded."
    )
    metabolic_heat: bool = Field(
        default=False,
        description="Whether metabolic heat acts; the run then starts from its own steady state.",
    )
    blood_density_kg_m3: Annotated[float, Between(500.0, 2000.0, "kg/m³")] = Field(
        default=1050.0, description="Density of blood, kg/m³ (IT'IS Foundation database)."
    )
    blood_heat_capacity_j_kg_k: Annotated[float, Between(500.0, 10000.0, "J/(kg K)")] = Field(
        default=3617.0, description="Heat capacity of blood, J/(kg K) (IT'IS Foundation database)."
    )


class Boundary(Part):
    """What happens on the organ's outside."""

    thermal: Literal["fixed", "insulated"] = Field(
        default="fixed", description="Outside at a fixed temperature, or no heat through it."
    )
    temperature_c: Celsius | None = Field(
        default=None, description="Temperature of a fixed outside, °C; null: the body's."
    )
    faces: Mapping[Face, OuterFace] = Field(
        default_factory=dict,
        description="Faces of a box organ that are real surfaces, such as a capsule that borders on gas: the zone may "
        "reach them. The other faces are artificial cuts.",
    )
    electric: Literal["ground", "insulated"] = Field(
        default="ground", description="Outside at zero volt (the ground pad), or no current through it."
    )
    series_resistance_ohm: Annotated[float, Between(0.0, 1000.0, "ohm")] = Field(
        default=0.0, description="Resistance of the rest of the patient in series with the organ, ohm."
    )


class PerfusionShutdown(Part):
    """The law by which heat stops the perfusion."""

    model: Name = Field(default="cem43", description="Damage law that stops the perfusion, or none.")
    criterion: Annotated[float, Between(1e-6, 1e12)] | None = Field(
        default=None,
        description="Level at which it stops, in the law's own unit; null: 240 min for cem43, else its own.",
    )


class Damage(Part):
    """How heat kills."""

    headline: Name = Field(
        default="cem43_240",
        description="Damage model of the headline numbers; left out in a protocol with pulses: irreversible_threshold.",
    )
    models: Annotated[tuple[Name, ...], Strict(False)] | None = Field(
        default=None,
        description="Damage models evaluated on the run, headline included; null: every built-in one.",
    )
    perfusion_shutdown: PerfusionShutdown = Field(
        default_factory=PerfusionShutdown, description="When perfusion stops."
    )


class Contraction(Part):
    """How much shorter ablated tissue becomes before later imaging."""

    radial_percent: Annotated[float, Between(0.0, 60.0, "%")] = Field(
        description="Share of the length across the applicator that is lost, %."
    )
    axial_percent: Annotated[float, Between(0.0, 60.0, "%")] = Field(
        description="Share of the length along the applicator that is lost, %."
    )


def _contraction_tag(value: Any) -> str:
    return "<preset>" if isinstance(value, str) else "<shares>"


class Margins(Part):
    """The margins asked for."""

    targets_mm: Annotated[tuple[Target, ...], Strict(False), Field(min_length=1, max_length=10)] = Field(
        default=(5.0, 10.0), description="Ablative margins to reach around the tumour, mm, increasing."
    )
    contraction: (
        Annotated[
            Annotated[Literal["microwave", "radiofrequency"], Tag("<preset>")]
            | Annotated[Contraction, Tag("<shares>")],
            Discriminator(_contraction_tag),
        ]
        | None
    ) = Field(
        default=None,
        description="Shrinkage of ablated tissue, to report the margin that later imaging sees beside that of the "
        "zone as heated: shares, or the values of a modality (for radiofrequency few numbers exist); null: none.",
    )


class MeshSizes(Part):
    """Sizes of the mesh's cells; a size left out is that of `normal`."""

    needle_mm: Annotated[float, Between(0.02, 5.0, "mm")] | None = Field(
        default=None, description="At the active surface of a needle, mm."
    )
    edge_mm: Annotated[float, Between(0.0005, 5.0, "mm")] | None = Field(
        default=None,
        description="On the rims of the active part of a needle, where field and temperature are singular, mm; it "
        "grows steeply from there. Null: as on its surface.",
    )
    vessel_mm: Annotated[float, Between(0.05, 10.0, "mm")] | None = Field(
        default=None, description="At the vessels' walls, mm."
    )
    tumour_mm: Annotated[float, Between(0.1, 20.0, "mm")] | None = Field(
        default=None, description="At the tumour's surface, mm."
    )
    shell_mm: Annotated[float, Between(0.1, 20.0, "mm")] | None = Field(
        default=None, description="In the shell of 10 mm round the tumour, mm."
    )
    tine_mm: Annotated[float, Between(0.01, 2.0, "mm")] | None = Field(
        default=None, description="At the surface of tines, mm; at most 0.7 of their radius."
    )
    layer_mm: Annotated[float, Between(0.05, 20.0, "mm")] | None = Field(
        default=None,
        description="In layers outside the organ, mm; at most a third of their thickness, but far from heat.",
    )
    far_mm: Annotated[float, Between(0.2, 100.0, "mm")] | None = Field(
        default=None, description="Far from everything, mm."
    )
    growth: Annotated[float, Between(0.01, 0.75)] | None = Field(
        default=None,
        description="Growth of the size with distance, mm per mm; round tines 2.5 times as much, but at most 0.5.",
    )


def _mesh_tag(value: Any) -> str:
    return "<preset>" if isinstance(value, str) else "<sizes>"


class Numerics(Part):
    """How finely to compute."""

    mesh: Annotated[
        Annotated[Literal["coarse", "normal", "fine"], Tag("<preset>")] | Annotated[MeshSizes, Tag("<sizes>")],
        Discriminator(_mesh_tag),
    ] = Field(default="normal", description="Preset of the mesh's sizes (coarse, normal, fine), or the sizes.")
    mesh_file: Text | None = Field(
        default=None,
        description="Mesh to compute on instead of one made here; a relative path starts at the scenario's folder.",
    )
    time_tolerance: Annotated[float, Between(1e-4, 10.0, "K")] = Field(
        default=0.5, description="Error of temperature allowed to a time step, K."
    )
    time_step_s: Annotated[float, Between(1e-4, 600.0, "s")] | None = Field(
        default=None, description="Fixed time step, s; null: the steps follow the tolerance."
    )
    time_method: Literal["sdirk2", "implicit_euler"] = Field(
        default="sdirk2",
        description="Method of the time steps: sdirk2, of second order; or implicit_euler, of first order, with "
        "coefficients taken at the start of each step, to compare with other codes; it needs time_step_s.",
    )
    max_time_step_s: Annotated[float, Between(1e-3, 600.0, "s")] = Field(
        default=20.0, description="Longest time step, s."
    )
    field_tolerance: Annotated[float, Between(0.0, 1.0)] = Field(
        default=0.008,
        description="Change of the tissue that a field does not follow, relative and weighted with the power absorbed, "
        "from which it is solved anew: of permittivity for antennas; four times as much of conductivity for pulses.",
    )


class HeatSink(Part):
    """The twins that say what the vessels stole."""

    twins: Annotated[tuple[Literal["no_vessel", "occluded"], ...], Strict(False)] = Field(
        default=("no_vessel",), description="Runs on the same mesh to compare with; empty: none."
    )
    attribute: bool = Field(
        default=False,
        description="Whether a further twin for each of several vessels, in which it alone is tissue, says what each "
        "took by itself; the twin no_vessel must run too.",
    )


class Outputs(Part):
    """What is written."""

    save_every_s: Annotated[float, Between(0.01, 3600.0, "s")] = Field(
        default=10.0, description="Time between saved fields, s."
    )
    pictures: bool = Field(default=True, description="Whether pictures are drawn.")
