"""What the sensors of a case read as it marches."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ablasim.build import Case
from ablasim.sensors import Reading
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
        self._can_die = case.zone_cells(variant)[self._sensors.cells]
        blood = {vessel.name: kelvin(vessel.blood_temperature_c) for vessel in case.scenario.vessels}
        self._blood = np.array([blood.get(name, np.nan) for name in self._sensors.lies_in])

    def temperatures(self, temperature: Floats, heated: NDArray[np.bool_]) -> Mapping[str, float]:
        """Temperature of each sensor by its name, K; parameters as for `read`."""
        return dict(zip(self._sensors.names, self._at_sensors(temperature, heated).tolist(), strict=True))

    def _at_sensors(self, temperature: Floats, heated: NDArray[np.bool_]) -> Floats:
        return np.where(heated[self._sensors.cells], self._sensors.at(temperature), self._blood)

    def read(
        self, temperature: Floats, damage: Mapping[str, Floats], heated: NDArray[np.bool_]
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
        """
        sensors = self._sensors
        if not sensors.names:
            return {}
        temperatures = self._at_sensors(temperature, heated)
        model = self._case.headline
        near = damage[model.name][:, sensors.nodes.ravel()]
        at_nodes = model.level(near).reshape(sensors.nodes.shape)
        levels = np.einsum("ij,ij->i", sensors.weights, at_nodes)
        return {
            name: Reading(float(temperatures[i]), float(levels[i]) if self._can_die[i] else None)
            for i, name in enumerate(sensors.names)
        }
