"""What a march through a protocol leaves behind: its steps, its end state and its energy ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ablasim.damage import Exposure
from ablasim.energy import EnergyLedger
from ablasim.generators import Event, OperatingPoint
from ablasim.physics.electroporation.treatment import PulseOutcome, PulsePoint
from ablasim.physics.microwave.heat import MicrowavePoint
from ablasim.schedule import Stage
from ablasim.sensors import Reading
from ablasim.variants import Variant

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class StepRecord:
    """One accepted time step, as the history file shows it.

    Parameters
    ----------
    time, dt : float
        End and length, s.
    max_temperature : float
        At the end, K.
    zone_volume : float
        Tissue dead by the headline model, m³, counted by nodes.
    electrical : OperatingPoint or None
        Radiofrequency generator during the step.
    microwave : MicrowavePoint or None
        Antennas during the step.
    pulses : PulsePoint or None
        Pair of electrodes that was pulsed during the step.
    delivered_power, vessel_power : float
        Mean over the step, W.
    blood_outlet, blood_warming, blood_power : mapping of str to float
        Temperature with which blood leaves, K, its rise on the way, K, and the heat it carries off, W, for vessels
        whose blood is followed.
    stagnant : frozenset of str
        Vessels whose blood stood still.
    absent : frozenset of str
        Electrodes that were out of the body.
    driven : tuple of str
        Electrode and prescribed sources that were driven.
    washed_out : mapping of str to float
        Heat that vessels carried off at the start, J, as their stagnant blood flowed again; missing: none.
    structure_temperature, wall_temperature : mapping of str to float
        Highest temperature of each critical structure, and of the wall of each meshed vessel, at the end, K; for the
        run itself, not for twins.
    sensors : mapping of str to Reading
        What each sensor reads at the end, in the run and in its twins.
    pair : int or None
        The pair of terminals that the generator drove, counted from 0; None while it was off.
    """

    time: float
    dt: float
    max_temperature: float
    zone_volume: float
    electrical: OperatingPoint | None
    delivered_power: float
    vessel_power: Mapping[str, float]
    blood_outlet: Mapping[str, float]
    blood_warming: Mapping[str, float]
    blood_power: Mapping[str, float]
    stagnant: frozenset[str] = frozenset()
    absent: frozenset[str] = frozenset()
    driven: tuple[str, ...] = ()
    washed_out: Mapping[str, float] = field(default_factory=dict)
    structure_temperature: Mapping[str, float] = field(default_factory=dict)
    wall_temperature: Mapping[str, float] = field(default_factory=dict)
    microwave: MicrowavePoint | None = None
    pulses: PulsePoint | None = None
    sensors: Mapping[str, Reading] = field(default_factory=dict)
    pair: int | None = None


@dataclass(frozen=True, eq=False)
class March:
    """What a run through the protocol ends with.

    Parameters
    ----------
    variant : Variant
        Which twin this is.
    temperature : ndarray, shape (n_points,)
        At the end, K.
    temperature_end_of_power : ndarray, shape (n_points,)
        When the power went off, K.
    damage : dict of str to ndarray
        State of each damage model at the end; of twins that of the headline model only.
    steps : tuple of StepRecord
        The accepted steps.
    ledger : EnergyLedger
        Heat in, out and stored.
    start : OperatingPoint, MicrowavePoint or None
        Generator or antennas at body temperature, before anything is heated or cooled.
    hottest : tuple of (float, int, float)
        Highest temperature, K, the node where, and when, s.
    complete : bool
        False if the run was stopped early.
    work : dict of str to int
        Counts of steps, solves and iterations.
    clotted : mapping of str to float
        Vessels in which blood has coagulated, and when, s.
    exposures : dict of str to Exposure
        What each critical structure was exposed to, at its points; for the run itself, not for twins.
    pulses : PulseOutcome or None
        What the trains of pulses did, if there were any.
    sensors : mapping of str to Reading
        What each sensor read at the start; of a steady state, in it.
    stages : tuple of Stage
        The stages of the protocol as they were gone through; those after a step that ended early began earlier.
    events : tuple of Event
        What the generators did; each at the end of a time step, or at the start of a step of the protocol.
    headline_states : mapping of float to ndarray
        State of the headline damage model at the end of each powered stage, by time, s; where electrodes are moved.
    """

    variant: Variant
    temperature: Floats
    temperature_end_of_power: Floats
    damage: Mapping[str, Floats]
    steps: tuple[StepRecord, ...]
    ledger: EnergyLedger
    start: OperatingPoint | MicrowavePoint | None
    hottest: tuple[float, int, float]
    complete: bool
    work: Mapping[str, int]
    clotted: Mapping[str, float] = field(default_factory=dict)
    exposures: Mapping[str, Exposure] = field(default_factory=dict)
    pulses: PulseOutcome | None = None
    sensors: Mapping[str, Reading] = field(default_factory=dict)
    stages: tuple[Stage, ...] = ()
    events: tuple[Event, ...] = ()
    headline_states: Mapping[float, Floats] = field(default_factory=dict)

    def stages_of_steps(self) -> list[Stage]:
        """Stage of the protocol that each time step lies in."""
        ends = np.array([stage.end for stage in self.stages])
        middles = np.array([step.time - 0.5 * step.dt for step in self.steps])
        places = np.minimum(np.searchsorted(ends, middles), len(ends) - 1)
        return [self.stages[int(place)] for place in places]
