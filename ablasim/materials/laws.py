"""Laws in temperature: conductivities, vapour fraction and volumetric enthalpy. Arrays in, arrays out."""

from __future__ import annotations

import numpy as np
from numba import prange
from numpy.typing import ArrayLike, NDArray

from ablasim.compiled import compiled, n_blocks, piece
from ablasim.constants import BODY_TEMPERATURE_C, ZERO_CELSIUS_K
from ablasim.materials.notices import notice_once
from ablasim.materials.properties import Tissue
from ablasim.units import celsius, kelvin

Floats = NDArray[np.float64]

REFERENCE_TEMPERATURE = kelvin(BODY_TEMPERATURE_C)
"""Temperature at which the library gives conductivities, K."""

FREEZING = ZERO_CELSIUS_K
"""Lower end of every law: freezing is not part of them, K."""


def electrical_conductivity(tissue: Tissue, temperature: ArrayLike, vapour: ArrayLike = 0.0) -> Floats:
    """Electrical conductivity, S/m: linear in temperature up to the cap, collapsing with the vapour fraction.

    Parameters
    ----------
    tissue : Tissue
        Whose conductivity.
    temperature : array_like
        Absolute temperature, K, any shape.
    vapour : array_like, optional
        Vapour fraction f between 0 and 1, of a shape that broadcasts with `temperature`.

    Returns
    -------
    ndarray
        With σ_l = σ37 (1 + b (T − 37 °C)) held outside 0 °C to the cap, and σ100 its value at the cap:
        ln σ = (1 − f) ln σ_l + f ln(ratio σ100), ratio being `Vaporisation.vapour_conductivity_ratio`.

    Notes
    -----
    Where f > 0 the tissue boils, so σ_l is σ100 but for the width of the window, and this is the law
    (1 − f) ln σ100 + f ln σ_vapour: each share of water lost costs the same factor, and is gained back when
    the tissue is wetted again.
    """
    cap, slope = tissue.electrical_conductivity_cap, tissue.electrical_conductivity_slope_per_k
    water = tissue.vaporisation
    liquid, low, high = _linear(temperature, tissue.electrical_conductivity, slope, cap)
    if slope != 0.0:
        _notice_range(tissue, "electrical conductivity", low, high if water is None else min(high, cap), cap)
    if water is None or (np.ndim(vapour) == 0 and vapour == 0.0):
        return liquid if np.ndim(vapour) == 0 else liquid + np.zeros(np.shape(vapour))
    at_cap = tissue.electrical_conductivity * (1.0 + slope * (cap - REFERENCE_TEMPERATURE))
    liquid, fraction = np.broadcast_arrays(liquid, np.asarray(vapour, dtype=float))
    collapsed = np.empty(liquid.shape)
    _collapse(liquid.ravel(), fraction.ravel(), water.vapour_conductivity_ratio * at_cap, collapsed.reshape(-1))
    return collapsed


def thermal_conductivity(tissue: Tissue, temperature: ArrayLike) -> Floats:
    """Thermal conductivity, W/(m K): linear in temperature (K) and held outside 0 °C to the cap."""
    cap, slope = tissue.thermal_conductivity_cap, tissue.thermal_conductivity_slope_per_k
    conductivity, low, high = _linear(temperature, tissue.thermal_conductivity, slope, cap)
    if slope != 0.0:
        _notice_range(tissue, "thermal conductivity", low, high, cap)
    return conductivity


def vapour_fraction(tissue: Tissue, temperature: ArrayLike) -> Floats:
    """Share of the tissue's water that is vapour at a temperature (K): 0 below the window, 1 above it."""
    temperature = np.asarray(temperature, dtype=float)
    if tissue.vaporisation is None:
        return np.zeros_like(temperature)
    start, end = tissue.vaporisation.start, tissue.vaporisation.end
    fraction = np.empty(temperature.shape)
    _fill_fraction(np.ascontiguousarray(temperature).reshape(-1), float(start), float(end), fraction.reshape(-1))
    return fraction


