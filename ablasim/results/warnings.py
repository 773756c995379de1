"""What a reader of the result must know: warnings that follow from the numbers themselves."""

from __future__ import annotations

from ablasim.build import Case
from ablasim.march import March
from ablasim.physics.blood_flow import blood_warming
from ablasim.units import metres

BOUNDARY_SHARE = 0.01
"""Share of the delivered heat that may leave through the outer faces without a warning."""

BLOOD_WARMING_K = 2.0
"""Warming of a vessel's blood above which its temperature cannot be taken as constant, K."""


def run_warnings(case: Case, march: March) -> list[str]:
    """Warnings about a finished run, one sentence each.

    Parameters
    ----------
    case : Case
        The case.
    march : March
        The run itself.
    """
    return [*_boundary(march), *_warm_blood(case, march), *_limit(march), *_damage(case), *_materials(case)]


def _boundary(march: March) -> list[str]:
    ledger = march.ledger
    if not ledger.delivered or abs(ledger.boundary) <= BOUNDARY_SHARE * ledger.delivered:
        return []
    share = 100.0 * abs(ledger.boundary) / ledger.delivered
    return [f"{share:.1f} % of the delivered heat went through the outer faces: make the organ larger"]


def _warm_blood(case: Case, march: March) -> list[str]:
    messages = []
    for vessel in case.scenario.vessels:
        if vessel.mean_speed_mm_s is None:
            continue
        diameter, speed = float(metres(vessel.diameter_mm)), float(metres(vessel.mean_speed_mm_s))
        power = max((step.vessel_power[vessel.name] for step in march.steps), default=0.0)
        warming = blood_warming(power, diameter, speed, case.blood)
        if warming > BLOOD_WARMING_K:
            messages.append(
                f"{vessel.name}: its blood would warm by {warming:.1f} K, which model '{vessel.model}' ignores; "
                "the model 'transport', to come, carries it downstream"
            )
    return messages


def _limit(march: March) -> list[str]:
    limited = [step for step in march.steps if step.electrical is not None and step.electrical.limited]
    if not limited:
        return []
    length = sum(step.dt for step in limited)
    return [f"the voltage limit held for {length:.0f} s: less power was delivered than asked for"]


def _damage(case: Case) -> list[str]:
    model = case.headline
    return [f"{model.label}: {model.warning}"] if model.warning else []


def _materials(case: Case) -> list[str]:
    messages = []
    for material in {tissue.name: tissue for tissue in case.materials.values()}.values():
        unchecked = sorted(
            key for key, origin in material.provenance.items() if not origin.verified and not material.user_defined
        )
        if unchecked:
            messages.append(f"{material.name}: values not checked at their source: {', '.join(unchecked)}")
    return messages
