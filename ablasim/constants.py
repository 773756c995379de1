"""Physical constants and conventions, each with its source."""

from __future__ import annotations

ZERO_CELSIUS_K = 273.15
"""0 °C on the absolute scale, K (exact by definition of the Celsius scale)."""

GAS_CONSTANT_J_MOL_K = 8.314462618
"""Molar gas constant, J/(mol K) (CODATA 2018, exact in the 2019 SI)."""

BODY_TEMPERATURE_C = 37.0
"""Core body temperature taken for tissue and blood, °C (the convention of ablation modelling)."""

SPEED_OF_LIGHT_M_S = 299792458.0
"""Speed of light in vacuum, m/s (exact in the SI)."""

VACUUM_IMPEDANCE_OHM = 376.730313412
"""Characteristic impedance of vacuum, Ω (CODATA 2022; its uncertainty is in the tenth digit)."""

VACUUM_PERMITTIVITY_F_M = 1.0 / (VACUUM_IMPEDANCE_OHM * SPEED_OF_LIGHT_M_S)
"""Electric constant, F/m."""
