"""Where every material value of a run comes from: the tissues of its mesh and its flowing blood."""

from __future__ import annotations

from collections.abc import Mapping

from ablasim.build import Case
from ablasim.materials import Provenance, Tissue, electroporation, tissue
from ablasim.materials.library import BLOOD_KEYS
from ablasim.materials.overrides import USER_SOURCE
from ablasim.mesh.tetrahedra import ORGAN, TUMOUR

BLOOD = "blood"
"""Name that flowing blood has in lists of materials."""

Origins = Mapping[str, Mapping[str, Provenance]]


def material_origins(case: Case) -> Origins:
    """Source of every material value that a case draws on, by material and quantity.

    Parameters
    ----------
    case : Case
        The case. Its flowing blood is listed where it has a vessel or a perfused tissue.
    """
    origins: dict[str, Mapping[str, Provenance]] = {
        material.name: material.provenance for material in case.materials.values()
    }
    perfused = any(material.perfusion_rate_per_s > 0.0 for material in case.materials.values())
    if case.vessel_names or (perfused and case.scenario.body.perfusion_factor > 0.0):
        origins.setdefault(BLOOD, _flowing_blood(case))
    for material in tissues_under_pulses(case).values():
        origins[material.name] = {**origins.get(material.name, {}), **electroporation(material).provenance}
    return origins


def tissues_under_pulses(case: Case) -> dict[str, Tissue]:
    """Materials that pulses go through: ``organ``, ``tumour``, layers and blood, by these names."""
    if all(step.pulses is None for step in case.scenario.protocol):
        return {}
    regions = (ORGAN, TUMOUR, *(layer.name for layer in case.anatomy.layers))
    found = {name: case.materials[name] for name in regions if name in case.materials}
    return found | ({BLOOD: tissue(BLOOD)} if case.anatomy.vessels else {})


def unchecked(values: Mapping[str, Provenance]) -> tuple[str, ...]:
    """Keys of the values that were not checked at their source and are not the user's own."""
    return tuple(key for key, origin in values.items() if not origin.verified and origin.source != USER_SOURCE)


def _flowing_blood(case: Case) -> dict[str, Provenance]:
    """Source of the properties of flowing blood; density and heat capacity may be the scenario's own."""
    body, library = case.scenario.body, tissue(BLOOD)
    asked = {"density_kg_m3": body.blood_density_kg_m3, "heat_capacity_j_kg_k": body.blood_heat_capacity_j_kg_k}
    own = {key: value for key, value in asked.items() if value != library.provenance[key].value}
    values = tissue(BLOOD, own).provenance
    return {key: values[key] for key in BLOOD_KEYS}
