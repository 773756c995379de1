"""Parts that the shapes of a ``summary.json`` are made of."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

Number: TypeAlias = float | None
Place: TypeAlias = Annotated[list[float], Field(min_length=3, max_length=3)]
Numbers: TypeAlias = dict[str, Number]


class Shape(BaseModel):
    """Part of a summary: strict types, no NaN or infinity, other keys let through."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore", allow_inf_nan=False)
