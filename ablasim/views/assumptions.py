"""What a run takes for granted, in sentences, for the report."""

from __future__ import annotations

from ablasim.build import Case
from ablasim.scenario.applicators import RfNeedle
from ablasim.units import metres, millimetres
from ablasim.walls import FOLLOWED, speed_of


def assumptions(case: Case) -> list[str]:
    """Sentences about the models and conditions of a case, the general ones first."""
    return [
        f"Heat: Pennes' bioheat equation {_boiling(case)}; perfusion is uniform in each tissue and {_shutdown(case)}.",
        *_perfusion_factor(case),
        *_current(case),
        *_vessels(case),
        *_needles(case),
        _outside(case),
        f"The ablation zone is where {case.headline.label}; dead tissue keeps its other properties and its size "
        "(no contraction).",
    ]


def _boiling(case: Case) -> str:
    boils = any(material.vaporisation is not None for material in case.materials.values())
    return "with the latent heat of boiling water, which stays in place" if boils else "without boiling"


def _shutdown(case: Case) -> str:
    label = case.shutdown.describe().get("label")
    return "never stops" if label is None else f"stops where {label}"


def _perfusion_factor(case: Case) -> list[str]:
    factor = case.scenario.body.perfusion_factor
    return [] if factor == 1.0 else [f"Every perfusion rate of the table below is multiplied by {factor:g}."]


def _has_current(case: Case) -> bool:
    return any(isinstance(applicator, RfNeedle) for applicator in case.scenario.applicators)


def _current(case: Case) -> list[str]:
    if not _has_current(case):
        return []
    return [
        "Current: quasi-static potential (no displacement currents); electrical conductivity follows temperature "
        "and falls with the share of water boiled off, reversibly."
    ]


def _vessels(case: Case) -> list[str]:
    sentences = []
    for vessel in case.scenario.vessels:
        if vessel.model == "fixed_temperature":
            how = "its wall stays at the blood's temperature"
        elif vessel.film_coefficient_w_m2_k is not None:
            how = f"its wall is cooled with a given {vessel.film_coefficient_w_m2_k:g} W/(m² K)"
        else:
            how = (
                f"its wall is cooled by blood {_speed(case, vessel.name)}through a film coefficient that "
                "falls along the flow as the thermal boundary layer grows"
            )
        if vessel.branches_from is not None:
            inflow = f"blood comes from {vessel.branches_from}"
        else:
            inflow = f"blood enters at {vessel.blood_temperature_c:g} °C"
        warming = "is warmed along its way" if vessel.model in FOLLOWED else "is not warmed"
        insulated = vessel.wall is not None and vessel.wall.insulates
        current = "no current flows through it" if insulated else "it conducts current as blood"
        sentences.append(f"Vessel {vessel.name}: {how}; {inflow} and {warming}; {current}.")
    return sentences


def _speed(case: Case, name: str) -> str:
    """Speed of the blood where it comes in."""
    stretches = case.walls().flow(name)
    if not stretches:
        return ""
    diameter = next(vessel.diameter_mm for vessel in case.scenario.vessels if vessel.name == name)
    return f"at {millimetres(speed_of(stretches[0].flow, float(metres(diameter)))):.3g} mm/s "


def _needles(case: Case) -> list[str]:
    sentences = []
    for needle in case.scenario.applicators:
        if not isinstance(needle, RfNeedle):
            continue
        if needle.surface_temperature_c is not None:
            how = f"its active surface is held at {needle.surface_temperature_c:g} °C"
        elif needle.coolant_temperature_c is not None:
            stops = " while the power is on" if needle.coolant_stops_with_power else ""
            how = (
                f"coolant of {needle.coolant_temperature_c:g} °C cools its active part from inside{stops} "
                f"(film coefficient {needle.film_coefficient_w_m2_k or 0.0:g} W/(m² K))"
            )
        else:
            how = "it is not cooled"
        sentences.append(f"Needle {needle.name}: {how}; its shaft is insulated.")
    return sentences


def _outside(case: Case) -> str:
    boundary = case.scenario.boundary
    heat = (
        f"held at {case.scenario.boundary_temperature_c:g} °C" if boundary.thermal == "fixed" else "thermally insulated"
    )
    if not _has_current(case):
        return f"The organ's outer faces are {heat}."
    current = "grounded (the pad)" if boundary.electric == "ground" else "electrically insulated"
    return (
        f"The organ's outer faces are {heat} and {current}: the impedance of this block is lower than a patient's "
        f"(series resistance added: {boundary.series_resistance_ohm:g} Ω)."
    )
