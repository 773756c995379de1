"""Tumour that lives on: its connected pieces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ablasim.margins.clip import Floats, Integers, Mask
from ablasim.margins.nearest import NamedVessel, nearest_vessel
from ablasim.margins.pieces import label_pieces
from ablasim.margins.zone import Zone
from ablasim.mesh.corners import corners_in

_LEAST_VOLUME = 1e-12
"""Volume below which a piece is left out, m³ (a thousandth of a cubic millimetre): slivers where surfaces touch."""


@dataclass(frozen=True, eq=False)
class ResidualPiece:
    """A connected piece of living tumour.

    Parameters
    ----------
    volume : float
        Its volume, m³.
    centre : ndarray, shape (3,)
        Its centre of gravity, m, to within the size of a cell.
    nearest_vessel : str or None
        Vessel whose wall is nearest to the centre.
    in_sleeve : bool
        Whether it is part of a living sleeve that the zone encloses round an applicator.
    """

    volume: float
    centre: Floats
    nearest_vessel: str | None
    in_sleeve: bool


def residual_of_zone(zone: Zone, vessels: Sequence[NamedVessel] = ()) -> tuple[ResidualPiece, ...]:
    """Pieces of living tumour in the mesh of a zone, the largest first.

    Parameters
    ----------
    zone : Zone
        The zone.
    vessels : sequence of NamedVessel
        Vessels, to name the one nearest to each piece.
    """
    domain = zone.domain
    inside = domain.is_tissue & domain.is_tumour
    living = np.where(inside, domain.volumes - zone.dead_volumes, 0.0)
    return residual_pieces(
        domain.points, domain.cells, living, zone.level <= 0.0, vessels=vessels, sleeves=zone.sleeves
    )


def residual_pieces(
    points: Floats,
    cells: Integers,
    living: Floats,
    member: Mask,
    *,
    vessels: Sequence[NamedVessel] = (),
    sleeves: Mask | None = None,
) -> tuple[ResidualPiece, ...]:
    """Connected pieces of a volume that is known cell by cell, the largest first.

    Parameters
    ----------
    points : ndarray, shape (n_points, 3)
        Coordinates, m.
    cells : ndarray of int, shape (n_cells, 4)
        Point indices of the tetrahedra.
    living : ndarray, shape (n_cells,)
        Living volume of each cell, m³.
    member : ndarray of bool, shape (n_points,)
        Points through which living cells are connected; every cell with a living volume has one.
    vessels : sequence of NamedVessel
        Vessels, to name the one nearest to each piece.
    sleeves : ndarray of bool, shape (n_points,), optional
        Points of the sleeves that the zone encloses round applicators.

    Returns
    -------
    tuple of ResidualPiece
        The pieces.
    """
    rows = np.flatnonzero(living > 0.0)
    if not len(rows):
        return ()
    labels = label_pieces(cells[rows], member)
    label = np.where(member[cells[rows]], labels[cells[rows]], -1).max(axis=1)
    volumes = np.bincount(label, weights=living[rows])
    middles = points[cells[rows]].mean(axis=1)
    moments = np.column_stack([np.bincount(label, weights=living[rows] * middle) for middle in middles.T])
    in_sleeve = np.zeros(len(volumes), dtype=bool)
    if sleeves is not None:
        in_sleeve[label[corners_in(cells[rows], sleeves & member) > 0]] = True
    pieces = []
    for number in np.argsort(-volumes, kind="stable"):
        if volumes[number] > _LEAST_VOLUME:
            centre = moments[number] / volumes[number]
            nearest = nearest_vessel(centre, vessels)
            pieces.append(ResidualPiece(float(volumes[number]), centre, nearest, bool(in_sleeve[number])))
    return tuple(pieces)
