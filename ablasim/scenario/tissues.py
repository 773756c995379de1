"""The user's own tissues: overrides of the library, or whole property sets."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ablasim.scenario.base import Between, Name, Part

COMPULSORY_WITHOUT_BASE = (
    "density_kg_m3",
    "heat_capacity_j_kg_k",
    "thermal_conductivity_w_m_k",
    "electrical_conductivity_s_m",
)
"""Overrides that make a tissue complete without a library tissue to start from."""


class TissueOverrides(Part):
    """A tissue of the user's own; what is left out is that of the library tissue named in `from`."""

    base: Name | None = Field(default=None, alias="from", description="Library tissue to start from.")
    density_kg_m3: Annotated[float, Between(10.0, 25000.0, "kg/m³")] | None = Field(
        default=None, description="Density, kg/m³."
    )
    heat_capacity_j_kg_k: Annotated[float, Between(100.0, 10000.0, "J/(kg K)")] | None = Field(
        default=None, description="Heat capacity, J/(kg K)."
    )
    thermal_conductivity_w_m_k: Annotated[float, Between(0.001, 500.0, "W/(m K)")] | None = Field(
        default=None, description="Thermal conductivity at 37 °C, W/(m K)."
    )
    thermal_conductivity_slope_per_k: Annotated[float, Between(-0.01, 0.1, "1/K")] | None = Field(
        default=None, description="Relative slope of the thermal conductivity about 37 °C, 1/K."
    )
    thermal_conductivity_cap_c: Annotated[float, Between(37.0, 300.0, "°C")] | None = Field(
        default=None, description="Temperature above which the thermal conductivity stays, °C."
    )
    electrical_conductivity_s_m: Annotated[float, Between(1e-9, 1e8, "S/m")] | None = Field(
        default=None, description="Electrical conductivity at 37 °C, S/m."
    )
    electrical_conductivity_slope_per_k: Annotated[float, Between(-0.01, 0.1, "1/K")] | None = Field(
        default=None, description="Relative slope of the electrical conductivity about 37 °C, 1/K."
    )
    electrical_conductivity_cap_c: Annotated[float, Between(37.0, 300.0, "°C")] | None = Field(
        default=None, description="Temperature above which the electrical conductivity stays, °C."
    )
    vapour_conductivity_ratio: Annotated[float, Between(1e-9, 1.0)] | None = Field(
        default=None, description="Electrical conductivity of dried tissue over that at 100 °C."
    )
    perfusion_rate_per_s: Annotated[float, Between(0.0, 1.0, "1/s")] | None = Field(
        default=None, description="Volume of blood per volume of tissue and second, 1/s."
    )
    metabolic_heat_w_m3: Annotated[float, Between(0.0, 1e6, "W/m³")] | None = Field(
        default=None, description="Metabolic heat, W/m³; acts where `body.metabolic_heat` is true."
    )
    vaporisation: bool | None = Field(default=None, description="Whether the tissue's water boils.")
    water_content_kg_m3: Annotated[float, Between(1.0, 1100.0, "kg/m³")] | None = Field(
        default=None, description="Water that can boil, kg/m³."
    )
    latent_heat_j_kg: Annotated[float, Between(1e3, 1e7, "J/kg")] | None = Field(
        default=None, description="Latent heat of vaporisation, J/kg."
    )
    vaporisation_from_c: Annotated[float, Between(60.0, 200.0, "°C")] | None = Field(
        default=None, description="Temperature at which boiling begins, °C."
    )
    vaporisation_to_c: Annotated[float, Between(60.0, 200.0, "°C")] | None = Field(
        default=None, description="Temperature at which the last water has boiled, °C."
    )
    vapour_heat_capacity_j_m3_k: Annotated[float, Between(1e2, 1e8, "J/(m³ K)")] | None = Field(
        default=None, description="Heat capacity of dried tissue, J/(m³ K)."
    )
    relative_permittivity: Annotated[float, Between(1.0, 200.0)] | None = Field(
        default=None, description="Relative permittivity at 37 °C and the frequency of the scenario's antennas."
    )
    microwave_conductivity_s_m: Annotated[float, Between(0.0, 100.0, "S/m")] | None = Field(
        default=None,
        description="Conductivity, all losses together, at 37 °C and the frequency of the scenario's antennas, S/m.",
    )
    dielectric_law: Literal["constant", "ji_brace_2011", "lopresto", "linear_915", "by_frequency"] | None = Field(
        default=None,
        description="How the two follow temperature: not at all, by a law measured on liver at 2.45 GHz "
        "(ji_brace_2011, lopresto) or 915 MHz (linear_915), or by that of the nearer frequency (by_frequency).",
    )
    pulse_conductivity_s_m: Annotated[float, Between(1e-9, 1e4, "S/m")] | None = Field(
        default=None, description="Conductivity under pulses before electroporation, at 37 °C, S/m."
    )
    electroporated_conductivity_s_m: Annotated[float, Between(1e-9, 1e4, "S/m")] | None = Field(
        default=None, description="Conductivity of electroporated tissue at 37 °C, S/m."
    )
    electroporation_law: Literal["smoothstep", "sigmoid", "gompertz"] | None = Field(
        default=None, description="How the conductivity rises with the field of a pulse."
    )
    conductivity_rise_from_v_per_cm: Annotated[float, Between(0.0, 1e5, "V/cm")] | None = Field(
        default=None, description="Field at which the conductivity begins to rise (smoothstep, sigmoid), V/cm."
    )
    conductivity_rise_to_v_per_cm: Annotated[float, Between(1.0, 1e5, "V/cm")] | None = Field(
        default=None, description="Field at which it has risen (smoothstep, sigmoid), V/cm."
    )
    gompertz_displacement: Annotated[float, Between(1e-3, 1e3)] | None = Field(
        default=None, description="First constant of the Gompertz law: exp(−this) is its share at no field."
    )
    gompertz_rate_cm_per_v: Annotated[float, Between(1e-6, 1.0, "cm/V")] | None = Field(
        default=None, description="Second constant of the Gompertz law, cm/V."
    )
    pulse_conductivity_slope_per_k: Annotated[float, Between(-0.01, 0.1, "1/K")] | None = Field(
        default=None, description="Relative slope of the conductivity under pulses about 37 °C, 1/K."
    )
    reversible_threshold_v_per_cm: Annotated[float, Between(1.0, 1e5, "V/cm")] | None = Field(
        default=None, description="Field from which cells are opened for a while, V/cm."
    )
    irreversible_threshold_v_per_cm: Annotated[float, Between(1.0, 1e5, "V/cm")] | None = Field(
        default=None, description="Field from which cells die, V/cm."
    )

    def overrides(self) -> dict[str, float | bool | str]:
        """Property keys that the user gave, without `from`."""
        given = self.model_dump(exclude={"base"}, exclude_none=True)
        return {key: value for key, value in given.items() if isinstance(value, float | bool | str)}
