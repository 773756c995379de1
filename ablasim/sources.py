"""What the applicators deliver: from a stage of the protocol and a temperature to heat in the mesh."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ablasim.build import Case
from ablasim.errors import ModelError
from ablasim.fem.vectors import plus_multiple, total
from ablasim.generators import OperatingPoint, Output, operate
from ablasim.physics.bioheat import RegionLaws
from ablasim.physics.electric import TIGHT_TOLERANCE, TOLERANCE, ElectricProblem
from ablasim.physics.electroporation.treatment import PulseOutcome, PulsePoint
from ablasim.physics.microwave.heat import MicrowavePoint
from ablasim.physics.prescribed import prescribed_heat
from ablasim.physics.vessels import Exchange
from ablasim.scenario import located_error
from ablasim.scenario.applicators import Prescribed
from ablasim.scenario.terminal_pairs import TerminalPair
from ablasim.schedule import Stage
from ablasim.variants import Names, Variant

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Delivery:
    """What the applicators do at a moment.

    Parameters
    ----------
    heat : ndarray, shape (n_gradient_points,)
        Heat made around each gradient point, lumens included, W.
    electrical : OperatingPoint or None
        The radiofrequency generator, if it drives an electrode.
    yielding : Exchange or None
        How the heat falls where the nodes are warmer than was assumed, if it does so steeply: as heat given up.
    microwave : MicrowavePoint or None
        The antennas, if any is driven.
    pulses : PulsePoint or None
        The pair of electrodes that is pulsed, if there is one.
    current_imbalance : float
        Current out of the electrodes minus that into where it returns, relative to the former.
    power_imbalance : float
        Joule heat minus voltage times current, relative to the latter.
    potential : ndarray, shape (n_nodes,), or None
        Between the electrodes, V: rms of a radiofrequency generator's, that while a pulse is on.
    """

    heat: Floats
    yielding: Exchange | None = None
    electrical: OperatingPoint | None = None
    microwave: MicrowavePoint | None = None
    pulses: PulsePoint | None = None
    current_imbalance: float = 0.0
    power_imbalance: float = 0.0
    potential: Floats | None = None

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """`yielding`, if there is any."""
        return () if self.yielding is None else (self.yielding,)

    def power(self, temperature: Floats) -> float:
        """Heat delivered while the nodes have a temperature, K, lumens included, W."""
        return total(self.heat) - sum(exchange.power(temperature) for exchange in self.exchanges)


class Sources:
    """The applicators of a case, on the mesh of one of its variants.

    Parameters
    ----------
    case : Case
        The case.
    variant : Variant
        The case itself, or one of its twins.
    at_rest : bool, optional
        Whether a steady state is looked for: potentials are then solved more tightly, and antennas' fields in every
        iteration, for what lags behind would settle somewhere else.
    """

    def __init__(self, case: Case, variant: Variant, *, at_rest: bool = False) -> None:
        self._case, self._variant = case, variant
        self._tolerance = TIGHT_TOLERANCE if at_rest else TOLERANCE
        self._conductors: dict[Names, RegionLaws] = {}
        self._electric: dict[tuple[TerminalPair, Names], ElectricProblem] = {}
        self._microwave = case.microwave_heat(variant, 0.0 if at_rest else None)
        self._pulses = case.pulse_treatment(variant)
        self._heated = case.heated_cells(variant)
        self._prescribed: dict[Stage, Floats] = {}

    def at(self, stage: Stage, temperature: Floats, output: Output | None = None) -> Delivery:
        """What is delivered in a stage of the protocol while the nodes have a temperature, K.

        Parameters
        ----------
        stage : Stage
            The stage.
        temperature : ndarray, shape (n_nodes,)
            K.
        output : Output, optional
            What the generator of its electrode holds; without it the electrode is off.

        Raises
        ------
        SolverError
            If a field does not converge.
        """
        if stage not in self._prescribed:
            self._prescribed[stage] = _given_heat(self._case, stage)
        heat = self._prescribed[stage]
        if stage.electrode is not None and output is not None:
            return self._driven(stage.terminals[output.pair], output, stage.absent, temperature, heat)
        if stage.antennas and self._microwave is not None:
            delivered = self._microwave.at(dict(stage.antennas), temperature, coherent=stage.coherent)
            conductance = self._case.space.from_gradient_points(np.where(self._heated, delivered.yielding, 0.0))
            yielding = Exchange("antennas", conductance, temperature)
            return Delivery(heat + delivered.heat, yielding, microwave=delivered.point)
        if stage.pulses is not None and self._pulses is not None:
            pulsed = self._pulses.at(stage.pulses, temperature)
            return Delivery(
                heat + pulsed.heat,
                pulses=pulsed.point,
                current_imbalance=pulsed.current_imbalance,
                potential=pulsed.potential,
            )
        return Delivery(heat)

    def finish(self, stage: Stage, until: float, temperature: Floats) -> Mapping[str, Floats]:
        """End a stage at a time, s, with the nodes at a temperature, K.

        Returns
        -------
        dict of str to ndarray, shape (n_nodes,)
            Levels of the models that are exposed to the stage's pulses; empty if it has none.

        Raises
        ------
        SolverError
            If a field does not converge.
        """
        if stage.pulses is None or self._pulses is None:
            return {}
        return self._pulses.finish(stage.pulses.pulses_until(until - stage.start), temperature)

    def pulse_outcome(self) -> PulseOutcome | None:
        """What the trains of pulses did so far; None if the protocol has none."""
        return None if self._pulses is None else self._pulses.outcome()

    def work(self) -> dict[str, int]:
        """Counts of solves, iterations and set-ups so far."""
        solvers = [problem.solver for problem in self._electric.values()]
        return {
            "electric_solves": sum(solver.solves for solver in solvers),
            "electric_iterations": sum(solver.iterations for solver in solvers),
            "multigrid_setups": sum(solver.setups for solver in solvers),
            **({} if self._microwave is None else {"antenna_solves": self._microwave.solves}),
            **({} if self._pulses is None else {"pulse_solves": self._pulses.solves}),
        }

    def _driven(self, pair: TerminalPair, output: Output, absent: Names, temperature: Floats, heat: Floats) -> Delivery:
        key = pair, absent
        if absent not in self._conductors:
            self._conductors[absent] = self._case.conductors(self._variant, absent)
        if key not in self._electric:
            self._electric[key] = self._case.electric_problem(pair, self._variant, absent)
        potential = self._electric[key].solve(self._conductors[absent].electrical(temperature), self._tolerance)
        point = operate(potential.conductance, output, self._case.series_resistance)
        return Delivery(
            plus_multiple(heat, point.voltage**2, potential.joule_heat),
            electrical=point,
            current_imbalance=potential.current_imbalance,
            power_imbalance=potential.power_imbalance,
            potential=point.voltage * potential.potential,
        )


def _given_heat(case: Case, stage: Stage) -> Floats:
    """Heat of prescribed sources, maps and patterns that are on, W at each gradient point."""
    total = np.zeros(len(case.space.gradient_weights))
    settings = {item.name: item for item in case.scenario.applicators if isinstance(item, Prescribed)}
    for name, power in stage.prescribed:
        total += _prescribed_heat(case, settings[name], power, case.mesh.cells_free_of(stage.absent))
    for name, forward in stage.patterns:
        total += forward * case.patterns[name].heat
    return total


def _prescribed_heat(case: Case, source: Prescribed, power: float | None, tissue: NDArray[np.bool_]) -> Floats:
    """Heat of a prescribed source in the tissue of a stage, scaled to a power in W if there is one."""
    cells = tissue if source.region == "everywhere" else case.mesh.cells_of_tissue(source.region)
    try:
        heat = prescribed_heat(case.space, cells & tissue, source.heat_w_m3)
    except ModelError as error:
        raise located_error(case.scenario, f"applicators.{source.name}.heat_w_m3", str(error)) from error
    if power is None:
        return heat
    if not heat.sum() > 0.0:
        message = f"a source without positive heat cannot be scaled to {power:g} W"
        raise located_error(case.scenario, f"applicators.{source.name}.heat_w_m3", message)
    return heat * (power / float(heat.sum()))
