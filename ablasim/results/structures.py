"""What the critical structures were exposed to, and how far they are from dead tissue."""

from __future__ import annotations

from typing import Any

import numpy as np

from ablasim.build import Case
from ablasim.course import March
from ablasim.margins import Zone
from ablasim.margins.distance import TriangleSearch
from ablasim.margins.facets import boundary_facets, dead_facets
from ablasim.scenario.structures import CriticalStructure
from ablasim.structures import SampledStructure
from ablasim.units import MM_PER_M, celsius, millimetres

Block = dict[str, Any]


def structures_summary(case: Case, march: March, zone: Zone) -> Block:
    """Exposure of every critical structure, by its name.

    Parameters
    ----------
    case : Case
        The case.
    march : March
        The run itself.
    zone : Zone
        Its ablation zone.
    """
    if not case.structures:
        return {}
    search = None if zone.is_empty else _whole_outside(zone)
    settings = {structure.name: structure for structure in case.scenario.critical_structures}
    return {item.name: _block(item, settings[item.name], march, zone, search) for item in case.structures}


def structure_warnings(structures: Block) -> list[str]:
    """A sentence for each limit that a critical structure passed."""
    messages = []
    for name, block in structures.items():
        for key, limit, unit in (
            ("max_temperature_c", "limit_temperature_c", "°C"),
            ("max_cem43_min", "limit_cem43_min", "CEM43 min"),
        ):
            value, allowed = block[key], block[limit]
            if value is not None and allowed is not None and value > allowed:
                messages.append(f"critical structure {name}: {value:.4g} {unit}, above its limit of {allowed:g} {unit}")
    return messages


def _block(
    structure: SampledStructure,
    settings: CriticalStructure,
    march: March,
    zone: Zone,
    search: TriangleSearch | None,
) -> Block:
    exposure = march.exposures[structure.name]
    hottest = int(np.argmax(exposure.highest))
    is_steady = not march.steps
    dose = None if is_steady else float(exposure.dose[0].max())
    block: Block = {
        "max_temperature_c": celsius(float(exposure.highest[hottest])),
        "max_temperature_at_mm": millimetres(structure.points[hottest]).tolist(),
        "max_temperature_time_s": None if is_steady else exposure.highest_time,
        "max_cem43_min": dose,
        "damaged_percent": 100.0 * float(structure.areas[exposure.is_dead].sum() / structure.areas.sum()),
        "distance_to_zone_mm": None if search is None else MM_PER_M * _distance(structure, zone, search),
        "surface_in_mesh_percent": 100.0 * structure.share_in_mesh,
        "limit_temperature_c": settings.limit_temperature_c,
        "limit_cem43_min": settings.limit_cem43_min,
    }
    return block


def _whole_outside(zone: Zone) -> TriangleSearch:
    """Outside of the zone: in tissue, and where it touches vessels or the organ's surface."""
    points, cells = zone.domain.points, zone.domain.cells[zone.cells]
    touching = boundary_facets(cells, zone.filled > 0.0)
    return TriangleSearch.of(np.concatenate([zone.surface.corners, dead_facets(points, touching, zone.filled)]))


def _distance(structure: SampledStructure, zone: Zone, search: TriangleSearch) -> float:
    """Least distance from the structure to the zone, m; where it reaches into it, minus how deep."""
    distance = search.distance(structure.points)
    level = np.where(np.isfinite(zone.filled), zone.filled, 0.0)
    known = np.isfinite(zone.filled)[structure.nodes] | (structure.weights == 0.0)
    inside = known.all(axis=1) & (structure.at(level) > 0.0)
    return float(np.where(inside, -distance, distance).min())
