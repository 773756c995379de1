"""Which blood flows during a march, and the heat problem that follows from it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ablasim.build import Case
from ablasim.energy import EnergyLedger, switch_energy
from ablasim.physics.bioheat import Bioheat
from ablasim.physics.stagnant import switch_blood
from ablasim.physics.vessels import WallModel
from ablasim.variants import NONE, Names, Variant

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class HeatProblem:
    """The heat problem while the blood of some vessels stands still.

    Parameters
    ----------
    bioheat : Bioheat
        The bioheat problem.
    heated : ndarray of bool, shape (n_gradient_points,)
        Gradient points at which heat goes into it; elsewhere flowing blood carries it off.
    walls : tuple of WallModel
        Vessels whose blood flows.
    """

    bioheat: Bioheat
    heated: NDArray[np.bool_]
    walls: tuple[WallModel, ...]


class Circulation:
    """The blood of a case during a march; each state of it is built once.

    Parameters
    ----------
    case : Case
        The case.
    variant : Variant
        Which twin marches.

    Attributes
    ----------
    stagnant : frozenset of str
        Vessels whose blood stands still now; changed by `switch`.
    closed : frozenset of str
        Vascular systems whose share of the perfusion has stopped now.
    """

    def __init__(self, case: Case, variant: Variant) -> None:
        self._case = case
        self._variant: Variant = variant
        self._problems: dict[tuple[Names, Names], HeatProblem] = {}
        self.stagnant = case.stagnant_vessels(variant)
        self.closed = NONE

    @property
    def problem(self) -> HeatProblem:
        """The heat problem of now."""
        key = (self.stagnant, self.closed)
        if key not in self._problems:
            case, variant, stagnant = self._case, self._variant, self.stagnant
            self._problems[key] = HeatProblem(
                bioheat=case.bioheat(variant, stagnant, self.closed),
                heated=case.space.on_gradient_points(case.heated_cells(variant, stagnant)),
                walls=case.wall_models(variant, stagnant),
            )
        return self._problems[key]

    def switch(self, temperature: Floats, stagnant: Names) -> tuple[Floats, EnergyLedger]:
        """Stop the blood of some vessels, and let that of all others flow.

        Parameters
        ----------
        temperature : ndarray, shape (n_nodes,)
            Just before, K.
        stagnant : frozenset of str
            Vessels whose blood stands still from now on.

        Returns
        -------
        ndarray, shape (n_nodes,)
            Temperature just after, K.
        EnergyLedger
            Heat that changed hands in that moment.
        """
        wanted = self._case.stagnant_vessels(self._variant, stagnant)
        stops, flows = wanted - self.stagnant, self.stagnant - wanted
        self.stagnant = wanted
        lumens = self._case.anatomy.vessels.keys()  # a vessel that is taken as a line has none
        if not (stops | flows) & lumens:
            return temperature, EnergyLedger.empty(self._case.vessel_names)
        bioheat = self.problem.bioheat
        switch = switch_blood(
            bioheat,
            temperature,
            stops=[self._case.lumen(name) for name in sorted(stops & lumens)],
            flows=[self._case.lumen(name) for name in sorted(flows & lumens)],
        )
        return switch.temperature, switch_energy(bioheat, switch, vessel_names=self._case.vessel_names)
