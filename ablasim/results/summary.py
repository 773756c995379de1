"""``summary.json``: every headline number under its documented key."""

from __future__ import annotations

import platform
import resource
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np

from ablasim.build import Case
from ablasim.course import March, StepRecord
from ablasim.margins import (
    HeatSink,
    Margin,
    SeenMargin,
    Zone,
    heat_sink_summary,
    margin_summary,
    measure_axes,
    seen_summary,
    zone_summary,
)
from ablasim.mesh import mesh_quality
from ablasim.physics.blood_flow import blood_warming
from ablasim.physics.heat_flux import FacetFlux
from ablasim.results.applications import applications_summary
from ablasim.results.electroporation import electroporation_summary
from ablasim.results.model_spread import model_spread
from ablasim.results.pulse_warnings import pulse_warnings
from ablasim.results.sensors import sensors_summary
from ablasim.results.source import last_powered, source_summary
from ablasim.results.structures import structure_warnings, structures_summary
from ablasim.results.walls import wall_summary
from ablasim.results.warnings import run_warnings
from ablasim.scenario import scenario_hash
from ablasim.units import MM_PER_M, celsius, millilitres
from ablasim.variants import Variant

Block = dict[str, Any]

_PACKAGES = ("ablasim", "numpy", "scipy", "sfepy", "pyamg", "numba", "gmsh")
_NOT_COMPARED: Block = dict.fromkeys(
    (
        "volume_loss_ml",
        "volume_loss_percent",
        "margin_loss_mm",
        "flow_loss",
        "presence_loss",
        "shared_loss",
        "largest_retraction",
    )
)
_KIB_PER_MIB = 1024.0


@dataclass(frozen=True)
class Clock:
    """When something began.

    Parameters
    ----------
    wall, cpu : float
        Readings of `time.perf_counter` and `time.process_time`, s.
    """

    wall: float
    cpu: float

    @classmethod
    def now(cls) -> Clock:
        """The present."""
        return cls(time.perf_counter(), time.process_time())


def summarise(
    case: Case,
    marches: Mapping[Variant, March],
    *,
    by_model: Mapping[str, tuple[Zone, Margin | None]],
    heat_sink: HeatSink | None,
    volumes: Mapping[float, float],
    seen: SeenMargin | None,
    warnings: Sequence[str],
    clock: Clock,
) -> Block:
    """The content of ``summary.json``; see the reference page for each key.

    Parameters
    ----------
    case : Case
        The case.
    marches : mapping of str to March
        The run and its twins.
    by_model : mapping of str to (Zone, Margin or None)
        Zone and margin of the run by damage model, the headline first.
    heat_sink : HeatSink or None
        What the vessels took.
    volumes : mapping of float to float
        Volume of the zone, m³, at the ends of powered stages, by time, s; where electrodes are moved.
    seen : SeenMargin or None
        The margin that later imaging shows, if the scenario asks for it.
    warnings : sequence of str
        What was said during the run.
    clock : Clock
        When the run began.
    """
    actual = marches["actual"]
    zone, margin = next(iter(by_model.values()))
    structures = structures_summary(case, actual, zone)
    source, pulsed = source_summary(case, actual), electroporation_summary(case, actual, by_model)
    found = [
        *structure_warnings(structures),
        *pulse_warnings(case, actual, source, pulsed),
        *run_warnings(case, actual, zone),
    ]
    return {
        "status": "complete" if all(march.complete for march in marches.values()) else "incomplete",
        "title": case.scenario.title,
        "versions": package_versions(),
        "scenario_hash": scenario_hash(case.scenario),
        "warnings": [*warnings, *found],
        "zone": _zone(case, zone, by_model),
        "margin": None if margin is None else _margin(case, margin, by_model, seen),
        "heat_sink": _heat_sink(case, actual, heat_sink) if case.vessel_names else None,
        "critical_structures": structures,
        "sensors": sensors_summary(case, actual),
        "source": source,
        "applications": applications_summary(case, actual, volumes),
        "electroporation": pulsed,
        "energy": _energy(actual),
        "mesh": _mesh(case),
        "time": _time(actual, clock),
        "uncertainty": None,
    }


def _zone(case: Case, zone: Zone, by_model: Mapping[str, tuple[Zone, Margin | None]]) -> Block:
    needles = list(case.anatomy.needles.values())
    axes = measure_axes(zone, np.array(needles[0].direction) if needles else None)
    models = {
        name: {
            "volume_ml": millilitres(other.volume),
            "minimum_margin_mm": None if margin is None else margin.minimum * MM_PER_M,
        }
        for name, (other, margin) in by_model.items()
    }
    return {"damage_model": case.headline.name, **zone_summary(zone, axes), "by_damage_model": models}


