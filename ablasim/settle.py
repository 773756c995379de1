"""The steady state of a case, for protocols that ask for it instead of a duration."""

from __future__ import annotations

import numpy as np

from ablasim.build import Case
from ablasim.course import March
from ablasim.damage import Exposure, damage_model
from ablasim.energy import EnergyLedger, step_energy
from ablasim.fem import StepResult
from ablasim.generators import Driver
from ablasim.physics.steady import solve_steady
from ablasim.physics.vessels import Exchange, wall_exchanges
from ablasim.readings import Readings
from ablasim.schedule import schedule
from ablasim.sources import Sources
from ablasim.units import Floats
from ablasim.variants import Variant

_TOLERANCE_SHARE = 1e-3  # of the time tolerance
ONE_SECOND = 1.0


def settle(case: Case, variant: Variant = "actual") -> March:
    """Steady state of a case; its energies are those of one second.

    Perfusion flows everywhere: a state without time has no damage to stop it, and only isotherms say what died.

    Parameters
    ----------
    case : Case
        The case; its protocol is one steady step.
    variant : Variant, optional
        The case itself or one of its twins.

    Raises
    ------
    SolverError
        If the state does not settle.
    """
    stage = schedule(case.scenario)[0]
    stagnant = case.vessels_of(stage.closed)
    bioheat = case.bioheat(variant, stagnant, stage.closed)
    start = case.initial_temperature(variant)
    walls = case.wall_models(variant, stagnant)
    coolants = case.coolants(True)
    heated = case.space.on_gradient_points(case.heated_cells(variant, stagnant))
    sources = Sources(case, variant, at_rest=True)
    output = None if stage.generator is None else Driver(stage.generator, 0.0).output(0.0)

    def source(now: Floats) -> tuple[Floats, list[Exchange]]:
        delivery = sources.at(stage, now, output)
        return np.where(heated, delivery.heat, 0.0), [] if delivery.yielding is None else [delivery.yielding]

    temperature = solve_steady(
        bioheat,
        source,
        walls,
        coolants,
        start,
        tolerance=_TOLERANCE_SHARE * case.scenario.numerics.time_tolerance,
    )
    delivery = sources.at(stage, temperature, output)
    heat = delivery.heat
    exchanges = wall_exchanges(walls, temperature) + coolants
    perfused = np.ones_like(bioheat.perfusion)
    operator = bioheat.operator(temperature, perfused, exchanges)
    load = bioheat.load(np.where(heated, heat, 0.0), perfused, exchanges)
    reaction = np.where(bioheat.fixed, operator.apply(temperature) - load, 0.0)
    still = StepResult(temperature, temperature, np.zeros_like(load), reaction, np.zeros_like(load), 0, 0)
    ledger = step_energy(
        bioheat,
        still,
        ONE_SECOND,
        perfused=perfused,
        exchanges=exchanges,
        delivered_power=float(heat.sum()),
        lumen_power=float(heat[~heated].sum()),
        vessel_names=case.vessel_names,
    )
    active = np.where(bioheat.active, temperature, 0.0)
    hottest = int(np.argmax(active))
    isotherms = [model.name for model in case.models_of(variant)]
    damage = {name: damage_model(name).start(case.space.n_nodes, temperature) for name in isotherms}
    return March(
        variant=variant,
        temperature=temperature,
        temperature_end_of_power=temperature,
        damage=damage,
        steps=(),
        ledger=EnergyLedger().plus(ledger),
        start=delivery.electrical or delivery.microwave,
        hottest=(float(active[hottest]), hottest, 0.0),
        complete=True,
        work={"steps": 0},
        exposures={item.name: Exposure.start(case.thermal_model, item.at(temperature)) for item in case.structures},
        sensors=Readings(case, variant).read(temperature, damage, heated, delivery),
    )
