"""Pennes' bioheat equation in enthalpy form.

    ∂H(T)/∂t = ∇·(k(T) ∇T) + ω ρ_b c_b (T_b - T) + q + q_m

with volumetric enthalpy H, perfusion ω (volume of blood per volume of tissue and second), heat source q and metabolic
heat q_m [1]_. The lumens of vessels take no part: their walls lose heat to the blood (see `physics.vessels`). The body
of an internally cooled applicator loses heat to its coolant.

References
----------
.. [1] H. H. Pennes, J. Appl. Physiol. 1:93-122, 1948, doi:10.1152/jappl.1948.1.2.93.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ablasim.errors import ModelError
from ablasim.fem import Diffusion, EnthalpyCurve, Space
from ablasim.fem.operators import Pattern, stiffness, with_mass
from ablasim.fem.vectors import dot
from ablasim.materials import (
    ConductivityField,
    Tissue,
    dielectric,
    electrical_conductivity,
    enthalpy_curve,
    thermal_conductivity,
    vapour_fraction,
)
from ablasim.mesh.corners import points_of
from ablasim.physics.vessels import Exchange

Floats = NDArray[np.float64]
_Rows = NDArray[np.int64] | slice

_ENTHALPY_REFERENCE_K = 273.15


@dataclass(frozen=True, eq=False)
class Region:
    """Cells that share a material.

    Parameters
    ----------
    material : Tissue
        Property values and laws.
    cells : ndarray of bool, shape (n_cells,)
        Mask of the region.
    perfusion_factor : float
        Multiplies the perfusion rate of the material.
    """

    material: Tissue
    cells: NDArray[np.bool_]
    perfusion_factor: float = 1.0


class RegionLaws:
    """Conductivities of a set of regions at the gradient points of a space.

    Parameters
    ----------
    space : Space
        The space.
    regions : sequence of Region
        Disjoint regions; gradient points outside all of them get a conductivity of zero.
    """

    def __init__(self, space: Space, regions: Sequence[Region]) -> None:
        self._space = space
        self._parts = [
            (region.material, _rows(space.on_gradient_points(region.cells))) for region in regions if region.cells.any()
        ]
        self._absorbing: dict[float, ConductivityField] = {}  # by frequency, Hz

    def thermal(self, temperature: Floats) -> Floats:
        """K at the gradient points, W/(m K), of a nodal temperature in K."""
        within = self._space.at_gradient_points(temperature)
        return self._by_region(lambda material, rows: thermal_conductivity(material, within[rows]))

    def electrical(self, temperature: Floats) -> Floats:
        """σ at the gradient points, S/m, from the means of temperature and vapour fraction over the element."""
        within, hottest = self._space.at_gradient_points(temperature), float(temperature.max())

        def law(material: Tissue, rows: _Rows) -> Floats:
            if material.vaporisation is None or hottest <= material.vaporisation.start:
                return electrical_conductivity(material, within[rows])
            dry = self._space.at_gradient_points(vapour_fraction(material, temperature))
            return electrical_conductivity(material, within[rows], dry[rows])

        return self._by_region(law)

    def microwave(self, temperature: Floats, frequency: float) -> tuple[Floats, Floats]:
        """Conductivity at a microwave frequency in Hz, all losses together, at the gradient points.

        Returns
        -------
        conductivity : ndarray, shape (n_gradient_points,)
            S/m.
        fall : ndarray, shape (n_gradient_points,)
            By how much less it is for each kelvin more, S/(m K); zero where it is more.
        """
        if frequency not in self._absorbing:
            dielectrics = [dielectric(material, frequency) for material, _ in self._parts]
            self._absorbing[frequency] = ConductivityField(dielectrics, self._material_number)
        return self._absorbing[frequency].at(self._space.at_gradient_points(temperature))

    @cached_property
    def _material_number(self) -> NDArray[np.int8]:
        number = np.full(len(self._space.gradient_weights), -1, dtype=np.int8)
        for material, (_, rows) in enumerate(self._parts):
            number[rows] = material
        return number

    def _by_region(self, law: Callable[[Tissue, _Rows], Floats]) -> Floats:
        if len(self._parts) == 1 and isinstance(self._parts[0][1], slice):
            return law(*self._parts[0])
        conductivity = np.zeros(len(self._space.gradient_weights))
        for material, rows in self._parts:
            conductivity[rows] = law(material, rows)
        return conductivity


def _rows(mask: NDArray[np.bool_]) -> _Rows:
    """Index of the points of a region; of all of them without a copy."""
    return slice(None) if mask.all() else np.flatnonzero(mask)


@dataclass(frozen=True, eq=False)
class Hold:
    """Nodes held at a temperature.

    Parameters
    ----------
    name : str
        Of the vessel or applicator that holds them, or ``outer``.
    nodes : ndarray of int
        The nodes.
    temperature : float
        K.
    """

    name: str
    nodes: NDArray[np.int64]
    temperature: float


@dataclass(frozen=True, eq=False)
class Bioheat:
    """A bioheat problem on a mesh: what conducts, stores, is perfused, is cooled and is held.

    Parameters
    ----------
    space, pattern : Space, Pattern
        The space and its sparsity.
    regions : tuple of Region
        Regions that take part; cells outside all of them do not.
    blood_heat_capacity : float
        Volumetric, ρ_b c_b, J/(m³ K).
    blood_temperature : float
        Of the perfusing blood, K.
    perfusion_factor : float
        Multiplies every perfusion rate.
    metabolism : bool
        Whether metabolic heat acts.
    holds : tuple of Hold
        Nodes held at a temperature; where two claim a node the first one has it.
    """

    space: Space
    pattern: Pattern
    regions: tuple[Region, ...]
    blood_heat_capacity: float
    blood_temperature: float
    perfusion_factor: float
    metabolism: bool
    holds: tuple[Hold, ...]

    @cached_property
    def laws(self) -> RegionLaws:
        """Conductivities of the regions."""
        return RegionLaws(self.space, self.regions)

    @cached_property
    def active(self) -> NDArray[np.bool_]:
        """Nodes that belong to a region, shape (n_nodes,)."""
        mask = np.zeros(self.space.n_nodes, dtype=bool)
        for region in self.regions:
            mask |= points_of(self.space.cells, region.cells, self.space.n_nodes)
        return mask

    @cached_property
    def fixed(self) -> NDArray[np.bool_]:
        """Nodes whose temperature is not solved for: held, or outside every region."""
        mask = ~self.active
        for hold in self.holds:
            mask[hold.nodes] = True
        return mask

    @cached_property
    def hold_of_node(self) -> NDArray[np.int64]:
        """Index of the hold that each node belongs to, -1 for none, shape (n_nodes,)."""
        owner = np.full(self.space.n_nodes, -1)
        for index in reversed(range(len(self.holds))):
            owner[self.holds[index].nodes] = index
        return np.where(self.active, owner, -1)

    @cached_property
    def perfusion(self) -> Floats:
        """Perfusion exchange ω ρ_b c_b at the value points, W/K."""
        rates = [region.material.perfusion_rate_per_s * region.perfusion_factor for region in self.regions]
        per_cell = self._per_cell(rates)
        return self.space.measure(per_cell * self.blood_heat_capacity * self.perfusion_factor)

    @cached_property
    def metabolic_heat(self) -> Floats:
        """Metabolic heat at the value points, W."""
        rates = [region.material.metabolic_heat_w_m3 * self.metabolism for region in self.regions]
        return self.space.measure(self._per_cell(rates))

    @cached_property
    def metabolic_power(self) -> float:
        """Metabolic heat in all, W."""
        return float(self.metabolic_heat.sum())

    @cached_property
    def enthalpy(self) -> EnthalpyCurve:
        """Heat content at the value points."""
        return enthalpy_of(self.space, self.regions)

    def with_held_temperatures(self, temperature: Floats) -> Floats:
        """A copy of a nodal temperature with the held values in place."""
        held = temperature.copy()
        for hold in reversed(self.holds):
            held[hold.nodes] = hold.temperature
        return held

    def operator(self, temperature: Floats, perfused: Floats, exchanges: Sequence[Exchange]) -> Diffusion:
        """Conduction, perfusion and wall losses as one operator, W/K.

        Parameters
        ----------
        temperature : ndarray, shape (n_nodes,)
            At which k(T) is taken, K.
        perfused : ndarray, shape (n_value_points,)
            Share of the perfusion that still flows, 0 to 1.
        exchanges : sequence of Exchange
            Walls and coolants.

        Raises
        ------
        ModelError
            If exchanges are asked for on second-order elements.
        """
        if exchanges and not self.space.is_lumped:
            message = "walls and coolants are available on first-order elements only"
            raise ModelError(message)
        conduction = stiffness(self.space, self.pattern, self.laws.thermal(temperature))
        total = with_mass(conduction, self.space, self.perfusion * perfused)
        walls = sum((exchange.conductance for exchange in exchanges), np.zeros(self.space.n_nodes))
        return replace(total, loss=total.loss + walls)

    def load(self, source: Floats, perfused: Floats, exchanges: Sequence[Exchange]) -> Floats:
        """Heat sources and the references of the losses, W, shape (n_nodes,).

        Parameters
        ----------
        source : ndarray, shape (n_gradient_points,)
            Heat delivered around each gradient point, W.
        perfused : ndarray, shape (n_value_points,)
            As for `operator`.
        exchanges : sequence of Exchange
            As for `operator`.
        """
        walls = sum(
            (exchange.conductance * exchange.reference for exchange in exchanges),
            np.zeros(self.space.n_nodes),
        )
        return (
            self.space.from_gradient_points(source)
            + self.space.from_values(self.perfusion * perfused * self.blood_temperature + self.metabolic_heat)
            + walls
        )

    def perfusion_power(self, temperature: Floats, perfused: Floats) -> float:
        """Heat given up to perfusing blood, W."""
        excess = self.space.at_values(temperature) - self.blood_temperature
        return dot(self.perfusion * perfused, excess)

    def _per_cell(self, values: Sequence[float]) -> Floats:
        return _per_cell(self.space, self.regions, values)


def enthalpy_of(space: Space, regions: Sequence[Region]) -> EnthalpyCurve:
    """Heat content of some regions at the value points of a space."""
    curves = [enthalpy_curve(region.material) for region in regions]
    breakpoints = np.unique(np.concatenate([breaks for breaks, _ in curves]))
    middles = np.concatenate(
        [breakpoints[:1] - 1.0, 0.5 * (breakpoints[1:] + breakpoints[:-1]), breakpoints[-1:] + 1.0]
    )
    if len(breakpoints) == 0:
        middles = np.array([_ENTHALPY_REFERENCE_K])
    capacities = [
        space.measure(_per_cell(space, regions, [slopes[np.searchsorted(breaks, middle)] for breaks, slopes in curves]))
        for middle in middles
    ]
    return EnthalpyCurve(breakpoints, np.array(capacities), _ENTHALPY_REFERENCE_K)


def _per_cell(space: Space, regions: Sequence[Region], values: Sequence[float]) -> Floats:
    per_cell = np.zeros(len(space.cells))
    for region, value in zip(regions, values, strict=True):
        per_cell[region.cells] = value
    return per_cell