def _margin(
    case: Case, margin: Margin, by_model: Mapping[str, tuple[Zone, Margin | None]], seen: SeenMargin | None
) -> Block:
    margins = {name: other for name, (_, other) in by_model.items()}
    return {
        **margin_summary(margin),
        **model_spread(margins, case.damage_models),
        "contraction": None if seen is None else seen_summary(seen),
    }


def _heat_sink(case: Case, march: March, heat_sink: HeatSink | None) -> Block:
    block: Block = _NOT_COMPARED | {"vessels": {}} if heat_sink is None else heat_sink_summary(heat_sink)
    delivered = march.ledger.delivered
    at_end = last_powered(march)
    laws = case.bioheat("actual").laws
    conductivity = laws.thermal(march.temperature_end_of_power)
    for name in case.vessel_names:
        power = march.ledger.vessels[name] if at_end is None else at_end.vessel_power[name]
        is_still = at_end is not None and name in at_end.stagnant
        energy = march.ledger.vessels[name]
        outlet = None if at_end is None else at_end.blood_outlet.get(name)
        by_gradient = None
        if name in case.anatomy.vessels and not is_still:
            flux = FacetFlux(case.mesh, case.heated_cells("actual"), case.mesh.facets_of(name))
            by_gradient = flux.power(march.temperature_end_of_power, conductivity)
        block["vessels"].setdefault(name, {}).update(
            {
                "power_removed_end_w": power,
                "power_removed_end_by_gradient_w": by_gradient,
                "energy_removed_j": energy,
                "energy_share_percent": 100.0 * energy / delivered if delivered else None,
                "coagulated_at_s": march.clotted.get(name),
                "blood_warming_k": _warming(case, name, power, at_end),
                "blood_outlet_end_c": None if outlet is None else celsius(outlet),
                "energy_carried_off_j": sum(step.dt * step.blood_power.get(name, 0.0) for step in march.steps)
                if any(name in step.blood_power for step in march.steps)
                else None,
                "washed_out_j": sum(step.washed_out.get(name, 0.0) for step in march.steps),
                "stagnant_s": sum(step.dt for step in march.steps if name in step.stagnant),
                **wall_summary(case, march, name),
            }
        )
    return block


def _warming(case: Case, name: str, power: float, at_end: StepRecord | None) -> float | None:
    """Warming of a vessel's blood on its way, K: followed, or what its power would warm it by."""
    if at_end is not None and name in at_end.blood_warming:
        return at_end.blood_warming[name]
    if at_end is not None and name in at_end.blood_power:
        power = at_end.blood_power[name]
    if name in case.anatomy.lines:
        return power / next(line.capacity_rate for line in case.line_vessels if line.name == name)
    stretches = case.walls().flow(name)
    if not stretches:
        return None
    return blood_warming(power, stretches[-1].flow, case.blood)


def _energy(march: March) -> Block:
    ledger = march.ledger
    share = ledger.residual_share
    return {
        "delivered_j": ledger.delivered,
        "metabolic_j": ledger.metabolic,
        "stored_j": ledger.stored,
        "boundary_j": ledger.boundary,
        "perfusion_j": ledger.perfusion,
        "vessels_j": sum(ledger.vessels.values()),
        "lumen_joule_j": ledger.lumen_joule,
        "cooling_j": ledger.cooling,
        "moved_j": ledger.moved,
        "residual_percent": None if share is None else 100.0 * share,
    }


def _mesh(case: Case) -> Block:
    quality = mesh_quality(case.mesh)
    return {
        "n_points": case.mesh.n_points,
        "n_cells": case.mesh.n_cells,
        "min_quality": quality.min_quality,
        "mean_quality": quality.mean_quality,
    }


def _time(march: March, clock: Clock) -> Block:
    return {
        "simulated_s": march.steps[-1].time if march.steps else None,
        "n_steps": len(march.steps),
        "wall_s": time.perf_counter() - clock.wall,
        "cpu_s": time.process_time() - clock.cpu,
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KIB_PER_MIB,
        "work": dict(march.work),
    }


def package_versions() -> dict[str, str]:
    """Version of Python, of ablasim and of the packages that numbers depend on."""
    found = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found
