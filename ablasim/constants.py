"""Physical constants and conventions, each with its source."""

from __future__ import annotations

ZERO_CELSIUS_K = 273.15
"""0 °C on the absolute scale, K (exact by definition of the Celsius scale)."""

GAS_CONSTANT_J_MOL_K = 8.314462618
"""Molar gas constant, J/(mol K) (CODATA 2018, exact in the 2019 SI)."""

BODY_TEMPERATURE_C = 37.0
"""Core body temperature taken for tissue and blood, °C (the convention of ablation modelling)."""

VACUUM_PERMITTIVITY_F_M = 8.8541878128e-12
"""Permittivity of vacuum, F/m (CODATA 2018)."""