def enthalpy_curve(tissue: Tissue) -> tuple[Floats, Floats]:
    """Volumetric enthalpy as a piecewise linear function of temperature.

    Parameters
    ----------
    tissue : Tissue
        Whose enthalpy.

    Returns
    -------
    breakpoints : ndarray, shape (m,)
        Temperatures at which the slope changes, K; m = 0 without boiling and 2 with it.
    slopes : ndarray, shape (m + 1,)
        Slope of each piece, J/(m³ K): ρc, then ρc + w L/(end − start), then that of the dried tissue.

    Examples
    --------
    >>> from ablasim.materials import tissue
    >>> breakpoints, slopes = enthalpy_curve(tissue("liver"))
    >>> len(breakpoints), bool(slopes[0] < slopes[1])
    (2, True)
    """
    wet = tissue.volumetric_heat_capacity
    water = tissue.vaporisation
    if water is None:
        return np.empty(0), np.array([wet])
    boiling = wet + water.water_content_kg_m3 * water.latent_heat_j_kg / (water.end - water.start)
    slopes = np.array([wet, boiling, water.vapour_heat_capacity_j_m3_k])
    return np.array([water.start, water.end]), slopes


def enthalpy(tissue: Tissue, temperature: ArrayLike) -> Floats:
    """Volumetric enthalpy over that at 0 °C, J/m³, at a temperature in K."""
    starts, bases, slopes = _pieces(tissue)
    temperature = np.asarray(temperature, dtype=float)
    piece = np.searchsorted(starts[1:], temperature, side="right")
    heat: Floats = bases[piece] + slopes[piece] * (temperature - starts[piece])
    return heat


def temperature_of_enthalpy(tissue: Tissue, volumetric_enthalpy: ArrayLike) -> Floats:
    """Temperature, K, at which the volumetric enthalpy over that at 0 °C is the one given, J/m³."""
    starts, bases, slopes = _pieces(tissue)
    heat = np.asarray(volumetric_enthalpy, dtype=float)
    piece = np.searchsorted(bases[1:], heat, side="right")
    temperature: Floats = starts[piece] + (heat - bases[piece]) / slopes[piece]
    return temperature


def _pieces(tissue: Tissue) -> tuple[Floats, Floats, Floats]:
    """Start (K), enthalpy at the start (J/m³) and slope of each piece; the first one counts from 0 °C."""
    breakpoints, slopes = enthalpy_curve(tissue)
    starts = np.concatenate([[ZERO_CELSIUS_K], breakpoints])
    bases = np.concatenate([[0.0], np.cumsum(np.diff(starts) * slopes[:-1])])
    return starts, bases, slopes


def _notice_range(tissue: Tissue, law: str, low: float, high: float, cap: float) -> None:
    """Give one notice where a law is asked for outside 0 °C to its cap."""
    if low < FREEZING or high > cap:
        worst = low if low < FREEZING else high
        notice_once(
            law,
            tissue.name,
            f"asked at {celsius(worst):.1f} °C, known from {celsius(FREEZING):g} to {celsius(cap):g} °C; "
            "held at the end of that range",
        )


def _linear(temperature: ArrayLike, at_reference: float, slope: float, cap: float) -> tuple[Floats, float, float]:
    """Value that is linear in temperature and held outside 0 °C to the cap; and the lowest and highest temperature."""
    asked = np.ascontiguousarray(temperature, dtype=float)
    values = np.empty(np.shape(temperature))
    limits = (float(FREEZING), float(cap), float(REFERENCE_TEMPERATURE))
    if not asked.size:
        return values, cap, cap
    low, high = _fill_linear(asked.reshape(-1), at_reference, slope, *limits, values.reshape(-1))
    return values, low, high


@compiled(fastmath=True, threaded=True)
def _fill_linear(
    temperature: Floats, at_reference: float, slope: float, low: float, high: float, reference: float, values: Floats
) -> tuple[float, float]:
    n = len(temperature)
    blocks = n_blocks(n)
    lowest, highest = np.empty(blocks), np.empty(blocks)
    for block in prange(blocks):
        coldest = hottest = temperature[0]
        for i in piece(block, blocks, n):
            here = temperature[i]
            coldest, hottest = min(coldest, here), max(hottest, here)
            values[i] = at_reference * (1.0 + slope * (min(max(here, low), high) - reference))
        lowest[block], highest[block] = coldest, hottest
    return lowest.min(), highest.max()


@compiled(threaded=True)
def _fill_fraction(temperature: Floats, start: float, end: float, fraction: Floats) -> None:
    n = len(temperature)
    blocks = n_blocks(n)
    for block in prange(blocks):
        for i in piece(block, blocks, n):
            fraction[i] = min(max((temperature[i] - start) / (end - start), 0.0), 1.0)


@compiled(threaded=True)
def _collapse(liquid: Floats, vapour: Floats, dry: float, values: Floats) -> None:
    n = len(liquid)
    blocks = n_blocks(n)
    for block in prange(blocks):
        for i in piece(block, blocks, n):
            values[i] = liquid[i] if vapour[i] == 0.0 else liquid[i] * (dry / liquid[i]) ** vapour[i]
