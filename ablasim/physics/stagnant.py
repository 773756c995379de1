"""Blood that comes to a stop in a vessel, or is washed away when it flows again.

While it stands still, blood is part of the heat problem: it stores and conducts. It comes to a stop at the temperature
at which it flowed, and the nodes of the wall take the temperature at which wall and blood together hold the heat they
held apart. When it flows again, the vessel carries off what the blood has gained.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ablasim.fem import EnthalpyCurve
from ablasim.physics.bioheat import Bioheat

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Lumen:
    """The blood inside a vessel.

    Parameters
    ----------
    name : str
        Of the vessel.
    enthalpy : EnthalpyCurve
        Heat content of its blood at the nodes, those of the wall included.
    blood_temperature : float
        Of the blood while it flows, K.
    """

    name: str
    enthalpy: EnthalpyCurve
    blood_temperature: float

    @cached_property
    def nodes(self) -> NDArray[np.bool_]:
        """Nodes inside and on the wall, shape (n_nodes,)."""
        mask: NDArray[np.bool_] = self.enthalpy.capacities[0] > 0.0
        return mask

    def gained(self, temperature: Floats) -> Floats:
        """Heat in the blood above that at which it flows, J, shape (n_nodes,), at a nodal temperature in K."""
        flowing = np.full_like(temperature, self.blood_temperature)
        return self.enthalpy.heat(temperature) - self.enthalpy.heat(flowing)


@dataclass(frozen=True, eq=False)
class Switch:
    """What happens at the moment at which blood stops or flows again.

    Parameters
    ----------
    temperature : ndarray, shape (n_nodes,)
        Just after it, K.
    washed_out : mapping of str to float
        Heat that each vessel carries off with the blood that stood in it, J.
    taken_by_holds : ndarray, shape (n_holds,)
        Heat that each hold of the problem after the switch takes, by giving its nodes its temperature at once, J.
    """

    temperature: Floats
    washed_out: Mapping[str, float]
    taken_by_holds: Floats

    @property
    def lost(self) -> float:
        """Heat that the nodes lose, J."""
        return sum(self.washed_out.values()) + float(self.taken_by_holds.sum())


def switch_blood(after: Bioheat, temperature: Floats, *, stops: Sequence[Lumen], flows: Sequence[Lumen]) -> Switch:
    """Let blood stop in some vessels and flow again in others.

    Parameters
    ----------
    after : Bioheat
        The problem after the switch, on first-order elements.
    temperature : ndarray, shape (n_nodes,)
        Just before it, K.
    stops, flows : sequence of Lumen
        Vessels whose blood comes to a stop, and those in which stagnant blood flows again.
    """
    washed_out = {lumen.name: float(lumen.gained(temperature).sum()) for lumen in flows}
    switched = temperature.copy()
    for lumen in flows:
        switched[lumen.nodes & ~after.active] = lumen.blood_temperature
    unmixed = np.zeros(len(switched), dtype=bool)
    surplus = np.zeros_like(switched)
    for lumen in stops:
        unmixed |= lumen.nodes & (switched != lumen.blood_temperature)
        surplus += lumen.gained(switched)
    if unmixed.any():
        mixed = after.enthalpy.temperature(after.enthalpy.heat(switched) - surplus)
        switched = np.where(unmixed, mixed, switched)
    held = after.with_held_temperatures(switched)
    taken = after.enthalpy.heat(switched) - after.enthalpy.heat(held)
    by_hold: Floats = np.bincount(after.hold_of_node + 1, taken, minlength=len(after.holds) + 1)[1:].astype(float)
    return Switch(held, washed_out, by_hold)
