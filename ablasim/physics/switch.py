"""What becomes part of the heat problem at a moment, or leaves it: blood that stops or flows again, needles moved.

While it stands still, blood is part of the heat problem: it stores and conducts. It comes to a stop at the temperature
at which it flowed, and the nodes of the wall take the temperature at which wall and blood together hold the heat they
held apart. When it flows again, the vessel carries off what the blood has gained.

A needle that is put in comes at a temperature of its own too, and the nodes of its surface mix likewise; the tissue in
its place is pushed aside and takes its heat with it. When a needle is pulled out, the tissue that lay along it closes
over the track, with the temperature that the needle had there.
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
class Filling:
    """The blood inside a vessel, or the body of a needle.

    Parameters
    ----------
    name : str
        Of the vessel or needle.
    enthalpy : EnthalpyCurve
        Its heat content at the nodes, those of the wall included.
    temperature : float
        With which it comes, K: that of the blood while it flows, or of the needle before it is put in.
    """

    name: str
    enthalpy: EnthalpyCurve
    temperature: float

    @cached_property
    def nodes(self) -> NDArray[np.bool_]:
        """Nodes inside and on the wall, shape (n_nodes,)."""
        mask: NDArray[np.bool_] = self.enthalpy.capacities[0] > 0.0
        return mask

    def gained(self, temperature: Floats) -> Floats:
        """Heat in it above that with which it comes, J, shape (n_nodes,), at a nodal temperature in K."""
        as_it_comes = np.full_like(temperature, self.temperature)
        return self.enthalpy.heat(temperature) - self.enthalpy.heat(as_it_comes)


@dataclass(frozen=True, eq=False)
class Switch:
    """What happens at the moment at which blood stops or flows again, or needles are moved.

    Parameters
    ----------
    temperature : ndarray, shape (n_nodes,)
        Just after it, K.
    washed_out : mapping of str to float
        Heat that each vessel carries off with the blood that stood in it, J.
    taken_by_holds : ndarray, shape (n_holds,)
        Heat that each hold of the problem after the switch takes, by giving its nodes its temperature at once, J.
    carried_out : float
        Heat that the needles and the tissue that leave have above those that come, J, all counted from the temperature
        of the start.
    """

    temperature: Floats
    washed_out: Mapping[str, float]
    taken_by_holds: Floats
    carried_out: float = 0.0

    @property
    def lost(self) -> float:
        """Heat that the nodes lose, J."""
        return sum(self.washed_out.values()) + float(self.taken_by_holds.sum()) + self.carried_out


def switch_blood(after: Bioheat, temperature: Floats, *, stops: Sequence[Filling], flows: Sequence[Filling]) -> Switch:
    """Let blood stop in some vessels and flow again in others.

    Parameters
    ----------
    after : Bioheat
        The problem after the switch, on first-order elements.
    temperature : ndarray, shape (n_nodes,)
        Just before it, K.
    stops, flows : sequence of Filling
        Vessels whose blood comes to a stop, and those in which stagnant blood flows again.
    """
    washed_out = {lumen.name: float(lumen.gained(temperature).sum()) for lumen in flows}
    switched = temperature.copy()
    for lumen in flows:
        switched[lumen.nodes & ~after.active] = lumen.temperature
    held, taken = _held(after, _mixed(after, switched, stops))
    return Switch(held, washed_out, taken)


def move_needles(
    before: Bioheat, after: Bioheat, temperature: Floats, *, put_in: Sequence[Filling], start: float
) -> Switch:
    """Put needles in and pull others out.

    Parameters
    ----------
    before, after : Bioheat
        The problem before and after, on first-order elements.
    temperature : ndarray, shape (n_nodes,)
        Just before, K.
    put_in : sequence of Filling
        Bodies of needles where there was tissue before.
    start : float
        Temperature that heat is counted from, K.
    """
    mixed = _mixed(after, temperature, put_in)
    left = _heat_above(before, temperature, start) - _heat_above(after, mixed, start)
    held, taken = _held(after, mixed)
    return Switch(held, {}, taken, left)


def _mixed(after: Bioheat, temperature: Floats, comes: Sequence[Filling]) -> Floats:
    """Temperature after some fillings have come, each at its own: where they meet what is there, heat is shared, K."""
    unmixed = np.zeros(len(temperature), dtype=bool)
    surplus = np.zeros_like(temperature)
    for filling in comes:
        unmixed |= filling.nodes & (temperature != filling.temperature)
        surplus += filling.gained(temperature)
    if not unmixed.any():
        return temperature
    mixed = after.enthalpy.temperature(after.enthalpy.heat(temperature) - surplus)
    return np.where(unmixed, mixed, temperature)


def _held(after: Bioheat, temperature: Floats) -> tuple[Floats, Floats]:
    """Temperature with the held values in place, K, and the heat that each hold takes by that, J."""
    held = after.with_held_temperatures(temperature)
    taken = after.enthalpy.heat(temperature) - after.enthalpy.heat(held)
    by_hold: Floats = np.bincount(after.hold_of_node + 1, taken, minlength=len(after.holds) + 1)[1:].astype(float)
    return held, by_hold


def _heat_above(problem: Bioheat, temperature: Floats, start: float) -> float:
    """Heat in a problem above that which it has at a uniform temperature, J."""
    return float((problem.enthalpy.heat(temperature) - problem.enthalpy.heat(np.full_like(temperature, start))).sum())
