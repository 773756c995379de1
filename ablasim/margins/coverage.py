"""How much of the tumour, and of the shells round it, a zone covers, and what lives on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ablasim.margins.clip import common_volumes
from ablasim.margins.nearest import NamedVessel
from ablasim.margins.residual import ResidualPiece, residual_of_zone
from ablasim.margins.sampling import SampledTumour
from ablasim.margins.zone import Zone

_WELL_INSIDE = 1e-6  # m; mesh points nearer to the tumour's surface than this lie on it


@dataclass(frozen=True, eq=False)
class Coverage:
    """Volumes of a tumour and of the shells round it.

    Parameters
    ----------
    tissue, dead, sleeve : float
        Tissue of the tumour, its dead part, and the part that lives in a sleeve round an applicator, m³.
    shells : mapping of float to (float or None)
        By thickness, m: dead share of the shell of tissue round the tumour; None for a shell without tissue.
    has_residual : bool
        Whether tumour lives anywhere but in sleeves, also on an island inside.
    pieces : tuple of ResidualPiece
        Connected pieces of living tumour, the largest first.
    """

    tissue: float
    dead: float
    sleeve: float
    shells: Mapping[float, float | None]
    has_residual: bool
    pieces: tuple[ResidualPiece, ...]


def coverage_of_zone(zone: Zone, sampled: SampledTumour, vessels: Sequence[NamedVessel] = ()) -> Coverage:
    """Coverage of a tumour by the zone of a run.

    Parameters
    ----------
    zone : Zone
        The zone.
    sampled : SampledTumour
        The tumour in the same mesh.
    vessels : sequence of NamedVessel
        Vessels, to name the one nearest to each piece of living tumour.
    """
    tissue, dead, sleeve = tumour_volumes(zone)
    survives_inside = sampled.distance[zone.surviving_points] < -_WELL_INSIDE
    return Coverage(
        tissue=tissue,
        dead=dead,
        sleeve=sleeve,
        shells={thickness: shell_ablated_fraction(zone, sampled, thickness) for thickness in sampled.shells},
        has_residual=bool(survives_inside.any()),
        pieces=residual_of_zone(zone, vessels),
    )


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
        Thickness of the shell, m; one of ``sampled.shells``.

    Returns
    -------
    float or None
        Share, 0 to 1; None if the shell holds no tissue.

    Raises
    ------
    ValueError
        If the tumour was not sampled for the shell.
    """
    if thickness not in sampled.shells:
        known = ", ".join(f"{shell:g}" for shell in sampled.shells)
        message = f"shell of {thickness:g} m: the tumour was sampled for shells of {known} m"
        raise ValueError(message)
    domain, shell = zone.domain, sampled.shells_in_mesh[thickness]
    volumes, level = domain.volumes[shell.cut], zone.level[domain.cells[shell.cut]]
    total = domain.volumes[shell.whole].sum() + common_volumes(volumes, [shell.depth]).sum()
    dead = zone.dead_volumes[shell.whole].sum() + common_volumes(volumes, [shell.depth, level]).sum()
    return float(dead / total) if total > 0.0 else None


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
