"""Permittivity and conductivity of a tissue at a microwave frequency, as functions of temperature."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ablasim.errors import ModelError
from ablasim.materials.dielectric_laws import TemperatureLaw, temperature_law
from ablasim.materials.notices import notice_once
from ablasim.materials.properties import Tissue
from ablasim.materials.spectra import HIGHEST_FREQUENCY_HZ, LOWEST_FREQUENCY_HZ
from ablasim.units import HZ_PER_MHZ, celsius

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Dielectric:
    """A tissue at one frequency.

    Parameters
    ----------
    name : str
        Name of the tissue.
    frequency_hz : float
        Frequency, Hz.
    at_body_temperature : tuple of float
        Relative permittivity, and conductivity in S/m, at 37 °C.
    law : TemperatureLaw
        How they follow temperature.
    """

    name: str
    frequency_hz: float
    at_body_temperature: tuple[float, float]
    law: TemperatureLaw

    def permittivity(self, temperature_k: ArrayLike) -> Floats:
        """Relative permittivity at absolute temperatures in K, of their shape."""
        return self.law.permittivity(self.at_body_temperature[0], self._celsius(temperature_k))

    def conductivity(self, temperature_k: ArrayLike) -> Floats:
        """Conductivity, S/m, at absolute temperatures in K, of their shape: all losses together."""
        return self.law.conductivity(self.at_body_temperature[1], self._celsius(temperature_k))

    def check_range(self, highest_k: float) -> None:
        """Warn once if the law is asked at a temperature, K, up to which it was not measured."""
        asked, measured = float(celsius(highest_k)), self.law.measured_to_c
        if measured is not None and asked > measured:
            what = f"asked at {asked:.1f} °C, measured up to {measured:g} °C; continued beyond"
            notice_once("dielectric law", self.name, what)

    def _celsius(self, temperature_k: ArrayLike) -> Floats:
        absolute = np.asarray(temperature_k, dtype=float)
        if absolute.size:
            self.check_range(float(absolute.max()))
        return celsius(absolute)


def dielectric(tissue: Tissue, frequency_hz: float) -> Dielectric:
    """Permittivity and conductivity of a tissue at a microwave frequency.

    Parameters
    ----------
    tissue : Tissue
        The tissue. The user's own values stand before those of its spectrum.
    frequency_hz : float
        Frequency, Hz: from 0.4 to 10 GHz.

    Raises
    ------
    ModelError
        If the frequency is out of range, or the tissue has no values at microwave frequencies.

    Examples
    --------
    >>> from ablasim.materials import tissue
    >>> permittivity, conductivity = dielectric(tissue("liver"), 2.45e9).at_body_temperature
    >>> round(permittivity, 2), round(conductivity, 3)
    (43.03, 1.686)
    """
    if not LOWEST_FREQUENCY_HZ <= frequency_hz <= HIGHEST_FREQUENCY_HZ:
        given, low, high = (hz / HZ_PER_MHZ for hz in (frequency_hz, LOWEST_FREQUENCY_HZ, HIGHEST_FREQUENCY_HZ))
        message = (
            f"{tissue.name}: frequency {given:g} MHz: must be between {low:g} and {high:g} MHz, the range in which "
            "tissues are known"
        )
        raise ModelError(message)
    permittivity, conductivity = tissue.relative_permittivity, tissue.microwave_conductivity
    if tissue.spectrum is not None:
        of_spectrum = tissue.spectrum.at(frequency_hz)
        permittivity = of_spectrum[0] if permittivity is None else permittivity
        conductivity = of_spectrum[1] if conductivity is None else conductivity
    if permittivity is None or conductivity is None:
        message = (
            f"tissue {tissue.name!r} has no values at microwave frequencies: give its relative_permittivity and "
            "microwave_conductivity_s_m in a tissue of your own"
        )
        raise ModelError(message)
    law = temperature_law(tissue.dielectric_law, frequency_hz)
    return Dielectric(tissue.name, frequency_hz, (permittivity, conductivity), law)
