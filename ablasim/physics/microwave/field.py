"""What an antenna does with 1 W: reflection, power absorbed and radiated, the field in the tissue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ablasim.errors import ModelError
from ablasim.physics.microwave.recovery import Recovery

Floats = NDArray[np.float64]
Complexes = NDArray[np.complex128]


class Place(IntEnum):
    """Where a point lies."""

    TISSUE = 0
    ANTENNA = 1
    BEYOND = 2
    """Outside the half-plane's domain."""


@dataclass(frozen=True, eq=False)
class AntennaField:
    """The field for 1 W that arrives at the port; amplitudes are peaks, time factor e^{+jωt}.

    Parameters
    ----------
    frequency : float
        Hz.
    s11 : complex
        Reflected over incident voltage at the port.
    entering : float
        Net power through the port, W.
    absorbed : mapping of str to float
        Power that each region absorbs, W.
    radiated : mapping of str to float
        Power that leaves through each open part of the outline, W.
    tissue_density : ndarray, shape (n_tissue_points,)
        Absorbed power density ½σ|E|² at the tissue's quadrature points, W/m³, of which `absorbed` is the integral.
    recovery : Recovery
        Evaluates in the tissue.
    nodal : ndarray, shape (n_nodes, 2)
        E_r and E_z at the nodes of the tissue, V/m.
    bounds : ndarray, shape (2, 2)
        Lowest and highest r and z of the domain, m.
    """

    frequency: float
    s11: complex
    entering: float
    absorbed: Mapping[str, float]
    radiated: Mapping[str, float]
    tissue_density: Floats
    recovery: Recovery
    nodal: Complexes
    bounds: Floats

    @property
    def reflected(self) -> float:
        """Power sent back, W: |S11|², since the line at the port has no loss."""
        return abs(self.s11) ** 2

    @property
    def balance(self) -> float:
        """What of the 1 W is neither reflected, absorbed nor radiated, W.

        Zero but for rounding and what of higher modes reaches the port.
        The method conserves power on any mesh: a small residual does not tell that the mesh is fine enough.
        """
        return 1.0 - self.reflected - sum(self.absorbed.values()) - sum(self.radiated.values())

    def electric_field(self, points: ArrayLike, *, allow_antenna: bool = True) -> tuple[Complexes, NDArray[np.int8]]:
        """Complex peak field in the tissue.

        Parameters
        ----------
        points : array_like, shape (n_points, 2)
            r and z from the antenna's tip, m.
        allow_antenna : bool, optional
            Whether points may lie inside the antenna, where the field is given as zero.

        Returns
        -------
        field : ndarray, shape (n_points, 2)
            E_r and E_z, V/m; zero outside the tissue.
        place : ndarray of int8, shape (n_points,)
            A `Place` for each point.

        Raises
        ------
        ModelError
            If points lie in the antenna and may not, or `points` has another shape.
        """
        places = np.asarray(points, dtype=float)
        if places.ndim != 2 or places.shape[1] != 2:
            message = f"points: must have the shape (n, 2), not {places.shape}"
            raise ModelError(message)
        field, in_tissue = self.recovery.at(places, self.nodal)
        within = np.all((places >= self.bounds[0]) & (places <= self.bounds[1]), axis=1)
        place = np.where(in_tissue, Place.TISSUE, np.where(within, Place.ANTENNA, Place.BEYOND)).astype(np.int8)
        if not allow_antenna and (place == Place.ANTENNA).any():
            first = places[place == Place.ANTENNA][0]
            message = (
                f"{int(np.sum(place == Place.ANTENNA))} points lie in the antenna, the first at r = {first[0]:g} m, "
                f"z = {first[1]:g} m: the field is known in the tissue only"
            )
            raise ModelError(message)
        return field, place
