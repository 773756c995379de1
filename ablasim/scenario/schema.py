"""The scenario: everything a run is told, as one frozen value."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, PrivateAttr
from pydantic.types import Strict

from ablasim.scenario.anatomy import Organ, SurfaceTumour, Tumour, Vessel, VesselTree
from ablasim.scenario.applicators import Applicator
from ablasim.scenario.base import Between, Name, Part, Text
from ablasim.scenario.circulation import Occlusion
from ablasim.scenario.located import Source
from ablasim.scenario.patterns import MwSarMap
from ablasim.scenario.protocol import Step
from ablasim.scenario.pulses import PulseGenerator
from ablasim.scenario.sensors import Sensor
from ablasim.scenario.settings import Body, Boundary, Damage, HeatSink, Margins, Numerics, Outputs
from ablasim.scenario.shafts import Shaft
from ablasim.scenario.structures import CriticalStructure, SurfaceStructure
from ablasim.scenario.surroundings import Layer, OuterFace
from ablasim.scenario.tissues import TissueOverrides


class Scenario(Part):
    """A clinical question: patient, device, protocol and numerics.

    Values stay in the user's units, which the names of the attributes carry; `build` converts them. Make one
    with `load_scenario` or `parse_scenario`: they check across the parts too, and fill in what is left out.
    """

    schema_version: Literal[1] = Field(description="Version of this format.")
    title: Text = Field(description="The question in words.")
    organ: Organ = Field(description="The block of organ that is computed on.")
    tumour: Tumour | None = Field(default=None, description="The tumour; null: none.")
    vessels: Annotated[tuple[Vessel, ...], Strict(False)] = Field(default=(), description="Blood vessels.")
    vessel_trees: Annotated[tuple[VesselTree, ...], Strict(False)] = Field(
        default=(), description="Trees of small vessels from files."
    )
    layers: Annotated[tuple[Layer, ...], Strict(False)] = Field(
        default=(), description="Layers outside the organ: injected fluid, and organs that lie beside it."
    )
    critical_structures: Annotated[tuple[CriticalStructure, ...], Strict(False)] = Field(
        default=(), description="What must not be harmed: its temperature, dose and damage are reported."
    )
    applicators: Annotated[tuple[Applicator, ...], Strict(False)] = Field(
        default=(), description="What brings the heat."
    )
    sensors: Annotated[tuple[Sensor, ...], Strict(False), Field(max_length=100)] = Field(
        default=(), description="Points whose temperature, damage and field are told over time."
    )
    protocol: Annotated[tuple[Step, ...], Strict(False), Field(min_length=1)] = Field(
        description="Steps, one after the other."
    )
    cool_down_s: Annotated[float, Between(0.0, 3600.0, "s")] = Field(
        default=600.0,
        description="Longest time followed after the power is off, s; ends earlier once all is below 43 °C.",
    )
    pulse_generator: PulseGenerator | None = Field(
        default=None, description="Limits of the generator of pulses; null: those of the usual clinical one."
    )
    occlusions: Annotated[tuple[Occlusion, ...], Strict(False)] = Field(
        default=(), description="Vascular systems closed during the treatment."
    )
    body: Body = Field(default_factory=Body, description="State of the patient.")
    boundary: Boundary = Field(default_factory=Boundary, description="What happens on the organ's outside.")
    tissues: Mapping[Name, TissueOverrides] = Field(default_factory=dict, description="The user's own tissues by name.")
    damage: Damage = Field(default_factory=Damage, description="How heat kills.")
    margins: Margins = Field(default_factory=Margins, description="The margins asked for.")
    numerics: Numerics = Field(default_factory=Numerics, description="How finely to compute.")
    heat_sink: HeatSink = Field(default_factory=HeatSink, description="What the run is compared with.")
    outputs: Outputs = Field(default_factory=Outputs, description="What is written.")

    _source: Source = PrivateAttr(default_factory=Source)

    def model_post_init(self, context: Any) -> None:
        """Remember where the scenario was read, if told."""
        if isinstance(context, Source):
            self._source = context

    @property
    def source(self) -> Source:
        """Where the scenario was read; no part of its value."""
        return self._source

    def with_source(self, source: Source) -> Scenario:
        """The same scenario, read somewhere else."""
        copy = self.model_copy()
        copy._source = source
        return copy

    @property
    def initial_temperature_c(self) -> float:
        """Temperature at the start, °C."""
        given = self.body.initial_temperature_c
        return self.body.temperature_c if given is None else given

    @property
    def boundary_temperature_c(self) -> float:
        """Temperature of a fixed outside, °C."""
        given = self.boundary.temperature_c
        return self.body.temperature_c if given is None else given

    def face_temperature_c(self, face: OuterFace) -> float:
        """Temperature behind the film of a real face, or of a fixed one, °C."""
        return self.body.temperature_c if face.temperature_c is None else face.temperature_c

    def resolve(self, file: str) -> Path:
        """Path of a file that the scenario names."""
        return self.source.folder / file

    def files(self) -> dict[str, str]:
        """Files that the scenario names, by dotted path."""
        named = {}
        if isinstance(self.tumour, SurfaceTumour):
            named["tumour.file"] = self.tumour.file
        named |= {
            f"critical_structures.{structure.name}.file": structure.file
            for structure in self.critical_structures
            if isinstance(structure, SurfaceStructure)
        }
        if self.numerics.mesh_file is not None:
            named["numerics.mesh_file"] = self.numerics.mesh_file
        named |= {f"applicators.{a.name}.file": a.file for a in self.applicators if isinstance(a, MwSarMap)}
        return named | {f"vessel_trees.{tree.name}.file": tree.file for tree in self.vessel_trees}

    def tissue_references(self) -> dict[str, str]:
        """Names of tissues and materials that must be in the library, by the dotted path that says them."""
        said = {"organ.tissue": self.organ.tissue}
        if self.tumour is not None:
            said["tumour.tissue"] = self.tumour.tissue
        said |= {f"layers.{layer.name}.tissue": layer.tissue for layer in self.layers}
        references = {path: name for path, name in said.items() if name not in self.tissues}
        references |= {f"tissues.{name}.from": own.base for name, own in self.tissues.items() if own.base is not None}
        for applicator in self.applicators:
            if isinstance(applicator, Shaft):
                references[f"applicators.{applicator.name}.material"] = applicator.material
        return references
