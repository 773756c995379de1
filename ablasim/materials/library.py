"""Tissues, solids and blood by name, with the user's own values laid over the library's."""

from __future__ import annotations

from collections.abc import Mapping

from ablasim.constants import ZERO_CELSIUS_K
from ablasim.errors import ModelError
from ablasim.materials.electroporation import make_electroporation
from ablasim.materials.laws import REFERENCE_TEMPERATURE
from ablasim.materials.overrides import TEMPERATURE_KEYS, lay_over, unknown_name
from ablasim.materials.properties import Alternative, Blood, Provenance, Tissue, Vaporisation
from ablasim.materials.records import Record, read_record, record_names
from ablasim.units import kelvin

_WATER_KEYS = (
    "water_content_kg_m3",
    "latent_heat_j_kg",
    "vaporisation_from_c",
    "vaporisation_to_c",
    "vapour_heat_capacity_j_m3_k",
    "vapour_conductivity_ratio",
)

BLOOD_KEYS = (
    "density_kg_m3",
    "heat_capacity_j_kg_k",
    "thermal_conductivity_w_m_k",
    "viscosity_pa_s",
    "electrical_conductivity_s_m",
)
"""Quantities of the record of blood that matter where it flows."""

OWN_TISSUE = "own_tissue"
"""Record that a tissue of the user's own starts from when it names no other."""

Defined = Mapping[str, Mapping[str, object]]


def tissue_names() -> tuple[str, ...]:
    """Names of the library's tissues, sorted."""
    return _names_of_kind("tissue")


def solid_names() -> tuple[str, ...]:
    """Names of the library's applicator solids, sorted."""
    return _names_of_kind("solid")


def tissue(name: str, overrides: Mapping[str, object] | None = None, defined: Defined | None = None) -> Tissue:
    """Tissue or solid of that name, with the user's own values laid over it.

    Parameters
    ----------
    name : str
        Name in the library or in `defined`.
    overrides : Mapping, optional
        Own values by key (see `ablasim.materials.overrides`); ``vaporisation: false`` leaves boiling out.
    defined : Mapping of str to Mapping, optional
        The scenario's own tissues: own values by key, and in ``from`` the tissue they are laid over. Without
        it the tissue starts from constant properties, no blood and no boiling, and must name its density,
        heat capacity and both conductivities.

    Raises
    ------
    ModelError
        If a name or a key is unknown (the nearest one is named), a definition goes in a circle, a value is
        missing or cannot be, or a conductivity would not stay positive from 0 °C to its cap.

    Examples
    --------
    >>> tissue("my_liver", defined={"my_liver": {"from": "liver", "density_kg_m3": 1060.0}}).density
    1060.0
    """
    record, own = _resolve(name, defined or {}, ())
    if overrides:
        record = lay_over(name, record, overrides)
    return _checked(_build(name, record, own or bool(overrides)))


def blood() -> Blood:
    """Flowing blood of the library."""
    values = read_record("blood").values
    density, heat_capacity, conductivity, viscosity, electrical = (values[key].value for key in BLOOD_KEYS)
    return Blood(
        density=density,
        heat_capacity=heat_capacity,
        thermal_conductivity=conductivity,
        viscosity=viscosity,
        electrical_conductivity=electrical,
    )


def alternatives(name: str) -> dict[str, tuple[Alternative, ...]]:
    """What other sources give for the quantities of a tissue or solid on which sources disagree.

    Parameters
    ----------
    name : str
        Name in the library.

    Returns
    -------
    dict of str to tuple of Alternative
        By quantity, lowest value first; quantities without a disagreement are left out. A scenario takes one as
        ``tissues: {mine: {from: <name>, <quantity>: <value>}}``.

    Raises
    ------
    ModelError
        If there is no such tissue or solid; names the nearest one.

    Examples
    --------
    >>> [item.value for item in alternatives("liver")["thermal_conductivity_w_m_k"]]
    [0.302, 0.564]
    """
    record = _library_record(name)
    entries = {**record.values, **record.electroporation}
    return {key: entry.alternatives for key, entry in entries.items() if entry.alternatives}


