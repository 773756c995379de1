"""What lies where in a case: cells of tissues, blood and applicators, in the run and in its twins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ablasim.anatomy import Anatomy
from ablasim.fem import Space
from ablasim.materials import Tissue, tissue
from ablasim.mesh import Mesh
from ablasim.mesh.tetrahedra import ORGAN, TUMOUR
from ablasim.physics.bioheat import Region
from ablasim.scenario import Scenario
from ablasim.scenario.anatomy import Vessel as VesselSettings
from ablasim.scenario.moves import absences, movable
from ablasim.scenario.radiofrequency import RfNeedle
from ablasim.scenario.shafts import Shaft
from ablasim.variants import NONE, Names, Variant, absent_vessels

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class CaseRegions:
    """A scenario on its mesh, with the material of each of its parts.

    Parameters
    ----------
    scenario : Scenario
        What was asked.
    anatomy : Anatomy
        Shapes, m.
    mesh : Mesh
        The mesh.
    space : Space
        First-order elements on it.
    materials : mapping of str to Tissue
        Material of ``organ``, ``tumour``, each layer and each needle's body.
    """

    scenario: Scenario
    anatomy: Anatomy
    mesh: Mesh
    space: Space
    materials: Mapping[str, Tissue]

    @property
    def vessel_names(self) -> tuple[str, ...]:
        """Names of the vessels, those taken as lines last."""
        return (*self.anatomy.vessels, *self.anatomy.lines)

    @property
    def moves(self) -> bool:
        """Whether electrodes are moved, pulled back or replaced in the course of the protocol."""
        return bool(movable(self.scenario))

    def in_place(self, absent: Names) -> tuple[str, ...]:
        """Electrodes that are moved and in the body while some are out of it, in the scenario's order."""
        named = movable(self.scenario) - absent
        return tuple(item.name for item in self.scenario.applicators if item.name in named)

    @property
    def absent_at_start(self) -> Names:
        """Electrodes that are out of the body in the first step."""
        return absences(self.scenario)[0]

    @property
    def absent_at_end(self) -> Names:
        """Electrodes that are out of the body at the end of the protocol."""
        return absences(self.scenario)[-1]

    def out_of_body(self, absent: Names | None) -> Names:
        """Electrodes that are out of the body: those given, or None: those that are at the end of the protocol."""
        return self.absent_at_end if absent is None else absent

    @cached_property
    def tissue_cells(self) -> Mask:
        """Cells that count as tissue in the scenario, neither lumen nor applicator in place at the end, (n_cells,)."""
        return self.mesh.cells_free_of(self.absent_at_end)

    def lumen_cells(self) -> Mask:
        """Cells of all lumens, shape (n_cells,)."""
        return self.cells_of(self.anatomy.vessels)

    def layer_cells(self) -> Mask:
        """Cells of the layers outside the organ, shape (n_cells,)."""
        return self.cells_of(layer.name for layer in self.anatomy.layers)

    def applicator_cells(self) -> Mask:
        """Cells of all needles, shape (n_cells,)."""
        return self.cells_of(self.anatomy.needles)

    def zone_cells(self, variant: Variant, absent: Names | None = None) -> Mask:
        """Cells in which tissue can die: the tissue, and in a twin without vessels their lumens too.

        Parameters
        ----------
        variant : Variant
            Which twin.
        absent : frozenset of str, optional
            Electrodes that tissue stands in the place of; by default those that are out of the body at the end.
        """
        return self.mesh.cells_free_of(self.out_of_body(absent)) | self.cells_of(self.absent_vessels(variant))

    def absent_vessels(self, variant: Variant) -> Names:
        """Vessels whose lumens are perfused tissue in a variant."""
        return absent_vessels(variant, self.vessel_names)

    def stagnant_vessels(self, variant: Variant, stagnant: Names = NONE) -> Names:
        """Vessels whose blood stands still in a variant: all in the twin ``occluded``, never those that are absent."""
        return frozenset(self.vessel_names) if variant == "occluded" else stagnant - self.absent_vessels(variant)

    def heated_cells(self, variant: Variant, stagnant: Names = NONE, absent: Names | None = None) -> Mask:
        """Cells that the bioheat equation is solved in while some vessels' blood stands still, shape (n_cells,)."""
        heated = np.zeros(self.mesh.n_cells, dtype=bool)
        for region in self.heat_regions(variant, stagnant, absent=absent):
            heated |= region.cells
        return heated

    def perfused_share(self, region: str, closed: Names) -> float:
        """Share of the perfusion of ``organ`` or ``tumour`` that is left while some vascular systems are closed."""
        supply = self.scenario.body.blood_supply
        shares = supply.tumour if region == TUMOUR else supply.organ
        return max(0.0, 1.0 - sum(shares.of(system) for system in sorted(closed)))

    def vessels_of(self, systems: Names) -> Names:
        """Vessels that stand still while some vascular systems are closed: theirs, and what is cut off with them."""
        vessels = frozenset(vessel.name for vessel in self.scenario.vessels if vessel.system in systems)
        trees = frozenset(tree.name for tree in self.scenario.vessel_trees if tree.system in systems)
        return self.cut_off(vessels | trees)

    def cut_off(self, stagnant: Names) -> Names:
        """Vessels that stand still if some do: those too that are fed by them, or flow into them."""
        found = stagnant
        while more := frozenset(
            vessel.name
            for vessel in self.scenario.vessels
            if vessel.name not in found and (vessel.branches_from in found or vessel.flows_into in found)
        ):
            found |= more
        return found

    def blood_cells(self, variant: Variant) -> Mask:
        """Cells of blood that carries current, not being behind a wall that insulates."""
        absent = self.absent_vessels(variant)
        return self.cells_of(
            vessel.name
            for vessel in self.scenario.vessels
            if vessel.name not in absent and (vessel.wall is None or not vessel.wall.insulates)
        )

    def cells_of(self, names: Iterable[str]) -> Mask:
        """Cells of some bodies, shape (n_cells,)."""
        mask = np.zeros(self.mesh.n_cells, dtype=bool)
        for name in names:
            mask |= self.mesh.cells_of_body(name)
        return mask

    def needle_settings(self) -> tuple[RfNeedle, ...]:
        """The radiofrequency needles as the scenario has them."""
        return tuple(a for a in self.scenario.applicators if isinstance(a, RfNeedle))

    def meshed_bodies(self, absent: Names | None = None) -> tuple[str, ...]:
        """Applicators in the body that conduct heat as bodies."""
        out = self.out_of_body(absent)
        return tuple(
            item.name
            for item in self.scenario.applicators
            if isinstance(item, Shaft) and item.body == "meshed" and item.name not in out
        )

    def tissue_regions(self, variant: Variant, closed: Names = NONE, absent: Names | None = None) -> tuple[Region, ...]:
        """Organ and tumour of a variant, with what is left of their perfusion while some systems are closed."""
        cells, left = self.zone_cells(variant, absent), self.scenario.body.embolisation
        return tuple(
            Region(
                self.materials[name],
                cells & self.mesh.cells_of_tissue(name),
                perfusion_factor=left.of(name) * self.perfused_share(name, closed),
            )
            for name in (ORGAN, TUMOUR)
            if name in self.materials
        )

    def flowing(self, variant: Variant, stagnant: Names) -> tuple[VesselSettings, ...]:
        """Vessels whose blood flows in a variant."""
        gone = self.stagnant_vessels(variant, stagnant) | self.absent_vessels(variant)
        return tuple(vessel for vessel in self.scenario.vessels if vessel.name not in gone)

    def heat_regions(
        self, variant: Variant, stagnant: Names, closed: Names = NONE, absent: Names | None = None
    ) -> tuple[Region, ...]:
        """All that the bioheat equation is solved in: tissues, standing blood, layers, bodies of applicators."""
        regions = self.tissue_regions(variant, closed, absent)
        if still := self.stagnant_vessels(variant, stagnant):
            regions += (Region(tissue("blood"), self.cells_of(still)),)
        return (regions + self.layer_regions()) + tuple(
            Region(self.materials[name], self.mesh.cells_of_body(name)) for name in self.meshed_bodies(absent)
        )

    def layer_regions(self) -> tuple[Region, ...]:
        """The layers outside the organ."""
        layers = [layer.name for layer in self.anatomy.layers]
        return tuple(Region(self.materials[name], self.mesh.cells_of_body(name)) for name in layers)
