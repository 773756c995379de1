"""From a scenario's vessels to what their walls do: film, flow, and blood that is followed or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ablasim.anatomy import Anatomy
from ablasim.errors import ModelError
from ablasim.flow_plans import FOLLOWED, conduits, plan_vessels, speed_of
from ablasim.geometry import point_segment_distance
from ablasim.materials import Blood
from ablasim.mesh import Mesh
from ablasim.mesh.tetrahedra import triangle_areas
from ablasim.physics.blood_flow import (
    LAMINAR_LIMIT,
    film_coefficient,
    layer_conductance,
    reynolds_number,
    through_wall,
)
from ablasim.physics.blood_network import BloodNetwork
from ablasim.physics.flow_network import Conduit, FlowPlan, Stretch
from ablasim.physics.lumen_march import CrossSection
from ablasim.physics.resolved import ResolvedLumen, stations_between
from ablasim.physics.transport import Lumen, TransportLumen
from ablasim.physics.vessels import Exchange, WallModel, constant_wall, wall_exchange
from ablasim.scenario import Scenario, located_error
from ablasim.scenario.anatomy import Vessel as VesselSettings
from ablasim.scenario.anatomy import VesselWall
from ablasim.units import kelvin, metres

Floats = NDArray[np.float64]

HEATED_WITHIN = 2.0**0.5
"""Distance from the active applicator over the least one, within which a vessel's wall counts as heated: chosen by the
film of a resolved lumen (docs/vessels.md)."""


@dataclass(frozen=True, eq=False)
class VesselWalls:
    """The walls of a scenario's vessels in their mesh.

    Parameters
    ----------
    scenario : Scenario
        What was asked.
    anatomy : Anatomy
        Shapes, m.
    mesh : Mesh
        The mesh.
    blood : Blood
        Properties of blood.
    flowing : frozenset of str
        Vessels whose blood flows; with a vessel stand still those that it feeds, and those that flow into it.
    heating : sequence of ndarray, shape (2, 3), optional
        Ends of stretches that heat beside the active parts of needles, m.
    """

    scenario: Scenario
    anatomy: Anatomy
    mesh: Mesh
    blood: Blood
    flowing: frozenset[str]
    heating: Sequence[Floats] = ()

    def models(self, absent: frozenset[str] = frozenset()) -> tuple[WallModel, ...]:
        """Exchange of every vessel whose blood flows and whose wall is not held at a temperature.

        Parameters
        ----------
        absent : frozenset of str, optional
            Vessels whose lumens are tissue: the blood of those they feed comes at its inlet temperature.
        """
        constant = [
            constant_wall(self._constant_exchange(vessel))
            for vessel in self._vessels
            if vessel.model == "convective" and vessel.name not in absent
        ]
        network = self.network(absent)
        return tuple(constant) if network is None else (*constant, network)

    def network(self, absent: frozenset[str] = frozenset()) -> BloodNetwork | None:
        """The vessels whose blood is followed; None without any."""
        lumens = {
            vessel.name: self._lumen(vessel)
            for vessel in self._vessels
            if vessel.model in FOLLOWED and vessel.name not in absent
        }
        if not lumens:
            return None
        return BloodNetwork(
            conduits=self._conduits,
            plan=self._plan,
            lumens=lumens,
            inlets={vessel.name: kelvin(vessel.blood_temperature_c) for vessel in self._vessels},
            heat_capacity=self._heat_capacity,
        )

    def flow(self, name: str) -> tuple[Stretch, ...]:
        """Flow along a vessel, m³/s; empty where the scenario does not say it."""
        return self._plan.get(name, ())

    @cached_property
    def _vessels(self) -> tuple[VesselSettings, ...]:
        return tuple(vessel for vessel in self.scenario.vessels if vessel.name in self.flowing)

    @cached_property
    def _conduits(self) -> Mapping[str, Conduit]:
        return conduits(self.scenario, self.anatomy, self.flowing)

    @cached_property
    def _plan(self) -> FlowPlan:
        return plan_vessels(self.scenario, self._conduits)

    def _lumen(self, vessel: VesselSettings) -> Lumen:
        return self._resolved(vessel) if vessel.model == "resolved" else self._transport(vessel)

    def _transport(self, vessel: VesselSettings) -> TransportLumen:
        triangles = self.mesh.facets_of(vessel.name)
        along = self._facets_along(vessel.name)
        stretches = self.flow(vessel.name)
        return TransportLumen(
            vessel.name,
            self.mesh.n_points,
            triangles,
            self.coefficient(vessel, along) * triangle_areas(self.mesh.points, triangles),
            along,
            self.anatomy.vessels[vessel.name].length,
            np.array([stretch.start for stretch in stretches]),
            self._heat_capacity * np.array([stretch.flow for stretch in stretches]),
        )

    def _resolved(self, vessel: VesselSettings) -> ResolvedLumen:
        shape = self.anatomy.vessels[vessel.name]
        diameter = float(metres(vessel.diameter_mm))
        speed = speed_of(self.flow(vessel.name)[0].flow, diameter)
        reynolds = reynolds_number(speed, diameter, self.blood)
        if reynolds > LAMINAR_LIMIT:
            message = (
                f"'resolved': the flow must be laminar, and its Reynolds number is {reynolds:.0f}: take 'transport'"
            )
            raise located_error(self.scenario, f"vessels.{vessel.name}.model", message)
        section = CrossSection(
            0.5 * diameter,
            self.blood.thermal_conductivity,
            self._heat_capacity,
            speed,
            vessel.profile,
            np.inf if vessel.wall is None else layer_conductance(diameter, *_layer(vessel.wall)),
        )
        nodes = self.mesh.points_of_facets(vessel.name)
        places = self.mesh.points[nodes]
        along = shape.arc_length(places)
        stations = stations_between(float(along.min()), float(along.max()), section)
        return ResolvedLumen(
            vessel.name,
            section,
            nodes,
            along,
            shape.angle(places),
            stations,
            self.coefficient(vessel, 0.5 * (stations[1:] + stations[:-1])),
            shape.radius,
            self.mesh.n_points,
        )

    def _constant_exchange(self, vessel: VesselSettings) -> Exchange:
        return wall_exchange(
            vessel.name,
            self.mesh.points,
            self.mesh.facets_of(vessel.name),
            self.coefficient(vessel, self._facets_along(vessel.name)),
            kelvin(vessel.blood_temperature_c),
        )

    @property
    def _heat_capacity(self) -> float:
        """Of blood, per volume, J/(m³ K)."""
        return self.blood.density * self.blood.heat_capacity

    def coefficient(self, vessel: VesselSettings, along: Floats) -> Floats:
        """Heat-transfer coefficient from the blood to the meshed surface at arc lengths, m, in W/(m² K)."""
        diameter = float(metres(vessel.diameter_mm))
        given = vessel.film_coefficient_w_m2_k
        film = self._film_of_flow(vessel.name, along, diameter) if given is None else np.full(len(along), given)
        if vessel.wall is None:
            return film
        return through_wall(film, diameter, *_layer(vessel.wall))

    def _film_of_flow(self, name: str, along: Floats, diameter: float) -> Floats:
        stretches = self.flow(name)
        if not stretches:
            message = f"vessel {name}: mean_speed_mm_s is needed for the film coefficient"
            raise ModelError(message)
        stretch_of = np.searchsorted([stretch.start for stretch in stretches], along, side="right") - 1
        film = np.empty(len(along))
        heated_from = self._heated_from(name)
        for number, stretch in enumerate(stretches):
            here = stretch_of == number
            speed = speed_of(stretch.flow, diameter)
            film[here] = film_coefficient(along[here] - heated_from, diameter, speed, self.blood)
        return film

    def _facets_along(self, name: str) -> Floats:
        """Arc length at the centre of each facet of a wall, m."""
        centres = self.mesh.points[self.mesh.facets_of(name)].mean(axis=1)
        return self.anatomy.vessels[name].arc_length(centres)

    def _heated_from(self, name: str) -> float:
        """Arc length where a vessel enters its heated length, m: there its thermal boundary layer begins.

        The wall is warm over a length that grows with its distance from the applicator.
        """
        shape = self.anatomy.vessels[name]
        along = np.linspace(0.0, shape.length, 2001)
        corners = np.concatenate([[0.0], np.cumsum(shape.segment_lengths)])
        centre_line = np.stack([np.interp(along, corners, shape.points[:, i]) for i in range(3)], axis=1)
        needles = self.anatomy.needles.values()
        active = [*(segment for needle in needles for segment in needle.active_segments), *self.heating]
        if not active:
            return 0.0
        distances = [point_segment_distance(centre_line, *stretch) for stretch in active]
        distance = np.min(distances, axis=0)
        heated_length = {vessel.name: vessel.heated_length_mm for vessel in self.scenario.vessels}[name]
        if heated_length is not None:
            return _middle_of_nearest(along, distance) - 0.5 * float(metres(heated_length))
        return float(along[distance <= HEATED_WITHIN * distance.min()][0])


def _middle_of_nearest(along: Floats, distance: Floats) -> float:
    """Middle of the places at the least distance: a vessel may run beside an applicator for a while."""
    nearest = along[distance <= (1.0 + 1e-6) * distance.min()]
    return float(0.5 * (nearest[0] + nearest[-1]))


def _layer(wall: VesselWall) -> tuple[float, float]:
    """Thickness, m, and conductivity, W/(m K)."""
    return float(metres(wall.thickness_mm)), wall.thermal_conductivity_w_m_k
