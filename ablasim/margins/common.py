"""What two zones of one run have in common."""

from __future__ import annotations

from ablasim.margins.clip import common_volumes
from ablasim.margins.zone import Zone


def common_volume(one: Zone, other: Zone) -> float:
    """Volume of tissue that is dead in two zones of one mesh, m³; exact for levels that are linear in each cell.

    Parameters
    ----------
    one, other : Zone
        The zones.

    Raises
    ------
    ValueError
        If they lie in different meshes.
    """
    domain = one.domain
    if other.domain is not domain:
        message = "zones of two meshes: must be of one"
        raise ValueError(message)
    counted = domain.is_tissue
    cells = domain.cells[counted]
    return float(common_volumes(domain.volumes[counted], [one.level[cells], other.level[cells]]).sum())
