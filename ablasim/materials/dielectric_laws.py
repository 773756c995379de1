"""How permittivity and conductivity at microwave frequencies follow temperature: laws by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from ablasim.constants import BODY_TEMPERATURE_C
from ablasim.errors import ModelError

Floats = NDArray[np.float64]

BOILING_C = 100.0
"""Temperature up to which `LinearThenDrying` is linear, °C."""

LAW_DIVIDE_HZ = 1.5e9
"""Frequency from which `by_frequency` takes the law measured at 2.45 GHz, and below which that measured at 915 MHz,
Hz: their geometric mean."""


class TemperatureLaw(Protocol):
    """Values at a temperature from those at 37 °C."""

    @property
    def measured_to_c(self) -> float | None:
        """Highest temperature of the measurements, °C; None: none was seen, or none is needed."""

    def permittivity(self, at_body: float, temperature_c: Floats) -> Floats:
        """Relative permittivity at temperatures in °C, from that at 37 °C."""

    def conductivity(self, at_body: float, temperature_c: Floats) -> Floats:
        """Conductivity, S/m, at temperatures in °C, from that at 37 °C."""


@dataclass(frozen=True)
class Constant:
    """The values at 37 °C at every temperature."""

    measured_to_c: float | None = None

    def permittivity(self, at_body: float, temperature_c: Floats) -> Floats:
        """Relative permittivity at temperatures in °C."""
        return np.full(temperature_c.shape, at_body)

    def conductivity(self, at_body: float, temperature_c: Floats) -> Floats:
        """Conductivity, S/m, at temperatures in °C."""
        return np.full(temperature_c.shape, at_body)


@dataclass(frozen=True)
class Sigmoid:
    """s1 [1 − 1/(1 + exp(s2 − s3 T))] + s4, T in °C."""

    s1: float
    s2: float
    s3: float
    s4: float

    def __call__(self, temperature_c: Floats) -> Floats:
        """Value at temperatures in °C."""
        value: Floats = self.s1 * expit(self.s2 - self.s3 * temperature_c) + self.s4
        return value


@dataclass(frozen=True)
class RelativeSigmoids:
    """Sigmoids measured on one tissue at one frequency, as ratios to their values at 37 °C.

    The ratio acts on the susceptibility ε − 1 and on σ. So dried tissue tends to air, and a tissue whose values at
    37 °C are those of the sigmoids follows the sigmoids themselves.

    Parameters
    ----------
    of_permittivity, of_conductivity : Sigmoid
        As measured; conductivity in S/m.
    measured_to_c : float or None
        Highest temperature of the measurements, °C.
    """

    of_permittivity: Sigmoid
    of_conductivity: Sigmoid
    measured_to_c: float | None = None

    def permittivity(self, at_body: float, temperature_c: Floats) -> Floats:
        """Relative permittivity at temperatures in °C, at least 1."""
        return 1.0 + (at_body - 1.0) * self.susceptibility_ratio(temperature_c)

    def conductivity(self, at_body: float, temperature_c: Floats) -> Floats:
        """Conductivity, S/m, at temperatures in °C."""
        return at_body * self.conductivity_ratio(temperature_c)

    def susceptibility_ratio(self, temperature_c: Floats) -> Floats:
        """Susceptibility at temperatures in °C over that at 37 °C."""
        at_body = self.of_permittivity(np.array(BODY_TEMPERATURE_C)) - 1.0
        ratio: Floats = np.maximum(self.of_permittivity(temperature_c) - 1.0, 0.0) / at_body
        return ratio

    def conductivity_ratio(self, temperature_c: Floats) -> Floats:
        """Conductivity at temperatures in °C over that at 37 °C."""
        ratio: Floats = self.of_conductivity(temperature_c) / self.of_conductivity(np.array(BODY_TEMPERATURE_C))
        return ratio


@dataclass(frozen=True)
class LinearThenDrying:
    """Linear from 0 to 100 °C; above, tissue loses its water, and with it what another law loses from there on.

    Parameters
    ----------
    permittivity_slope_per_k, conductivity_slope_per_k : float
        Relative to 37 °C, 1/K.
    drying : RelativeSigmoids
        The other law.
    measured_to_c : float or None
        Highest temperature of the measurements, °C.
    """

    permittivity_slope_per_k: float
    conductivity_slope_per_k: float
    drying: RelativeSigmoids
    measured_to_c: float | None = None

    def permittivity(self, at_body: float, temperature_c: Floats) -> Floats:
        """Relative permittivity at temperatures in °C, at least 1."""
        wet = at_body * (1.0 + self.permittivity_slope_per_k * _above_body(temperature_c))
        lost = self.drying.susceptibility_ratio
        left = lost(np.maximum(temperature_c, BOILING_C)) / lost(np.array(BOILING_C))
        return 1.0 + np.maximum(wet - 1.0, 0.0) * left

    def conductivity(self, at_body: float, temperature_c: Floats) -> Floats:
        """Conductivity, S/m, at temperatures in °C."""
        wet = at_body * (1.0 + self.conductivity_slope_per_k * _above_body(temperature_c))
        lost = self.drying.conductivity_ratio
        return wet * lost(np.maximum(temperature_c, BOILING_C)) / lost(np.array(BOILING_C))


JI_BRACE_2011 = RelativeSigmoids(Sigmoid(48.391, 6.286, 0.0764, 1.0), Sigmoid(2.173, 5.951, 0.0697, 0.0))
"""Bovine liver ex vivo at 2.45 GHz, heated by microwaves (Ji and Brace, Phys. Med. Biol. 56:5249-5264, 2011; numbers
as in the public MITA-model test of that paper)."""

LOPRESTO = RelativeSigmoids(Sigmoid(45.57, 5.223, 0.05243, 0.0), Sigmoid(1.803, 6.538, 0.05984, 0.0), 105.0)
"""Bovine liver ex vivo at 2.45 GHz during ablation: numbers read in the guide of MITA-model, which names Lopresto et
al. but not the paper; taken for that of 2014 (Lopresto, Pinto and Cavagnaro, Experimental characterisation of the
thermal lesion induced by microwave ablation), whose abstract gives 23 to 105 °C."""

LINEAR_915 = LinearThenDrying(-0.00130, 0.0182, JI_BRACE_2011)
"""Bovine liver ex vivo at 915 MHz: the reversible change by temperature (Chin and Sherar, Phys. Med. Biol. 46:197-211,
2001: −0.130 ± 0.059 and +1.82 ± 0.28 %/K)."""

BY_FREQUENCY = "by_frequency"

_LAWS: dict[str, TemperatureLaw] = {
    "constant": Constant(),
    "ji_brace_2011": JI_BRACE_2011,
    "lopresto": LOPRESTO,
    "linear_915": LINEAR_915,
}

LAW_NAMES = (*_LAWS, BY_FREQUENCY)
"""Names by which a tissue chooses its law."""


def temperature_law(name: str, frequency_hz: float) -> TemperatureLaw:
    """Law of that name; ``by_frequency`` is the one whose frequency of measurement is nearest.

    Raises
    ------
    ModelError
        If the name is unknown.
    """
    if name == BY_FREQUENCY:
        return JI_BRACE_2011 if frequency_hz >= LAW_DIVIDE_HZ else LINEAR_915
    if name not in _LAWS:
        message = f"dielectric law {name!r} is unknown: known: {', '.join(LAW_NAMES)}"
        raise ModelError(message)
    return _LAWS[name]


def _above_body(temperature_c: Floats) -> Floats:
    """Temperature above 37 °C, K, held outside 0 to 100 °C."""
    held: Floats = np.clip(temperature_c, 0.0, BOILING_C) - BODY_TEMPERATURE_C
    return held
