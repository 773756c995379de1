"""What must hold across the parts of a scenario: names, references and keys that go together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from math import hypot

from ablasim.scenario.anatomy import Vessel, VesselTree
from ablasim.scenario.antenna_checks import problems_of_antenna, problems_of_drives, problems_of_own_values
from ablasim.scenario.applicators import RF_ELECTRODES, Applicator, MwAntenna, Prescribed
from ablasim.scenario.base import Point
from ablasim.scenario.body_checks import problems_of_bodies
from ablasim.scenario.generator_checks import problems_of_generator
from ablasim.scenario.located import Problem, item_label, join
from ablasim.scenario.messages import did_you_mean
from ablasim.scenario.move_checks import problems_of_absent_drives, problems_of_moves
from ablasim.scenario.patterns import MwPattern, MwSarMap
from ablasim.scenario.plate_checks import problems_of_plate
from ablasim.scenario.plates import FacePlate
from ablasim.scenario.protocol import Drive, Step
from ablasim.scenario.pulse_checks import problems_of_pulses, problems_of_voltages
from ablasim.scenario.radiofrequency import Cooled, GroundPad, RfNeedle
from ablasim.scenario.rf_drives import PowerControl
from ablasim.scenario.schema import Scenario
from ablasim.scenario.sensor_checks import problems_of_sensor_places, problems_of_sensors
from ablasim.scenario.settings_checks import problems_of_settings
from ablasim.scenario.shafts import Shaft
from ablasim.scenario.structures import FaceStructure, LayerStructure, TubeStructure, WallStructure
from ablasim.scenario.surroundings import Layer
from ablasim.scenario.terminal_checks import problems_of_terminals
from ablasim.scenario.tine_checks import problems_of_tines
from ablasim.scenario.tines import RfTines
from ablasim.scenario.tissues import COMPULSORY_WITHOUT_BASE

SHORTEST_DIRECTION = 1e-6
"""Length below which three numbers say no direction; any unit."""

ROUNDING = 1e-9
"""By which a sum of shares may pass 1."""

RESERVED_NAMES = ("organ", "tumour", "outer")
"""Names of the mesh's own regions."""


def problems_across(scenario: Scenario) -> Iterator[Problem]:
    """Find everything that cannot be although each key by itself is allowed.

    Parameters
    ----------
    scenario : Scenario
        A scenario that fits the schema.

    Yields
    ------
    Problem
        The path of the key to mend, and what is wrong.
    """
    named = [problem for check in _BEFORE_PLACES for problem in check(scenario)]
    yield from named
    if not named:
        for i, step in enumerate(scenario.protocol):
            yield from problems_of_drives(scenario, step, join("protocol", i))
            yield from problems_of_voltages(step, join("protocol", i), scenario)
        yield from problems_of_own_values(scenario)
        yield from problems_of_bodies(scenario)
        yield from problems_of_sensor_places(scenario)


def _names(scenario: Scenario) -> Iterator[Problem]:
    taken: dict[str, str] = {}
    kinds: tuple[tuple[str, Sequence[Vessel | VesselTree | Layer | Applicator]], ...] = (
        ("vessels", scenario.vessels),
        ("vessel_trees", scenario.vessel_trees),
        ("layers", scenario.layers),
        ("applicators", scenario.applicators),
    )
    for kind, items in kinds:
        for i, item in enumerate(items):
            here = join(kind, item_label(items, i))
            if item.name in RESERVED_NAMES:
                reserved = ", ".join(RESERVED_NAMES)
                yield Problem(join(here, "name"), f"'{item.name}': must not be one of the mesh's own: {reserved}")
            elif item.name in taken:
                yield Problem(join(here, "name"), f"'{item.name}': already the name of {taken[item.name]}")
            taken.setdefault(item.name, f"{kind}.{i}")


def _vessels(scenario: Scenario) -> Iterator[Problem]:
    for i, vessel in enumerate(scenario.vessels):
        here = join("vessels", item_label(scenario.vessels, i))
        if vessel.model == "convective" and vessel.mean_speed_mm_s is None and vessel.film_coefficient_w_m2_k is None:
            yield Problem(
                join(here, "mean_speed_mm_s"),
                "missing: a convective vessel needs the mean speed of its blood, or film_coefficient_w_m2_k",
            )
        if vessel.model == "line":
            yield from _line(vessel, here)
        if vessel.profile == "plug" and vessel.model != "resolved":
            yield Problem(join(here, "profile"), f"'plug': must come with model 'resolved', not '{vessel.model}'")
        yield from _joined(vessel, scenario, here)
        for corner, (start, end) in enumerate(pairwise(vessel.points_mm), start=1):
            if start == end:
                yield Problem(join(here, "points_mm", corner), f"{list(end)}: must differ from the point before it")
            elif corner > 1 and _turns_back(vessel.points_mm[corner - 2], start, end):
                yield Problem(
                    join(here, "points_mm", corner - 1),
                    f"{list(start)}: turns back by more than 120°: must be rounded with points between",
                )


