"""Solids of straight cylinders, and of the tines that are fused with the bare part of a needle."""

from __future__ import annotations

from math import degrees
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from ablasim.errors import MeshError
from ablasim.geometry.applicators import Needle
from ablasim.geometry.tine_pieces import TinePiece
from ablasim.geometry.tines import Tines
from ablasim.units import millimetres

DimTag = tuple[int, int]
Floats = NDArray[np.float64]


def add_cylinder(occ: Any, start: Floats, end: Floats, radius: float) -> int:
    """Cylinder between two places, m; returns its tag."""
    return int(occ.addCylinder(*millimetres(start), *millimetres(end - start), float(millimetres(radius))))


def with_tines(occ: Any, bare: DimTag, needle: Needle, tines: Tines) -> DimTag:
    """Fuse the bare part of a needle with its tines.

    Parameters
    ----------
    occ : object
        gmsh's OpenCASCADE kernel.
    bare : tuple of int
        The solid of the bare part; it is used up.
    needle : Needle
        The needle.
    tines : Tines
        Its tines.

    Returns
    -------
    tuple of int
        The solid that they make together.

    Raises
    ------
    MeshError
        If they do not become one solid.
    """
    tubes = [
        (3, _add_tube(occ, piece, tines.radius, needle, azimuth))
        for azimuth in tines.azimuths.tolist()
        for piece in tines.pieces
    ]
    fused, _ = occ.fuse([bare], tubes)
    if len(fused) != 1:
        message = f"applicator {needle.name}: its tines do not join with its tip ({len(fused)} solids)"
        raise MeshError(message)
    return 3, int(fused[0][1])


def _add_tube(occ: Any, piece: TinePiece, radius: float, needle: Needle, azimuth: float) -> int:
    """Tube round a stretch of a tine: a cylinder, or a part of a torus."""
    start, end = needle.from_half_plane(azimuth, [piece.start, piece.end])
    if piece.curvature == 0.0:
        return add_cylinder(occ, start, end, radius)
    bend = 1.0 / piece.curvature
    centre = np.array(piece.start) + bend * np.array(piece.aside)
    ahead = np.array(piece.start) + np.array(piece.direction)
    middle, heading = needle.from_half_plane(azimuth, [centre, ahead])
    outwards, along = (start - middle) / abs(bend), heading - start
    turned = Rotation.from_matrix(np.column_stack([outwards, along, np.cross(outwards, along)])).as_rotvec()
    turn = abs(piece.curvature) * piece.length
    tag = int(occ.addTorus(0.0, 0.0, 0.0, *millimetres([abs(bend), radius]).tolist(), angle=turn))
    angle = float(np.linalg.norm(turned))
    if degrees(angle) > 1e-9:
        occ.rotate([(3, tag)], 0.0, 0.0, 0.0, *(turned / angle), angle)
    occ.translate([(3, tag)], *millimetres(middle))
    return tag
