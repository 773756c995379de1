"""Which blood flows and which needles are in place during a march, and the heat problem that follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ablasim.build import Case
from ablasim.energy import EnergyLedger, switch_energy
from ablasim.physics.bioheat import Bioheat
from ablasim.physics.switch import move_needles, switch_blood
from ablasim.physics.vessels import Exchange, WallModel
from ablasim.units import kelvin
from ablasim.variants import NONE, Names, Variant

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class HeatProblem:
    """The heat problem while the blood of some vessels stands still and some needles are out of the body.

    Parameters
    ----------
    bioheat : Bioheat
        The bioheat problem.
    heated : ndarray of bool, shape (n_gradient_points,)
        Gradient points at which heat goes into it; elsewhere flowing blood carries it off.
    walls : tuple of WallModel
        Vessels whose blood flows.
    coolants : mapping of bool to tuple of Exchange
        What cools beside blood, while coolant that stops with the power stands still and while it flows.
    """

    bioheat: Bioheat
    heated: NDArray[np.bool_]
    walls: tuple[WallModel, ...]
    coolants: Mapping[bool, tuple[Exchange, ...]]

    @cached_property
    def unheated(self) -> NDArray[np.int64]:
        """Gradient points at which it does not."""
        return np.flatnonzero(~self.heated)


class Bodies:
    """The blood and the needles of a case during a march; each state of them is built once.

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
    absent : frozenset of str
        Electrodes that are out of the body now; changed by `move`.
    """

    def __init__(self, case: Case, variant: Variant) -> None:
        self._case = case
        self._variant: Variant = variant
        self._problems: dict[tuple[Names, Names, Names], HeatProblem] = {}
        self.stagnant = case.stagnant_vessels(variant)
        self.closed = NONE
        self.absent = case.absent_at_start

    @property
    def problem(self) -> HeatProblem:
        """The heat problem of now."""
        key = (self.stagnant, self.closed, self.absent)
        if key not in self._problems:
            case, variant, stagnant, absent = self._case, self._variant, self.stagnant, self.absent
            self._problems[key] = HeatProblem(
                bioheat=case.bioheat(variant, stagnant, self.closed, absent),
                heated=case.space.on_gradient_points(case.heated_cells(variant, stagnant, absent)),
                walls=case.wall_models(variant, stagnant),
                coolants={flowing: case.coolants(flowing, absent) for flowing in (False, True)},
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

    def move(self, temperature: Floats, absent: Names) -> tuple[Floats, EnergyLedger]:
        """Pull some needles out of the body, and put those in that were out of it.

        What was a needle's body before and is one after keeps its temperature; elsewhere a needle comes at that of the
        start.

        Parameters
        ----------
        temperature : ndarray, shape (n_nodes,)
            Just before, K.
        absent : frozenset of str
            Electrodes that are out of the body from now on.

        Returns
        -------
        ndarray, shape (n_nodes,)
            Temperature just after, K.
        EnergyLedger
            Heat that changed hands in that moment.
        """
        case, come = self._case, sorted(self.absent - absent)
        before, was_tissue = self.problem.bioheat, case.mesh.cells_free_of(self.absent)
        self.absent = absent
        after = self.problem.bioheat
        put_in = [case.needle_body(name, was_tissue) for name in come]
        start = kelvin(case.scenario.initial_temperature_c)
        switch = move_needles(before, after, temperature, put_in=put_in, start=start)
        return switch.temperature, switch_energy(after, switch, vessel_names=case.vessel_names)