def _line(vessel: Vessel, here: str) -> Iterator[Problem]:
    if vessel.mean_speed_mm_s is None:
        yield Problem(join(here, "mean_speed_mm_s"), "missing: a line needs the mean speed of its blood")
    for key in ("film_coefficient_w_m2_k", "heated_length_mm", "wall", "coagulation", "branches_from", "flows_into"):
        if getattr(vessel, key) is not None:
            yield Problem(join(here, key), "must be left out of a line")


def _trees(scenario: Scenario) -> Iterator[Problem]:
    for i, tree in enumerate(scenario.vessel_trees):
        if tree.flow_ml_min is not None and tree.mean_speed_mm_s is not None:
            here = join("vessel_trees", item_label(scenario.vessel_trees, i))
            yield Problem(
                join(here, "mean_speed_mm_s"), f"{tree.mean_speed_mm_s:g} mm/s: must not come with flow_ml_min"
            )


def _joined(vessel: Vessel, scenario: Scenario, here: str) -> Iterator[Problem]:
    others = tuple(o.name for o in scenario.vessels if o.name != vessel.name and o.model != "line")
    for key, name in (("branches_from", vessel.branches_from), ("flows_into", vessel.flows_into)):
        if name is not None and name not in others:
            known = did_you_mean(name, others) or "; there is no other vessel" * (not others)
            yield Problem(join(here, key), f"'{name}': must be the name of another vessel that is meshed{known}")
    has_source = vessel.branches_from is not None or any(other.flows_into == vessel.name for other in scenario.vessels)
    if vessel.model in ("transport", "resolved") and vessel.mean_speed_mm_s is None and not has_source:
        yield Problem(
            join(here, "mean_speed_mm_s"),
            "missing: blood that is followed needs a mean speed, or a vessel that it comes from",
        )


def _turns_back(before: Point, corner: Point, after: Point) -> bool:
    incoming = [b - a for a, b in zip(before, corner, strict=True)]
    outgoing = [b - a for a, b in zip(corner, after, strict=True)]
    lengths = hypot(*incoming) * hypot(*outgoing)
    return lengths > 0.0 and sum(a * b for a, b in zip(incoming, outgoing, strict=True)) < -0.5 * lengths


def _applicators(scenario: Scenario) -> Iterator[Problem]:
    for i, applicator in enumerate(scenario.applicators):
        here = join("applicators", item_label(scenario.applicators, i))
        if isinstance(applicator, Shaft | MwSarMap | MwPattern):
            yield from _direction(applicator, here)
        match applicator:
            case Cooled():
                yield from _coolant(applicator, here)
            case RfTines():
                yield from problems_of_tines(applicator, here)
            case MwAntenna():
                yield from problems_of_antenna(applicator, here)
            case FacePlate():
                yield from problems_of_plate(applicator, here, scenario)
            case Prescribed(region="tumour") if scenario.tumour is None:
                given = "'tumour': must be a region that exists: the scenario has no tumour"
                yield Problem(join(here, "region"), given)


def _direction(applicator: Shaft | MwSarMap | MwPattern, here: str) -> Iterator[Problem]:
    if hypot(*applicator.direction) < SHORTEST_DIRECTION:
        given = "[{:g}, {:g}, {:g}]".format(*applicator.direction)
        yield Problem(join(here, "direction"), f"{given}: must have a length, such as [0, 0, 1]")


def _coolant(needle: Cooled, here: str) -> Iterator[Problem]:
    if needle.coolant_temperature_c is None and needle.film_coefficient_w_m2_k is not None:
        yield Problem(
            join(here, "film_coefficient_w_m2_k"),
            f"{needle.film_coefficient_w_m2_k:g} W/(m² K): must come with coolant_temperature_c",
        )
    if not isinstance(needle, RfNeedle):
        return
    if needle.coolant_temperature_c is not None and needle.surface_temperature_c is not None:
        yield Problem(
            join(here, "surface_temperature_c"),
            f"{needle.surface_temperature_c:g} °C: must not come with coolant_temperature_c: "
            "a surface is either held at a temperature or cooled",
        )


