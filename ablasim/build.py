"""The only place where a scenario becomes objects of physics: a case, ready to march."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ablasim.anatomy import build_anatomy, build_scenario_mesh, electrode_surface
from ablasim.antennas import Antennas, build_antennas
from ablasim.case_regions import CaseRegions
from ablasim.cooling import coolants
from ablasim.damage import DamageModel, PulseZone, Shutdown
from ablasim.fem import ConstrainedSystem, SharedHierarchy, make_space
from ablasim.fem.operators import Pattern
from ablasim.line_models import LineBuilder
from ablasim.materials import Blood, blood, tissue
from ablasim.mesh.tetrahedra import ORGAN, TUMOUR
from ablasim.outside import Outside
from ablasim.patterns import build_patterns
from ablasim.physics.bioheat import Bioheat, Hold, Region, RegionLaws, enthalpy_of
from ablasim.physics.electric import ElectricProblem
from ablasim.physics.electroporation.treatment import PulseTreatment
from ablasim.physics.line_vessels import LineVessel
from ablasim.physics.microwave.heat import MicrowaveHeat
from ablasim.physics.microwave.laid import LaidPattern
from ablasim.physics.steady import solve_steady
from ablasim.physics.switch import Filling
from ablasim.physics.vessels import Exchange, WallModel
from ablasim.pulses import build_pulse_treatment
from ablasim.resolve import build_clotting, build_damage, build_materials
from ablasim.scenario import Scenario, located_error
from ablasim.scenario.poles import poles_of
from ablasim.scenario.terminal_pairs import TerminalPair
from ablasim.sensors import Sensors, place_sensors
from ablasim.structures import SampledStructure, sample_structures
from ablasim.units import kelvin
from ablasim.variants import NONE, Names, Variant
from ablasim.walls import VesselWalls

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Case(CaseRegions):
    """A scenario with its mesh, space, materials (see `CaseRegions`) and boundary conditions.

    Parameters
    ----------
    blood : Blood
        Properties of blood.
    damage_models : tuple of DamageModel
        Models that accumulate, the headline first.
    shutdown : Shutdown
        Law that stops perfusion.
    clotting_laws : mapping of str to Shutdown
        Laws by which vessels clot, by vessel; those that are not named never do.
    """

    blood: Blood
    damage_models: tuple[DamageModel, ...]
    shutdown: Shutdown
    clotting_laws: Mapping[str, Shutdown]

    @property
    def headline(self) -> DamageModel:
        """Damage model that defines the zone."""
        return self.damage_models[0]

    @property
    def thermal_model(self) -> DamageModel:
        """Damage model that says what heat kills: the headline, or the first that is not about pulses."""
        return next(model for model in self.damage_models if not isinstance(model, PulseZone))

    def models_of(self, variant: Variant) -> tuple[DamageModel, ...]:
        """Damage models that a variant follows: of twins, whose zone alone is told, the headline only."""
        return self.damage_models if variant == "actual" else (self.headline,)

    @cached_property
    def line_vessels(self) -> tuple[LineVessel, ...]:
        """Heat exchange of the vessels that are taken as lines."""
        if not self.anatomy.lines:
            return ()
        builder = LineBuilder(
            self.mesh,
            self.space,
            self.pattern,
            tissue=self.tissue_cells,
            conductivity=self.bioheat("actual").laws.thermal(
                np.full(self.space.n_nodes, kelvin(self.scenario.initial_temperature_c))
            ),
            blood=self.blood,
            needles=tuple(self.anatomy.needles.values()),
        )
        vessels = tuple(builder.vessel(plan) for plan in self.anatomy.lines.values())
        for vessel, plan in zip(vessels, self.anatomy.lines.values(), strict=True):
            if len(vessel.embedded.piece) == 0:
                message = "no part of it lies in tissue: must pass through the organ, or be left out"
                raise located_error(self.scenario, plan.path, message)
        return vessels

    @property
    def series_resistance(self) -> float:
        """Of the patient outside the mesh, Ω."""
        return self.scenario.boundary.series_resistance_ohm

    @cached_property
    def pattern(self) -> Pattern:
        """Sparsity shared by every matrix."""
        return Pattern.of(self.space)

    def lumen(self, vessel: str) -> Filling:
        """The blood of a vessel, as it takes part in the heat problem while it stands still."""
        settings = next(item for item in self.scenario.vessels if item.name == vessel)
        enthalpy = enthalpy_of(self.space, (Region(tissue("blood"), self.mesh.cells_of_body(vessel)),))
        return Filling(vessel, enthalpy, kelvin(settings.blood_temperature_c))

    def needle_body(self, needle: str, cells: NDArray[np.bool_]) -> Filling:
        """Some cells of a needle's body, as it is put in: at the temperature of the start."""
        regions = (Region(self.materials[needle], self.mesh.cells_of_body(needle) & cells),)
        return Filling(needle, enthalpy_of(self.space, regions), kelvin(self.scenario.initial_temperature_c))

    def bioheat(
        self, variant: Variant, stagnant: Names = NONE, closed: Names = NONE, absent: Names | None = None
    ) -> Bioheat:
        """The bioheat problem of a variant.

        Parameters
        ----------
        variant : Variant
            Which twin.
        stagnant : frozenset of str, optional
            Vessels whose blood stands still.
        closed : frozenset of str, optional
            Vascular systems whose share of the perfusion has stopped.
        absent : frozenset of str, optional
            Electrodes that are out of the body; by default those that are at the end.
        """
        body = self.scenario.body
        return Bioheat(
            space=self.space,
            pattern=self.pattern,
            regions=self.heat_regions(variant, stagnant, closed, absent),
            blood_heat_capacity=body.blood_density_kg_m3 * body.blood_heat_capacity_j_kg_k,
            blood_temperature=kelvin(body.blood_temperature_c),
            perfusion_factor=body.perfusion_factor,
            metabolism=body.metabolic_heat,
            holds=self._holds(variant, stagnant, absent),
        )

    def conductors(self, variant: Variant, absent: Names | None = None) -> RegionLaws:
        """Electrical conductivities of a variant while some electrodes are out of the body."""
        regions = (*self.tissue_regions(variant, absent=absent), *self.layer_regions())
        return RegionLaws(self.space, (*regions, Region(tissue("blood"), self.blood_cells(variant))))

    def absorbers(self, variant: Variant) -> RegionLaws:
        """Conductivities of a variant at microwave frequencies: blood absorbs behind any wall."""
        lumens = self.cells_of(frozenset(self.anatomy.vessels) - self.absent_vessels(variant))
        regions = (*self.tissue_regions(variant), *self.layer_regions())
        return RegionLaws(self.space, (*regions, Region(tissue("blood"), lumens)))

    @cached_property
    def antennas(self) -> Antennas | None:
        """The microwave antennas, if there are any."""
        kinds = {name: self.tissue_cells & self.mesh.cells_of_tissue(name) for name in (ORGAN, TUMOUR)}
        kinds |= {layer.name: self.mesh.cells_of_body(layer.name) for layer in self.anatomy.layers}
        present = {name: cells for name, cells in kinds.items() if name in self.materials}
        return build_antennas(self.scenario, self.anatomy, self.mesh, self.materials, present, ~self.applicator_cells())

    @cached_property
    def patterns(self) -> Mapping[str, LaidPattern]:
        """Maps and patterns of absorption in the mesh, by the name of their applicator."""
        free = ~self.applicator_cells()
        return build_patterns(self.scenario, self.mesh, self.materials, free, self.space.gradient_weights)

    def microwave_heat(self, variant: Variant, tolerance: float | None = None) -> MicrowaveHeat | None:
        """Heat of the antennas on the mesh of a variant; None if there are none.

        Parameters
        ----------
        variant : Variant
            Which twin.
        tolerance : float, optional
            Change of the permittivity from which a field is solved anew; by default that of the scenario.
        """
        antennas = self.antennas
        if antennas is None:
            return None
        meshed = self.meshed_bodies()
        bodies = {
            antenna.name: self.mesh.cells_of_body(antenna.name)
            for antenna in antennas.in_mesh
            if antenna.name in meshed
        }
        return MicrowaveHeat(
            antennas.in_mesh,
            antennas.samples,
            self.space.gradient_weights,
            self.tissue_cells | self.layer_cells(),
            self.absorbers(variant).microwave,
            bodies,
            self.scenario.numerics.field_tolerance if tolerance is None else tolerance,
        )

    def pulse_treatment(self, variant: Variant) -> PulseTreatment | None:
        """The sequence of pulses on the mesh of a variant; None if the protocol has none.

        Raises
        ------
        ScenarioError
            If a tissue has no values under pulses.
        """
        if self.scenario.pulse_generator is None or not any(step.pulses for step in self.scenario.protocol):
            return None
        blood = self.blood_cells(variant)
        return build_pulse_treatment(
            self.scenario,
            self.space,
            regions=(*self.tissue_regions(variant), *self.layer_regions(), Region(tissue("blood"), blood)),
            tissue=self.zone_cells(variant),
            blood=blood,
            electrodes={name: self.electrode_nodes(name) for name in self.pole_names},
            models=self.models_of(variant),
        )

    def electric_problem(self, pair: TerminalPair, variant: Variant, absent: Names | None = None) -> ElectricProblem:
        """Potential between two terminals while some electrodes are out of the body.

        Metal of neither, and outside that is no terminal, insulates.
        """
        out = self.out_of_body(absent)
        conducting = self.zone_cells(variant, out) | self.blood_cells(variant) | self.layer_cells()
        ground = self._nodes_of(pair.back) if pair.back else self.outside.grounded_nodes()
        active = self._nodes_of(pair.active)
        shared = None if self.absent_vessels(variant) else self._hierarchy(pair, out)
        return ElectricProblem(self.space, self.pattern, active, ground, conducting, shared)

    @property
    def pole_names(self) -> tuple[str, ...]:
        """Electrodes of pulses: needles, plates, and both poles of bipolar needles."""
        return tuple(poles_of(self.scenario))

    def electrode_nodes(self, name: str) -> NDArray[np.int64]:
        """Mesh nodes on the bare metal of an electrode, sorted, shape (n,).

        Parameters
        ----------
        name : str
            A plate, a pad, a needle with its tines, or a pole of a bipolar needle such as ``probe.distal``.

        Raises
        ------
        MeshError
            If the mesh has no such surface.
        """
        return self.mesh.points_of_facets(electrode_surface(self.scenario, name))

    def _nodes_of(self, metals: tuple[str, ...]) -> NDArray[np.int64]:
        """Mesh nodes on the bare metal of several electrodes, sorted, shape (n,)."""
        return np.unique(np.concatenate([self.electrode_nodes(name) for name in metals]))

    @cached_property
    def _hierarchies(self) -> dict[tuple[TerminalPair, Names], SharedHierarchy]:
        """Hierarchies that the potentials of run and twins begin with, by terminals and what is out of the body."""
        return {}

    def _hierarchy(self, pair: TerminalPair, absent: Names) -> SharedHierarchy:
        """What run and twins begin with.

        Twins whose lumens are tissue build their own: with that of the run they take half as many iterations again.
        """

        def system() -> ConstrainedSystem:
            cold = np.full(self.space.n_nodes, kelvin(self.scenario.initial_temperature_c))
            conductivity = self.conductors("actual", absent).electrical(cold)
            return self.electric_problem(pair, "actual", absent).system(conductivity)

        return self._hierarchies.setdefault((pair, absent), SharedHierarchy(system))

    def wall_models(self, variant: Variant, stagnant: Names = NONE) -> tuple[WallModel, ...]:
        """Heat exchange of every vessel whose blood flows and whose wall is not held at a temperature."""
        still, absent = self.stagnant_vessels(variant, stagnant), self.absent_vessels(variant)
        flowing = self.anatomy.lines.keys() - still - absent
        lines = [line for line in self.line_vessels if line.name in flowing] if flowing else []
        return (*self.walls(still).models(absent), *lines)

    def walls(self, stagnant: Names = NONE) -> VesselWalls:
        """Walls of the meshed vessels, some of which may be stagnant."""
        flowing = frozenset(self.anatomy.vessels) - stagnant
        heating = tuple(laid.stretch for laid in self.patterns.values())
        return VesselWalls(self.scenario, self.anatomy, self.mesh, self.blood, flowing, heating)

    def coolants(self, powered: bool, absent: Names | None = None) -> tuple[Exchange, ...]:
        """Exchange with what cools beside blood: the coolants of needles, and the films of the organ's real faces."""
        out = self.out_of_body(absent)
        needles = coolants(self.scenario, self.anatomy, self.space, self.mesh, powered=powered, absent=out)
        return needles + self.outside.films()

    @cached_property
    def outside(self) -> Outside:
        """The outer faces of the mesh."""
        return Outside(self.scenario, self.anatomy, self.mesh)

    def initial_temperature(self, variant: Variant) -> Floats:
        """Temperature at the start, K: uniform, or with metabolic heat the steady state without any source."""
        uniform = np.full(self.space.n_nodes, kelvin(self.scenario.initial_temperature_c))
        if not self.scenario.body.metabolic_heat:
            return uniform
        nothing = np.zeros(len(self.space.gradient_weights))
        tolerance = 1e-3 * self.scenario.numerics.time_tolerance
        walls, films = self.wall_models(variant), self.outside.films()
        bioheat = self.bioheat(variant, absent=self.absent_at_start)
        return solve_steady(bioheat, lambda _: (nothing, ()), walls, films, uniform, tolerance=tolerance)

    @cached_property
    def structures(self) -> tuple[SampledStructure, ...]:
        """Critical structures as points in the mesh."""
        return sample_structures(self.scenario, self.mesh, self.outside.triangles_of_face)

    @cached_property
    def sensors(self) -> Sensors:
        """The sensors, placed in the mesh.

        Raises
        ------
        ScenarioError
            If one lies where nothing is computed.
        """
        sensors = place_sensors(self.scenario, self.mesh)
        without_heat = set(self.anatomy.needles) - set(self.meshed_bodies(NONE))
        for name, body in zip(sensors.names, sensors.lies_in, strict=True):
            if body in without_heat:
                message = f"lies in the body of '{body}', which is left out: must lie where heat is computed"
                raise located_error(self.scenario, f"sensors.{name}", message)
        return sensors

    @cached_property
    def nodal_tissue_volume(self) -> Floats:
        """Volume of tissue that each node stands for, m³, shape (n_points,)."""
        return self.space.measure(self.tissue_cells.astype(float))

    def dead_volume_by_nodes(self, damage: Mapping[str, Floats]) -> float:
        """Volume of the nodes that the headline model counts as dead, m³: quick, for progress and history."""
        dead = self.headline.level(damage[self.headline.name]) > 0.0
        return float(self.nodal_tissue_volume[dead].sum())

    def _holds(self, variant: Variant, stagnant: Names, absent: Names | None) -> tuple[Hold, ...]:
        out = self.out_of_body(absent)
        needles = [
            Hold(needle.name, self.mesh.points_of_facets(f"{needle.name}.active"), kelvin(temperature))
            for needle in self.needle_settings()
            if needle.name not in out and (temperature := needle.surface_temperature_c) is not None
        ]
        vessels = [
            Hold(vessel.name, self.mesh.points_of_facets(vessel.name), kelvin(vessel.blood_temperature_c))
            for vessel in self.flowing(variant, stagnant)
            if vessel.model == "fixed_temperature"
        ]
        return (*self.outside.holds(), *needles, *vessels)


def build_case(scenario: Scenario, cache: Path | None = None) -> Case:
    """Everything a run needs, from a checked scenario.

    Parameters
    ----------
    scenario : Scenario
        The scenario.
    cache : Path, optional
        Folder of cached meshes.

    Raises
    ------
    ScenarioError
        If a tissue or damage model is unknown, or the scenario asks for what cannot be.
    MeshError
        If no good mesh can be made.
    """
    materials = build_materials(scenario)
    models, shutdown = build_damage(scenario)
    anatomy = build_anatomy(scenario)
    mesh = build_scenario_mesh(scenario, anatomy, cache)
    case = Case(
        scenario=scenario,
        anatomy=anatomy,
        mesh=mesh,
        space=make_space(mesh),
        materials=materials,
        blood=blood(),
        damage_models=models,
        shutdown=shutdown,
        clotting_laws=build_clotting(scenario),
    )
    _ = (
        case.structures,
        case.sensors,
        case.antennas,
        case.patterns,
    )  # what cannot be is told before the run, and twins share them
    return case
