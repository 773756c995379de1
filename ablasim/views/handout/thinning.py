"""Surfaces made small enough to send: thinned, in single precision, as text."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ablasim.units import millimetres
from ablasim.views.shapes import Surface, surface_mesh

SHORT = 65536  # points that two bytes can count
FEWEST = 50  # triangles of which nothing is taken away


def thinned(surface: Surface, n_triangles: int) -> Surface:
    """Surface with at most about so many triangles, by quadric error; one that is small enough stays as it is.

    Parameters
    ----------
    surface : Surface
        The surface, m.
    n_triangles : int
        Triangles that are left.
    """
    have = len(surface.triangles)
    if have <= max(n_triangles, FEWEST):
        return surface
    mesh = surface_mesh(surface).clean()
    left = mesh.decimate(1.0 - n_triangles / max(mesh.n_cells, 1))
    return Surface(np.asarray(left.points) / millimetres(1.0), np.asarray(left.faces).reshape(-1, 4)[:, 1:])


def distance_mm(thin: Surface, full: Surface) -> float:
    """Largest distance of the corners of the full surface from the thinned one, mm; 0 without a surface."""
    if not len(thin.triangles) or not len(full.triangles):
        return 0.0
    measured = surface_mesh(full).compute_implicit_distance(surface_mesh(thin))
    return float(np.abs(measured["implicit_distance"]).max())


def packed(surface: Surface) -> dict[str, Any]:
    """Surface as text for the page: places, mm, as floats of 4 bytes, and corners of triangles, little-endian.

    Corners are whole numbers of 2 bytes, or of 4 where there are too many points for that.

    Examples
    --------
    >>> packed(Surface(np.eye(3) * 1e-3, np.array([[0, 1, 2]])))["triangles"]
    'AAABAAIA'
    """
    places = millimetres(np.asarray(surface.points, dtype=float))
    kind = "<u2" if len(places) < SHORT else "<u4"
    return {"points": text_of(places, "<f4"), "triangles": text_of(np.asarray(surface.triangles), kind)}


def text_of(values: NDArray[Any], kind: str) -> str:
    """Numbers of some kind, row by row, in base 64."""
    return base64.b64encode(np.ascontiguousarray(values, dtype=kind).tobytes()).decode("ascii")