def _occlusions(scenario: Scenario) -> Iterator[Problem]:
    taken: set[str] = set()
    for i, occlusion in enumerate(scenario.occlusions):
        here = join("occlusions", item_label(scenario.occlusions, i))
        if occlusion.name in taken:
            yield Problem(join(here, "name"), f"'{occlusion.name}': already the name of another occlusion")
        taken.add(occlusion.name)
        if occlusion.end_s is not None and occlusion.end_s <= occlusion.start_s:
            given = f"{occlusion.end_s:g} s"
            yield Problem(join(here, "end_s"), f"{given}: must be after start_s, {occlusion.start_s:g} s")
        if len(set(occlusion.systems)) < len(occlusion.systems):
            yield Problem(join(here, "systems"), f"{list(occlusion.systems)}: must not name a system twice")
        last = sum(step.length_s for step in scenario.protocol) + scenario.cool_down_s
        if not scenario.protocol[0].steady and occlusion.start_s >= last:
            given = f"{occlusion.start_s:g} s"
            yield Problem(
                join(here, "start_s"), f"{given}: must be before the end of protocol and cool-down, {last:g} s"
            )
        if (occlusion.on_s is None) != (occlusion.off_s is None):
            missing = "on_s" if occlusion.on_s is None else "off_s"
            yield Problem(join(here, missing), "missing: an intermittent occlusion needs on_s and off_s")
        times = (occlusion.start_s or None, occlusion.end_s, occlusion.on_s)
        if scenario.protocol[0].steady and any(time is not None for time in times):
            yield Problem(here, "must be closed throughout where the steady state is asked for: leave its times out")
    for region, supply in (("organ", scenario.body.blood_supply.organ), ("tumour", scenario.body.blood_supply.tumour)):
        inflow = supply.portal_vein + supply.hepatic_artery
        if inflow > 1.0 + ROUNDING:
            given = f"{supply.hepatic_artery:g}: with portal_vein, {supply.portal_vein:g}, it makes {inflow:g}"
            yield Problem(join("body.blood_supply", region, "hepatic_artery"), f"{given}: must be at most 1 in all")


def _structures(scenario: Scenario) -> Iterator[Problem]:
    taken: set[str] = set()
    vessels = tuple(vessel.name for vessel in scenario.vessels if vessel.model != "line")
    layers = tuple(layer.name for layer in scenario.layers)
    for i, structure in enumerate(scenario.critical_structures):
        here = join("critical_structures", item_label(scenario.critical_structures, i))
        if structure.name in taken:
            yield Problem(join(here, "name"), f"'{structure.name}': already the name of another structure")
        taken.add(structure.name)
        if isinstance(structure, LayerStructure) and structure.layer not in layers:
            known = did_you_mean(structure.layer, layers) or "; the scenario has no layers"
            yield Problem(join(here, "layer"), f"'{structure.layer}': must be the name of a layer{known}")
        if isinstance(structure, WallStructure) and structure.vessel not in vessels:
            known = did_you_mean(structure.vessel, vessels) or "; the scenario has none"
            yield Problem(
                join(here, "vessel"), f"'{structure.vessel}': must be the name of a vessel that is meshed{known}"
            )
        if isinstance(structure, FaceStructure) and scenario.organ.shape != "box":
            given = f"'{structure.face}': a {scenario.organ.shape} has no faces"
            yield Problem(join(here, "face"), f"{given}: the organ must be of shape box")
        if isinstance(structure, TubeStructure):
            yield from _repeated_corners(structure.points_mm, here)
        if scenario.protocol[0].steady and structure.limit_cem43_min is not None:
            yield Problem(join(here, "limit_cem43_min"), "must be left out: a steady state has no time for a dose")


def _repeated_corners(points: Sequence[Point], here: str) -> Iterator[Problem]:
    for corner, (start, end) in enumerate(pairwise(points), start=1):
        if start == end:
            yield Problem(join(here, "points_mm", corner), f"{list(end)}: must differ from the point before it")


def _surroundings(scenario: Scenario) -> Iterator[Problem]:
    shape = scenario.organ.shape
    for path, items in (("layers", scenario.layers), ("boundary.faces", scenario.boundary.faces)):
        if items and shape != "box":
            yield Problem(path, f"must be left out: a {shape} has no faces, only an organ of shape box")
    for name, face in scenario.boundary.faces.items():
        here = join("boundary.faces", name)
        if face.thermal == "film" and face.film_coefficient_w_m2_k is None:
            yield Problem(join(here, "film_coefficient_w_m2_k"), "missing: a film needs it (or thermal: insulated)")
        if face.thermal != "film" and face.film_coefficient_w_m2_k is not None:
            given = f"{face.film_coefficient_w_m2_k:g} W/(m² K)"
            yield Problem(join(here, "film_coefficient_w_m2_k"), f"{given}: must come with thermal: film")
        if face.thermal == "insulated" and face.temperature_c is not None:
            given = f"{face.temperature_c:g} °C"
            yield Problem(join(here, "temperature_c"), f"{given}: must be left out of an insulated face")


