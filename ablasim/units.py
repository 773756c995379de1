"""Conversion between the units of the edge (mm, °C, ml) and SI inside."""

from __future__ import annotations

from typing import overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ablasim.constants import ZERO_CELSIUS_K

Floats = NDArray[np.float64]

MM_PER_M = 1e3
MM_PER_CM = 10.0
MICROSECONDS_PER_S = 1e6
ML_PER_M3 = 1e6
SECONDS_PER_MINUTE = 60.0
HZ_PER_MHZ = 1e6
CM_PER_M = 1e2


@overload
def kelvin(temperature_c: float) -> float: ...
@overload
def kelvin(temperature_c: Floats) -> Floats: ...
def kelvin(temperature_c: float | Floats) -> float | Floats:
    """Absolute temperature, K, of a temperature in °C.

    Examples
    --------
    >>> kelvin(37.0)
    310.15
    """
    return temperature_c + ZERO_CELSIUS_K


@overload
def celsius(temperature: float) -> float: ...
@overload
def celsius(temperature: Floats) -> Floats: ...
def celsius(temperature: float | Floats) -> float | Floats:
    """Temperature in °C of an absolute temperature in K.

    Examples
    --------
    >>> round(celsius(310.15), 9)
    37.0
    """
    return temperature - ZERO_CELSIUS_K


def metres(length_mm: ArrayLike) -> Floats:
    """Lengths or coordinates in metres from millimetres, as an array of the same shape.

    Examples
    --------
    >>> metres([1.0, 20.0]).tolist()
    [0.001, 0.02]
    """
    return np.asarray(length_mm, dtype=float) / MM_PER_M


def millimetres(length: ArrayLike) -> Floats:
    """Lengths or coordinates in millimetres from metres, as an array of the same shape.

    Examples
    --------
    >>> millimetres([0.001, 0.02]).tolist()
    [1.0, 20.0]
    """
    return np.asarray(length, dtype=float) * MM_PER_M


def millilitres(volume: float) -> float:
    """Volume in ml from m³.

    Examples
    --------
    >>> millilitres(1e-6)
    1.0
    """
    return volume * ML_PER_M3


def volts_per_metre(field_v_per_cm: float) -> float:
    """Field strength in V/m from V/cm.

    Examples
    --------
    >>> volts_per_metre(500.0)
    50000.0
    """
    return field_v_per_cm * CM_PER_M


def volts_per_cm(field: float) -> float:
    """Field strength in V/cm from V/m.

    Examples
    --------
    >>> volts_per_cm(50000.0)
    500.0
    """
    return field / CM_PER_M


def metres_per_volt(rate_cm_per_v: float) -> float:
    """Inverse field in m/V from cm/V.

    Examples
    --------
    >>> metres_per_volt(0.002)
    2e-05
    """
    return rate_cm_per_v / CM_PER_M
