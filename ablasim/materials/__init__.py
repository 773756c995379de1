"""Tissue properties with their sources, and the laws that make them follow temperature."""

from ablasim.materials.laws import (
    electrical_conductivity,
    enthalpy,
    enthalpy_curve,
    temperature_of_enthalpy,
    thermal_conductivity,
    vapour_fraction,
)
from ablasim.materials.library import blood, library_table, solid_names, tissue, tissue_names
from ablasim.materials.notices import PropertyRangeWarning, forget_notices
from ablasim.materials.properties import Blood, Provenance, Tissue, Vaporisation

__all__ = [
    "Blood",
    "PropertyRangeWarning",
    "Provenance",
    "Tissue",
    "Vaporisation",
    "blood",
    "electrical_conductivity",
    "enthalpy",
    "enthalpy_curve",
    "forget_notices",
    "library_table",
    "solid_names",
    "temperature_of_enthalpy",
    "thermal_conductivity",
    "tissue",
    "tissue_names",
    "vapour_fraction",
]
