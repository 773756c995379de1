"""What a pulse does to a tissue: conductivity before and after, and the fields that open or kill its cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ablasim.constants import BODY_TEMPERATURE_C, ZERO_CELSIUS_K
from ablasim.errors import ModelError
from ablasim.materials.electroporation_laws import LAW_NAMES, shares
from ablasim.units import kelvin, metres_per_volt, volts_per_metre

if TYPE_CHECKING:
    from ablasim.materials.properties import Provenance, Tissue

Floats = NDArray[np.float64]

REFERENCE_TEMPERATURE = kelvin(BODY_TEMPERATURE_C)
"""Temperature at which conductivities are given, K."""

HIGHEST_TEMPERATURE = kelvin(100.0)
"""Temperature above which the conductivity stays, K, as that of the laws at radiofrequency."""

COMMON_KEYS = (
    "pulse_conductivity_s_m",
    "electroporated_conductivity_s_m",
    "pulse_conductivity_slope_per_k",
    "reversible_threshold_v_per_cm",
    "irreversible_threshold_v_per_cm",
)
RAMP_KEYS = ("conductivity_rise_from_v_per_cm", "conductivity_rise_to_v_per_cm")
GOMPERTZ_KEYS = ("gompertz_displacement", "gompertz_rate_cm_per_v")


@dataclass(frozen=True)
class Electroporation:
    """A tissue under pulses of some 100 µs.

    Parameters
    ----------
    law : str
        How the conductivity rises with the field (`ablasim.materials.electroporation_laws.LAW_NAMES`).
    constants : tuple of float
        The law's two constants: V/m and V/m, or for ``gompertz`` a number and m/V.
    before, after : float
        Conductivity of intact and of electroporated tissue at 37 °C, S/m.
    slope_per_k : float
        Relative rise of either with temperature, 1/K.
    reversible_threshold, irreversible_threshold : float
        Field from which cells open for a while, and from which they die, V/m.
    provenance : Mapping of str to Provenance
        Source of each number, by its key in the library's files.
    """

    law: str
    constants: tuple[float, float]
    before: float
    after: float
    slope_per_k: float
    reversible_threshold: float
    irreversible_threshold: float
    provenance: Mapping[str, Provenance] = field(compare=False, repr=False)

    @property
    def irreversible_range(self) -> tuple[float, float]:
        """Lowest and highest irreversible threshold that sources give, V/m; of a value of one's own that alone."""
        low, high = self.provenance["irreversible_threshold_v_per_cm"].range
        return volts_per_metre(low), volts_per_metre(high)

    def conductivity(self, field_strength: ArrayLike, temperature: ArrayLike = REFERENCE_TEMPERATURE) -> Floats:
        """σ(E, T) = [σ_before + (σ_after − σ_before) s(E)] (1 + α (T − 37 °C)), S/m.

        Parameters
        ----------
        field_strength : array_like
            |E|, V/m.
        temperature : array_like, optional
            K, of a shape that broadcasts; held outside 0 to 100 °C.
        """
        share = shares(self.law, *self.constants, np.asarray(field_strength, dtype=float))
        found: Floats = (self.before + (self.after - self.before) * share) * self.warmth(temperature)
        return found

    def warmth(self, temperature: ArrayLike) -> Floats:
        """Factor by which temperature (K) changes the conductivity."""
        held = np.clip(np.asarray(temperature, dtype=float), ZERO_CELSIUS_K, HIGHEST_TEMPERATURE)
        factor: Floats = 1.0 + self.slope_per_k * (held - REFERENCE_TEMPERATURE)
        return factor


def electroporation(tissue: Tissue) -> Electroporation:
    """How a tissue answers to pulses.

    Raises
    ------
    ModelError
        If nothing is known of that; names the tissue and the keys to give.

    Examples
    --------
    >>> from ablasim.materials import tissue
    >>> float(electroporation(tissue("liver")).conductivity(80e3))
    0.32
    """
    if tissue.electroporation is None:
        keys = ", ".join((*COMMON_KEYS, *RAMP_KEYS))
        message = (
            f"tissue {tissue.name!r} has no values for pulses that electroporate: give {keys} in a tissue of your own"
        )
        raise ModelError(message)
    return tissue.electroporation


def make_electroporation(name: str, law: str, values: Mapping[str, Provenance]) -> Electroporation | None:
    """Values of a tissue, checked as a whole; None if it has none at all.

    Parameters
    ----------
    name : str
        Tissue, for messages.
    law : str
        Name of the law.
    values : Mapping of str to Provenance
        Numbers by key, in the units of the keys.

    Raises
    ------
    ModelError
        If some are given but others that the law needs are missing, or they contradict each other.
    """
    if not values:
        return None
    law_keys = GOMPERTZ_KEYS if law == "gompertz" else RAMP_KEYS
    missing = [key for key in (*COMMON_KEYS, *law_keys) if key not in values]
    if missing:
        message = f"tissues.{name}.{missing[0]}: is needed by the law {law} of electroporation and has no value"
        raise ModelError(message)
    number = {key: values[key].value for key in (*COMMON_KEYS, *law_keys)}
    p, q = (number[key] for key in law_keys)
    _check_order(name, number, COMMON_KEYS[0], COMMON_KEYS[1], strictly=False)
    _check_order(name, number, COMMON_KEYS[3], COMMON_KEYS[4], strictly=False)
    if law != "gompertz":
        _check_order(name, number, *RAMP_KEYS, strictly=True)
    found = Electroporation(
        law=law,
        constants=(p, metres_per_volt(q)) if law == "gompertz" else (volts_per_metre(p), volts_per_metre(q)),
        before=number["pulse_conductivity_s_m"],
        after=number["electroporated_conductivity_s_m"],
        slope_per_k=number["pulse_conductivity_slope_per_k"],
        reversible_threshold=volts_per_metre(number["reversible_threshold_v_per_cm"]),
        irreversible_threshold=volts_per_metre(number["irreversible_threshold_v_per_cm"]),
        provenance=dict(values),
    )
    if not found.warmth([ZERO_CELSIUS_K, HIGHEST_TEMPERATURE]).min() > 0.0:
        message = (
            f"tissues.{name}.pulse_conductivity_slope_per_k = {found.slope_per_k:g}: must keep the conductivity above "
            "zero from 0 to 100 °C"
        )
        raise ModelError(message)
    return found


def check_law(where: str, law: object) -> str:
    """Name of a law of electroporation, if it is one.

    Raises
    ------
    ModelError
        If it is not.
    """
    if law not in LAW_NAMES:
        message = f"{where} = {law}: must be one of {', '.join(LAW_NAMES)}"
        raise ModelError(message)
    return str(law)


def _check_order(name: str, number: Mapping[str, float], low: str, high: str, *, strictly: bool) -> None:
    if number[high] < number[low] or (strictly and number[high] == number[low]):
        relation = "above" if strictly else "at least"
        message = f"tissues.{name}.{high} = {number[high]:g}: must be {relation} {low} = {number[low]:g}"
        raise ModelError(message)
