"""How much of the tumour, and of the shells round it, a zone covers."""

from __future__ import annotations

import numpy as np

from ablasim.margins.clip import Floats, Mask, dead_fraction, positive_parts
from ablasim.margins.sampling import SampledTumour
from ablasim.margins.zone import Zone


def shell_ablated_fraction(zone: Zone, sampled: SampledTumour, thickness: float) -> float | None:
    """Dead share of the tissue outside the tumour within a distance of it.

    Exact for the linear interpolation of both the damage level and the distance to the tumour: cells that
    straddle the shell's outer surface are cut there.

    Parameters
    ----------
    zone : Zone
        The zone.
    sampled : SampledTumour
        The tumour in the same mesh.
    thickness : float
        Thickness of the shell, m; at most the largest of ``sampled.targets``.

    Returns
    -------
    float or None
        Share, 0 to 1; None if the shell holds no tissue.

    Raises
    ------
    ValueError
        If the shell is thicker than the distances reach.
    """
    if thickness > max(sampled.targets, default=0.0):
        message = f"shell of {thickness:g} m: the tumour was sampled for shells up to {max(sampled.targets):g} m"
        raise ValueError(message)
    domain = zone.domain
    outside = domain.is_tissue & ~domain.is_tumour
    depth = thickness - sampled.distance[domain.cells]
    whole = outside & (depth > 0.0).all(axis=1)
    cut = outside & ~whole & (depth > 0.0).any(axis=1)
    cut_total, cut_dead = _cut_volumes(zone, depth, cut)
    total = domain.volumes[whole].sum() + cut_total
    dead = zone.dead_volumes[whole].sum() + cut_dead
    return float(dead / total) if total > 0.0 else None


def _cut_volumes(zone: Zone, depth: Floats, cut: Mask) -> tuple[float, float]:
    """Volume, and dead volume, of the part of some cells in which the depth in the shell is positive."""
    domain = zone.domain
    rows = np.flatnonzero(cut)
    parent, weights = positive_parts(depth[rows])
    volumes = np.abs(np.linalg.det(weights)) * domain.volumes[rows[parent]]
    level = np.einsum("nij,nj->ni", weights, zone.level[domain.cells[rows[parent]]])
    return float(volumes.sum()), float(volumes @ dead_fraction(level))


def tumour_volumes(zone: Zone) -> tuple[float, float, float]:
    """Tissue of the tumour, its dead part, and the part that lives in a sleeve round an applicator.

    Parameters
    ----------
    zone : Zone
        The zone.

    Returns
    -------
    tissue, dead, sleeve : float
        Volumes, m³; lumens and applicators left out.
    """
    domain = zone.domain
    inside = domain.is_tissue & domain.is_tumour
    volumes = (domain.volumes, zone.dead_volumes, zone.sleeve_volumes)
    tissue, dead, sleeve = (float(each[inside].sum()) for each in volumes)
    return tissue, dead, sleeve
