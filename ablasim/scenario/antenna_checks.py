"""What must hold within an antenna, and between antennas."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from ablasim.scenario.antennas import AntennaDesign, SlotsRadiator
from ablasim.scenario.applicators import RF_ELECTRODES, MwAntenna
from ablasim.scenario.devices import device_names
from ablasim.scenario.located import Problem, join
from ablasim.scenario.messages import did_you_mean
from ablasim.scenario.patterns import MwPattern, MwSarMap
from ablasim.scenario.protocol import ForwardPowerControl, Step
from ablasim.scenario.schema import Scenario

THINNEST_LAYER_MM = 0.02
"""Thickness below which a layer of an antenna takes too fine a half-plane: there are two edges across each layer."""


def problems_of_antenna(antenna: MwAntenna, here: str) -> Iterator[Problem]:
    """Find what cannot be within an antenna: an unknown device, parts left out or out of order.

    Parameters
    ----------
    antenna : MwAntenna
        The antenna.
    here : str
        Its dotted path.

    Yields
    ------
    Problem
        The path of the key to mend, and what is wrong.
    """
    if antenna.device is not None and antenna.device not in device_names("mw_antenna"):
        known = did_you_mean(antenna.device, device_names("mw_antenna"))
        yield Problem(join(here, "device"), f"'{antenna.device}': must be an antenna of the library{known}")
        return
    if antenna.missing:
        yield from (
            Problem(join(here, key), "missing: must be given, or a device of the library that has it")
            for key in antenna.missing
        )
        return
    design = antenna.design()
    yield from _diameters(design, here)
    if isinstance(design.radiator, SlotsRadiator):
        yield from _slots(design.radiator, here)
    if antenna.field is not None and 2.0 * antenna.field.radius_mm <= design.outer_diameter_mm:
        yield Problem(
            join(here, "field.radius_mm"),
            f"{antenna.field.radius_mm:g} mm: must be above {0.5 * design.outer_diameter_mm:g} mm, that of the antenna",
        )
    if antenna.shaft_length_mm is not None and antenna.shaft_length_mm <= design.radiator_end_mm:
        what = "the last slot ends" if isinstance(design.radiator, SlotsRadiator) else "the monopole ends"
        yield Problem(
            join(here, "shaft_length_mm"),
            f"{antenna.shaft_length_mm:g} mm: must be above {design.radiator_end_mm:g} mm, where {what}",
        )


def problems_of_drives(scenario: Scenario, step: Step, here: str) -> Iterator[Problem]:
    """Find what cannot be in how a step drives antennas.

    Parameters
    ----------
    scenario : Scenario
        Scenario whose antennas have no problems of their own.
    step : Step
        The step.
    here : str
        Its dotted path.

    Yields
    ------
    Problem
        The path of the key to mend, and what is wrong.
    """
    driven = [item for item in scenario.applicators if item.name in step.drive]
    antennas = [item for item in driven if isinstance(item, MwAntenna)]
    given = [item for item in driven if isinstance(item, MwSarMap | MwPattern)]
    electrodes = [item.name for item in driven if isinstance(item, RF_ELECTRODES)]
    for antenna in (*antennas, *given):
        drive = step.drive[antenna.name]
        if isinstance(drive, ForwardPowerControl) and drive.forward_power_w == 0.0:
            path = join(here, "drive", antenna.name, "forward_power_w")
            yield Problem(path, "0 W: must be above 0: an antenna left out of the step is off")
    if (antennas or given) and electrodes:
        both = ", ".join([*electrodes, *(antenna.name for antenna in (*antennas, *given))])
        yield Problem(join(here, "drive"), f"{both}: must not drive radiofrequency and microwave in one step")
    if step.together == "coherent":
        frequencies = sorted({antenna.design().frequency_mhz for antenna in antennas})
        if given:
            names = ", ".join(item.name for item in given)
            yield Problem(join(here, "together"), f"'coherent': must be incoherent: {names} has power, but no phase")
        elif not antennas:
            yield Problem(join(here, "together"), "'coherent': must come with antennas: the step drives none")
        elif len(frequencies) > 1:
            said = " and ".join(f"{frequency:g}" for frequency in frequencies)
            yield Problem(
                join(here, "together"), f"'coherent': must come with antennas of one frequency, not of {said} MHz"
            )


def problems_of_own_values(scenario: Scenario) -> Iterator[Problem]:
    """Find own values at microwave frequencies that would have to hold at several."""
    antennas = [item for item in scenario.applicators if isinstance(item, MwAntenna)]
    frequencies = sorted({antenna.design().frequency_mhz for antenna in antennas})
    if len(frequencies) < 2:
        return
    for name, own in scenario.tissues.items():
        for key in ("relative_permittivity", "microwave_conductivity_s_m"):
            if getattr(own, key) is not None:
                given = " and ".join(f"{frequency:g}" for frequency in frequencies)
                yield Problem(
                    join("tissues", name, key),
                    f"{getattr(own, key):g}: holds at one frequency, the scenario's antennas have {given} MHz: must be "
                    "left out, or the antennas have one frequency",
                )


def _diameters(design: AntennaDesign, here: str) -> Iterator[Problem]:
    """Diameters that do not grow from the inside out."""
    layers = [
        (key, getattr(design, key))
        for key in ("inner_conductor_diameter_mm", "dielectric_diameter_mm", "outer_conductor_diameter_mm")
    ]
    for key in ("coolant", "catheter"):
        layer = getattr(design, key)
        if layer is not None:
            layers.append((f"{key}.outer_diameter_mm", layer.outer_diameter_mm))
    for (inside, smaller), (outside, larger) in pairwise(layers):
        thickness = 0.5 * (larger - smaller)
        if larger <= smaller:
            yield Problem(join(here, outside), f"{larger:g} mm: must be above {inside}, {smaller:g} mm")
        elif thickness < THINNEST_LAYER_MM * (1.0 - 1e-9):
            yield Problem(
                join(here, outside),
                f"{larger:g} mm: the layer over {inside}, {smaller:g} mm, is {thickness:.2g} mm thick: "
                f"must be at least {THINNEST_LAYER_MM:g} mm for the mesh to resolve it",
            )
    if design.coolant is not None and design.catheter is None:
        yield Problem(join(here, "coolant"), "must be left out: it flows inside a catheter, and there is none")


def _slots(radiator: SlotsRadiator, here: str) -> Iterator[Problem]:
    first = radiator.slots[0]
    if first.distance_mm < radiator.short_length_mm:
        yield Problem(
            join(here, "radiator.slots.0.distance_mm"),
            f"{first.distance_mm:g} mm: must be at least short_length_mm, {radiator.short_length_mm:g} mm: "
            "below it the conductors are one",
        )
    for near, far in pairwise(radiator.slots):
        end = near.distance_mm + near.length_mm
        if far.distance_mm <= end:
            yield Problem(
                join(here, "radiator.slots.1.distance_mm"),
                f"{far.distance_mm:g} mm: must be above {end:g} mm, where the slot nearer to the tip ends",
            )
