"""The time loop: a protocol stage by stage, and what its steps lead to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ablasim.bodies import Bodies
from ablasim.build import Case
from ablasim.clotting import Clotting
from ablasim.course import March, StepRecord
from ablasim.damage import DamageModel, PulseZone
from ablasim.driving import Driving
from ablasim.energy import EnergyLedger, step_energy
from ablasim.fem.guess import Trend
from ablasim.generators import Driver, OperatingPoint, jumps
from ablasim.physics.microwave.heat import MicrowavePoint
from ablasim.readings import Readings
from ablasim.schedule import Agenda, Stage, schedule
from ablasim.sources import Sources
from ablasim.step_control import StepControl
from ablasim.stepping import State, Step, Stepper
from ablasim.variants import Names, Variant
from ablasim.watch import FrameSink, Watch

Floats = NDArray[np.float64]

_COOLED_BELOW_K = 316.15  # 43 °C: nothing is damaged within minutes below it


Observer = Callable[[StepRecord, float], None]
"""Called after every step with its record and the time at which the protocol ends, s."""

StateSink = Callable[[float, Floats, Mapping[str, Floats]], None]
"""Called with a time, s, the nodal temperature, K, and the state of each damage model."""


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
        bodies, readings = self.bodies, self.readings  # no more, or the march would hold itself in memory
        self.driving = Driving(self.sources, lambda now: readings.temperatures(now, bodies.problem.heated))
        self.models: dict[str, DamageModel] = {model.name: model for model in case.models_of(variant)}
        same = [name for name, model in self.models.items() if model == case.shutdown.model]
        self.stops_like = same[0] if same else None  # damage model whose state is that of the law that stops perfusion
        numerics = case.scenario.numerics
        self.control = StepControl(largest=numerics.max_time_step_s, fixed=numerics.time_step_s)
        self.stepper = Stepper(case, self.bodies, self.sources, self.driving, self.control)
        self.ledger = EnergyLedger.empty(case.vessel_names)
        self.washed_out: Mapping[str, float] = {}  # J since the last step, by vessel
        self.records: list[StepRecord] = []
        self.driven: tuple[str, ...] = ()
        self.latest_end = schedule(case.scenario)[-1].end
        self.newton_iterations, self.heat_iterations = 0, 0

    def run(self) -> March:
        """March through all stages."""
        case = self.case
        temperature = case.initial_temperature(self.variant)
        damage = {name: model.start(case.space.n_nodes, temperature) for name, model in self.models.items()}
        self.watch.start(temperature)
        start = self._start_point(schedule(case.scenario), temperature)
        shutdown = case.shutdown.start(case.space.n_nodes, temperature)
        clots = self.clotting.start(temperature)
        state = State(0.0, self.bioheat.with_held_temperatures(temperature), damage, shutdown, clots)
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

    def _with_moves(self, state: State, absent: Names) -> State:
        """Pull needles out of the body and put others in, so that just these are out of it."""
        if absent == self.bodies.absent:
            return state
        temperature, entry = self.bodies.move(state.temperature, absent)
        self._take_heat_problem()
        self.ledger = self.ledger.plus(entry)
        return replace(state, temperature=temperature, trend=None)

    def _with_occlusion(self, state: State, closed: Names) -> State:
        """Close some vascular systems from now on: their share of the perfusion and the blood in their vessels stop."""
        self.bodies.closed = closed
        self._take_heat_problem()
        return self._with_stagnant(state, self._standing_still())

    def _with_clots(self, state: State) -> State:
        """Stop the blood for good in vessels whose wall has been heated all round."""
        flowing = frozenset(self.case.vessel_names) - self.bodies.stagnant
        for name in sorted((self.clotting.closed(state.clots) & flowing) - set(self.clotted)):
            self.clotted[name] = state.time
        return self._with_stagnant(state, self._standing_still())

    def _standing_still(self) -> Names:
        """Vessels whose blood should stand still: closed systems and clots, and what is cut off with them."""
        return self.case.vessels_of(self.bodies.closed) | self.case.cut_off(frozenset(self.clotted))

    def _with_stagnant(self, state: State, stagnant: Names) -> State:
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
        return replace(state, temperature=temperature, trend=None)

    def _run_stage(self, stage: Stage, state: State) -> tuple[State, bool]:
        self.driven = stage.driven
        # what is averaged over pulses and pauses tells nothing in between
        dt = self.control.start(0.0 if stage.pulses is None else 1.0 / stage.pulses.rate)
        state = replace(state, trend=None)
        while state.time < stage.end * (1.0 - 1e-12):
            if self.stop():
                return state, False
            if stage.until_cool and self._is_cool(state.temperature):
                break
            if self.driving.has_ended:
                break
            dt = self.control.fitted(dt, min(stage.end, self.driving.next_event) - state.time)
            held = self.driving.output(state.time)
            accepted = self.stepper.step(stage, state, dt)
            state, dt = self._accept(state, accepted.step), accepted.next_dt
            self.driving.tell(stage, accepted.reading, state.temperature)
            if jumps(held, self.driving.output(state.time)):
                state, dt = replace(state, trend=None), min(dt, self.control.start())
            if len(self.clotted) < len(self.case.clotting_laws):
                before = self.bodies.stagnant
                state = self._with_clots(state)
                dt = dt if self.bodies.stagnant == before else min(dt, self.control.start())
        return state, True

    def _with_pulses(self, state: State, stage: Stage) -> State:
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

    def _tell(self, state: State) -> None:
        if self.keep is not None:
            self.keep(state.time, state.temperature, state.damage)

    def _is_cool(self, temperature: Floats) -> bool:
        return bool(temperature[self.bioheat.active].max() < _COOLED_BELOW_K)

    def _accept(self, state: State, step: Step) -> State:
        """What a step that stands leads to, told to everybody."""
        dt, result, delivery = step.dt, step.result, step.delivery
        damage = {
            name: model.advance(state.damage[name], state.temperature, result.temperature, dt)
            for name, model in self.models.items()
        }
        entry = step_energy(
            self.bioheat,
            result,
            dt,
            perfused=step.perfused,
            exchanges=step.exchanges,
            delivered_power=delivery.power(result.mean_temperature),
            lumen_power=step.lumen_power,
            vessel_names=self.case.vessel_names,
        )
        self.ledger = self.ledger.plus(entry).with_imbalances(delivery.current_imbalance, delivery.power_imbalance)
        if self.stops_like is None:
            shutdown = self.case.shutdown.advance(state.shutdown, state.temperature, result.temperature, dt)
        else:
            shutdown = damage[self.stops_like]
        after = State(
            time=state.time + dt,
            temperature=result.temperature,
            damage=damage,
            shutdown=shutdown,
            clots=self.clotting.advance(state.clots, state.temperature, result.temperature, dt),
            trend=Trend.of_step(result.stored, result.temperature - state.temperature, dt, state.trend),
        )
        before = state.damage[self.case.headline.name]
        seen = self.watch.see(state.time, state.temperature, result.temperature, dt, self.bioheat.active, before)
        record = StepRecord(
            time=after.time,
            dt=dt,
            max_temperature=float(result.temperature[self.bioheat.active].max()),
            zone_volume=self.case.dead_volume_by_nodes(damage),
            electrical=delivery.electrical,
            microwave=delivery.microwave,
            pulses=delivery.pulses,
            delivered_power=entry.delivered / dt,
            vessel_power={name: heat / dt for name, heat in entry.vessels.items()},
            washed_out=self.washed_out,
            blood_outlet={wall.name: wall.outlet for wall in step.walls if wall.outlet is not None},
            blood_warming={wall.name: wall.warming for wall in step.walls if wall.warming is not None},
            blood_power={wall.name: wall.carried for wall in step.walls if wall.carried is not None},
            stagnant=self.bodies.stagnant,
            absent=self.bodies.absent,
            driven=self.driven,
            structure_temperature=seen.structures,
            wall_temperature=seen.walls,
            sensors=self.readings.read(result.temperature, damage, self.heated, delivery),
            pair=step.pair,
        )
        self.washed_out = {}
        self.records.append(record)
        self.newton_iterations += result.newton_iterations
        self.heat_iterations += result.linear_iterations
        if self.observe is not None:
            self.observe(record, self.latest_end)
        self._tell(after)
        return after

    def _work(self) -> dict[str, int]:
        return {
            "steps": len(self.records),
            "rejected_steps": self.stepper.rejected,
            "newton_iterations": self.newton_iterations,
            "heat_iterations": self.heat_iterations,
            **self.sources.work(),
        }
