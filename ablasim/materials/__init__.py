"""Tissue properties with their sources, and the laws that make them follow temperature."""

from ablasim.materials.dielectric import Dielectric, dielectric
from ablasim.materials.dielectric_table import ConductivityField
from ablasim.materials.electroporation import Electroporation, electroporation
from ablasim.materials.laws import (
    electrical_conductivity,
    enthalpy,
    enthalpy_curve,
    temperature_of_enthalpy,
    thermal_conductivity,
    vapour_fraction,
)
from ablasim.materials.library import alternatives, blood, solid_names, tissue, tissue_names
from ablasim.materials.notices import PropertyRangeWarning, forget_notices
from ablasim.materials.properties import Alternative, Blood, Provenance, Tissue, Vaporisation
from ablasim.materials.table import LibraryRow, library_table

__all__ = [
    "Alternative",
    "Blood",
    "ConductivityField",
    "Dielectric",
    "Electroporation",
    "LibraryRow",
    "PropertyRangeWarning",
    "Provenance",
    "Tissue",
    "Vaporisation",
    "alternatives",
    "blood",
    "dielectric",
    "electrical_conductivity",
    "electroporation",
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
