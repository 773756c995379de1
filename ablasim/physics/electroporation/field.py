"""Fields of a sequence of pulse trains, each between two electrodes, on one mesh."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ablasim.errors import ModelError
from ablasim.fem import Space
from ablasim.physics.electroporation.media import Media
from ablasim.physics.electroporation.nonlinear import TOLERANCE, NonlinearPotential

Floats = NDArray[np.float64]
Nodes = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class PulseField:
    """The field while a pulse is on.

    Parameters
    ----------
    voltage : float
        Between anode and cathode, V.
    potential : ndarray, shape (n_nodes,)
        φ, V: the voltage at the anode, 0 at the cathode.
    electric_field : ndarray, shape (n_gradient_points, 3)
        E, V/m; zero where nothing conducts.
    field_strength : ndarray, shape (n_gradient_points,)
        |E|, V/m, as the conductivity follows it. It scatters from cell to cell: see `ablasim.fem.recovery` for zones.
    conductivity : ndarray, shape (n_gradient_points,)
        σ, S/m.
    joule_heat : ndarray, shape (n_gradient_points,)
        Heat made around each gradient point while the pulse is on, W.
    anode_current, cathode_current : float
        Current that leaves the anode and that enters the cathode, A, from the consistent reactions of the nodes.
    iterations : int
        Newton steps.
    linear_iterations : int
        Iterations of the linear solver in all.
    """

    voltage: float
    potential: Floats
    electric_field: Floats
    field_strength: Floats
    conductivity: Floats
    joule_heat: Floats
    anode_current: float
    cathode_current: float
    iterations: int
    linear_iterations: int

    @property
    def power(self) -> float:
        """Power while the pulse is on, W: the sum of the Joule heat."""
        return float(self.joule_heat.sum())

    @property
    def current(self) -> float:
        """Current, A: power over voltage."""
        return self.power / self.voltage

    @property
    def current_imbalance(self) -> float:
        """Difference of the currents at the two electrodes, relative to the current."""
        return abs(self.anode_current - self.cathode_current) / self.current


class PulseFields:
    """Fields between any two electrodes of a mesh, the others floating.

    Parameters
    ----------
    space : Space
        The space.
    media : Media
        Conductivity of its parts.
    conducting_cells : ndarray of bool, shape (n_cells,)
        Cells that carry current: tissue and blood, not the bodies of needles.
    electrodes : Mapping of str to ndarray of int
        Nodes of the bare metal of every electrode, driven in this sequence or not. Nodes inside its body may be among
        them; they then have its potential in pictures.
    forgetful_cells : ndarray of bool, shape (n_cells,), optional
        Cells whose content does not stay from one train to the next: flowing blood.

    Raises
    ------
    ModelError
        If two electrodes share a node.
    """

    def __init__(
        self,
        space: Space,
        media: Media,
        conducting_cells: NDArray[np.bool_],
        electrodes: Mapping[str, Nodes],
        forgetful_cells: NDArray[np.bool_] | None = None,
    ) -> None:
        self._electrodes = dict(electrodes)
        self._problem = NonlinearPotential(space, media, conducting_cells, list(self._electrodes.values()))
        self._forgets = None if forgetful_cells is None else space.on_gradient_points(forgetful_cells)

    def solve(
        self,
        anode: str,
        cathode: str,
        voltage: float,
        temperature: Floats,
        *,
        highest: Floats | None = None,
        start: Floats | None = None,
        tolerance: float = TOLERANCE,
    ) -> PulseField:
        """Field of a pulse.

        Parameters
        ----------
        anode, cathode : str
            Names of the electrodes.
        voltage : float
            Between them, V, above 0.
        temperature : ndarray, shape (n_nodes,)
            K.
        highest : ndarray, shape (n_gradient_points,), optional
            What earlier trains left (see `remember`); by default the tissue is taken as never pulsed.
        start : ndarray, shape (n_nodes,), optional
            Potential to begin with, such as that of the pair's last train.
        tolerance : float, optional
            As for `NonlinearPotential.solve`.

        Raises
        ------
        ModelError
            If an electrode is unknown, both are the same, or the voltage is not above 0.
        SolverError
            If the solve does not converge.
        """
        from_nodes, to_nodes = self._nodes(anode), self._nodes(cathode)
        if anode == cathode:
            message = f"pulse between {anode} and itself: must be two electrodes"
            raise ModelError(message)
        if not voltage > 0.0:
            message = f"pulse between {anode} and {cathode}: voltage {voltage:g} V: must be above 0"
            raise ModelError(message)
        found = self._problem.solve(
            np.array([from_nodes[0], to_nodes[0]]),
            np.array([voltage, 0.0]),
            temperature,
            highest=highest,
            start=start,
            tolerance=tolerance,
        )
        return PulseField(
            voltage=voltage,
            potential=found.potential,
            electric_field=found.electric_field,
            field_strength=found.field_strength,
            conductivity=found.conductivity,
            joule_heat=found.joule_heat,
            anode_current=self._problem.current(from_nodes, found),
            cathode_current=-self._problem.current(to_nodes, found),
            iterations=found.iterations,
            linear_iterations=found.linear_iterations,
        )

    def remember(self, highest: Floats | None, field_strength: Floats) -> Floats:
        """Highest field so far that holds the conductivity up: larger of both, zero where the content flows away.

        Parameters
        ----------
        highest : ndarray, shape (n_gradient_points,), or None
            Before the train; None before the first.
        field_strength : ndarray, shape (n_gradient_points,)
            Of the train, V/m.
        """
        largest = field_strength if highest is None else np.maximum(highest, field_strength)
        return largest if self._forgets is None else np.where(self._forgets, 0.0, largest)

    @property
    def work(self) -> dict[str, int]:
        """Hierarchies, solves and iterations of the linear solver so far."""
        solver = self._problem.solver
        return {"setups": solver.setups, "solves": solver.solves, "iterations": solver.iterations}

    def _nodes(self, name: str) -> Nodes:
        if name not in self._electrodes:
            message = f"no electrode {name!r}: known: {', '.join(self._electrodes)}"
            raise ModelError(message)
        return self._electrodes[name]
