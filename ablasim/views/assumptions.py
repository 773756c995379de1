"""What a run takes for granted, in sentences, for the report."""

from __future__ import annotations

import numpy as np

from ablasim.build import Case
from ablasim.flow_plans import FOLLOWED, speed_of
from ablasim.line_plans import LinePlan
from ablasim.mesh.tetrahedra import ORGAN, TUMOUR
from ablasim.scenario.applicators import RF_ELECTRODES, MwAntenna
from ablasim.scenario.circulation import Occlusion
from ablasim.scenario.patterns import MwPattern, MwSarMap
from ablasim.scenario.radiofrequency import RfBipolar, RfNeedle
from ablasim.scenario.terminal_pairs import driven_pairs
from ablasim.scenario.tines import RfTines
from ablasim.units import MM_PER_M, celsius, metres, millimetres
from ablasim.views.pulse_assumptions import pulse_assumptions


def assumptions(case: Case) -> list[str]:
    """Sentences about the models and conditions of a case, the general ones first."""
    return [
        f"Heat: Pennes' bioheat equation {_boiling(case)}; perfusion is uniform in each tissue and {_shutdown(case)}.",
        *_perfusion_factor(case),
        *_current(case),
        *_microwaves(case),
        *pulse_assumptions(case),
        *_vessels(case),
        *_occlusions(case),
        *_needles(case),
        *_moves(case),
        *_patterns(case),
        *_layers(case),
        _outside(case),
        *_faces(case),
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
    body = case.scenario.body
    sentences = []
    if body.perfusion_factor != 1.0:
        sentences.append(f"Every perfusion rate of the table below is multiplied by {body.perfusion_factor:g}.")
    left = {region: body.embolisation.of(region) for region in (ORGAN, TUMOUR) if region in case.materials}
    if any(factor != 1.0 for factor in left.values()):
        shares = " and ".join(f"{factor:g} of it in the {region}" for region, factor in left.items())
        sentences.append(f"After embolisation the perfusion is {shares}.")
    return sentences


def _has_current(case: Case) -> bool:
    return any(isinstance(applicator, RF_ELECTRODES) for applicator in case.scenario.applicators)


def _current(case: Case) -> list[str]:
    if not _has_current(case):
        return []
    return [
        "Current: quasi-static potential (no displacement currents); electrical conductivity follows temperature "
        "and falls with the share of water boiled off, reversibly."
    ]


def _microwaves(case: Case) -> list[str]:
    antennas = [item for item in case.scenario.applicators if isinstance(item, MwAntenna)]
    if not antennas:
        return []
    sentences = [
        "Microwaves: full-wave field of each antenna by itself, axisymmetric, in the azimuthal mean of the tissue's "
        "permittivity and conductivity at its temperature, solved anew when these have moved by "
        f"{100.0 * case.scenario.numerics.field_tolerance:g} %. Vessels do not disturb the field; blood absorbs with "
        "its own conductivity, which changes only what is deposited in the lumen."
    ]
    if any(step.together == "coherent" for step in case.scenario.protocol):
        sentences.append("The antennas share a clock: their fields add, with the phases of their feeds.")
    elif len(antennas) > 1:
        sentences.append("The antennas share no clock: their absorbed powers add.")
    for antenna in antennas:
        coolant = antenna.design().coolant
        how = "it is not cooled"
        if coolant is not None:
            stops = " while the power is on" if coolant.stops_with_power else ""
            how = (
                f"coolant of {coolant.temperature_c:g} °C cools all of it from inside{stops} (film coefficient "
                f"{coolant.film_coefficient_w_m2_k or 0.0:g} W/(m² K))"
            )
        sentences.append(f"Antenna {antenna.name}: {antenna.design().frequency_mhz:g} MHz; {how}.")
    return sentences


def _vessels(case: Case) -> list[str]:
    sentences = []
    for vessel in case.scenario.vessels:
        if vessel.model == "line":
            continue
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
    return sentences + [_line(line) for line in case.anatomy.lines.values()]


def _line(line: LinePlan) -> str:
    tree = line.tree
    diameters = 2.0 * MM_PER_M * tree.segment_radii
    thick = f"{diameters.min():.2g}" + (f" to {diameters.max():.2g}" if np.ptp(diameters) > 0.0 else "")
    what = f"{tree.n_segments} segments of" if tree.n_segments > 1 else "a line of"
    return (
        f"Vessel {tree.name}: {what} {thick} mm, not meshed; blood enters at {celsius(line.inlet):g} °C, is warmed on "
        "its way and leaves with what it has gained; its film is that of laminar flow, developing anew at each fork. "
        "Its lumen is taken for tissue: electrically it is not there, and it can count as dead."
    )


def _occlusions(case: Case) -> list[str]:
    sentences = []
    for occlusion in case.scenario.occlusions:
        systems = " and ".join(system.replace("_", " ") for system in occlusion.systems)
        until = "to the end" if occlusion.end_s is None else f"to {occlusion.end_s:g} s"
        if occlusion.on_s is not None:
            until += f", by turns {occlusion.on_s:g} s closed and {occlusion.off_s:g} s open"
        still = sorted(case.vessels_of(frozenset(occlusion.systems)))
        blood = f"; the blood of {', '.join(still)} then stands still" if still else ""
        sentences.append(
            f"Occlusion {occlusion.name}: {systems} closed from {occlusion.start_s:g} s {until}; perfusion then is "
            f"{_left(case, occlusion)}{blood}."
        )
    return sentences


def _left(case: Case, occlusion: Occlusion) -> str:
    regions = [region for region in (ORGAN, TUMOUR) if region in case.materials]
    shares = [case.perfused_share(region, frozenset(occlusion.systems)) for region in regions]
    return " and ".join(f"{100.0 * share:.3g} % in the {name}" for name, share in zip(regions, shares, strict=True))


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
        if isinstance(needle, RfTines):
            sentences.append(_expandable(needle))
            continue
        if not isinstance(needle, RfNeedle | RfBipolar):
            continue
        if isinstance(needle, RfNeedle) and needle.surface_temperature_c is not None:
            how = f"its active surface is held at {needle.surface_temperature_c:g} °C"
        elif needle.coolant_temperature_c is not None:
            stops = " while the power is on" if needle.coolant_stops_with_power else ""
            how = (
                f"coolant of {needle.coolant_temperature_c:g} °C cools its active part from inside{stops} "
                f"(film coefficient {needle.film_coefficient_w_m2_k or 0.0:g} W/(m² K))"
            )
        else:
            how = "it is not cooled"
        poles = ", and so is what lies between its poles" if isinstance(needle, RfBipolar) else ""
        sentences.append(f"Needle {needle.name}: {how}; its shaft is insulated{poles}.")
    return sentences + _terminals(case)


def _expandable(item: RfTines) -> str:
    out = f", {item.deployed_percent:g} % of their length out" if item.deployed_percent < 100.0 else ""
    return (
        f"Electrode {item.name}: {item.tine_count} tines, {item.tine_diameter_mm:g} mm thick and "
        f"{item.whole_length_mm:.3g} mm long{out}, and the trocar's tip are one metal; it is not cooled, and its shaft "
        "is insulated. Tines in tissue bend; these keep their shape."
    )


def _terminals(case: Case) -> list[str]:
    """Between what the current flows, where that is not one electrode and the outside."""
    pairs = driven_pairs(case.scenario)
    return [
        f"Current from {_listed(pair.active)} to {_listed(pair.back) if pair.back else 'the outer faces'}; other metal "
        "carries none" + ("." if not pair.back else ", and none leaves through the outer faces.")
        for pair in pairs
        if pair.back or len(pair.active) > 1
    ]


def _listed(names: tuple[str, ...]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _moves(case: Case) -> list[str]:
    if not case.moves:
        return []
    last = ", ".join(case.in_place(case.absent_at_end)) or "none"
    return [
        "Electrodes are moved at once, without bleeding or seeding. Where one is out of the body, tissue stands in its "
        "place, perfused and conducting as any: what lay along a needle closes over its track with the temperature and "
        "the damage found there. A needle is put in at the temperature of the start and pushes tissue aside. Zone and "
        f"margin count as tissue what electrodes have left by the end (still in place: {last})."
    ]


def _patterns(case: Case) -> list[str]:
    told = "the same at every temperature and in every tissue; it has no body"
    return [
        f"{source.name}: absorption of the map {source.file}, {told}."
        if isinstance(source, MwSarMap)
        else f"{source.name}: absorption by a formula ({source.pattern.kind}), for teaching, {told}."
        for source in case.scenario.applicators
        if isinstance(source, MwSarMap | MwPattern)
    ]


def _layers(case: Case) -> list[str]:
    return [
        f"Layer {layer.name}: {layer.thickness_mm:g} mm of {layer.tissue} on the face {layer.face}, at rest "
        "(warm fluid does not rise and mix); it counts neither as zone nor as margin."
        for layer in case.scenario.layers
    ]


def _faces(case: Case) -> list[str]:
    sentences = []
    for name, face in case.scenario.boundary.faces.items():
        temperature = f"{case.scenario.face_temperature_c(face):g} °C"
        heat = {
            "film": f"loses heat through {face.film_coefficient_w_m2_k or 0.0:g} W/(m² K) to {temperature}",
            "fixed": f"is held at {temperature}",
            "insulated": "is thermally insulated",
        }[face.thermal]
        current = "grounded" if face.electric == "ground" else "electrically insulated"
        sentences.append(f"The face {name} is a real surface: it {heat}, and is {current}.")
    return sentences


def _outside(case: Case) -> str:
    boundary = case.scenario.boundary
    heat = (
        f"held at {case.scenario.boundary_temperature_c:g} °C" if boundary.thermal == "fixed" else "thermally insulated"
    )
    if not _has_current(case):
        pulsed = " and electrically insulated outside plates" if case.pole_names else ""
        return f"The organ's outer faces are {heat}{pulsed}."
    if all(pair.back for pair in driven_pairs(case.scenario)):
        return (
            f"The organ's outer faces are {heat} and, but for pads, electrically insulated (series resistance added: "
            f"{boundary.series_resistance_ohm:g} Ω)."
        )
    current = "grounded (the pad)" if boundary.electric == "ground" else "electrically insulated"
    return (
        f"The organ's outer faces are {heat} and {current}: the impedance of this block is lower than a patient's "
        f"(series resistance added: {boundary.series_resistance_ohm:g} Ω)."
    )
