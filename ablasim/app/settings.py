"""What a user can set on the page, checked: every value comes from a browser and is trusted with nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from ablasim.app.modalities import MODALITIES
from ablasim.errors import AblasimError


class SettingError(AblasimError):
    """A value from the page that cannot be."""


@dataclass(frozen=True)
class Range:
    """What a number may be.

    Parameters
    ----------
    low, high, step : float
        Ends, both included, and the step of the slider.
    unit : str
        Unit.
    """

    low: float
    high: float
    step: float
    unit: str

    def checked(self, name: str, value: object) -> float:
        """The value as a number.

        Raises
        ------
        SettingError
            If it is no number, not finite or out of the range.
        """
        if isinstance(value, bool) or not isinstance(value, int | float) or not self.low <= value <= self.high:
            message = f"{name} = {str(value)[:40]}: must be a number from {self.low:g} to {self.high:g} {self.unit}"
            raise SettingError(message)
        return float(value)


GAP = Range(5.0, 24.0, 0.5, "mm")
DIAMETER = Range(3.0, 10.0, 0.5, "mm")
SPEED = Range(50.0, 200.0, 10.0, "mm/s")
TUMOUR = Range(8.0, 30.0, 1.0, "mm")
POWER = {
    "rf": Range(12.0, 27.0, 1.0, "W"),
    "microwave": Range(20.0, 65.0, 1.0, "W"),
    "ire": Range(2000.0, 3000.0, 50.0, "V"),
}
LEAST_GAP_TO_TUMOUR = 0.5
"""Least distance between tumour and wall, mm: a vessel that would be nearer is moved out."""


@dataclass(frozen=True)
class Setting:
    """What is looked at.

    Parameters
    ----------
    modality : str
        ``rf``, ``microwave`` or ``ire``.
    gap_mm : float
        From the applicator's axis to the wall of the vessel.
    diameter_mm, speed_mm_s : float
        Of the vessel and of the blood in it.
    power : float
        W; of pulses their voltage, V.
    time_s : float
        Since the treatment began.
    tumour_mm : float
        Diameter of the tumour.
    """

    modality: str = "rf"
    gap_mm: float = 12.0
    diameter_mm: float = 6.0
    speed_mm_s: float = 150.0
    power: float = 25.0
    time_s: float = 660.0
    tumour_mm: float = 20.0

    @property
    def physics(self) -> tuple[str, float, float, float, float]:
        """What the solver is told of: neither the moment nor the tumour changes what happens."""
        return self.modality, self.gap_mm, self.diameter_mm, self.speed_mm_s, self.power

    @property
    def to_tumour_mm(self) -> float:
        """From the tumour's surface to the wall."""
        return self.gap_mm - 0.5 * self.tumour_mm

    @classmethod
    def checked(cls, said: Mapping[str, Any]) -> Setting:
        """A setting from what a browser sent.

        A vessel that would touch the tumour is moved out until it does not.

        Parameters
        ----------
        said : mapping
            A value for each parameter, no others.

        Raises
        ------
        SettingError
            If a value is missing, unknown, of another type, not finite or out of range.

        Examples
        --------
        >>> Setting.checked(vars(Setting()) | {"gap_mm": 7}).gap_mm
        10.5
        """
        known = [field.name for field in fields(cls)]
        if unknown := sorted(set(said) - set(known)):
            message = f"{str(unknown[0])[:40]!r}: unknown: must be one of {', '.join(known)}"
            raise SettingError(message)
        modality = said.get("modality")
        if not isinstance(modality, str) or modality not in MODALITIES:
            message = f"modality = {str(modality)[:40]!r}: must be one of {', '.join(MODALITIES)}"
            raise SettingError(message)
        tumour = TUMOUR.checked("tumour_mm", said.get("tumour_mm"))
        gap = GAP.checked("gap_mm", said.get("gap_mm"))
        return cls(
            modality,
            max(gap, 0.5 * tumour + LEAST_GAP_TO_TUMOUR),
            DIAMETER.checked("diameter_mm", said.get("diameter_mm")),
            SPEED.checked("speed_mm_s", said.get("speed_mm_s")),
            POWER[modality].checked("power", said.get("power")),
            time_range(modality).checked("time_s", said.get("time_s")),
            tumour,
        )


def time_range(modality: str) -> Range:
    """Times at which a treatment can be looked at."""
    settings = MODALITIES[modality]
    return Range(0.0, float(settings.times_s[-1]), 60.0 if settings.steps_in_time else 10.0, "s")
