"""What all cases of a picture share, in words: the fixed inputs, the mesh, the noise floor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from textwrap import fill
from typing import Any

import numpy as np

from ablasim.study.counts import how_many
from ablasim.study.names import plain_words, with_unit
from ablasim.study.noise_floor import Spread
from ablasim.study.pictures.studied import DONE, Studied
from ablasim.units import SECONDS_PER_MINUTE

NOISE_WIDTH = 2.0
"""Half the width of a band that shows the noise floor, in standard deviations."""

_LONG_S = 120.0
_MODALITIES = {"rf": "radiofrequency", "mw": "microwaves", "ire": "irreversible electroporation"}
_TARGETS = ("power_w", "forward_power_w", "voltage_v", "temperature_c")


def number(value: float, digits: int = 3) -> str:
    """A number with few digits, a true minus sign and thin spaces between thousands.

    Examples
    --------
    >>> number(-0.04567), number(13480.0, 5)
    ('−0.0457', '13 480')
    """
    if abs(value) >= 1e4:
        return f"{value:,.0f}".replace(",", " ").replace("-", "−")
    return f"{value:.{digits}g}".replace("-", "−")


def base_words(studied: Studied) -> dict[str, str]:
    """What each base is called: its modality where no two share one, else its name in words."""
    found = {name: _modality(base) for name, base in studied.bases.items()}
    are_apart = len(set(found.values())) == len(found) and all(found.values())
    return found if are_apart else {name: plain_words(name) for name in found}


def _modality(base: Mapping[str, Any]) -> str:
    kinds = {_MODALITIES.get(item["kind"].partition("_")[0], "") for item in base["applicators"]}
    return kinds.pop() if len(kinds) == 1 else ""


def fixed_words(studied: Studied, bases: Sequence[str]) -> str:
    """What the bases have in common and does not vary: tumour, vessels, perfusion, treatment."""
    varied = {path for item in studied.inputs for path in _paths(item.said)}
    told = [list(_facts(studied.bases[name], varied)) for name in bases]
    return ", ".join(fact for fact in told[0] if all(fact in facts for facts in told)) if told else ""


def own_words(studied: Studied, base: str) -> str:
    """What is fixed in one base and not told of all."""
    of_all = fixed_words(studied, list(studied.bases)).split(", ")
    varied = {path for item in studied.inputs for path in _paths(item.said)}
    return ", ".join(fact for fact in _facts(studied.bases[base], varied) if fact not in of_all)


def _paths(said: Mapping[str, Any]) -> list[str]:
    path = said["path"]
    return [] if path is None else [path] if isinstance(path, str) else list(path)


def _facts(base: Mapping[str, Any], varied: set[str]) -> Iterator[str]:
    yield from _of_tumour(base["tumour"] or {}, varied)
    for vessel in base["vessels"]:
        path = f"vessels.{vessel['name']}"
        if f"{path}.diameter_mm" not in varied:
            yield f"{plain_words(vessel['name'])} {number(vessel['diameter_mm'])} mm wide"
        if vessel.get("mean_speed_mm_s") and f"{path}.mean_speed_mm_s" not in varied:
            yield f"its blood {number(vessel['mean_speed_mm_s'])} mm/s"
    factor = base["body"]["perfusion_factor"]
    if factor != 1.0 and "body.perfusion_factor" not in varied:
        yield f"perfusion × {number(factor)}"
    yield from _of_protocol(base["protocol"], varied)


def _of_tumour(tumour: Mapping[str, Any], varied: set[str]) -> Iterator[str]:
    if "diameter_mm" in tumour and "tumour.diameter_mm" not in varied:
        yield f"tumour {number(tumour['diameter_mm'])} mm"
    if "diameters_mm" in tumour and "tumour.diameters_mm" not in varied:
        yield f"tumour {' × '.join(map(number, tumour['diameters_mm']))} mm"


def _of_protocol(protocol: Sequence[Mapping[str, Any]], varied: set[str]) -> Iterator[str]:
    if len(protocol) != 1:
        yield f"{len(protocol)} stages"
        return
    (stage,) = protocol
    for name, drive in (stage.get("drive") or {}).items():
        for key in _TARGETS:
            if drive.get(key) is not None and f"protocol.0.drive.{name}.{key}" not in varied:
                yield f"{number(drive[key])} {with_unit('', key).unit}"
    if pulses := stage.get("pulses"):
        yield f"{pulses['count']} pulses"
        if pulses.get("volts_per_cm"):
            yield f"{number(pulses['volts_per_cm'], 4)} V/cm"
    duration = stage.get("duration_s")
    if duration is not None and "protocol.0.duration_s" not in varied:
        minutes = duration / SECONDS_PER_MINUTE
        yield f"{number(minutes)} min" if duration >= _LONG_S else f"{number(duration)} s"


def mesh_words(studied: Studied) -> str:
    """Size of the meshes of the cases that were done."""
    if "mesh.n_points" not in studied.table:
        return ""
    points = studied.numbers("mesh.n_points")[studied.status == DONE]
    if not np.isfinite(points).any():
        return ""
    low, high = (100.0 * round(value / 100.0) for value in (np.nanmin(points), np.nanmax(points)))
    return (
        f"meshes of {number(low, 5)} points"
        if low == high
        else f"meshes of {number(low, 5)} to {number(high, 5)} points"
    )


def noise_words(floor: Spread | None, unit: str) -> str:
    """The noise floor in a sentence."""
    if floor is None:
        return "noise floor of remeshing: not estimated"
    return (
        f"noise floor of remeshing: standard deviation {number(floor.sd, 2)} {unit} "
        f"({how_many(floor.cases, 'case')} on {how_many(floor.runs, 'mesh')})"
    )


def heading(*lines: str, width: int) -> str:
    """Lines that say what is fixed, each wrapped; empty ones left out."""
    return "\n".join(fill(line, width) for line in lines if line)
