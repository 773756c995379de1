"""From the drive of an electrode to the pairs of terminals between which the generator drives its current."""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

from ablasim.scenario.applicators import RF_ELECTRODES
from ablasim.scenario.radiofrequency import GroundPad, RfBipolar
from ablasim.scenario.schema import Scenario
from ablasim.scenario.terminals import Terminals


class TerminalPair(NamedTuple):
    """Two terminals of a generator.

    Parameters
    ----------
    active : tuple of str
        Metal of the active one, all at one potential: needles, pads, NAME.distal and NAME.proximal.
    back : tuple of str
        Metal that the current returns to; empty: the outside.
    """

    active: tuple[str, ...]
    back: tuple[str, ...] = ()


def metals_of(scenario: Scenario, *, pads: bool = True) -> tuple[str, ...]:
    """Every metal that current may enter or leave by, in the order of the applicators; the pads, if asked for, last."""
    electrodes = [item for item in scenario.applicators if isinstance(item, RF_ELECTRODES)]
    named = [name for item in electrodes for name in (item.pole_names if isinstance(item, RfBipolar) else (item.name,))]
    return (*named, *(pads_of(scenario) if pads else ()))


def pads_of(scenario: Scenario) -> tuple[str, ...]:
    """The ground pads."""
    return tuple(item.name for item in scenario.applicators if isinstance(item, GroundPad))


def terminal_pairs(scenario: Scenario, name: str, drive: Terminals) -> tuple[TerminalPair, ...]:
    """Pairs of terminals that a drive is about, in the order in which they are switched; without switching one.

    Parameters
    ----------
    scenario : Scenario
        The scenario, in which sets stand as their needles.
    name : str
        The electrode that is driven.
    drive : Terminals
        How.
    """
    bipolar = [item for item in scenario.applicators if isinstance(item, RfBipolar) and item.name == name]
    if bipolar:
        distal, proximal = bipolar[0].pole_names
        return (TerminalPair((distal,), (proximal,)),)
    together = (name, *(drive.together_with or ()))
    if drive.switching is None:
        back = pads_of(scenario) if drive.against is None else drive.against
        return (TerminalPair(together, back),)
    pairs = combinations(together, 2) if drive.switching.pairs == "all" else drive.switching.pairs
    return tuple(TerminalPair((one,), (other,)) for one, other in pairs)


def driven_pairs(scenario: Scenario) -> tuple[TerminalPair, ...]:
    """All pairs of terminals that the protocol drives, each once."""
    electrodes = {item.name for item in scenario.applicators if isinstance(item, RF_ELECTRODES)}
    drives = [item for step in scenario.protocol for item in step.drive.items()]
    pairs = (
        pair
        for name, drive in drives
        if name in electrodes and isinstance(drive, Terminals)
        for pair in terminal_pairs(scenario, name, drive)
    )
    return tuple(dict.fromkeys(pairs))