def _protocol(scenario: Scenario) -> Iterator[Problem]:
    applicators = {applicator.name: applicator for applicator in scenario.applicators}
    for i, step in enumerate(scenario.protocol):
        here = join("protocol", i)
        if step.pulses is not None:
            yield from problems_of_pulses(step, here, scenario)
            continue
        yield from _length_of(step, here, n_steps=len(scenario.protocol))
        electrodes = [name for name in step.drive if isinstance(applicators.get(name), RF_ELECTRODES)]
        if len(electrodes) > 1:
            said = [
                scenario.source.told(join(here, "drive", name)).removeprefix(f"{here}.drive.") for name in electrodes
            ]
            yield Problem(
                join(here, "drive"),
                f"{', '.join(said)}: must drive one electrode at a time; together_with makes several one",
            )
        for name, drive in step.drive.items():
            if name not in applicators:
                known = did_you_mean(name, tuple(applicators)) or "; the scenario has no applicators"
                yield Problem(join(here, "drive", name), f"'{name}': must be the name of an applicator{known}")
            else:
                yield from _drive(applicators[name], drive, join(here, "drive", name))
                yield from problems_of_generator(drive, join(here, "drive", name), step, scenario)
        yield from problems_of_terminals(scenario, step, here)


def _length_of(step: Step, here: str, *, n_steps: int) -> Iterator[Problem]:
    if step.steady and step.duration_s is not None:
        yield Problem(join(here, "duration_s"), f"{step.duration_s:g} s: must be left out of a steady step")
    if not step.steady and step.duration_s is None:
        yield Problem(join(here, "duration_s"), "missing: a step needs duration_s, pulses, or steady: true")
    if step.steady and n_steps > 1:
        yield Problem(join(here, "steady"), f"true: must be the only step: the protocol has {n_steps}")


_BY_GENERATOR = ("power", "voltage", "current", "temperature", "impedance", "pulsed_current")
_CONTROLS = {
    "rf_needle": _BY_GENERATOR,
    "rf_tines": _BY_GENERATOR,
    "rf_bipolar": _BY_GENERATOR,
    "mw_antenna": ("forward_power",),
    "mw_sar_map": ("forward_power",),
    "mw_pattern": ("forward_power",),
    "prescribed": ("as_given", "power"),
}
"""Controls by which each kind of applicator may be driven; electrodes of pulses are named by the pairs of a step."""


def _drive(applicator: Applicator, drive: Drive, here: str) -> Iterator[Problem]:
    allowed = _CONTROLS.get(applicator.kind, ())
    if isinstance(applicator, GroundPad):
        yield Problem(here, f"'{applicator.name}': must not be driven: the current of an electrode returns to it")
    elif not allowed:
        yield Problem(
            here, f"'{applicator.name}': must be driven by pulses of the step, not by drive: it is for pulses"
        )
    elif drive.control not in allowed:
        kind = f"an applicator of kind {applicator.kind}"
        yield Problem(join(here, "control"), f"'{drive.control}': must be {' or '.join(allowed)} for {kind}")
    elif isinstance(drive, PowerControl) and applicator.kind == "prescribed":
        for key, unit, missing in (("voltage_limit_v", "V", "voltage"), ("current_limit_a", "A", "current")):
            limit = getattr(drive, key)
            if limit is not None:
                yield Problem(
                    join(here, key), f"{limit:g} {unit}: must be left out: a prescribed heat has no {missing}"
                )
        if drive.ramp is not None:
            yield Problem(join(here, "ramp"), "must be left out: a prescribed heat has no generator")


def _tissues(scenario: Scenario) -> Iterator[Problem]:
    for name, own in scenario.tissues.items():
        given = own.overrides()
        missing = [key for key in COMPULSORY_WITHOUT_BASE if key not in given]
        if own.base is None and missing:
            yield Problem(
                join("tissues", name, "from"),
                f"missing: a library tissue to start from, or {', '.join(missing)}",
            )
        start, end = own.vaporisation_from_c, own.vaporisation_to_c
        if start is not None and end is not None and end <= start:
            yield Problem(
                join("tissues", name, "vaporisation_to_c"),
                f"{end:g} °C: must be above vaporisation_from_c, {start:g} °C",
            )


def _files(scenario: Scenario) -> Iterator[Problem]:
    for path, file in scenario.files().items():
        tried = scenario.resolve(file)
        if not tried.is_file():
            yield Problem(path, f"'{file}': must be a file that exists: tried {tried.absolute()}")


_BEFORE_PLACES: tuple[Callable[[Scenario], Iterator[Problem]], ...] = (
    _names,
    _vessels,
    _trees,
    _applicators,
    _occlusions,
    _surroundings,
    _structures,
    problems_of_sensors,
    _protocol,
    problems_of_moves,
    problems_of_absent_drives,
    _tissues,
    problems_of_settings,
    _files,
)
"""Checks without geometry; bodies are placed only once these hold."""
