"""The protocol as stages with a beginning and an end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ablasim.errors import ModelError
from ablasim.physics.electroporation.train import PulseTrain
from ablasim.physics.generator import Drive
from ablasim.scenario import Scenario
from ablasim.scenario.circulation import Occlusion
from ablasim.scenario.poles import poles_of, voltage_of
from ablasim.scenario.protocol import CurrentControl, ForwardPowerControl, PowerControl, Step, VoltageControl
from ablasim.scenario.protocol import Drive as ScenarioDrive
from ablasim.units import MICROSECONDS_PER_S


@dataclass(frozen=True)
class Stage:
    """A stretch of time in which nothing is switched.

    Parameters
    ----------
    start, end : float
        s.
    electrode : str or None
        Radiofrequency electrode that is driven.
    drive : Drive or None
        How.
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
    goes_on : bool
        Whether the stage before it is the same one, up to the switch of an occlusion.
    """

    start: float
    end: float
    electrode: str | None
    drive: Drive | None
    prescribed: tuple[tuple[str, float | None], ...]
    coolant_flows: bool
    until_cool: bool = False
    closed: frozenset[str] = frozenset()
    antennas: tuple[tuple[str, float], ...] = ()
    patterns: tuple[tuple[str, float], ...] = ()
    coherent: bool = False
    pulses: PulseTrain | None = None
    goes_on: bool = False

    @property
    def is_powered(self) -> bool:
        """Whether any source is on."""
        single = self.electrode is not None or self.pulses is not None
        return single or any((self.prescribed, self.antennas, self.patterns))

    @property
    def generator(self) -> Drive:
        """The generator's drive.

        Raises
        ------
        ModelError
            If no electrode is driven.
        """
        if self.drive is None:
            message = f"no electrode is driven between {self.start:g} and {self.end:g} s"
            raise ModelError(message)
        return self.drive


def schedule(scenario: Scenario) -> tuple[Stage, ...]:
    """Stages of a scenario's protocol, with the cool-down that follows it; each switch of an occlusion begins one.

    A step of pulses is a stage for each pair.

    Raises
    ------
    ModelError
        If two radiofrequency electrodes are driven at once, or an electrode and an antenna.
    """
    stages: list[Stage] = []
    kinds = {applicator.name: applicator.kind for applicator in scenario.applicators}
    time = 0.0
    for step in scenario.protocol:
        if step.pulses is not None:
            stages += _pulse_stages(step, scenario, time)
            time = stages[-1].end
            continue
        length = step.length_s
        electrodes = [name for name in step.drive if kinds[name] == "rf_needle"]
        antennas = [name for name in step.drive if kinds[name] == "mw_antenna"]
        if len(electrodes) > 1 or (electrodes and antennas):
            both = " and ".join([*electrodes, *antennas])
            message = f"{both} are driven at once: drive one electrode, or antennas, in each protocol step"
            raise ModelError(message)
        electrode = electrodes[0] if electrodes else None
        stage = Stage(
            start=time,
            end=time + length,
            electrode=electrode,
            drive=None if electrode is None else _generator_drive(step.drive[electrode]),
            prescribed=tuple(
                (name, drive.power_w if isinstance(drive, PowerControl) else None)
                for name, drive in step.drive.items()
                if kinds[name] == "prescribed"
            ),
            coolant_flows=bool(step.drive),
            antennas=_forward(step, kinds, "mw_antenna"),
            patterns=_forward(step, kinds, "mw_sar_map", "mw_pattern"),
            coherent=step.together == "coherent",
        )
        stages.append(stage)
        time = stage.end
    if scenario.cool_down_s > 0.0 and time > 0.0:
        stages.append(Stage(time, time + scenario.cool_down_s, None, None, (), False, until_cool=True))
    return tuple(part for stage in stages for part in _divided(stage, scenario.occlusions))


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


def _generator_drive(drive: ScenarioDrive) -> Drive:
    match drive:
        case PowerControl():
            return Drive("power", drive.power_w, drive.voltage_limit_v)
        case VoltageControl():
            return Drive("voltage", drive.voltage_v)
        case CurrentControl():
            return Drive("current", drive.current_a, drive.voltage_limit_v)
    message = f"a radiofrequency electrode cannot be driven with control '{drive.control}'"
    raise ModelError(message)
