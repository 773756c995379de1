"""What the device did, as the summary tells it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from ablasim.build import Case
from ablasim.course import March, StepRecord
from ablasim.generators import OperatingPoint
from ablasim.physics.microwave.heat import MicrowavePoint
from ablasim.results.generator import generator_summary
from ablasim.results.trains import trains_summary
from ablasim.units import celsius, millimetres

Block = dict[str, Any]
_Point = TypeVar("_Point")

MICROWAVE_PARTS = ("forward_w", "cable_loss_w", "reflected_w", "absorbed_w", "lost_in_antenna_w", "radiated_w")
"""Parts of the antennas' power that the history has columns of, where antennas are driven."""

_KINDS = {
    "rf_needle": "rf",
    "rf_tines": "rf",
    "rf_bipolar": "rf",
    "ground_pad": "rf",
    "mw_antenna": "microwave",
    "mw_sar_map": "pattern",
    "mw_pattern": "pattern",
    "ire_needle": "ire",
    "ire_bipolar": "ire",
    "ire_plate": "ire",
    "prescribed": "prescribed",
}
_ELECTRICAL = {"voltage_v": "voltage", "current_a": "current", "power_w": "power", "impedance_ohm": "impedance"}


def source_summary(case: Case, march: March) -> Block:
    """Block ``source`` of the summary: energy, highest temperature, and the device at start and end of power."""
    temperature, node, when = march.hottest
    block: Block = {
        "kind": source_kind(case),
        "energy_delivered_j": march.ledger.delivered,
        "max_temperature_c": celsius(temperature),
        "max_temperature_at_mm": millimetres(case.mesh.points[node]).tolist(),
        "max_temperature_time_s": when,
    }
    kinds = driven_kinds(case)
    if "rf" in kinds:
        block |= _generator(case, march)
    if "microwave" in kinds:
        block |= _antennas(march)
    if "ire" in kinds:
        block |= trains_summary(case, march)
    patterns = {name: _pattern(case, name) for name in driven_patterns(case)}
    return block | {"patterns": patterns} if patterns else block


def source_kind(case: Case) -> str:
    """What the protocol drives, the first of ``rf``, ``microwave``, ``pattern``, ``ire``, ``prescribed``, ``none``."""
    driven = driven_kinds(case)
    return next((kind for kind in _KINDS.values() if kind in driven), "none")


def driven_kinds(case: Case) -> set[str]:
    """All that the protocol drives."""
    kinds = {applicator.name: _KINDS[applicator.kind] for applicator in case.scenario.applicators}
    pulsed = {"ire"} if any(step.pulses is not None for step in case.scenario.protocol) else set()
    return pulsed | {kinds[name] for step in case.scenario.protocol for name in step.drive}


def driven_patterns(case: Case) -> list[str]:
    """Maps and patterns of absorption that the protocol drives."""
    driven = {name for step in case.scenario.protocol for name in step.drive}
    return [name for name in case.patterns if name in driven]


def _pattern(case: Case, name: str) -> Block:
    laid = case.patterns[name]
    return {
        "absorbed_share_percent": 100.0 * laid.absorbed,
        "beyond_mesh_percent": 100.0 * laid.beyond / laid.absorbed,
        "mesh_correction_percent": 100.0 * (laid.correction - 1.0),
    }


def last_powered(march: March) -> StepRecord | None:
    """Last step in which anything was delivered."""
    return next((step for step in reversed(march.steps) if step.delivered_power > 0.0), None)


def _generator(case: Case, march: March) -> Block:
    start, end = _first_and_last(march.start, [step.electrical for step in march.steps], OperatingPoint)
    block: Block = {
        key: {"start": _reading(start, name), "end": _reading(end, name)} for key, name in _ELECTRICAL.items()
    }
    return block | {
        **generator_summary(case.scenario, march),
        "electrode_current_imbalance": march.ledger.current_imbalance,
        "power_imbalance": march.ledger.power_imbalance,
    }


def _reading(point: object, name: str) -> float | None:
    return float(getattr(point, name)) if isinstance(point, OperatingPoint) else None


def _first_and_last(start: object, steps: Sequence[object], kind: type[_Point]) -> tuple[_Point | None, _Point | None]:
    """States of one kind of device at the start, or when it is first driven, and in the last step that drives it."""
    points = [point for point in (start, *steps) if isinstance(point, kind)]
    return (points[0], points[-1]) if points else (None, None)


def _antennas(march: March) -> Block:
    start, end = _first_and_last(march.start, [step.microwave for step in march.steps], MicrowavePoint)
    if start is None or end is None:
        return {}
    points = (start, end)
    block: Block = {
        part: {name: point.total(part) for name, point in zip(("start", "end"), points, strict=True)}
        for part in MICROWAVE_PARTS
    }
    block["interference_w"] = {"start": start.interference_w, "end": end.interference_w}
    block["power_residual_percent"] = 100.0 * max(point.residual_share for point in points)
    block["antenna_solves"] = march.work.get("antenna_solves")
    driven = [point for point in (start, *(step.microwave for step in march.steps)) if point is not None]
    last = {name: point for point in driven for name in point.antennas}
    block["antennas"] = {name: _antenna(point, name) for name, point in last.items()}
    return block


def _antenna(last: MicrowavePoint, name: str) -> Block:
    """An antenna in the last step that drives it."""
    point = last.antennas[name]
    return {
        "reflected_share_percent": 100.0 * abs(point.s11) ** 2,
        "s11": [point.s11.real, point.s11.imag],
        "absorbed_w": point.budget.absorbed_w,
        "absorbed_beyond_mesh_w": point.beyond_w,
        "mesh_correction_percent": 100.0 * (point.correction - 1.0),
    }
