"""Small vessels as lines that exchange heat with the tissue they run through.

The blood of each vessel is followed from piece to piece: with the temperature T_in it comes to a piece of conductance g
and leaves it with

    T_out = T_t + (T_in - T_t) exp(-g / ṁc),

T_t being the tissue's temperature there, and takes up ṁc (1 - exp(-g / ṁc)) (T_t - T_in). So heat lost by tissue and
heat gained by blood are one number, blood never overshoots the tissue however slowly it flows, and without flow nothing
is exchanged. Where vessels part the blood goes on with its temperature; where they meet it mixes by flow.

The conductance of a piece of length l and a node of weight w is l w / (1/(π k_b Nu) + (U - ψ)/k_t): the film of the
blood, and the tissue between wall and node that the mesh does not resolve (see `physics.line_embedding`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from ablasim.compiled import compiled
from ablasim.materials import Blood
from ablasim.physics.line_embedding import EmbeddedTree
from ablasim.physics.vessels import Exchange

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_LEAST_SHARE = 0.5  # of the film's resistance: what is left of it where a node lies inside the wall, at least


@dataclass(frozen=True, eq=False)
class TreeCourse:
    """The blood of a tree as it flows along.

    Parameters
    ----------
    exchange : Exchange
        What the tissue gives up.
    carried : float
        Heat gained by the blood, W, from its own temperatures.
    outlet : float
        Temperature of the blood that leaves the tree, mixed by flow, K.
    temperature : ndarray, shape (n_points,)
        Mixed temperature of the blood at each point of the tree, K.
    """

    exchange: Exchange
    carried: float
    outlet: float
    temperature: Floats


class LineVessel:
    """A tree of line vessels with its blood; called with a nodal temperature it is a wall model.

    Parameters
    ----------
    embedded : EmbeddedTree
        The tree in its mesh.
    flow : ndarray, shape (n_segments,)
        m³/s; conserved where segments meet.
    towards_root : bool
        Whether blood flows from the ends to the root, as in veins.
    inlet : float
        Temperature of the blood that comes in, K.
    nusselt : ndarray, shape (n_pieces,)
        Nusselt number at each piece.
    conductivity : ndarray, shape (n_pieces,)
        Thermal conductivity of the tissue there, W/(m K).
    blood : Blood
        Properties of blood.
    n_nodes : int
        Of the mesh.
    """

    def __init__(
        self,
        embedded: EmbeddedTree,
        flow: Floats,
        *,
        towards_root: bool,
        inlet: float,
        nusselt: Floats,
        conductivity: Floats,
        blood: Blood,
        n_nodes: int,
    ) -> None:
        self.embedded, self.flow, self.inlet = embedded, flow, inlet
        tree = embedded.tree
        film = 1.0 / (np.pi * blood.thermal_conductivity * nusselt)
        tissue = embedded.shape / conductivity[embedded.piece]
        resistance = np.maximum(film[embedded.piece] + tissue, _LEAST_SHARE * film[embedded.piece])
        links = embedded.lengths[embedded.piece] * embedded.weight / resistance
        n_pieces = len(embedded.segment)
        self._in_order = backwards = slice(None, None, -1) if towards_root else slice(None)
        matrix = sp.csr_array((links, (embedded.piece, embedded.node)), shape=(n_pieces, n_nodes))[backwards]
        conductance = np.asarray(matrix.sum(axis=1)).ravel()
        self._rates = (blood.density * blood.heat_capacity * flow)[backwards]
        rate = (blood.density * blood.heat_capacity * flow)[embedded.segment][backwards]
        self._shares = -np.expm1(-conductance / rate)
        scale = np.divide(1.0, conductance, out=np.zeros(n_pieces), where=conductance > 0.0)
        self._mean = sp.diags_array(scale) @ matrix  # rows sum to one, or to zero outside tissue
        self._effective = sp.csr_array((sp.diags_array(rate * self._shares) @ self._mean).T)
        self._nodal = np.asarray(self._effective.sum(axis=1)).ravel()
        counts = np.bincount(embedded.segment, minlength=tree.n_segments)[backwards]
        self._bounds = np.concatenate([[0], np.cumsum(counts)])
        near, far = tree.parents[1:][backwards], np.arange(1, tree.n_segments + 1)[backwards]
        self._starts, self._stops = (far, near) if towards_root else (near, far)

    @property
    def name(self) -> str:
        """Name of the tree."""
        return self.embedded.tree.name

    @property
    def capacity_rate(self) -> float:
        """ρc times the flow through the whole tree, W/K."""
        return float(self._rates[~np.isin(self._starts, self._stops)].sum())

    def __call__(self, temperature: Floats) -> tuple[Exchange]:
        """Exchange for a nodal temperature, K."""
        return (self.course(temperature).exchange,)

    def bulk(self, temperature: Floats) -> Floats:
        """Temperature with which the blood comes to each piece, K, shape (n_pieces,), for a nodal temperature, K."""
        passed = self._followed(temperature)[0]
        return passed[self._in_order]

    def course(self, temperature: Floats) -> TreeCourse:
        """Follow the blood through tissue of a nodal temperature, K."""
        passed, mixed, carried = self._followed(temperature)
        reference = self._effective @ passed
        touched = self._nodal > 0.0
        reference[touched] /= self._nodal[touched]
        last = ~np.isin(self._stops, self._starts)
        outlet = float(np.average(mixed[self._stops[last]], weights=self._rates[last]))
        exchange = Exchange(self.name, self._nodal, reference, outlet=outlet, carried=carried)
        return TreeCourse(exchange, carried, outlet, mixed)

    def _followed(self, temperature: Floats) -> tuple[Floats, Floats, float]:
        """Temperature with which the blood comes to each piece in the order of the flow, and at each point; heat."""
        tissue = self._mean @ temperature
        passed = np.empty(len(tissue))
        n_points = len(self.embedded.tree.points)
        arrived, rate = np.zeros(n_points), np.zeros(n_points)
        carried = _follow(
            tissue,
            self._shares,
            self._bounds,
            self._starts,
            self._stops,
            self._rates,
            self.inlet,
            arrived,
            rate,
            passed,
        )
        mixed = np.full(n_points, self.inlet)
        mixed[rate > 0.0] = arrived[rate > 0.0] / rate[rate > 0.0]
        return passed, mixed, carried


@compiled()
def _follow(
    tissue: Floats,
    shares: Floats,
    bounds: Ints,
    starts: Ints,
    stops: Ints,
    rates: Floats,
    inlet: float,
    arrived: Floats,
    rate: Floats,
    passed: Floats,
) -> float:
    """Follow the blood through the segments, in an order in which what flows in comes first; heat gained, W.

    `arrived` and `rate` become the sums of ṁc T and ṁc that arrive at each point, `passed` the temperature with which
    the blood comes to each piece.
    """
    carried = 0.0
    for s in range(len(starts)):
        start = arrived[starts[s]] / rate[starts[s]] if rate[starts[s]] > 0.0 else inlet
        bulk = start
        for i in range(bounds[s], bounds[s + 1]):
            passed[i] = bulk
            bulk += shares[i] * (tissue[i] - bulk)
        carried += rates[s] * (bulk - start)
        arrived[stops[s]] += rates[s] * bulk
        rate[stops[s]] += rates[s]
    return carried
