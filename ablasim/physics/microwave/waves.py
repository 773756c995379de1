"""Plane-wave quantities of a lossy medium, time factor e^{+jωt}."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast, overload

import numpy as np
from numpy.typing import NDArray

from ablasim.constants import SPEED_OF_LIGHT_M_S, VACUUM_IMPEDANCE_OHM, VACUUM_PERMITTIVITY_F_M

Floats = NDArray[np.float64]
Complexes = NDArray[np.complex128]


@dataclass(frozen=True)
class Medium:
    """Dielectric with loss.

    Parameters
    ----------
    permittivity : float
        Relative permittivity.
    conductivity : float, optional
        S/m, at the frequency of use.
    """

    permittivity: float
    conductivity: float = 0.0


def angular_frequency(frequency: float) -> float:
    """ω, rad/s, of a frequency in Hz."""
    return 2.0 * np.pi * frequency


def vacuum_wavenumber(frequency: float) -> float:
    """k0, rad/m, of a frequency in Hz."""
    return angular_frequency(frequency) / SPEED_OF_LIGHT_M_S


@overload
def complex_permittivity(permittivity: float, conductivity: float, frequency: float) -> complex: ...
@overload
def complex_permittivity(permittivity: Floats, conductivity: Floats, frequency: float) -> Complexes: ...
def complex_permittivity(
    permittivity: float | Floats, conductivity: float | Floats, frequency: float
) -> complex | Complexes:
    """ε_r − jσ/(ωε0), relative.

    Parameters
    ----------
    permittivity : float or ndarray
        Relative permittivity.
    conductivity : float or ndarray of the same shape
        S/m.
    frequency : float
        Hz.
    """
    loss = conductivity / (angular_frequency(frequency) * VACUUM_PERMITTIVITY_F_M)
    return cast("complex | Complexes", permittivity - 1j * loss)


def propagation_constant(permittivity: complex, frequency: float) -> complex:
    """Attenuation plus j times phase constant, γ = α + jβ = jk0√ε_c, 1/m and rad/m.

    Parameters
    ----------
    permittivity : complex
        ε_r − jσ/(ωε0), relative.
    frequency : float
        Hz.

    Examples
    --------
    Liver at 2.45 GHz:

    >>> gamma = propagation_constant(complex_permittivity(43.03, 1.69, 2.45e9), 2.45e9)
    >>> round(gamma.real, 3), round(gamma.imag, 3)
    (48.043, 340.239)
    """
    return complex(1j * vacuum_wavenumber(frequency) * np.sqrt(permittivity))


def wave_impedance(permittivity: complex) -> complex:
    """η = η0/√ε_c, Ω."""
    return complex(VACUUM_IMPEDANCE_OHM / np.sqrt(permittivity))


def wavelength(permittivity: complex, frequency: float) -> float:
    """2π/β, m."""
    return float(2.0 * np.pi / propagation_constant(permittivity, frequency).imag)
