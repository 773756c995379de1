"""Property sets: what a tissue, a solid or blood is made of, and where each number comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ablasim.materials.electroporation import Electroporation
from ablasim.materials.spectra import Spectrum


@dataclass(frozen=True)
class Alternative:
    """What another source gives for a number.

    Parameters
    ----------
    value : float
        The number, in the unit of the entry it stands beside.
    source : str
        Citation.
    verified : bool
        As in `Provenance`.
    """

    value: float
    source: str
    verified: bool = True


@dataclass(frozen=True)
class Provenance:
    """One number and its source.

    Parameters
    ----------
    value : float
        The number, in the unit named by its key.
    unit : str
        That unit.
    range : tuple of float
        Lowest and highest value that sources give.
    source : str
        Citation.
    conditions : str
        How, at what temperature or frequency, and on what it was measured.
    verified : bool
        Whether the number was read in the source or in a public text that quotes the source; if not, it rests
        on common knowledge of the literature.
    note : str
        What else a reader should know.
    alternatives : tuple of Alternative
        Where sources disagree: what the others give, lowest first.
    choice : str
        Grounds on which this value was chosen among them, in a sentence.
    """

    value: float
    unit: str
    range: tuple[float, float]
    source: str
    conditions: str = ""
    verified: bool = False
    note: str = ""
    alternatives: tuple[Alternative, ...] = ()
    choice: str = ""


@dataclass(frozen=True)
class Vaporisation:
    """Water that boils off between two temperatures.

    Parameters
    ----------
    water_content_kg_m3 : float
        Mass of water per volume of tissue, kg/m³.
    latent_heat_j_kg : float
        Latent heat of water, J/kg.
    start, end : float
        Window of the transition, K.
    vapour_heat_capacity_j_m3_k : float
        Volumetric heat capacity ρc above the window, J/(m³ K).
    vapour_conductivity_ratio : float
        Electrical conductivity of the dried tissue over that at the start of boiling.
    """

    water_content_kg_m3: float
    latent_heat_j_kg: float
    start: float
    end: float
    vapour_heat_capacity_j_m3_k: float
    vapour_conductivity_ratio: float


@dataclass(frozen=True)
class Tissue:
    """Properties of a tissue, or of a phantom or an applicator's solid, which has no perfusion.

    Parameters
    ----------
    name : str
        Name in scenarios.
    density : float
        ρ, kg/m³.
    heat_capacity : float
        c, J/(kg K).
    thermal_conductivity : float
        k at 37 °C, W/(m K).
    thermal_conductivity_slope_per_k : float
        Relative rise of k, 1/K.
    thermal_conductivity_cap : float
        Temperature above which k stays, K.
    electrical_conductivity : float
        σ at 37 °C and about 500 kHz, S/m.
    electrical_conductivity_slope_per_k : float
        Relative rise of σ, 1/K.
    electrical_conductivity_cap : float
        Temperature above which the liquid part's σ stays, K.
    perfusion_rate_per_s : float
        Blood volume per tissue volume and second, 1/s.
    metabolic_heat_w_m3 : float
        Metabolic heat, W/m³.
    vaporisation : Vaporisation or None
        Boiling of the tissue's water; None when it is left out.
    user_defined : bool
        Whether any value is the user's own.
    provenance : Mapping of str to Provenance
        Source of each number, by its key in the library's files.
    spectrum : Spectrum or None
        Permittivity and conductivity at microwave frequencies, at 37 °C; None: not known.
    dielectric_law : str
        How they follow temperature: a name of `ablasim.materials.dielectric_laws.LAW_NAMES`.
    relative_permittivity, microwave_conductivity : float or None
        The user's own values at 37 °C and at the frequency of use (S/m), which stand before the spectrum's.
    electroporation : Electroporation or None
        What pulses do to it; None: not known.
    """

    name: str
    density: float
    heat_capacity: float
    thermal_conductivity: float
    thermal_conductivity_slope_per_k: float
    thermal_conductivity_cap: float
    electrical_conductivity: float
    electrical_conductivity_slope_per_k: float
    electrical_conductivity_cap: float
    perfusion_rate_per_s: float
    metabolic_heat_w_m3: float
    vaporisation: Vaporisation | None
    user_defined: bool
    provenance: Mapping[str, Provenance] = field(compare=False, repr=False)
    spectrum: Spectrum | None = None
    dielectric_law: str = "constant"
    relative_permittivity: float | None = None
    microwave_conductivity: float | None = None
    electroporation: Electroporation | None = None

    @property
    def volumetric_heat_capacity(self) -> float:
        """ρc before any boiling, J/(m³ K)."""
        return self.density * self.heat_capacity


@dataclass(frozen=True)
class Blood:
    """Properties of flowing blood.

    Parameters
    ----------
    density : float
        Density, kg/m³.
    heat_capacity : float
        Specific heat capacity, J/(kg K).
    thermal_conductivity : float
        Thermal conductivity, W/(m K).
    viscosity : float
        Dynamic viscosity at high shear rate, Pa s.
    electrical_conductivity : float
        Electrical conductivity at about 500 kHz, S/m.
    """

    density: float
    heat_capacity: float
    thermal_conductivity: float
    viscosity: float
    electrical_conductivity: float

    @property
    def volumetric_heat_capacity(self) -> float:
        """ρc, J/(m³ K)."""
        return self.density * self.heat_capacity
