"""What a reader of a run with pulses must know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ablasim.build import Case
from ablasim.course import March
from ablasim.scenario.poles import needle_pairs, not_parallel
from ablasim.units import celsius

HOT_C = 50.0
"""Temperature from which the heat of pulses is told of, °C: ablations without any stay below it."""

BOILING_C = 100.0
"""Temperature from which water boils in tissue whose material law has no boiling, °C."""

LEAST_TOLD_ML = 0.01
"""Volume below which it is not told how much it is, ml."""


def pulse_warnings(case: Case, march: March, source: Mapping[str, Any], block: Mapping[str, Any] | None) -> list[str]:
    """Warnings about a run with pulses, one sentence each; none for any other.

    Parameters
    ----------
    case : Case
        The case.
    march : March
        The run itself.
    source, block : mapping
        The blocks ``source`` and ``electroporation`` of its summary.
    """
    if block is None:
        return []
    return [
        *_currents(source),
        *not_parallel(needle_pairs(case.scenario)),
        *_heat(case, march, block),
        *_boiling(case, march),
    ]


def _currents(source: Mapping[str, Any]) -> list[str]:
    """A sentence for each train that asks for more current than the generator gives; equal ones once."""
    limit, messages = source["current_limit_a"], []
    for train in source["trains"]:
        if not train["current_limited"]:
            continue
        start, end = train["current_a"]["start"], train["current_a"]["end"]
        fits = train["voltage_that_fits_v"]
        answer = (
            f"{fits:.0f} V would fit"
            if fits is not None
            else "its first pulse is below, but tissue conducts better hot"
        )
        messages.append(
            f"{train['anode']} to {train['cathode']}, {train['voltage_v']:.0f} V: {start:.1f} A at the first pulse and "
            f"{end:.1f} A at the last, above the generator's limit of {limit:g} A, which the run does not act on: "
            f"{answer}"
        )
    return list(dict.fromkeys(messages))


def _heat(case: Case, march: March, block: Mapping[str, Any]) -> list[str]:
    hottest = celsius(march.hottest[0])
    if hottest < HOT_C:
        return []
    model = case.thermal_model
    names = [name for name in dict.fromkeys(("isotherm_50", model.name)) if name in block["dead_by_heat"]]
    labels = {other.name: other.label for other in case.damage_models}
    parts = [_share(labels[name], block["dead_by_heat"][name]) for name in names]
    return [f"pulses heated tissue to {hottest:.0f} °C; dead by heat alone, {'; '.join(parts)}"]


def _share(label: str, heat: Mapping[str, Any]) -> str:
    if heat["volume_ml"] < LEAST_TOLD_ML:
        return f"by {label}: below {LEAST_TOLD_ML:g} ml"
    share = heat["share_of_zone_percent"]
    of_zone = "" if share is None else f", {share:.1f} % of the zone of the pulses"
    beyond = f" and {heat['outside_ml']:.2f} ml outside it" if heat["outside_ml"] >= LEAST_TOLD_ML else ""
    return f"by {label}: {heat['volume_ml']:.2f} ml{of_zone}{beyond}"


def _boiling(case: Case, march: March) -> list[str]:
    """A sentence if tissue came into the window in which the material laws let water boil."""
    hottest = celsius(march.hottest[0])
    starts = [material.vaporisation.start for material in case.materials.values() if material.vaporisation is not None]
    start = celsius(min(starts)) if starts else BOILING_C
    if hottest < start:
        return []
    return [
        f"water boils somewhere (from {start:g} °C on; the hottest tissue reached {hottest:.1f} °C): the field of "
        "pulses knows nothing of steam, so current and field near there are not those of tissue"
    ]
