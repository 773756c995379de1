"""What the sensors of a case read as it marches."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ablasim.build import Case
from ablasim.fem.point_fit import PointFit
from ablasim.materials import tissue
from ablasim.sensors import Reading
from ablasim.sources import Delivery
from ablasim.units import kelvin
from ablasim.variants import Variant

Floats = NDArray[np.float64]


class Readings:
    """Reads the sensors of a case in one of its variants.

    Parameters
    ----------
    case : Case
        The case.
    variant : Variant
        The case itself, or one of its twins.
    """

    def __init__(self, case: Case, variant: Variant) -> None:
        self._case, self._sensors = case, case.sensors
        cells = self._sensors.cells
        self._can_die = case.zone_cells(variant)[cells]
        self._conducts = self._can_die | (case.blood_cells(variant) | case.layer_cells())[cells]
        blood = {vessel.name: kelvin(vessel.blood_temperature_c) for vessel in case.scenario.vessels}
        self._blood = np.array([blood.get(name, np.nan) for name in self._sensors.lies_in])

    def temperatures(self, temperature: Floats, heated: NDArray[np.bool_]) -> Mapping[str, float]:
        """Temperature of each sensor by its name, K; parameters as for `read`."""
        return dict(zip(self._sensors.names, self._at_sensors(temperature, heated).tolist(), strict=True))

    def _at_sensors(self, temperature: Floats, heated: NDArray[np.bool_]) -> Floats:
        return np.where(heated[self._sensors.cells], self._sensors.at(temperature), self._blood)

    def read(
        self,
        temperature: Floats,
        damage: Mapping[str, Floats],
        heated: NDArray[np.bool_],
        delivery: Delivery | None = None,
    ) -> Mapping[str, Reading]:
        """Readings by the name of the sensor.

        Parameters
        ----------
        temperature : ndarray, shape (n_nodes,)
            K. Where blood flows nothing is solved for: a sensor there reads the temperature with which it enters.
        damage : mapping of str to ndarray
            State of each damage model.
        heated : ndarray of bool, shape (n_gradient_points,)
            Gradient points of cells that the temperature is solved in.
        delivery : Delivery, optional
            What the applicators deliver meanwhile.
        """
        sensors = self._sensors
        if not sensors.names:
            return {}
        temperatures = self._at_sensors(temperature, heated)
        model = self._case.headline
        levels = model.level(damage[model.name][:, sensors.nodes.ravel()]).reshape(sensors.nodes.shape)
        level = np.einsum("ij,ij->i", sensors.weights, levels)
        return {
            name: Reading(
                float(temperatures[i]),
                float(level[i]) if self._can_die[i] else None,
                self._field(i, delivery),
                self._absorption(i, delivery),
            )
            for i, name in enumerate(sensors.names)
        }

    def _field(self, sensor: int, delivery: Delivery | None) -> float | None:
        if delivery is None or delivery.potential is None or not self._conducts[sensor]:
            return None
        fit = self._fits[sensor]
        return float(np.linalg.norm(fit.gradient @ delivery.potential[fit.nodes]))

    def _absorption(self, sensor: int, delivery: Delivery | None) -> float | None:
        density = self._densities[sensor]
        if delivery is None or density is None:
            return None
        fit = self._fits[sensor]
        heat = float(fit.mean @ (delivery.heat[fit.cells] / self._case.space.gradient_weights[fit.cells]))
        return max(heat, 0.0) / density

    @cached_property
    def _fits(self) -> list[PointFit]:
        sensors, region = self._sensors, self._case.mesh.cell_region
        return [
            PointFit.of(self._case.space, region == region[cell], int(cell), point)
            for cell, point in zip(sensors.cells, sensors.points, strict=True)
        ]

    @cached_property
    def _densities(self) -> list[float | None]:
        """Of what each sensor lies in, kg/m³; None in the body of an applicator."""
        case, sensors = self._case, self._sensors
        stands_in = case.mesh.cell_tissues[case.mesh.cell_region[sensors.cells]]
        found: list[float | None] = []
        for name, place, can_die in zip(sensors.lies_in, stands_in, self._can_die, strict=True):
            if name in case.anatomy.needles:
                found.append(None)
            elif can_die:
                found.append(case.materials[place].density)
            else:
                found.append(case.materials[name].density if name in case.materials else tissue("blood").density)
        return found
