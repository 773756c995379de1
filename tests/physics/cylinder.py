"""Exact field round a straight vessel whose blood and tissue fall off exponentially along it.

With T_t(r, z) = f(r) exp(-βz) and T_b(z) = b exp(-βz), relative to the temperature of the tissue cylinder's outside,
conduction asks for f'' + f'/r + β² f = 0, so f is a combination of Bessel functions. β follows from the film at the
wall and the balance of the blood. Where 1/β is well above the cylinder's radius it becomes the closed form of the
equilibration length, L = ṁc (ln(R_o/R)/(2πk) + 1/(π k_b Nu)), which has no conduction along the vessel.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import j0, j1, y0, y1


@dataclass(frozen=True)
class TissueCylinder:
    radius: float  # of the vessel, m
    outer_radius: float  # of the tissue, m
    conductivity: float  # of the tissue, W/(m K)
    film: float  # π k_b Nu, W/(m K)
    capacity_rate: float  # ṁc, W/K

    @property
    def closed_form_length(self):
        """Equilibration length without conduction along the vessel, m."""
        tissue = np.log(self.outer_radius / self.radius) / (2.0 * np.pi * self.conductivity)
        return self.capacity_rate * (tissue + 1.0 / self.film)

    def tissue(self, r, beta):
        return j0(beta * r) * y0(beta * self.outer_radius) - y0(beta * r) * j0(beta * self.outer_radius)

    def heat(self, beta):
        """Heat from the tissue to the blood per length at z = 0, W/m."""
        outer = beta * self.outer_radius
        slope = -beta * (j1(beta * self.radius) * y0(outer) - y1(beta * self.radius) * j0(outer))
        return 2.0 * np.pi * self.radius * self.conductivity * slope

    def blood(self, beta):
        """Blood temperature at z = 0, K."""
        return -self.heat(beta) / (self.capacity_rate * beta)

    @property
    def beta(self):
        def film_balance(beta):
            return self.tissue(self.radius, beta) - self.blood(beta) - self.heat(beta) / self.film

        trials = np.geomspace(0.3, 1.2, 400) / self.closed_form_length
        values = [film_balance(beta) for beta in trials]
        low = next(i for i in range(len(trials) - 1) if values[i] * values[i + 1] < 0.0)
        return brentq(film_balance, trials[low], trials[low + 1], xtol=1e-12)
