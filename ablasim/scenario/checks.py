"""What must hold across the parts of a scenario: names, references and keys that go together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from math import hypot

from ablasim.scenario.anatomy import Vessel
from ablasim.scenario.applicators import Applicator, RfNeedle
from ablasim.scenario.base import Point
from ablasim.scenario.body_checks import problems_of_bodies
from ablasim.scenario.located import Problem, item_label, join
from ablasim.scenario.messages import did_you_mean
from ablasim.scenario.protocol import AsGiven, Drive, PowerControl, Step
from ablasim.scenario.schema import Scenario
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
        yield from problems_of_bodies(scenario)


def _names(scenario: Scenario) -> Iterator[Problem]:
    taken: dict[str, str] = {}
    for kind, items in (("vessels", scenario.vessels), ("applicators", scenario.applicators)):
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
        yield from _joined(vessel, scenario, here)
        for corner, (start, end) in enumerate(pairwise(vessel.points_mm), start=1):
            if start == end:
                yield Problem(join(here, "points_mm", corner), f"{list(end)}: must differ from the point before it")
            elif corner > 1 and _turns_back(vessel.points_mm[corner - 2], start, end):
                yield Problem(
                    join(here, "points_mm", corner - 1),
                    f"{list(start)}: turns back by more than 120°: must be rounded with points between",
                )


def _joined(vessel: Vessel, scenario: Scenario, here: str) -> Iterator[Problem]:
    others = tuple(other.name for other in scenario.vessels if other.name != vessel.name)
    for key, name in (("branches_from", vessel.branches_from), ("flows_into", vessel.flows_into)):
        if name is not None and name not in others:
            known = did_you_mean(name, others) or "; there is no other vessel" * (not others)
            yield Problem(join(here, key), f"'{name}': must be the name of another vessel{known}")
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
        if isinstance(applicator, RfNeedle):
            yield from _needle(applicator, here)
        elif applicator.region == "tumour" and scenario.tumour is None:
            yield Problem(join(here, "region"), "'tumour': must be a region that exists: the scenario has no tumour")


def _needle(needle: RfNeedle, here: str) -> Iterator[Problem]:
    if hypot(*needle.direction) < SHORTEST_DIRECTION:
        given = "[{:g}, {:g}, {:g}]".format(*needle.direction)
        yield Problem(join(here, "direction"), f"{given}: must have a length, such as [0, 0, 1]")
    if needle.coolant_temperature_c is None and needle.film_coefficient_w_m2_k is not None:
        yield Problem(
            join(here, "film_coefficient_w_m2_k"),
            f"{needle.film_coefficient_w_m2_k:g} W/(m² K): must come with coolant_temperature_c",
        )
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


def _protocol(scenario: Scenario) -> Iterator[Problem]:
    applicators = {applicator.name: applicator for applicator in scenario.applicators}
    for i, step in enumerate(scenario.protocol):
        here = join("protocol", i)
        yield from _length_of(step, here, n_steps=len(scenario.protocol))
        electrodes = [name for name in step.drive if isinstance(applicators.get(name), RfNeedle)]
        if len(electrodes) > 1:
            yield Problem(join(here, "drive"), f"{', '.join(electrodes)}: must drive one electrode at a time")
        for name, drive in step.drive.items():
            if name not in applicators:
                known = did_you_mean(name, tuple(applicators)) or "; the scenario has no applicators"
                yield Problem(join(here, "drive", name), f"'{name}': must be the name of an applicator{known}")
            else:
                yield from _drive(applicators[name], drive, join(here, "drive", name), scenario)


def _length_of(step: Step, here: str, *, n_steps: int) -> Iterator[Problem]:
    if step.steady and step.duration_s is not None:
        yield Problem(join(here, "duration_s"), f"{step.duration_s:g} s: must be left out of a steady step")
    if not step.steady and step.duration_s is None:
        yield Problem(join(here, "duration_s"), "missing: a step needs duration_s, or steady: true")
    if step.steady and n_steps > 1:
        yield Problem(join(here, "steady"), f"true: must be the only step: the protocol has {n_steps}")


def _drive(applicator: Applicator, drive: Drive, here: str, scenario: Scenario) -> Iterator[Problem]:
    is_needle = isinstance(applicator, RfNeedle)
    allowed = ("power", "voltage", "current") if is_needle else ("as_given", "power")
    if drive.control not in allowed:
        kind = f"an applicator of kind {applicator.kind}"
        yield Problem(join(here, "control"), f"'{drive.control}': must be {' or '.join(allowed)} for {kind}")
    elif isinstance(drive, PowerControl) and not is_needle and drive.voltage_limit_v is not None:
        limit = f"{drive.voltage_limit_v:g} V"
        yield Problem(join(here, "voltage_limit_v"), f"{limit}: must be left out: a prescribed heat has no voltage")
    elif is_needle and not isinstance(drive, AsGiven) and scenario.boundary.electric == "insulated":
        yield Problem(
            "boundary.electric",
            f"'insulated': must be 'ground' for '{applicator.name}': its current must go somewhere",
        )


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


def _settings(scenario: Scenario) -> Iterator[Problem]:
    targets = scenario.margins.targets_mm
    if any(second <= first for first, second in pairwise(targets)):
        yield Problem("margins.targets_mm", f"{list(targets)}: must increase")
    for path, items in (
        ("heat_sink.twins", scenario.heat_sink.twins),
        ("damage.models", scenario.damage.models or ()),
    ):
        yield from (
            Problem(join(path, i), f"'{item}': must not be named twice")
            for i, item in enumerate(items)
            if item in items[:i]
        )
    if scenario.protocol[0].steady and scenario.numerics.time_step_s is not None:
        yield Problem("numerics.time_step_s", "must be left out where the steady state is asked for")
    if scenario.numerics.time_method == "implicit_euler" and scenario.numerics.time_step_s is None:
        yield Problem("numerics.time_method", "implicit_euler has no estimate of its error: give numerics.time_step_s")


def _files(scenario: Scenario) -> Iterator[Problem]:
    for path, file in scenario.files().items():
        tried = scenario.resolve(file)
        if not tried.is_file():
            yield Problem(path, f"'{file}': must be a file that exists: tried {tried.absolute()}")


_BEFORE_PLACES: tuple[Callable[[Scenario], Iterator[Problem]], ...] = (
    _names,
    _vessels,
    _applicators,
    _occlusions,
    _protocol,
    _tissues,
    _settings,
    _files,
)
"""Checks without geometry; bodies are placed only once these hold."""
