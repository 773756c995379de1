"""Parts of a scenario that may take their values from the library of devices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from ablasim.scenario.base import Name, Part
from ablasim.scenario.devices import device_names, read_device
from ablasim.scenario.messages import UNKNOWN_DEVICE, did_you_mean

_OWN = ("name", "kind", "tip_mm", "centre_mm", "direction")
"""Compulsory keys that no device gives."""


def _schema_without_device_keys(schema: dict[str, Any]) -> None:
    """A schema cannot say that a key is compulsory unless a device gives it."""
    schema["required"] = [key for key in schema.get("required", []) if key in _OWN]


class FromDevice(Part):
    """A part whose values may be those of a device of the library; what is given beside it stands before them."""

    model_config = ConfigDict(json_schema_extra=_schema_without_device_keys)

    device_kinds: ClassVar[tuple[str, ...]] = ()
    """Kinds of devices that it may be."""

    device: Name | None = Field(
        default=None,
        description="Device of the library (see `ablasim devices`); what is given beside it stands before its values. "
        "Null: all is given.",
    )

    @model_validator(mode="before")
    @classmethod
    def _with_values_of_device(cls, data: Any) -> Any:
        if not isinstance(data, Mapping) or not isinstance(data.get("device"), str):
            return data
        known = tuple(name for kind in cls.device_kinds for name in device_names(kind))
        name = data["device"]
        if name not in known:
            sentence = f"device '{name}': must be one of the library for it{did_you_mean(name, known)}"
            raise PydanticCustomError(UNKNOWN_DEVICE, "{sentence}", {"sentence": sentence})
        return {**read_device(name).plain, **data}
