"""The library of devices: antennas and electrodes by name, each number with its source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML

from ablasim.errors import ModelError
from ablasim.scenario.antennas import AntennaDesign

KINDS = ("mw_antenna", "rf_needle", "rf_needles", "rf_tines", "rf_bipolar")
"""Kinds of applicators that there are devices for."""

_KEYS = {"kind", "title", "source", "verified", "note", "design", "exceptions"}
_EXCEPTION_KEYS = {"source", "verified", "note"}


@dataclass(frozen=True)
class DeviceValue:
    """One value of a design.

    Parameters
    ----------
    path : str
        Dotted path of its key in a scenario's applicator.
    value : float or str or bool
        The value, in the unit that the key names.
    source : str
        Citation.
    verified : bool
        Whether it was read in the source or in a public text or file that quotes it.
    note : str
        What else a reader should know.
    """

    path: str
    value: float | str | bool
    source: str
    verified: bool
    note: str = ""


@dataclass(frozen=True)
class Device:
    """An antenna or an electrode of the library.

    Parameters
    ----------
    name : str
        Name in scenarios.
    kind : str
        Kind of the applicator that it is, one of `KINDS`.
    title : str
        What it is, in words.
    note : str
        What a user should know of the whole.
    plain : mapping
        Its dimensions and materials under the keys of a scenario's applicator.
    values : tuple of DeviceValue
        Each of them with its source.
    """

    name: str
    kind: str
    title: str
    note: str
    plain: Mapping[str, Any]
    values: tuple[DeviceValue, ...]

    @property
    def design(self) -> AntennaDesign:
        """Dimensions and materials of an antenna."""
        return AntennaDesign.model_validate(self.plain)


@cache
def device_names(kind: str | None = None) -> tuple[str, ...]:
    """Names of the library's devices, of one kind or of all, sorted."""
    folder = files("ablasim") / "devices"
    names = sorted(entry.name[:-5] for entry in folder.iterdir() if entry.name.endswith(".yaml"))
    return tuple(name for name in names if kind in (None, read_device(name).kind))


@cache
def read_device(name: str) -> Device:
    """Device of that name.

    Raises
    ------
    ModelError
        If the file breaks a rule of `parse_device`.
    """
    text = (files("ablasim") / "devices" / f"{name}.yaml").read_text(encoding="utf-8")
    return parse_device(name, YAML(typ="safe", pure=True).load(text))


def parse_device(name: str, raw: Mapping[str, Any]) -> Device:
    """Device out of the contents of a file.

    Parameters
    ----------
    name : str
        Name of the device.
    raw : Mapping
        ``kind``, ``title``, ``source``, ``verified``, ``note``, ``design`` with a scenario's keys, and ``exceptions``:
        source, verified and note of values that differ from the rest in them, by dotted path.

    Raises
    ------
    ModelError
        If a key or the kind is unknown, the design is not one, the source is missing, or an exception names no value.
    """
    where = f"{name}.yaml"
    if not set(raw) <= _KEYS:
        message = f"{where}: must have keys among {', '.join(sorted(_KEYS))}"
        raise ModelError(message)
    if not str(raw.get("source", "")).strip():
        message = f"{where}: no source: values without a source are not taken"
        raise ModelError(message)
    kind = str(raw.get("kind"))
    if kind not in KINDS:
        message = f"{where}: kind '{kind}': must be one of {', '.join(KINDS)}"
        raise ModelError(message)
    _check_design(kind, raw.get("design"), where)
    leaves = dict(_leaves(raw["design"]))
    exceptions = raw.get("exceptions", {})
    for path, exception in exceptions.items():
        if path not in leaves or not set(exception) <= _EXCEPTION_KEYS:
            keys = ", ".join(sorted(_EXCEPTION_KEYS))
            message = f"{where}: exceptions: {path}: must be the path of a value of the design, with keys among {keys}"
            raise ModelError(message)
    values = tuple(
        DeviceValue(
            path=path,
            value=value,
            source=str(exceptions.get(path, {}).get("source", raw["source"])),
            verified=bool(exceptions.get(path, {}).get("verified", raw.get("verified", False))),
            note=str(exceptions.get(path, {}).get("note", "")),
        )
        for path, value in leaves.items()
    )
    return Device(name, kind, str(raw.get("title", name)), str(raw.get("note", "")), raw["design"], values)


def _check_design(kind: str, design: Any, where: str) -> None:
    """Check what can be checked of a design by itself: an electrode's keys are those of the scenario that takes it."""
    if kind != "mw_antenna":
        if not isinstance(design, Mapping) or not design:
            message = f"{where}: design: must be keys and values of a {kind}"
            raise ModelError(message)
        return
    try:
        AntennaDesign.model_validate(design)
    except ValidationError as error:
        message = f"{where}: design: {error}"
        raise ModelError(message) from None


def _leaves(part: Any, above: str = "") -> Iterator[tuple[str, float | str | bool]]:
    """Values of a design by dotted path."""
    if isinstance(part, Mapping | list):
        items = part.items() if isinstance(part, Mapping) else enumerate(part)
        for key, inner in items:
            yield from _leaves(inner, f"{above}.{key}" if above else str(key))
    elif part is not None:
        yield above, part
