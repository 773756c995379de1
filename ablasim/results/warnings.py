"""What a reader of the result must know: warnings that follow from the numbers themselves."""

from __future__ import annotations

import numpy as np

from ablasim.build import Case
from ablasim.course import March
from ablasim.damage import PulseZone, lethal_temperature
from ablasim.damage.cem43 import STEEP_ABOVE, Cem43
from ablasim.doubtful_places import doubtful_places
from ablasim.flow_plans import FOLLOWED
from ablasim.margins import Zone
from ablasim.materials.entries import quantity_in_words
from ablasim.physics.blood_flow import blood_warming
from ablasim.results.generator import generator_warnings
from ablasim.results.origins import material_origins, unchecked
from ablasim.results.source import driven_patterns
from ablasim.units import MM_PER_M, celsius

BOUNDARY_SHARE = 0.01
"""Share of the delivered heat that may leave through the outer faces without a warning."""

BLOOD_WARMING_K = 2.0
"""Warming of a vessel's blood above which its temperature cannot be taken as constant, K."""

LARGEST_LINE = 1.5e-3
"""Diameter above which a vessel should be meshed instead of being taken as a line, m (design decision)."""

LAYING_TOLERANCE = 0.01
"""Difference between an antenna's power in the mesh and in its own solution, relative, that needs no warning."""

BEYOND_SHARE = 0.01
"""Share of the power absorbed that may lie outside the mesh without a warning."""

INTERFERENCE_SHARE = 0.01
"""Heat by which fields that add differ from powers that add, relative to the power absorbed, that needs no warning."""

HOTTEST_PUBLISHED_C = 177.0
"""Highest tissue temperature of a published ablation, °C (microwave: Schramm et al., Open Biomed. Eng. J. 1:47, 2007).
"""

NAMED_VALUES = 4
"""Number of unchecked values that a warning names; the report's table of materials lists all."""


def run_warnings(case: Case, march: March, zone: Zone) -> list[str]:
    """Warnings about a finished run, one sentence each.

    Parameters
    ----------
    case : Case
        The case.
    march : March
        The run itself.
    zone : Zone
        Its zone by the headline model of damage.
    """
    return [
        *doubtful_places(case.scenario, case.anatomy),
        *_boundary(case, march),
        *_warm_blood(case, march),
        *_thick_lines(case),
        *generator_warnings(case, march),
        *_antennas(march),
        *_interference(march),
        *_patterns(case),
        *_too_hot(march),
        *_damage(case, zone),
        *_time_steps(case),
        *_metabolism(case),
        *_contraction(case),
        *_materials(case),
    ]


def _contraction(case: Case) -> list[str]:
    if case.scenario.margins.contraction is None:
        return []
    return [
        "the margin as later imaging sees it takes one shrinkage for the whole zone, from tissue without blood on a "
        "bench; for radiofrequency few numbers exist"
    ]


def _boundary(case: Case, march: March) -> list[str]:
    ledger = march.ledger
    if not ledger.delivered or abs(ledger.boundary) <= BOUNDARY_SHARE * abs(ledger.delivered):
        return []
    share = 100.0 * abs(ledger.boundary / ledger.delivered)
    if ledger.boundary < 0.0:
        return [
            f"{share:.1f} % of the delivered heat came in through the outer faces, beside a cooled shaft or a layer: "
            "make the organ larger, or its faces insulated (boundary.thermal)"
        ]
    unless = ", unless it went through the real ones (boundary.faces)" if case.scenario.boundary.faces else ""
    return [f"{share:.1f} % of the delivered heat went through the outer faces: make the organ larger{unless}"]


def _warm_blood(case: Case, march: March) -> list[str]:
    messages, walls = [], case.walls()
    for vessel in case.scenario.vessels:
        stretches = walls.flow(vessel.name)
        if not stretches or vessel.model in (*FOLLOWED, "line"):
            continue
        power = max((step.vessel_power[vessel.name] for step in march.steps), default=0.0)
        warming = blood_warming(power, stretches[-1].flow, case.blood)
        if warming > BLOOD_WARMING_K:
            messages.append(
                f"{vessel.name}: its blood would warm by {warming:.1f} K, which model '{vessel.model}' ignores: "
                "take model 'transport', which carries the heat downstream"
            )
    return messages


def _thick_lines(case: Case) -> list[str]:
    messages = []
    for line in case.line_vessels:
        embedded = line.embedded
        passes = embedded.in_tissue > 0.0
        diameter = 2.0 * embedded.radii[passes]
        if diameter.max() > LARGEST_LINE:
            messages.append(
                f"{line.name}: is up to {MM_PER_M * diameter.max():.2g} mm thick: above {MM_PER_M * LARGEST_LINE:g} mm "
                "a vessel should be meshed, which model 'line' does not do: its lumen is taken for tissue"
            )
        elif np.any(diameter > embedded.mesh_size[passes]):
            size = float(embedded.mesh_size[passes][np.argmax(diameter / embedded.mesh_size[passes])])
            messages.append(
                f"{line.name}: is thicker than the mesh is fine ({MM_PER_M * size:.2g} mm) in places: model 'line' "
                "takes its lumen for tissue there; a mesh with the vessel in it would tell the difference"
            )
    return messages