def _names_of_kind(kind: str) -> tuple[str, ...]:
    return tuple(name for name in record_names() if read_record(name).kind == kind)


def _resolve(name: str, defined: Defined, seen: tuple[str, ...]) -> tuple[Record, bool]:
    """Record of a tissue, and whether any of it is the user's, down the chain of definitions."""
    if name in seen:
        message = f"tissues.{name}: builds on itself: {' → '.join((*seen, name))}"
        raise ModelError(message)
    if name in defined:
        entry = dict(defined[name])
        parent = entry.pop("from", None)
        record = read_record(OWN_TISSUE) if parent is None else _resolve(str(parent), defined, (*seen, name))[0]
        return lay_over(name, record, entry), True
    return _library_record(name, tuple(defined)), False


def _library_record(name: str, also_known: tuple[str, ...] = ()) -> Record:
    """Record of a tissue or solid; `also_known` are further names that a message may suggest."""
    known = (*tissue_names(), *solid_names())
    if name not in known:
        raise ModelError(unknown_name("tissue", name, (*known, *also_known)))
    return read_record(name)


def _build(name: str, record: Record, own: bool) -> Tissue:
    values = record.values

    def number(key: str) -> float:
        if key not in values:
            message = f"tissues.{name}.{key}: is needed and has no value"
            raise ModelError(message)
        value = values[key].value
        return kelvin(value) if key in TEMPERATURE_KEYS else value

    return Tissue(
        name=name,
        density=number("density_kg_m3"),
        heat_capacity=number("heat_capacity_j_kg_k"),
        thermal_conductivity=number("thermal_conductivity_w_m_k"),
        thermal_conductivity_slope_per_k=number("thermal_conductivity_slope_per_k"),
        thermal_conductivity_cap=number("thermal_conductivity_cap_c"),
        electrical_conductivity=number("electrical_conductivity_s_m"),
        electrical_conductivity_slope_per_k=number("electrical_conductivity_slope_per_k"),
        electrical_conductivity_cap=number("electrical_conductivity_cap_c"),
        perfusion_rate_per_s=number("perfusion_rate_per_s"),
        metabolic_heat_w_m3=number("metabolic_heat_w_m3"),
        vaporisation=_vaporisation(name, [number(key) for key in _WATER_KEYS]) if record.vaporisation else None,
        user_defined=own,
        provenance=values,
        spectrum=record.spectrum,
        dielectric_law=record.dielectric_law,
        relative_permittivity=_own(values, "relative_permittivity"),
        microwave_conductivity=_own(values, "microwave_conductivity_s_m"),
        electroporation=make_electroporation(name, record.electroporation_law, record.electroporation),
    )


def _own(values: Mapping[str, Provenance], key: str) -> float | None:
    return values[key].value if key in values else None


def _vaporisation(name: str, numbers: list[float]) -> Vaporisation:
    water, latent_heat, start, end, heat_capacity, ratio = numbers
    if not start < end:
        message = f"tissues.{name}.vaporisation_to_c: must be above vaporisation_from_c"
        raise ModelError(message)
    return Vaporisation(water, latent_heat, start, end, heat_capacity, ratio)


def _checked(tissue: Tissue) -> Tissue:
    """Tissue, if its conductivities stay positive over the range of their laws."""
    laws = {
        "thermal_conductivity": (tissue.thermal_conductivity_slope_per_k, tissue.thermal_conductivity_cap),
        "electrical_conductivity": (
            tissue.electrical_conductivity_slope_per_k,
            tissue.electrical_conductivity_cap,
        ),
    }
    for law, (slope, cap) in laws.items():
        for end in (ZERO_CELSIUS_K, cap):
            if not 1.0 + slope * (end - REFERENCE_TEMPERATURE) > 0.0:
                message = (
                    f"tissues.{tissue.name}.{law}_slope_per_k = {slope:g}: must keep the conductivity above "
                    "zero from 0 °C to its cap"
                )
                raise ModelError(message)
    return tissue
