"""The blood of joined vessels, followed from vessel to vessel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ablasim.physics.flow_network import Conduit, FlowPlan, Stretch
from ablasim.physics.transport import BloodCourse, Inflow, Lumen
from ablasim.physics.vessels import Exchange

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class BloodNetwork:
    """Vessels whose blood is followed, and those it comes from.

    Parameters
    ----------
    conduits : mapping of str to Conduit
        How the vessels are joined.
    plan : FlowPlan
        Flow in each, m³/s, in an order in which each follows those it needs.
    lumens : mapping of str to Lumen
        Those whose blood is followed; that of the others keeps its temperature.
    inlets : mapping of str to float
        Temperature of the blood that comes into each vessel from outside the network, K.
    heat_capacity : float
        Volumetric, of blood, ρc, J/(m³ K).
    """

    conduits: Mapping[str, Conduit]
    plan: FlowPlan
    lumens: Mapping[str, Lumen]
    inlets: Mapping[str, float]
    heat_capacity: float

    def __call__(self, temperature: Floats) -> tuple[Exchange, ...]:
        """Exchanges of the vessels whose blood is followed, for a nodal temperature, K."""
        return tuple(course.exchange for course in self.courses(temperature).values())

    def courses(self, temperature: Floats) -> dict[str, BloodCourse]:
        """The blood's way through each vessel.

        Parameters
        ----------
        temperature : ndarray, shape (n_nodes,)
            Of the tissue, K.

        Returns
        -------
        dict of str to BloodCourse
            By vessel.
        """
        found: dict[str, BloodCourse] = {}
        for name, stretches in self.plan.items():
            if name not in self.lumens:
                continue
            joining = [self._inflows(stretch, found) for stretch in stretches]
            found[name] = self.lumens[name].course(temperature, self._inlet(name, found), joining)
        return found

    def _inlet(self, name: str, found: Mapping[str, BloodCourse]) -> float:
        conduit = self.conduits[name]
        if conduit.branches_from is None:
            return self.inlets[name]
        return self._temperature(conduit.branches_from, conduit.start_on, found)

    def _inflows(self, stretch: Stretch, found: Mapping[str, BloodCourse]) -> list[Inflow]:
        return [
            Inflow(flow * self.heat_capacity, self._temperature(name, self.conduits[name].length, found))
            for name, flow in stretch.joining
        ]

    def _temperature(self, name: str, place: float, found: Mapping[str, BloodCourse]) -> float:
        course = found.get(name)
        return self.inlets[name] if course is None else course.at(place)
