"""The energy audit: every joule delivered is found again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from ablasim.fem import StepResult
from ablasim.fem.vectors import total
from ablasim.mesh.tetrahedra import OUTER
from ablasim.physics.bioheat import Bioheat, Floats
from ablasim.physics.switch import Switch
from ablasim.physics.vessels import Exchange

LEAST_TOLD_K = 1e-6
"""Mean warming below which the audit does not tell heat from rounding, K."""


@dataclass(frozen=True)
class EnergyLedger:
    """Heat that came in, left and stayed, J.

    Parameters
    ----------
    delivered : float
        By the sources, to everything.
    metabolic : float
        By metabolism.
    stored : float
        Gained as enthalpy.
    boundary : float
        Left through the outer faces.
    perfusion : float
        Left with the perfusing blood.
    vessels : mapping of str to float
        Left through each vessel's wall.
    lumen_joule : float
        Delivered to the lumens, where the blood carries it off.
    cooling : float
        Left with the coolant, or through surfaces held at a temperature.
    moved : float
        Left with needles that were pulled out and tissue that made room for others, less what came in their place;
        counted from the temperature of the start.
    current_imbalance : float
        Largest relative difference between the current out of electrodes and that into what it returns to.
    power_imbalance : float
        Largest relative difference between Joule heat and voltage times current.
    heat_capacity : float
        Of everything that takes part, J/K.
    """

    delivered: float = 0.0
    metabolic: float = 0.0
    stored: float = 0.0
    boundary: float = 0.0
    perfusion: float = 0.0
    vessels: Mapping[str, float] = field(default_factory=dict)
    lumen_joule: float = 0.0
    cooling: float = 0.0
    moved: float = 0.0
    current_imbalance: float = 0.0
    heat_capacity: float = 0.0
    power_imbalance: float = 0.0

    @classmethod
    def empty(cls, vessel_names: Sequence[str]) -> EnergyLedger:
        """A ledger with nothing in it."""
        return cls(vessels=dict.fromkeys(vessel_names, 0.0))

    @property
    def residual(self) -> float:
        """What went in minus what was found again, J."""
        found = self.stored + self.boundary + self.perfusion + self.lumen_joule + self.cooling + self.moved
        return self.delivered + self.metabolic - found - sum(self.vessels.values())

    @property
    def residual_share(self) -> float | None:
        """Residual over the largest of heat delivered, sum of terms and `LEAST_TOLD_K`; None if nothing is delivered.

        The last is what warms all that takes part by so much: of less heat than that, a residual says how far linear
        systems were solved, which start from body temperature, and not whether heat was lost.
        """
        if self.delivered == 0.0:
            return None
        terms = (self.stored, self.boundary, self.perfusion, self.lumen_joule, self.cooling, self.moved)
        total = sum(abs(term) for term in terms) + sum(abs(heat) for heat in self.vessels.values())
        return self.residual / max(self.delivered, total, LEAST_TOLD_K * self.heat_capacity)

    def plus(self, other: EnergyLedger) -> EnergyLedger:
        """Sum of two ledgers; current imbalance and heat capacity are the larger ones."""
        vessels = {
            name: self.vessels.get(name, 0.0) + other.vessels.get(name, 0.0)
            for name in {**self.vessels, **other.vessels}
        }
        return EnergyLedger(
            delivered=self.delivered + other.delivered,
            metabolic=self.metabolic + other.metabolic,
            stored=self.stored + other.stored,
            boundary=self.boundary + other.boundary,
            perfusion=self.perfusion + other.perfusion,
            vessels=vessels,
            lumen_joule=self.lumen_joule + other.lumen_joule,
            cooling=self.cooling + other.cooling,
            moved=self.moved + other.moved,
            current_imbalance=max(self.current_imbalance, other.current_imbalance),
            heat_capacity=max(self.heat_capacity, other.heat_capacity),
            power_imbalance=max(self.power_imbalance, other.power_imbalance),
        )

    def with_imbalances(self, current: float, power: float) -> EnergyLedger:
        """This ledger, remembering the larger imbalance of the current and of the power."""
        return replace(
            self,
            current_imbalance=max(self.current_imbalance, current),
            power_imbalance=max(self.power_imbalance, power),
        )


def step_energy(
    bioheat: Bioheat,
    step: StepResult,
    dt: float,
    *,
    perfused: Floats,
    exchanges: Sequence[Exchange],
    delivered_power: float,
    lumen_power: float,
    vessel_names: Sequence[str],
) -> EnergyLedger:
    """Heat moved during one time step, with the temperatures that the scheme itself used.

    Parameters
    ----------
    bioheat : Bioheat
        The problem.
    step : StepResult
        The step.
    dt : float
        Its length, s.
    perfused : ndarray, shape (n_value_points,)
        Share of the perfusion that flowed.
    exchanges : sequence of Exchange
        Walls and coolants.
    delivered_power, lumen_power : float
        By the sources in all, and of this to the lumens, W.
    vessel_names : sequence of str
        Names that count as vessels; other exchanges are cooling.
    """
    held = np.bincount(bioheat.hold_of_node + 1, step.reaction, minlength=len(bioheat.holds) + 1)[1:]
    losses = [(exchange.name, dt * exchange.power(step.mean_temperature)) for exchange in exchanges]
    losses += [(hold.name, -float(heat)) for hold, heat in zip(bioheat.holds, held, strict=True)]
    return replace(
        _sorted(losses, vessel_names),
        delivered=dt * delivered_power,
        metabolic=dt * bioheat.metabolic_power,
        stored=total(step.stored),
        perfusion=dt * bioheat.perfusion_power(step.mean_temperature, perfused),
        lumen_joule=dt * lumen_power,
        heat_capacity=bioheat.enthalpy.lowest_capacity,
    )


def switch_energy(bioheat: Bioheat, switch: Switch, *, vessel_names: Sequence[str]) -> EnergyLedger:
    """Heat that changes hands at the moment at which blood stops or flows again, or needles are moved.

    Parameters
    ----------
    bioheat : Bioheat
        The problem after it.
    switch : Switch
        What happened.
    vessel_names : sequence of str
        As for `step_energy`.
    """
    taken = zip(bioheat.holds, switch.taken_by_holds, strict=True)
    losses = [*switch.washed_out.items(), *((hold.name, float(heat)) for hold, heat in taken)]
    return replace(_sorted(losses, vessel_names), stored=-switch.lost, moved=switch.carried_out)


def _sorted(losses: Iterable[tuple[str, float]], vessel_names: Sequence[str]) -> EnergyLedger:
    """Heat lost, J, by the name of what took it."""
    vessels = dict.fromkeys(vessel_names, 0.0)
    cooling, boundary = 0.0, 0.0
    for name, heat in losses:
        if name in vessels:
            vessels[name] += heat
        elif name == OUTER:
            boundary += heat
        else:
            cooling += heat
    return EnergyLedger(boundary=boundary, vessels=vessels, cooling=cooling)
