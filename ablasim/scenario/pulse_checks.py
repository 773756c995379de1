"""What must hold for the pulses of a protocol."""

from __future__ import annotations

from collections.abc import Iterator

from ablasim.scenario.located import Problem, join
from ablasim.scenario.messages import did_you_mean
from ablasim.scenario.poles import poles_of, spacing_mm, voltage_of
from ablasim.scenario.protocol import Step
from ablasim.scenario.pulses import PulseGenerator, Pulses, SaidTrain
from ablasim.scenario.schema import Scenario
from ablasim.units import MICROSECONDS_PER_S

ROUNDING = 1e-9
"""By which a voltage found from V/cm may pass the limit, relative."""


def problems_of_pulses(step: Step, here: str, scenario: Scenario) -> Iterator[Problem]:
    """Find what cannot be of a step of pulses without looking at where its electrodes lie.

    Parameters
    ----------
    step : Step
        A step with pulses.
    here : str
        Its dotted path.
    scenario : Scenario
        The scenario.

    Yields
    ------
    Problem
        The path of the key to mend, and what is wrong.
    """
    pulses = step.pulses
    assert pulses is not None
    if step.steady:
        yield Problem(join(here, "steady"), "true: must be left out of a step of pulses")
    if step.duration_s is not None:
        yield Problem(
            join(here, "duration_s"),
            f"{step.duration_s:g} s: must be left out of a step of pulses, which takes {pulses.duration_s:g} s: "
            "count / rate_hz of each pair",
        )
    if step.drive:
        names = ", ".join(step.drive)
        yield Problem(join(here, "drive"), f"{names}: must not be driven in a step of pulses: give it one of its own")
    here = join(here, "pulses")
    if pulses.voltage_v is not None and pulses.volts_per_cm is not None:
        yield _both(here, pulses.voltage_v, pulses.volts_per_cm)
    known = tuple(poles_of(scenario))
    for index, pair in enumerate(pulses.pairs):
        path = join(here, "pairs", index)
        if pair.voltage_v is not None and pair.volts_per_cm is not None:
            yield _both(path, pair.voltage_v, pair.volts_per_cm)
        for place, name in enumerate(pair.between):
            if name not in known:
                hint = did_you_mean(name, known) or "; the scenario has no electrodes for pulses"
                yield Problem(
                    join(path, "between", place), f"'{name}': must be a needle, pole or plate for pulses{hint}"
                )
        if pair.between[0] == pair.between[1]:
            yield Problem(
                join(path, "between"), f"'{pair.between[0]}' twice: must be two electrodes: current goes between them"
            )
    for train in pulses.trains():
        yield from _train(train, pulses, join(here, "pairs", train.index))


def problems_of_voltages(step: Step, here: str, scenario: Scenario) -> Iterator[Problem]:
    """Find voltages above the generator's limit, and voltages per centimetre where there is no spacing.

    Parameters
    ----------
    step : Step
        A step; without pulses it has no problems.
    here : str
        Its dotted path.
    scenario : Scenario
        A scenario whose names and references hold.

    Yields
    ------
    Problem
        The path of the key to mend, and what is wrong.
    """
    if step.pulses is None:
        return
    limit = (scenario.pulse_generator or PulseGenerator()).voltage_limit_v
    poles = poles_of(scenario)
    for train in step.pulses.trains():
        path = _voltage_path(train, step.pulses, join(here, "pulses"))
        both = f"{train.anode} and {train.cathode}"
        voltage = voltage_of(train, poles)
        if voltage is None:
            yield Problem(
                path, f"{train.volts_per_cm:g} V/cm: {both} are plates that do not face each other: give voltage_v"
            )
        elif voltage > limit * (1.0 + ROUNDING):
            how = ""
            if train.volts_per_cm is not None:
                apart = spacing_mm(poles[train.anode], poles[train.cathode])
                how = f"{train.volts_per_cm:g} V/cm over {apart:.3g} mm, "
            yield Problem(
                path,
                f"{how}{voltage:.5g} V between {both}: must be at most {limit:g} V, the limit of the generator "
                "(pulse_generator.voltage_limit_v)",
            )


def _both(here: str, voltage_v: float, volts_per_cm: float) -> Problem:
    given = f"{volts_per_cm:g} V/cm: must not come with voltage_v, {voltage_v:g} V"
    return Problem(join(here, "volts_per_cm"), f"{given}: give one of them")


def _train(train: SaidTrain, pulses: Pulses, here: str) -> Iterator[Problem]:
    if train.voltage_v is None and train.volts_per_cm is None:
        yield Problem(join(here, "voltage_v"), "missing: a pair, or its step, needs voltage_v or volts_per_cm")
    duty = train.width_us * train.rate_hz / MICROSECONDS_PER_S
    if duty > 1.0:
        own = pulses.pairs[train.index].width_us is not None
        yield Problem(
            join(here, "width_us") if own else join(here.rpartition(".pairs.")[0], "width_us"),
            f"{train.width_us:g} µs at {train.rate_hz:g} Hz: pulses would overlap, their duty is {duty:.3g}: must be "
            f"at most 1, a width of {MICROSECONDS_PER_S / train.rate_hz:g} µs",
        )


def _voltage_path(train: SaidTrain, pulses: Pulses, here: str) -> str:
    """Key that says the voltage of a train: the pair's, else the step's."""
    pair = pulses.pairs[train.index]
    own = pair.voltage_v is not None or pair.volts_per_cm is not None
    key = "voltage_v" if train.voltage_v is not None else "volts_per_cm"
    return join(here, "pairs", train.index, key) if own else join(here, key)