def _antennas(march: March) -> list[str]:
    messages = []
    powered = [step.microwave for step in march.steps if step.microwave is not None]
    for name in dict.fromkeys(name for point in powered for name in point.antennas):
        points = [point.antennas[name] for point in powered if name in point.antennas]
        correction = max((point.correction - 1.0 for point in points), key=abs)
        if abs(correction) > LAYING_TOLERANCE:
            messages.append(
                f"{name}: the mesh holds {-100.0 * correction:+.1f} % of the power that the antenna's own solution has "
                "where it lies, which was made good by a factor: take a finer mesh round the antenna"
            )
        beyond = max(point.beyond_w / point.budget.absorbed_w for point in points)
        if beyond > BEYOND_SHARE:
            messages.append(
                f"{name}: {100.0 * beyond:.1f} % of the power absorbed lies outside the mesh and heats nothing: make "
                "the organ larger"
            )
    return messages


def _interference(march: March) -> list[str]:
    """Power that fields that add make or lose beside the antennas' budgets, which know of one antenna each."""
    powered = [step.microwave for step in march.steps if step.microwave is not None]
    point = max(powered, key=lambda item: abs(item.interference_w) / item.total("absorbed_w"), default=None)
    if point is None or abs(point.interference_w) <= INTERFERENCE_SHARE * point.total("absorbed_w"):
        return []
    share = 100.0 * abs(point.interference_w) / point.total("absorbed_w")
    more = "more" if point.interference_w > 0.0 else "less"
    return [
        f"as the antennas' fields add, tissue gets {share:.1f} % {more} heat than the antennas absorb each by itself: "
        "real ones side by side would reflect otherwise, which is left out, so the power is uncertain by as much"
    ]


def _patterns(case: Case) -> list[str]:
    messages = []
    for name in driven_patterns(case):
        laid = case.patterns[name]
        if abs(laid.correction - 1.0) > LAYING_TOLERANCE:
            messages.append(
                f"{name}: the mesh holds {100.0 * (1.0 / laid.correction - 1.0):+.1f} % of the power that was given "
                "for where it lies, which was made good by a factor: take a finer mesh round it"
            )
        if laid.beyond > BEYOND_SHARE * laid.absorbed:
            messages.append(
                f"{name}: {100.0 * laid.beyond / laid.absorbed:.1f} % of the power absorbed lies outside the mesh or "
                "in applicators and heats nothing"
            )
    return messages


def _too_hot(march: March) -> list[str]:
    hottest = celsius(march.hottest[0])
    if hottest <= HOTTEST_PUBLISHED_C:
        return []
    return [
        f"tissue reached {hottest:.0f} °C, more than published ablations do ({HOTTEST_PUBLISHED_C:g} °C): "
        "material values are known up to 100 °C, and charring is not modelled"
    ]


def _damage(case: Case, zone: Zone) -> list[str]:
    """Doubts about the headline model; what may be wrong with a zone is not said where there is none."""
    model = case.headline
    says_more_than_dies = model.warning and zone.volume > 0.0 and not _is_mild(case)
    doubts = [f"{model.label}: {model.warning}"] if says_more_than_dies else []
    if not model.verified and not isinstance(model, PulseZone):  # thresholds are values of tissues: told with those
        doubts.append(f"{model.label}: the numbers of this damage model are not checked at their source")
    return doubts


def _is_mild(case: Case) -> bool:
    """Whether a thermal dose is the headline and the treatment so long that the zone's edge is not too hot for it."""
    model = case.headline
    if not isinstance(model, Cem43):
        return False
    powered = sum(step.length_s for step in case.scenario.protocol if step.drive or step.pulses is not None)
    return lethal_temperature(model, powered) <= STEEP_ABOVE


def _time_steps(case: Case) -> list[str]:
    numerics = case.scenario.numerics
    if numerics.time_step_s is None:
        return []
    left_out = "time_step_s" if numerics.time_method == "sdirk2" else "time_step_s and time_method"
    return [
        f"numerics.time_step_s: nothing estimates the error of steps fixed at {numerics.time_step_s:g} s, which may be "
        f"large; leave {left_out} out, and they follow time_tolerance"
    ]


def _metabolism(case: Case) -> list[str]:
    makes_heat = any(material.metabolic_heat_w_m3 for material in case.materials.values())
    if not case.scenario.body.metabolic_heat or makes_heat:
        return []
    return ["body.metabolic_heat is true, but no tissue of this scenario makes any"]


def _materials(case: Case) -> list[str]:
    messages = []
    for name, origins in material_origins(case).items():
        keys = unchecked(origins)
        if keys:
            named = ", ".join(quantity_in_words(key) for key in keys[:NAMED_VALUES])
            rest = f" and {len(keys) - NAMED_VALUES} more" if len(keys) > NAMED_VALUES else ""
            share = f"{len(keys)} of {len(origins)} values"
            messages.append(f"{name}: {share} are not checked at their source: {named}{rest}")
    return messages
