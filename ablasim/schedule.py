"""The protocol as stages with a beginning and an end, which may come early."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from ablasim.drives import generator_of
from ablasim.errors import ModelError
from ablasim.generators import Generator
from ablasim.physics.electroporation.train import PulseTrain
from ablasim.scenario import Scenario
from ablasim.scenario.applicators import RF_ELECTRODES
from ablasim.scenario.circulation import Occlusion
from ablasim.scenario.moves import absences
from ablasim.scenario.poles import poles_of, voltage_of
from ablasim.scenario.protocol import Drive, ForwardPowerControl, Step
from ablasim.scenario.rf_drives import PowerControl
from ablasim.scenario.terminal_pairs import TerminalPair, terminal_pairs
from ablasim.scenario.terminals import Terminals
from ablasim.units import MICROSECONDS_PER_S


@dataclass(frozen=True)
class Stage:
    """A stretch of time in which nothing is switched, but by a generator.

    Parameters
    ----------
    start, end : float
        s.
    electrode : str or None
        Radiofrequency electrode that is driven.
    generator : Generator or None
        By what.
    terminals : tuple of TerminalPair
        Pairs of terminals that the generator may drive it by, the first unless the generator switches.
    prescribed : tuple of (str, float or None)
        Prescribed sources that are on, each with the power it is scaled to, W, or None.
    coolant_flows : bool
        Whether coolant that stops with the power flows.
    until_cool : bool
        Whether the stage may end early, once everything has cooled.
    closed : frozenset of str
        Vascular systems that are closed.
    antennas : tuple of (str, float)
        Microwave antennas that are driven, each with its forward power, W.
    patterns : tuple of (str, float)
        Maps and patterns of absorption that are driven, likewise.
    coherent : bool
        Whether their fields add; otherwise their powers do.
    pulses : PulseTrain or None
        Pulses between two electrodes; in a stage cut short by the switch of an occlusion those that fall into it.
    step : int
        The step of the protocol that it belongs to, counted from 0; the cool-down comes after the last.
    goes_on : bool
        Whether the stage before it is the same one, up to the switch of an occlusion.
    absent : frozenset of str
        Electrodes that are out of the body.
    """

    start: float
    end: float
    electrode: str | None
    generator: Generator[Any] | None
    prescribed: tuple[tuple[str, float | None], ...]
    coolant_flows: bool
    until_cool: bool = False
    closed: frozenset[str] = frozenset()
    antennas: tuple[tuple[str, float], ...] = ()
    patterns: tuple[tuple[str, float], ...] = ()
    coherent: bool = False
    pulses: PulseTrain | None = None
    goes_on: bool = False
    step: int = 0
    terminals: tuple[TerminalPair, ...] = ()
    absent: frozenset[str] = frozenset()

    @property
    def is_powered(self) -> bool:
        """Whether any source is on."""
        single = self.electrode is not None or self.pulses is not None
        return single or any((self.prescribed, self.antennas, self.patterns))

    @property
    def driven(self) -> tuple[str, ...]:
        """Electrode and prescribed sources that are driven."""
        electrode = () if self.electrode is None else (self.electrode,)
        return (*electrode, *(name for name, _ in self.prescribed))


class Agenda:
    """The stages of a scenario's protocol in their order, with the cool-down that follows it.

    Each switch of an occlusion begins a stage; a step of pulses is a stage for each pair. What follows a step of the
    protocol that ended early begins when it ended; occlusions keep to the clock.

    Parameters
    ----------
    scenario : Scenario
        The scenario.

    Raises
    ------
    ModelError
        If two radiofrequency electrodes are driven at once, or an electrode and an antenna.
    """

    def __init__(self, scenario: Scenario) -> None:
        self._planned = _planned(scenario)
        self._occlusions = scenario.occlusions
        self._ended: float | None = None

    def __iter__(self) -> Iterator[Stage]:
        """The stages; each as late as it is asked for."""
        saved = 0.0
        for planned in self._planned:
            whole = replace(planned, start=planned.start - saved, end=planned.end - saved) if saved else planned
            for stage in _divided(whole, self._occlusions):
                yield stage
                if self._ended is not None:
                    saved += whole.end - self._ended
                    self._ended = None
                    break

    def end_step(self, time: float) -> None:
        """End the step of the protocol that the last stage belongs to, at a time, s."""
        self._ended = time


def schedule(scenario: Scenario) -> tuple[Stage, ...]:
    """The stages of a scenario, as they come if no generator ends one early.

    Raises
    ------
    ModelError
        If two radiofrequency electrodes are driven at once, or an electrode and an antenna.
    """
    return tuple(Agenda(scenario))


def _planned(scenario: Scenario) -> tuple[Stage, ...]:
    """Stages that no occlusion divides, as they come if none ends early."""
    stages: list[Stage] = []
    kinds = {applicator.name: applicator.kind for applicator in scenario.applicators}
    of_generator = {item.name for item in scenario.applicators if isinstance(item, RF_ELECTRODES)}
    time, absent_in = 0.0, absences(scenario)
    for number, (step, absent) in enumerate(zip(scenario.protocol, absent_in, strict=True)):
        if step.pulses is not None:
            stages += (replace(stage, step=number) for stage in _pulse_stages(step, scenario, time))
            time = stages[-1].end
            continue
        length = step.length_s
        electrodes = [name for name in step.drive if name in of_generator]
        antennas = [name for name in step.drive if kinds[name] == "mw_antenna"]
        if len(electrodes) > 1 or (electrodes and antennas):
            both = " and ".join([*electrodes, *antennas])
            message = f"{both} are driven at once: drive one electrode, or antennas, in each protocol step"
            raise ModelError(message)
        electrode = electrodes[0] if electrodes else None
        terminals = () if electrode is None else _terminals(scenario, electrode, step.drive[electrode])
        stage = Stage(
            start=time,
            end=time + length,
            electrode=electrode,
            generator=None if electrode is None else generator_of(step.drive[electrode], len(terminals)),
            prescribed=tuple(
                (name, drive.power_w if isinstance(drive, PowerControl) else None)
                for name, drive in step.drive.items()
                if kinds[name] == "prescribed"
            ),
            coolant_flows=bool(step.drive),
            antennas=_forward(step, kinds, "mw_antenna"),
            patterns=_forward(step, kinds, "mw_sar_map", "mw_pattern"),
            coherent=step.together == "coherent",
            step=number,
            terminals=terminals,
            absent=absent,
        )
        stages.append(stage)
        time = stage.end
    if scenario.cool_down_s > 0.0 and time > 0.0:
        end, after_last = time + scenario.cool_down_s, len(scenario.protocol)
        cool_down = Stage(time, end, None, None, (), False, until_cool=True, step=after_last, absent=absent_in[-1])
        stages.append(cool_down)
    return tuple(stages)


def _forward(step: Step, kinds: Mapping[str, str], *wanted: str) -> tuple[tuple[str, float], ...]:
    """What a step drives with a forward power, of some kinds of applicators."""
    return tuple(
        (name, drive.forward_power_w)
        for name, drive in step.drive.items()
        if isinstance(drive, ForwardPowerControl) and kinds[name] in wanted
    )


def _pulse_stages(step: Step, scenario: Scenario, start: float) -> Iterator[Stage]:
    """Stages of a step of pulses, one for each train."""
    assert step.pulses is not None
    poles = poles_of(scenario)
    for said in [*step.pulses.trains()] * step.pulses.repeat:
        voltage = voltage_of(said, poles)
        assert voltage is not None  # the scenario was checked
        width = said.width_us / MICROSECONDS_PER_S
        stays = step.pulses.conductivity_stays
        train = PulseTrain(said.anode, said.cathode, voltage, said.count, width, said.rate_hz, stays)
        yield Stage(start, start + train.duration, None, None, (), coolant_flows=True, pulses=train)
        start += train.duration


def _divided(stage: Stage, occlusions: Sequence[Occlusion]) -> Iterator[Stage]:
    """Parts of a stage between the switches of occlusions."""
    inner = {time for occlusion in occlusions for time in occlusion.switches(stage.end) if stage.start < time}
    times = [stage.start, *sorted(inner), stage.end]
    for start, end in pairwise(times):
        middle = 0.5 * (start + end)
        closed = {system for occlusion in occlusions if occlusion.is_on(middle) for system in occlusion.systems}
        pulses = _within(stage, start, end)
        goes_on = start > stage.start and (stage.pulses is None or _within(stage, stage.start, start) is not None)
        yield replace(stage, start=start, end=end, closed=frozenset(closed), pulses=pulses, goes_on=goes_on)


def _within(stage: Stage, start: float, end: float) -> PulseTrain | None:
    """The pulses of a stage that fall into a part of it; each falls into one, to the nearest whole number."""
    train = stage.pulses
    if train is None:
        return None
    before, until = (round((time - stage.start) * train.rate) for time in (start, end))
    return train.with_count(until - before) if until > before else None


def _terminals(scenario: Scenario, electrode: str, drive: Drive) -> tuple[TerminalPair, ...]:
    return terminal_pairs(scenario, electrode, drive) if isinstance(drive, Terminals) else ()
