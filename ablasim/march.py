"""The time loop: heat source and bioheat equation, step by step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from ablasim.bodies import Bodies
from ablasim.build import Case
from ablasim.clotting import Clotting, Doses
from ablasim.course import March, StepRecord
from ablasim.damage import DamageModel, PulseZone
from ablasim.driving import Driving
from ablasim.energy import EnergyLedger, step_energy
from ablasim.errors import SolverError
from ablasim.fem import StepResult, advance_implicit_euler, advance_sdirk2
from ablasim.generators import Driver, OperatingPoint, jumps
from ablasim.physics.microwave.heat import MicrowavePoint
from ablasim.physics.vessels import Exchange
from ablasim.physics.wall_coupling import WallCoupling
from ablasim.readings import Readings
from ablasim.schedule import Agenda, Stage, schedule
from ablasim.sources import Delivery, Sources
from ablasim.step_control import StepControl
from ablasim.step_error import step_error
from ablasim.variants import Names, Variant
from ablasim.watch import FrameSink, Watch

Floats = NDArray[np.float64]

_NEWTON_SHARE = 1e-2  # of the time tolerance
_COOLED_BELOW_K = 316.15  # 43 °C: nothing is damaged within minutes below it
_MAX_REPEATS = 30
_MAX_WALL_PASSES = 20


Observer = Callable[[StepRecord, float], None]
"""Called after every step with its record and the time at which the protocol ends, s."""

StateSink = Callable[[float, Floats, Mapping[str, Floats]], None]
"""Called with a time, s, the nodal temperature, K, and the state of each damage model."""


@dataclass(frozen=True, eq=False)
class _State:
    time: float
    temperature: Floats
    damage: Mapping[str, Floats]
    shutdown: Floats
    clots: Doses
    heating_rate: Floats | None = None  # heat gained per second in the last step, W per node
    warming_rate: Floats | None = None  # temperature gained per second in the last step, K/s


@dataclass
class _Counts:
    steps: int = 0
    rejected: int = 0
    newton: int = 0
    heat_iterations: int = 0


def march(
    case: Case,
    variant: Variant = "actual",
    *,
    observe: Observer | None = None,
    save: FrameSink | None = None,
    keep: StateSink | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> March:
    """Run a case through its protocol and cool-down.

    Parameters
    ----------
    case : Case
        What to run.
    variant : Variant, optional
        The case itself, or one of its twins on the same mesh.
    observe : callable, optional
        Told of every accepted step.
    save : callable, optional
        Given temperature and damage at every multiple of the scenario's saving interval.
    keep : callable, optional
        Given temperature and damage at the start, after every accepted step, and again when a train of pulses has done
        its damage.
    stop : callable, optional
        Asked before every step whether to stop early.

    Returns
    -------
    March
        The end state, the history and the energy ledger.

    Raises
    ------
    SolverError
        If a step does not converge however short it is made.
    """
    return _Marcher(case, variant, observe, save, keep, stop).run()


class _Marcher:
    """Everything that stays the same from step to step."""

    def __init__(
        self,
        case: Case,
        variant: Variant,
        observe: Observer | None,
        save: FrameSink | None,
        keep: StateSink | None,
        stop: Callable[[], bool],
    ) -> None:
        self.case = case
        self.variant: Variant = variant
        self.observe, self.keep, self.stop = observe, keep, stop
        self.watch = Watch(case, save, structures=variant == "actual")
        self.readings = Readings(case, variant)
        self.bodies = Bodies(case, variant)
        self.clotting = Clotting(case)
        self.clotted: dict[str, float] = {}  # when each vessel clotted, s
        self._take_heat_problem()
        self.sources = Sources(case, variant)
        self.driving = Driving(self.sources, lambda now: self.readings.temperatures(now, self.heated))
        self.models: dict[str, DamageModel] = {model.name: model for model in case.damage_models}
        same = [name for name, model in self.models.items() if model == case.shutdown.model]
        self.stops_like = same[0] if same else None  # damage model whose state is that of the law that stops perfusion
        numerics = case.scenario.numerics
        self.tolerance = numerics.time_tolerance
        self.is_euler = numerics.time_method == "implicit_euler"
        self.control = StepControl(largest=numerics.max_time_step_s, fixed=numerics.time_step_s)
        self.ledger = EnergyLedger.empty(case.vessel_names)
        self.washed_out: Mapping[str, float] = {}  # J since the last step, by vessel
        self.records: list[StepRecord] = []
        self.driven: tuple[str, ...] = ()
        self.latest_end = schedule(case.scenario)[-1].end
        self.work = _Counts()

    def run(self) -> March:
        """March through all stages."""
        case = self.case
        temperature = case.initial_temperature(self.variant)
        damage = {name: model.start(case.space.n_nodes, temperature) for name, model in self.models.items()}
        self.watch.start(temperature)
        start = self._start_point(schedule(case.scenario), temperature)
        shutdown = case.shutdown.start(case.space.n_nodes, temperature)
        clots = self.clotting.start(temperature)
        state = _State(0.0, self.bioheat.with_held_temperatures(temperature), damage, shutdown, clots)
        self._tell(state)
        end_of_power = state.temperature
        sensors = self.readings.read(state.temperature, damage, self.heated)
        complete = True
        agenda, gone_through, headline = Agenda(case.scenario), list[Stage](), dict[float, Floats]()
        for stage in agenda:
            if stage.until_cool and self._is_cool(state.temperature):
                break
            state = self._with_occlusion(self._with_moves(state, stage.absent), stage.closed)
            if not gone_through or gone_through[-1].step != stage.step:
                self.driving.begin(stage, state.time, state.temperature)
            state, complete = self._run_stage(stage, state)
            state = self._with_pulses(state, stage)
            if self.driving.has_ended:
                agenda.end_step(state.time)
                stage = replace(stage, end=state.time)
            gone_through.append(stage)
            if stage.is_powered:
                end_of_power = state.temperature
                if case.moves and self.variant == "actual":
                    headline[state.time] = state.damage[case.headline.name]
            if not complete:
                break
        self.driving.close(state.time)
        return March(
            variant=self.variant,
            temperature=state.temperature,
            temperature_end_of_power=end_of_power,
            damage=state.damage,
            steps=tuple(self.records),
            ledger=self.ledger,
            start=start,
            hottest=self.watch.hottest,
            complete=complete,
            work=self._work(),
            clotted=self.clotted,
            exposures=self.watch.exposures,
            pulses=self.sources.pulse_outcome(),
            sensors=sensors,
            stages=tuple(gone_through),
            events=tuple(self.driving.events),
            headline_states=headline,
        )

    def _start_point(self, stages: tuple[Stage, ...], temperature: Floats) -> OperatingPoint | MicrowavePoint | None:
        driven = next((stage for stage in stages if stage.electrode is not None or stage.antennas), None)
        if driven is None:
            return None
        output = None if driven.generator is None else Driver(driven.generator, driven.start).output(driven.start)
        delivery = self.sources.at(driven, temperature, output)
        return delivery.electrical or delivery.microwave

    def _take_heat_problem(self) -> None:
        problem = self.bodies.problem
        self.bioheat, self.heated = problem.bioheat, problem.heated
        self.walls, self.coolants = problem.walls, problem.coolants

    def _with_moves(self, state: _State, absent: Names) -> _State:
        """Pull needles out of the body and put others in, so that just these are out of it."""
        if absent == self.bodies.absent:
            return state
        temperature, entry = self.bodies.move(state.temperature, absent)
        self._take_heat_problem()
        self.ledger = self.ledger.plus(entry)
        return replace(state, temperature=temperature, heating_rate=None, warming_rate=None)

    def _with_occlusion(self, state: _State, closed: Names) -> _State:
        """Close some vascular systems from now on: their share of the perfusion and the blood in their vessels stop."""
        self.bodies.closed = closed
        self._take_heat_problem()
        return self._with_stagnant(state, self._standing_still())

    def _with_clots(self, state: _State) -> _State:
        """Stop the blood for good in vessels whose wall has been heated all round."""
        flowing = frozenset(self.case.vessel_names) - self.bodies.stagnant
        for name in sorted((self.clotting.closed(state.clots) & flowing) - set(self.clotted)):
            self.clotted[name] = state.time
        return self._with_stagnant(state, self._standing_still())

    def _standing_still(self) -> Names:
        """Vessels whose blood should stand still: closed systems and clots, and what is cut off with them."""
        return self.case.vessels_of(self.bodies.closed) | self.case.cut_off(frozenset(self.clotted))

    def _with_stagnant(self, state: _State, stagnant: Names) -> _State:
        """Let the blood of these vessels stand still from now on, and that of all others flow.

        Blood stops at the temperature at which it flowed; when it flows again, its vessel carries off what it gained.
        """
        if self.case.stagnant_vessels(self.variant, stagnant) == self.bodies.stagnant:
            return state
        temperature, entry = self.bodies.switch(state.temperature, stagnant)
        self._take_heat_problem()
        self.ledger = self.ledger.plus(entry)
        washed_out = {name: self.washed_out.get(name, 0.0) + heat for name, heat in entry.vessels.items()}
        self.washed_out = {name: heat for name, heat in washed_out.items() if heat != 0.0}
        return replace(state, temperature=temperature, heating_rate=None, warming_rate=None)

    def _run_stage(self, stage: Stage, state: _State) -> tuple[_State, bool]:
        self.driven = stage.driven
        dt = self.control.start()
        if stage.pulses is not None and self.control.fixed is None:
            dt = max(dt, 1.0 / stage.pulses.rate)  # what is averaged over pulses and pauses tells nothing in between
        state = replace(state, heating_rate=None)
        while state.time < stage.end * (1.0 - 1e-12):
            if self.stop():
                return state, False
            if stage.until_cool and self._is_cool(state.temperature):
                break
            if self.driving.has_ended:
                break
            dt = self.control.fitted(dt, min(stage.end, self.driving.next_event) - state.time)
            held = self.driving.output(state.time)
            state, dt = self._accepted_step(stage, state, dt)
            if jumps(held, self.driving.output(state.time)):
                state, dt = replace(state, heating_rate=None), min(dt, self.control.start())
            if len(self.clotted) < len(self.case.clotting_laws):
                before = self.bodies.stagnant
                state = self._with_clots(state)
                dt = dt if self.bodies.stagnant == before else min(dt, self.control.start())
        return state, True

    def _with_pulses(self, state: _State, stage: Stage) -> _State:
        """What the pulses of a stage have done, told to the models that are exposed to them."""
        levels = self.sources.finish(stage, state.time, state.temperature)
        if not levels:
            return state
        zones = [model for model in self.models.values() if isinstance(model, PulseZone)]
        exposed = {zone.name: zone.at_nodes(levels[zone.name]) for zone in zones}
        damage = {**state.damage, **exposed}
        if self.records:
            last, told = self.records[-1], self.readings.read(state.temperature, damage, self.heated)
            sensors = {
                name: reading._replace(damage_level=told[name].damage_level) for name, reading in last.sensors.items()
            }
            volume = self.case.dead_volume_by_nodes(damage)
            self.records[-1] = replace(last, zone_volume=volume, sensors=sensors)
        exposed_state = replace(state, damage=damage)
        self._tell(exposed_state)
        return exposed_state

    def _tell(self, state: _State) -> None:
        if self.keep is not None:
            self.keep(state.time, state.temperature, state.damage)

    def _is_cool(self, temperature: Floats) -> bool:
        return bool(temperature[self.bioheat.active].max() < _COOLED_BELOW_K)

    def _accepted_step(self, stage: Stage, state: _State, dt: float) -> tuple[_State, float]:
        """Repeat the step, shorter each time, until its error stands."""
        for _ in range(_MAX_REPEATS):
            attempt = self._attempt(stage, state, dt)
            shorter: float | None
            if attempt is not None and self.control.accepts(attempt.error):
                end = attempt.step.temperature
                reading = self.driving.read(stage, state.time + dt, end, attempt.delivery)
                shorter = self.driving.shortened(reading, dt)
                if shorter is None:
                    after = self._accept(state, dt, attempt)
                    self.driving.tell(stage, reading, end)
                    return after, self.control.next(dt, attempt.error)
            elif attempt is None and self.control.fixed is not None:
                break
            else:
                shorter = 0.25 * dt if attempt is None else self.control.next(dt, attempt.error)
            self.work.rejected += 1
            if shorter >= dt:
                break
            dt = shorter
        message = "no time step is short enough for the temperature to converge"
        raise SolverError(message, time_s=state.time)

    def _attempt(self, stage: Stage, state: _State, dt: float) -> _Attempt | None:
        """One step with coefficients and sources frozen at its predicted middle; None if Newton failed.

        The implicit Euler method, which is there to compare with other codes, takes them at the start.
        """
        bioheat, curve = self.bioheat, self.bioheat.enthalpy
        ahead = 0.0 if self.is_euler else dt
        middle = self._predicted(state, 0.5 * ahead)
        perfused = self._perfused(state, ahead)
        advance = advance_implicit_euler if self.is_euler else advance_sdirk2
        output = self.driving.output(state.time + 0.5 * ahead)
        delivery = self.sources.at(stage, middle, output)
        self.ledger = self.ledger.with_imbalances(delivery.current_imbalance, delivery.power_imbalance)
        in_tissue, lumen_power = delivery.heat, 0.0
        if not self.heated.all():
            in_tissue = np.where(self.heated, delivery.heat, 0.0)
            lumen_power = float((delivery.heat - in_tissue).sum())
        walls = WallCoupling(self.walls, middle)
        predict: Callable[[float], Floats] = partial(self._predicted, state)
        for _ in range(_MAX_WALL_PASSES):
            exchanges = walls.exchanges + self.coolants[stage.coolant_flows]
            all_exchanges = exchanges + delivery.exchanges
            try:
                step = advance(
                    self.case.space,
                    curve,
                    bioheat.operator(middle, perfused, all_exchanges),
                    bioheat.load(in_tissue, perfused, all_exchanges),
                    bioheat.fixed,
                    state.temperature,
                    dt,
                    tolerance=_NEWTON_SHARE * self.tolerance,
                    predict=predict,
                )
            except SolverError:
                return None
            if walls.agrees(step.mean_temperature):
                break
            predict = _on_the_way(state.temperature, step.temperature, dt)
        else:
            return None
        is_controlled = self.control.fixed is None
        error = 0.0
        if is_controlled:
            powered = stage.is_powered and not self.driving.is_off(state.time)
            yields = delivery.yielding is not None
            error = step_error(
                bioheat, state.temperature, middle, step, self.tolerance, is_powered=powered, yields=yields
            )
        pair = None if output is None else output.pair
        return _Attempt(step, error, perfused, delivery, lumen_power, exchanges, walls.answer, pair)

    def _predicted(self, state: _State, ahead: float) -> Floats:
        """Temperature a little later if every node kept gaining heat as in the last step."""
        if ahead == 0.0 or state.heating_rate is None or state.warming_rate is None:
            return state.temperature
        curve = self.bioheat.enthalpy
        return curve.extrapolated(state.temperature, state.heating_rate, state.warming_rate, ahead)

    def _perfused(self, state: _State, ahead: float) -> Floats:
        """Share of a time ahead, s, during which blood flows, from the temperature predicted for its end."""
        shutdown = self.case.shutdown
        if ahead == 0.0:
            return shutdown.perfused_share(state.shutdown, state.shutdown)
        end = shutdown.advance(state.shutdown, state.temperature, self._predicted(state, ahead), ahead)
        return shutdown.perfused_share(state.shutdown, end)

    def _accept(self, state: _State, dt: float, attempt: _Attempt) -> _State:
        step = attempt.step
        damage = {
            name: model.advance(state.damage[name], state.temperature, step.temperature, dt)
            for name, model in self.models.items()
        }
        entry = step_energy(
            self.bioheat,
            step,
            dt,
            perfused=attempt.perfused,
            exchanges=attempt.exchanges,
            delivered_power=attempt.delivery.power(step.mean_temperature),
            lumen_power=attempt.lumen_power,
            vessel_names=self.case.vessel_names,
        )
        self.ledger = self.ledger.plus(entry)
        if self.stops_like is None:
            shutdown = self.case.shutdown.advance(state.shutdown, state.temperature, step.temperature, dt)
        else:
            shutdown = damage[self.stops_like]
        after = _State(
            time=state.time + dt,
            temperature=step.temperature,
            damage=damage,
            shutdown=shutdown,
            clots=self.clotting.advance(state.clots, state.temperature, step.temperature, dt),
            heating_rate=step.stored / dt,
            warming_rate=(step.temperature - state.temperature) / dt,
        )
        before = state.damage[self.case.headline.name]
        seen = self.watch.see(state.time, state.temperature, step.temperature, dt, self.bioheat.active, before)
        record = StepRecord(
            time=after.time,
            dt=dt,
            max_temperature=float(step.temperature[self.bioheat.active].max()),
            zone_volume=self.case.dead_volume_by_nodes(damage),
            electrical=attempt.delivery.electrical,
            microwave=attempt.delivery.microwave,
            pulses=attempt.delivery.pulses,
            delivered_power=entry.delivered / dt,
            vessel_power={name: heat / dt for name, heat in entry.vessels.items()},
            washed_out=self.washed_out,
            blood_outlet={wall.name: wall.outlet for wall in attempt.walls if wall.outlet is not None},
            blood_warming={wall.name: wall.warming for wall in attempt.walls if wall.warming is not None},
            blood_power={wall.name: wall.carried for wall in attempt.walls if wall.carried is not None},
            stagnant=self.bodies.stagnant,
            absent=self.bodies.absent,
            driven=self.driven,
            structure_temperature=seen.structures,
            wall_temperature=seen.walls,
            sensors=self.readings.read(step.temperature, damage, self.heated, attempt.delivery),
            pair=attempt.pair,
        )
        self.washed_out = {}
        self.records.append(record)
        self.work.steps += 1
        self.work.newton += step.newton_iterations
        self.work.heat_iterations += step.linear_iterations
        if self.observe is not None:
            self.observe(record, self.latest_end)
        self._tell(after)
        return after

    def _work(self) -> dict[str, int]:
        return {
            "steps": self.work.steps,
            "rejected_steps": self.work.rejected,
            "newton_iterations": self.work.newton,
            "heat_iterations": self.work.heat_iterations,
            **self.sources.work(),
        }


@dataclass(frozen=True, eq=False)
class _Attempt:
    step: StepResult
    error: float
    perfused: Floats
    delivery: Delivery
    lumen_power: float  # of the delivery, W
    exchanges: tuple[Exchange, ...]
    walls: tuple[Exchange, ...]  # as the blood answers to the step's own mean temperature
    pair: int | None


def _on_the_way(start: Floats, end: Floats, dt: float) -> Callable[[float], Floats]:
    """Temperature a time after the start of a step whose end is about known."""
    return lambda ahead: start + ahead / dt * (end - start)
