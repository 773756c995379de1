"""A study file: base scenarios, and what varies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Discriminator, Field, Tag
from pydantic.types import Strict

from ablasim.scenario.base import Between, Direction, Name, Part, Text
from ablasim.scenario.write import SCHEMA_DIALECT
from ablasim.study.distributions import Distribution, Uniform

MOST_POINTS = 100_000
"""Points a design may have."""


class Base(Part):
    """A scenario that a study starts from, under a name."""

    name: Name = Field(description="What the table calls it.")
    scenario: Text = Field(description="Scenario file; a relative path starts at the study's folder.")
    set: Mapping[Text, Any] = Field(
        default_factory=dict, description="Values that replace those of this scenario, by dotted path with names."
    )


class Range(Part):
    """Values at equal distances or ratios, both ends included."""

    start: float = Field(alias="from", description="First value.")
    stop: float = Field(alias="to", description="Last value.")
    count: Annotated[int, Between(2, 10_000)] = Field(description="Number of values, both ends included.")
    spacing: Literal["linear", "log"] = Field(default="linear", description="Equal distances, or equal ratios.")


class Span(Part):
    """Two bounds between which a value is chosen; the sample fills the space between them."""

    low: float = Field(description="Smallest value.")
    high: float = Field(description="Largest value.")


class VesselDistance(Part):
    """Least distance between a vessel's wall and the tumour's surface, mm; the vessel is moved as a whole."""

    kind: Literal["vessel_distance"]
    vessel: Name = Field(description="The vessel.")


class Shift(Part):
    """Way by which a body is moved along a direction from where the base scenario has it, mm."""

    kind: Literal["shift"]
    body: Text = Field(description="The body: tumour, vessels.NAME or applicators.NAME.")
    along: Direction = Field(description="Direction; need not be normalised, must have a length.")


Offset: TypeAlias = Annotated[VesselDistance | Shift, Field(discriminator="kind")]


def _path_tag(value: Any) -> str:
    return "<several>" if isinstance(value, list | tuple) else "<one>"


Paths: TypeAlias = Annotated[
    Annotated[Text, Tag("<one>")] | Annotated[tuple[Text, ...], Strict(False), Field(min_length=1), Tag("<several>")],
    Discriminator(_path_tag),
]
Bases: TypeAlias = Annotated[
    Annotated[Text, Tag("<one>")] | Annotated[tuple[Base, ...], Strict(False), Field(min_length=1), Tag("<several>")],
    Discriminator(_path_tag),
]


class Variable(Part):
    """One thing that varies: which, and over which values."""

    name: Name = Field(description="Name of its column in the table; ends in the unit of the key that it sets.")
    path: Paths | None = Field(
        default=None,
        description="Key of the scenario by dotted path with names, vessels.hepatic_vein.diameter_mm; or a list of "
        "keys that get the same value.",
    )
    offset: Offset | None = Field(default=None, description="In place of a path: a named offset.")
    values: Annotated[tuple[Any, ...], Strict(False), Field(min_length=1)] | None = Field(
        default=None, description="Values, crossed with those of the other variables."
    )
    range: Range | None = Field(default=None, description="Values at equal distances or ratios, crossed likewise.")
    distribution: Distribution | None = Field(
        default=None, description="Distribution that values are drawn from, as `sampling` says."
    )
    between: Span | None = Field(
        default=None,
        description="Bounds of a value that is chosen, not uncertain, such as a power: the sample fills the space "
        "between them, together with the distributions.",
    )
    linked_to: Name | None = Field(
        default=None, description="Variable in whose step this one goes: as many values, one for each of its."
    )
    bases: Annotated[tuple[Name, ...], Strict(False), Field(min_length=1)] | None = Field(
        default=None, description="Base scenarios that it belongs to; null: all."
    )

    @property
    def paths(self) -> tuple[str, ...]:
        """Keys that it sets; none for an offset."""
        if self.path is None:
            return ()
        return (self.path,) if isinstance(self.path, str) else self.path

    def belongs_to(self, base: str) -> bool:
        """Whether it varies in a base, by its name."""
        return self.bases is None or base in self.bases

    @property
    def drawn_from(self) -> Distribution | None:
        """Distribution that the sample's values come from, uniform between bounds; None where values are crossed."""
        if self.between is None:
            return self.distribution
        return Uniform(kind="uniform", low=self.between.low, high=self.between.high)


class Sampling(Part):
    """How values are drawn from the distributions, all together."""

    method: Literal["latin_hypercube", "sobol", "random"] = Field(description="How points fill the space.")
    count: Annotated[int, Between(1, MOST_POINTS)] = Field(description="Number of points; a power of 2 for sobol.")
    seed: Annotated[int, Between(0, 2**32 - 1)] = Field(
        default=1, description="Start of the random numbers: the same seed, the same points."
    )


class Morris(Part):
    """Trajectories of Morris' screening: from point to point one variable changes, by half its levels."""

    method: Literal["morris"]
    trajectories: Annotated[int, Between(2, 10_000)] = Field(
        description="Number of trajectories; each has one point more than there are variables."
    )
    levels: Annotated[int, Between(2, 100)] = Field(
        default=4, description="Values of each variable, an even number: the middles of as many equally likely parts."
    )
    seed: Annotated[int, Between(0, 2**32 - 1)] = Field(
        default=1, description="Start of the random numbers: the same seed, the same points."
    )


class NoiseFloor(Part):
    """Repeats of some cases on other meshes, physics the same: how much of a result is the mesh's chance."""

    cases: Annotated[int, Between(1, 100)] = Field(
        default=3, description="Cases of each base that are repeated: the middle of the design, then its corners."
    )
    repeats: Annotated[int, Between(1, 26)] = Field(default=3, description="Repeats of each.")
    shift_mm: Annotated[float, Between(0.01, 1.0, "mm")] = Field(
        default=0.1, description="Way by which tumour, vessels and applicators together lie elsewhere in the organ, mm."
    )


class Study(Part):
    """Many runs of changed scenarios."""

    schema_version: Literal[1] = Field(description="Version of this format.")
    title: Text = Field(description="The question in words.")
    base: Bases = Field(description="Scenario file to start from, or a list of several under names.")
    set: Mapping[Text, Any] = Field(
        default_factory=dict, description="Values that replace those of every base, by dotted path with names."
    )
    vary: Annotated[tuple[Variable, ...], Strict(False)] = Field(default=(), description="What varies.")
    design: Literal["crossed", "one_at_a_time"] = Field(
        default="crossed",
        description="Whether values of all variables are crossed, or each varies alone, the others as in the base.",
    )
    sampling: Annotated[Sampling | Morris, Field(discriminator="method")] | None = Field(
        default=None, description="How values are drawn; compulsory where a variable has a distribution or bounds."
    )
    noise_floor: NoiseFloor | None = Field(
        default=None, description="How the noise floor of remeshing is estimated; null: it is not."
    )
    verify: bool = Field(
        default=False, description="Whether each case is repeated on a finer mesh, for its numerical uncertainty."
    )
    keep: Annotated[tuple[Literal["summary", "fields"], ...], Strict(False)] = Field(
        default=("summary",),
        description="What is kept of each case: its summary, always; with fields also the folder of `ablasim run`.",
    )


def study_schema() -> dict[str, Any]:
    """JSON Schema of study files, for completion and checks in editors."""
    return {"$schema": SCHEMA_DIALECT, **Study.model_json_schema(by_alias=True)}
