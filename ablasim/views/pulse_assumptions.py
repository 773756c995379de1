"""What a run with pulses takes for granted, in sentences, for the report."""

from __future__ import annotations

from ablasim.build import Case
from ablasim.materials import electroporation
from ablasim.pulses import LOOSER
from ablasim.results.origins import tissues_under_pulses
from ablasim.scenario.pulses import Pulses


def pulse_assumptions(case: Case) -> list[str]:
    """Sentences about pulses, their field, what they leave and their electrodes; none without pulses."""
    steps = [step.pulses for step in case.scenario.protocol if step.pulses is not None]
    if not steps:
        return []
    return [
        "Pulses: while one is on the current is steady; the conductivity follows the strength of the field "
        f"({_laws(case)}) and the temperature, up to 100 °C (boiling is not in it); it is the same in all directions. "
        f"The field of a train is solved at its start, at its end and when conductivity has moved unevenly by "
        f"{100.0 * LOOSER * case.scenario.numerics.field_tolerance:g} % with temperature; its heat is averaged over "
        "pulses and pauses.",
        _memory(steps),
        "Bare metal that is not driven floats: one potential, no net current. Shafts are insulated, and no current "
        "leaves by the outer faces.",
        "What pulses do to cells follows from the field of each train: polarity, shape and width of a pulse count only "
        "through the threshold, and heat does not lower it. Blood remembers no pulse: it flows on.",
    ]


def _laws(case: Case) -> str:
    laws: dict[str, list[str]] = {}
    for name, material in tissues_under_pulses(case).items():
        laws.setdefault(electroporation(material).law, []).append(name)
    return "; ".join(f"{law} in {', '.join(names)}" for law, names in laws.items())


def _memory(steps: list[Pulses]) -> str:
    if all(step.conductivity_stays for step in steps):
        return (
            "Tissue that was opened stays as conductive for all later trains, so the order of pairs matters; in truth "
            "it seals again in part within minutes."
        )
    if any(step.conductivity_stays for step in steps):
        return "Tissue that was opened stays conductive in some steps; in the others each train begins anew."
    return (
        "Each train begins with tissue at rest: what earlier ones opened has closed again (conductivity_stays: false)."
    )
