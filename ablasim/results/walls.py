"""What the walls of vessels were exposed to."""

from __future__ import annotations

from typing import Any

import numpy as np

from ablasim.build import Case
from ablasim.course import March
from ablasim.mesh.tetrahedra import triangle_areas
from ablasim.units import celsius

Block = dict[str, Any]

SCAFFOLD_SOURCE = (
    "pulses leave the connective tissue of vessels and ducts (Rubinsky et al., J. Urol. 180:2668, 2008, abstract); "
    "collagen contracts when held above 50 °C (Rossmann et al., PMC3924587, abstract); that a dose that kills cells is "
    "the stricter of the two is our choice"
)
"""Why the frame of a vessel or duct counts as spared where heat stays below the dose that kills cells."""

_NOTHING: Block = dict.fromkeys(("wall_max_temperature_c", "wall_max_temperature_time_s", "wall_dead_by_heat_percent"))


def wall_summary(case: Case, march: March, vessel: str) -> Block:
    """Highest temperature of a meshed vessel's wall, when, and the share of it that is dead by heat.

    Parameters
    ----------
    case : Case
        The case.
    march : March
        The run itself.
    vessel : str
        Name of the vessel; one that is taken as a line has no wall in the mesh.
    """
    if vessel not in case.anatomy.vessels:
        return _NOTHING
    if march.steps:
        hottest = max(march.steps, key=lambda step: step.wall_temperature[vessel])
        highest, when = hottest.wall_temperature[vessel], hottest.time
    else:
        highest, when = float(march.temperature[case.mesh.points_of_facets(vessel)].max()), None
    return {
        "wall_max_temperature_c": celsius(highest),
        "wall_max_temperature_time_s": when,
        "wall_dead_by_heat_percent": _dead_percent(case, march, vessel),
    }


def _dead_percent(case: Case, march: March, vessel: str) -> float:
    """Share of a wall's area that the thermal model takes for dead, a third of a facet for each corner."""
    triangles, model = case.mesh.facets_of(vessel), case.thermal_model
    dead = model.level(march.damage[model.name]) > 0.0
    areas = triangle_areas(case.mesh.points, triangles)
    return 100.0 * float(np.average(dead[triangles].mean(axis=1), weights=areas))
