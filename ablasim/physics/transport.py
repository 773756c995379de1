"""Blood that is warmed along its path: a one-dimensional energy balance in each vessel.

    ṁ c dT_b/ds = ∮ h (T_wall - T_b)

Storage in the blood is left out: it stays in the heated length for a second or so. The wall's facets are passed one
after the other in the order of the flow. Blood at T_in that passes a facet of conductance g leaves it with

    T_out = T_wall + (T_in - T_wall) exp(-g / ṁc),

and takes up ṁc (1 - exp(-g / ṁc)) (T_wall - T_in). So the heat through the wall and the heat carried off are the same
number, blood never overshoots the wall however slowly it flows, and nothing depends on a grid along the vessel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ablasim.compiled import compiled
from ablasim.physics.vessels import Exchange

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class BloodCourse:
    """Blood of one vessel as it flows along.

    Parameters
    ----------
    exchange : Exchange
        What its wall gives up.
    arc_length, temperature : ndarray, shape (n,)
        Places along the path, m, and the mixed mean temperature there, K; the first is the inlet. Where vessels join,
        it is that before they do.
    """

    exchange: Exchange
    arc_length: Floats
    temperature: Floats

    def at(self, place: float) -> float:
        """Mixed mean temperature at an arc length, K."""
        return float(np.interp(place, self.arc_length, self.temperature))


@dataclass(frozen=True)
class Inflow:
    """Blood that flows in.

    Parameters
    ----------
    rate : float
        Capacity rate ṁc, W/K.
    temperature : float
        Mixed mean, K.
    """

    rate: float
    temperature: float


class Lumen(Protocol):
    """A vessel whose blood is followed."""

    def course(self, temperature: Floats, inlet: float, joining: Sequence[Sequence[Inflow]]) -> BloodCourse:
        """Follow the blood from an inlet temperature, K, with what joins at the beginning of each stretch."""


class TransportLumen:
    """A vessel in which only the mixed mean temperature of the blood is followed.

    Parameters
    ----------
    name : str
        Of the vessel.
    n_nodes : int
        Of the mesh.
    triangles : ndarray of int, shape (n_facets, 3)
        Facets of its wall.
    conductance : ndarray, shape (n_facets,)
        Film coefficient times area, W/K.
    arc_length : ndarray, shape (n_facets,)
        Where along the path each facet lies, m.
    length : float
        Of the path, m.
    starts, rates : ndarray, shape (n_stretches,)
        Where each stretch of constant flow begins, m, and its capacity rate ṁc, W/K.
    """

    def __init__(
        self,
        name: str,
        n_nodes: int,
        triangles: NDArray[np.int32],
        conductance: Floats,
        arc_length: Floats,
        length: float,
        starts: Floats,
        rates: Floats,
    ) -> None:
        order = np.argsort(arc_length, kind="stable")
        self._name = name
        self._triangles = np.ascontiguousarray(triangles[order])
        self._places = np.clip(arc_length[order], 0.0, length)
        self._rates = rates
        self._ends = np.append(starts[1:], length)
        self._bounds = np.append(np.searchsorted(self._places, starts[1:]), len(order)).astype(np.int64)
        rate = np.repeat(rates, np.diff(self._bounds, prepend=0))
        self._shares = -np.expm1(-conductance[order] / rate)
        self._effective = rate * self._shares
        thirds = np.repeat(self._effective / 3.0, 3)
        self._nodal: Floats = np.bincount(self._triangles.ravel(), thirds, minlength=n_nodes).astype(float)

    def course(self, temperature: Floats, inlet: float, joining: Sequence[Sequence[Inflow]]) -> BloodCourse:
        """Follow the blood along the wall.

        Parameters
        ----------
        temperature : ndarray, shape (n_nodes,)
            Of the tissue, K.
        inlet : float
            Temperature with which blood comes in, K.
        joining : sequence of sequence of Inflow
            What joins at the beginning of each stretch. Blood that joins at the first one counts into its flow.
        """
        wall = temperature[self._triangles].mean(axis=1)
        passed = np.empty(len(wall))
        ends = self._bounds.tolist()
        bulk, carried = inlet, 0.0
        places, bulks = [], []
        for number, (begin, end) in enumerate(zip([0, *ends], ends, strict=False)):
            rate = float(self._rates[number])
            start = mixed(bulk, rate, joining[number])
            bulk = _pass_facets(wall[begin:end], self._shares[begin:end], start, passed[begin:end])
            carried += rate * (bulk - start)
            places += [self._places[begin:end], self._ends[number : number + 1]]
            bulks += [passed[begin:end], np.array([bulk])]
        thirds = np.repeat(self._effective / 3.0 * passed, 3)
        taken: Floats = np.bincount(self._triangles.ravel(), thirds, minlength=len(temperature)).astype(float)
        reference = np.divide(taken, self._nodal, out=np.zeros_like(taken), where=self._nodal > 0.0)
        first = mixed(inlet, float(self._rates[0]), joining[0])
        return BloodCourse(
            exchange=Exchange(self._name, self._nodal, reference, inlet=first, outlet=bulk, carried=carried),
            arc_length=np.concatenate([[0.0], *places]),
            temperature=np.concatenate([[first], *bulks]),
        )


def mixed(temperature: float, rate: float, inflows: Sequence[Inflow]) -> float:
    """Temperature where inflows join blood to make up a capacity rate, W/K."""
    kept = rate - sum(inflow.rate for inflow in inflows)
    return (kept * temperature + sum(inflow.rate * inflow.temperature for inflow in inflows)) / rate


@compiled()
def _pass_facets(wall: Floats, shares: Floats, inlet: float, passed: Floats) -> float:
    """Temperature behind the last facet; fills in the temperature before each."""
    bulk = inlet
    for i in range(len(wall)):
        passed[i] = bulk
        bulk += shares[i] * (wall[i] - bulk)
    return bulk
