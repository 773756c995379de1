"""A fit file: a base scenario, what was measured, and which values are sought."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Discriminator, Field, Tag
from pydantic.types import Strict

from ablasim.scenario.base import Between, Name, Part, Text
from ablasim.scenario.write import SCHEMA_DIALECT
from ablasim.study.schema import Paths

Kelvins: TypeAlias = Annotated[float, Between(1e-3, 50.0, "K")]


def _is_by_name(value: Any) -> str:
    return "<each>" if isinstance(value, Mapping) else "<one>"


Uncertainty: TypeAlias = Annotated[
    Annotated[Kelvins, Tag("<one>")] | Annotated[Mapping[Name, Kelvins], Tag("<each>")], Discriminator(_is_by_name)
]


class Data(Part):
    """What was measured."""

    file: Text = Field(
        description="CSV file with time_s and a column NAME_c, °C, for each sensor; a relative path starts at the "
        "fit's folder."
    )
    sensors: Annotated[tuple[Name, ...], Strict(False), Field(min_length=1)] | None = Field(
        default=None,
        description="Sensors to use; other columns are passed over. Null: every column must be a sensor's.",
    )
    uncertainty_k: Uncertainty = Field(
        default=1.0,
        description="Standard uncertainty of a reading, K: one for all sensors, or for each by name. A reading counts "
        "by its inverse square.",
    )


class Parameter(Part):
    """A value that is sought."""

    name: Name = Field(description="What the table calls it; ends in the unit of the key that it sets.")
    path: Paths = Field(
        description="Key of the scenario by dotted path with names, tissues.this_liver.perfusion_rate_per_s; or a "
        "list of keys that get the same value."
    )
    start: float = Field(description="Value to begin with.")
    low: float = Field(description="Least value allowed.")
    high: float = Field(description="Largest value allowed.")
    scale: Literal["linear", "log"] = Field(
        default="linear", description="Whether the value or its logarithm is sought; the interval follows."
    )

    @property
    def paths(self) -> tuple[str, ...]:
        """Keys that it sets."""
        return (self.path,) if isinstance(self.path, str) else self.path


class Fit(Part):
    """Values of a scenario fitted to measured temperatures."""

    schema_version: Literal[1] = Field(description="Version of this format.")
    title: Text = Field(description="The question in words.")
    base: Text = Field(description="Scenario file; a relative path starts at the fit's folder.")
    set: Mapping[Text, Any] = Field(
        default_factory=dict, description="Values that replace those of the base, by dotted path with names."
    )
    data: Data = Field(description="What was measured.")
    parameters: Annotated[tuple[Parameter, ...], Strict(False), Field(min_length=1, max_length=20)] = Field(
        description="Values that are sought."
    )
    most_iterations: Annotated[int, Between(1, 200)] = Field(
        default=20, description="Iterations after which it gives up; each takes two runs for every parameter and one."
    )


def fit_schema() -> dict[str, Any]:
    """JSON Schema of fit files, for completion and checks in editors."""
    return {"$schema": SCHEMA_DIALECT, **Fit.model_json_schema(by_alias=True)}
