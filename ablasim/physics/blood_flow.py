"""Heat transfer between a vessel's wall and the blood that flows in it."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ablasim.materials import Blood

Floats = NDArray[np.float64]

LAMINAR_LIMIT = 2300.0
"""Reynolds number above which pipe flow is taken as turbulent [VDI Heat Atlas, chapter G1]."""

_DEVELOPED_NUSSELT = 3.66  # laminar, uniform wall temperature, far downstream (Graetz)
_ENTRANCE_DIAMETERS = 0.1  # the entrance singularity is cut off this many diameters downstream


def reynolds_number(speed: float, diameter: float, blood: Blood) -> float:
    """Reynolds number of the mean flow.

    Parameters
    ----------
    speed : float
        Mean over the cross-section, m/s.
    diameter : float
        m.
    blood : Blood
        Properties of blood.
    """
    return blood.density * speed * diameter / blood.viscosity


def prandtl_number(blood: Blood) -> float:
    """Prandtl number of blood."""
    return blood.viscosity * blood.heat_capacity / blood.thermal_conductivity


def local_nusselt(distance: ArrayLike, diameter: float, speed: float, blood: Blood) -> Floats:
    """Nusselt number at a distance behind the start of heating, uniform wall temperature.

    Laminar: thermally developing, hydrodynamically developed flow [1]_; it stays within 6 % of the exact Graetz
    solution. Above Reynolds 2300: Gnielinski's correlation [2]_ (measured above 3000) with the local entrance factor
    1 + (D/x)^(2/3)/3 that belongs to its mean [1]_.

    Parameters
    ----------
    distance : array_like
        Downstream of where heating starts, m; values closer than 0.1 diameters, and negative ones, count as 0.1
        diameters, because the exact value is singular there.
    diameter, speed : float
        m and m/s.
    blood : Blood
        Properties of blood.

    Returns
    -------
    ndarray
        Local Nusselt number, same shape as `distance`.

    References
    ----------
    .. [1] V. Gnielinski, Heat transfer in pipe flow, VDI Heat Atlas, 2nd ed., Springer 2010, chapter G1,
       doi:10.1007/978-3-540-77877-6_34.
    .. [2] V. Gnielinski, Int. Chem. Eng. 16:359-368, 1976.
    """
    x = np.maximum(np.asarray(distance, dtype=float), _ENTRANCE_DIAMETERS * diameter)
    reynolds, prandtl = reynolds_number(speed, diameter, blood), prandtl_number(blood)
    if reynolds <= LAMINAR_LIMIT:
        leveque = 1.077 * np.cbrt(reynolds * prandtl * diameter / x) - 0.7
        laminar: Floats = np.cbrt(_DEVELOPED_NUSSELT**3 + 0.7**3 + np.maximum(leveque, 0.0) ** 3)
        return laminar
    friction = (0.79 * np.log(reynolds) - 1.64) ** -2
    developed = (
        (friction / 8.0)
        * (reynolds - 1000.0)
        * prandtl
        / (1.0 + 12.7 * np.sqrt(friction / 8.0) * (prandtl ** (2.0 / 3.0) - 1.0))
    )
    turbulent: Floats = developed * (1.0 + np.cbrt(diameter / x) ** 2 / 3.0)
    return turbulent


def film_coefficient(distance: ArrayLike, diameter: float, speed: float, blood: Blood) -> Floats:
    """Heat-transfer coefficient between wall and bulk blood, W/(m² K); arguments as in `local_nusselt`."""
    coefficient: Floats = local_nusselt(distance, diameter, speed, blood) * blood.thermal_conductivity / diameter
    return coefficient


def blood_warming(power: float, flow: float, blood: Blood) -> float:
    """Rise of the mean temperature of a flow of blood, m³/s, from inlet to outlet, K, for a power of the wall, W."""
    return power / (flow * blood.density * blood.heat_capacity)


def through_wall(film: Floats, diameter: float, thickness: float, conductivity: float) -> Floats:
    """Heat-transfer coefficient from blood through a wall, per area of the wall's outer surface, W/(m² K).

    Parameters
    ----------
    film : ndarray
        Between blood and the inner surface, W/(m² K).
    diameter : float
        Inner, m.
    thickness : float
        Of the wall, m.
    conductivity : float
        Of the wall, W/(m K).
    """
    widening = 1.0 + 2.0 * thickness / diameter  # outer over inner surface
    coefficient: Floats = 1.0 / (widening * (1.0 / film + 1.0 / layer_conductance(diameter, thickness, conductivity)))
    return coefficient


def layer_conductance(diameter: float, thickness: float, conductivity: float) -> float:
    """Conductance of a wall layer per area of its inner surface, W/(m² K); arguments as in `through_wall`."""
    radius = 0.5 * diameter
    return float(conductivity / (radius * np.log(1.0 + thickness / radius)))
