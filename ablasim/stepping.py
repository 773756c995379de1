"""One accepted time step of a march: its attempts, each with coefficients and sources of its predicted middle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ablasim.bodies import Bodies
from ablasim.build import Case
from ablasim.clotting import Doses
from ablasim.driving import Driving
from ablasim.errors import SolverError
from ablasim.fem import StepResult, advance_implicit_euler, advance_sdirk2
from ablasim.fem.guess import Extrapolation, Guess, Repetition, Trend
from ablasim.generators import Reading
from ablasim.physics.vessels import Exchange
from ablasim.physics.wall_coupling import WallCoupling
from ablasim.schedule import Stage
from ablasim.sources import Delivery, Sources
from ablasim.step_control import StepControl
from ablasim.step_error import step_error

Floats = NDArray[np.float64]

_NEWTON_SHARE = 1e-2  # of the time tolerance
_MAX_REPEATS = 30
_MAX_WALL_PASSES = 20


@dataclass(frozen=True, eq=False)
class State:
    """Where a march is.

    Parameters
    ----------
    time : float
        s.
    temperature : ndarray, shape (n_nodes,)
        K.
    damage : mapping of str to ndarray
        State of each damage model.
    shutdown : ndarray
        State of the law that stops perfusion.
    clots : Doses
        What vessels' walls were exposed to.
    trend : Trend or None
        What the last step gained; None after an event that changes it.
    """

    time: float
    temperature: Floats
    damage: Mapping[str, Floats]
    shutdown: Floats
    clots: Doses
    trend: Trend | None = None


@dataclass(frozen=True, eq=False)
class Step:
    """A step as it was tried.

    Parameters
    ----------
    dt : float
        Length, s.
    result : StepResult
        What it came to.
    error : float
        Relative to what is allowed.
    perfused : ndarray, shape (n_value_points,)
        Share of it during which blood flowed.
    delivery : Delivery
        What was delivered.
    lumen_power : float
        Of the delivery, to lumens, W.
    exchanges : tuple of Exchange
        Walls and coolants that the step was made with.
    walls : tuple of Exchange
        Walls as the blood answers to the step's own mean temperature.
    pair : int or None
        Pair of terminals that was driven.
    """

    dt: float
    result: StepResult
    error: float
    perfused: Floats
    delivery: Delivery
    lumen_power: float
    exchanges: tuple[Exchange, ...]
    walls: tuple[Exchange, ...]
    pair: int | None


class Accepted(NamedTuple):
    """A step that stands, what the generator reads at its end, and the length of the next one, s."""

    step: Step
    reading: Reading
    next_dt: float


class Stepper:
    """Finds steps whose error stands.

    Parameters
    ----------
    case : Case
        The case.
    bodies : Bodies
        The heat problem of now.
    sources : Sources
        The applicators.
    driving : Driving
        The generator.
    control : StepControl
        Rule for the length of steps.

    Attributes
    ----------
    rejected : int
        Attempts that did not stand.
    """

    def __init__(self, case: Case, bodies: Bodies, sources: Sources, driving: Driving, control: StepControl) -> None:
        self._case, self._bodies = case, bodies
        self._sources, self._driving = sources, driving
        self._control = control
        self._tolerance = case.scenario.numerics.time_tolerance
        self._is_euler = case.scenario.numerics.time_method == "implicit_euler"
        self.rejected = 0

    def step(self, stage: Stage, state: State, dt: float) -> Accepted:
        """Make a step, and repeat it, shorter each time, until its error stands.

        Parameters
        ----------
        stage : Stage
            The stage of the protocol.
        state : State
            Where the march is.
        dt : float
            Length to begin with, s.

        Raises
        ------
        SolverError
            If no step is short enough; it says what was wrong with the last one.
        """
        control = self._control
        for _ in range(_MAX_REPEATS):
            step = self._attempt(stage, state, dt)
            tried = dt
            shorter: float | None
            if isinstance(step, Step) and control.accepts(step.error):
                reading = self._driving.read(stage, state.time + dt, step.result.temperature, step.delivery)
                shorter = self._driving.shortened(reading, dt)
                if shorter is None:
                    return Accepted(step, reading, control.next(dt, step.error))
            elif not isinstance(step, Step) and control.fixed is not None:
                break
            else:
                shorter = control.next(dt, step.error) if isinstance(step, Step) else 0.25 * dt
            self.rejected += 1
            if shorter >= dt:
                break
            dt = shorter
        raise SolverError(self._failure(step, tried), time_s=state.time)

    def _failure(self, last: Step | SolverError, dt: float) -> str:
        """What was wrong with the last of the attempts, and what to do."""
        if isinstance(last, SolverError):
            if self._control.fixed is not None:
                return f"a fixed time step of {dt:g} s did not converge: {last}; give a shorter numerics.time_step_s"
            return f"no time step is short enough for the temperature to converge: with {dt:g} s {last}"
        if self._control.accepts(last.error):
            return f"no time step is short enough for the generator: with {dt:g} s it still switches too late"
        return (
            f"no time step is short enough: with {dt:g} s, about the shortest there is, the error is still "
            f"{last.error:.2g} times what numerics.time_tolerance = {self._tolerance:g} K allows; give a larger one"
        )

    def _attempt(self, stage: Stage, state: State, dt: float) -> Step | SolverError:
        """One step with coefficients and sources frozen at its predicted middle; an error if it did not converge.

        The implicit Euler method, which is there to compare with other codes, takes them at the start.
        """
        problem = self._bodies.problem
        bioheat = problem.bioheat
        ahead = 0.0 if self._is_euler else dt
        expected = Extrapolation(bioheat.enthalpy, state.temperature, state.trend)
        middle = expected.straight(0.5 * ahead)
        perfused = self._perfused(state, expected, ahead)
        advance = advance_implicit_euler if self._is_euler else advance_sdirk2
        output = self._driving.output(state.time + 0.5 * ahead)
        delivery = self._sources.at(stage, middle, output)
        in_tissue, lumen_power = delivery.heat, 0.0
        if len(problem.unheated):
            in_tissue, lumen_power = delivery.heat.copy(), float(delivery.heat[problem.unheated].sum())
            in_tissue[problem.unheated] = 0.0
        walls = WallCoupling(problem.walls, middle)
        guess: Guess = expected
        for _ in range(_MAX_WALL_PASSES):
            exchanges = walls.exchanges + problem.coolants[stage.coolant_flows]
            all_exchanges = exchanges + delivery.exchanges
            try:
                result = advance(
                    self._case.space,
                    bioheat.enthalpy,
                    bioheat.operator(middle, perfused, all_exchanges),
                    bioheat.load(in_tissue, perfused, all_exchanges),
                    bioheat.fixed,
                    state.temperature,
                    dt,
                    tolerance=_NEWTON_SHARE * self._tolerance,
                    guess=guess,
                )
            except SolverError as error:
                return error
            if walls.agrees(result.mean_temperature):
                break
            guess = Repetition(state.temperature, result.temperature, dt)
        else:
            message = "tissue and the blood in vessels did not agree on a temperature"
            return SolverError(message, iterations=_MAX_WALL_PASSES)
        return Step(
            dt=dt,
            result=result,
            error=self._error(stage, state, middle, result, delivery) if self._control.fixed is None else 0.0,
            perfused=perfused,
            delivery=delivery,
            lumen_power=lumen_power,
            exchanges=exchanges,
            walls=walls.answer,
            pair=None if output is None else output.pair,
        )

    def _error(self, stage: Stage, state: State, middle: Floats, result: StepResult, delivery: Delivery) -> float:
        return step_error(
            self._bodies.problem.bioheat,
            state.temperature,
            middle,
            result,
            self._tolerance,
            is_powered=stage.is_powered and not self._driving.is_off(state.time),
            yields=delivery.yielding is not None,
        )

    def _perfused(self, state: State, expected: Extrapolation, ahead: float) -> Floats:
        """Share of a time ahead, s, during which blood flows, from the temperature predicted for its end."""
        shutdown = self._case.shutdown
        if ahead == 0.0:
            return shutdown.perfused_share(state.shutdown, state.shutdown)
        end = shutdown.advance(state.shutdown, state.temperature, expected.straight(ahead), ahead)
        return shutdown.perfused_share(state.shutdown, end)
