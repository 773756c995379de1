"""What a scenario is made of: strict frozen parts, bounded quantities, names and coordinates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler, StringConstraints
from pydantic.json_schema import JsonSchemaValue
from pydantic.types import Strict
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from ablasim.constants import ZERO_CELSIUS_K
from ablasim.units import MM_PER_M

OUT_OF_RANGE = "out_of_range"
"""Type of the pydantic error of a quantity beyond its bounds; its message is complete."""

NAME_PATTERN = r"^[a-z][a-z0-9_]*$"


class Part(BaseModel):
    """A part of a scenario: strict types, no unknown keys, no NaN or infinity, never changed once made."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", allow_inf_nan=False)


@dataclass(frozen=True)
class Between:
    """Bounds of a number in the user's unit, checked after its type.

    The bounds say what is plausible, so that a slip of the unit is caught; they are no property of a model.

    Parameters
    ----------
    low, high : float
        Smallest and largest value allowed, both included.
    unit : str
        Unit as written to the user; '' for a plain number.
    """

    low: float
    high: float
    unit: str = ""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Put the check of the bounds behind the schema of the number."""
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Name the bounds in the JSON schema too."""
        return {**handler(schema), "minimum": self.low, "maximum": self.high}

    def check(self, value: float) -> float:
        """Give the value back if it lies within the bounds.

        Raises
        ------
        PydanticCustomError
            If it does not; the message says what is allowed, and what may have been meant.
        """
        if self.low <= value <= self.high:
            return value
        unit = f" {self.unit}" if self.unit else ""
        sentence = f"{value:g}{unit}: must be between {self.low:g} and {self.high:g}{unit}{self._suggestion(value)}"
        raise PydanticCustomError(OUT_OF_RANGE, "{sentence}", {"sentence": sentence})

    def _suggestion(self, value: float) -> str:
        """Guess what the user meant, where another unit would make the value plausible."""
        if self.unit in {"mm", "mm/s"}:
            in_metres = self.unit.replace("mm", "m")
            if self.low <= value * MM_PER_M <= self.high:
                return f"; did you mean {value * MM_PER_M:g} {self.unit}, given in {in_metres}?"
            if self.low <= value / MM_PER_M <= self.high:
                thousandth = f"{value / MM_PER_M:g}"
                return f" (this is {thousandth} {in_metres}); did you mean {thousandth} {self.unit}?"
        if self.unit == "°C" and self.low <= value - ZERO_CELSIUS_K <= self.high:
            return f"; did you mean {value - ZERO_CELSIUS_K:g} °C, given in kelvin?"
        return ""


Name: TypeAlias = Annotated[str, StringConstraints(pattern=NAME_PATTERN, max_length=60)]
"""Name of a body, a tissue or a model: lower-case letters, digits and underscores."""

Text: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=500)]
"""Free text or a file name, not empty."""

Coordinate: TypeAlias = Annotated[float, Between(-1000.0, 1000.0, "mm")]
"""A coordinate, mm; z points up, and the tumour's centre is at the origin by convention."""

Point: TypeAlias = Annotated[tuple[Coordinate, Coordinate, Coordinate], Strict(False)]
"""A place [x, y, z], mm; a list is taken for a tuple."""

DirectionComponent: TypeAlias = Annotated[float, Between(-1e6, 1e6)]
Direction: TypeAlias = Annotated[tuple[DirectionComponent, DirectionComponent, DirectionComponent], Strict(False)]
"""A direction, of any length but zero; a list is taken for a tuple."""

OrganLength: TypeAlias = Annotated[float, Between(2.0, 1000.0, "mm")]
TumourLength: TypeAlias = Annotated[float, Between(1.0, 200.0, "mm")]
Celsius: TypeAlias = Annotated[float, Between(0.0, 60.0, "°C")]
HeatTransfer: TypeAlias = Annotated[float, Between(1.0, 1e5, "W/(m² K)")]
