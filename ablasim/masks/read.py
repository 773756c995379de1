"""Shapes from files: closed surfaces, or labels of volumes, as closed surfaces in metres."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from scipy.ndimage import label as numbered_pieces

from ablasim.errors import MaskError, ModelError
from ablasim.geometry.surface import Surface
from ablasim.margins.clip import Floats, Indices
from ablasim.masks.nifti import SUFFIXES, read_label
from ablasim.masks.voxels import mask_surface
from ablasim.units import MM_PER_M

Unit = Literal["mm", "m"]

SURFACE_SUFFIXES = (".stl", ".vtp", ".ply", ".obj")
SMALLEST, LARGEST = 0.5e-3, 1.0
"""Extent of a shape beyond which its unit is doubted, m."""

_METRES: dict[str, float] = {"mm": 1e-3, "m": 1.0}
_DIGITS = 9  # corners are the same if they agree to a nanometre


@dataclass(frozen=True, eq=False)
class Shape:
    """A shape as a file has it.

    Parameters
    ----------
    name : str
        What it is and where from, for messages.
    surface : Surface
        Its closed surface, m.
    voxel : float
        Longest edge of a voxel, m; 0 for a surface.
    warnings : tuple of str
        What a reader must know of it.
    """

    name: str
    surface: Surface
    voxel: float = 0.0
    warnings: tuple[str, ...] = ()

    @property
    def error(self) -> float:
        """How far its surface may be off, m: half a voxel, between whose centres a mask does not say where it is."""
        return 0.5 * self.voxel


def read_shape(
    path: Path,
    role: str,
    *,
    unit: Unit = "mm",
    label: int | None = None,
    near: Sequence[Shape] = (),
    reach: float = 0.0,
) -> Shape:
    """Read a shape.

    Parameters
    ----------
    path : Path
        ``.stl``, ``.vtp``, ``.ply`` or ``.obj``: a closed surface; ``.nii`` or ``.nii.gz``: a label volume.
    role : str
        What it is (tumour, zone), for messages.
    unit : {"mm", "m"}, optional
        Unit of the coordinates in a surface file; NIfTI files say it themselves.
    label : int, optional
        Label of a volume; may be left out if it has one only.
    near : sequence of Shape, optional
        Shapes about which the rest of a volume is wanted only, as of an organ: it is cut off farther away.
    reach : float, optional
        Distance from them within which it is wanted, m.

    Returns
    -------
    Shape
        The shape, m.

    Raises
    ------
    MaskError
        If the file cannot be read, its surface is not closed, or its size says that the unit is wrong.
    """
    name = f"{role} {path}"
    if not path.is_file():
        message = f"{name}: there is no such file"
        raise MaskError(message)
    if path.name.lower().endswith(SUFFIXES):
        shape = _from_volume(path, name, label, near, reach)
    elif path.suffix.lower() in SURFACE_SUFFIXES:
        if label is not None:
            message = f"{name}: a label ({label}) belongs to a volume ({', '.join(SUFFIXES)}), not to a surface"
            raise MaskError(message)
        points, triangles = _triangles(path, name)
        shape = Shape(name, _surface(points * _METRES[unit], triangles, name))
    else:
        known = ", ".join((*SURFACE_SUFFIXES, *SUFFIXES))
        message = f"{name}: files of this kind are not read; known: {known}"
        raise MaskError(message)
    _check_size(shape, unit)
    return shape


def _from_volume(path: Path, name: str, label: int | None, near: Sequence[Shape], reach: float) -> Shape:
    whole = read_label(path, label)
    volume = whole
    if near:
        low = np.min([shape.surface.bounds[0] for shape in near], axis=0) - reach
        high = np.max([shape.surface.bounds[1] for shape in near], axis=0) + reach
        volume = whole.within(low, high)
    if not volume.mask.any():
        names = " and ".join(shape.name for shape in near)
        message = (
            f"{name}: has no voxel near {names}: are they in one coordinate frame (registered, same origin and axes)?"
        )
        raise MaskError(message)
    points, triangles = mask_surface(volume.mask)
    if volume.is_mirrored:
        triangles = triangles[:, ::-1]
    surface = _surface(volume.place(points), triangles, name)
    warnings = []
    if volume.touches_edge:
        warnings.append(f"{name}: reaches the edge of its image, and is cut off there")
    n_pieces, n_left = numbered_pieces(volume.mask, np.ones((3, 3, 3)))[1], surface.n_pieces
    if n_pieces > 1:
        words = "" if n_left == n_pieces else f", its smoothed surface in {n_left}"
        warnings.append(f"{name}: is in {n_pieces} pieces{words}; specks are best removed before")
    return Shape(name, surface, float(volume.spacing.max()), tuple(warnings))


def _triangles(path: Path, name: str) -> tuple[Floats, Indices]:
    """Triangles of a surface file, with corners merged that coincide."""
    import pyvista  # heavy, and needed here only

    try:
        found = pyvista.read(path)
        mesh = found.extract_surface(algorithm=None) if not isinstance(found, pyvista.PolyData) else found
        mesh = mesh.triangulate()
        raw, faces = np.asarray(mesh.points, dtype=float), np.asarray(mesh.faces).reshape(-1, 4)[:, 1:]
    except (OSError, ValueError, AttributeError, RuntimeError) as error:
        message = f"{name}: cannot be read: {error}"
        raise MaskError(message) from error
    if not len(faces):
        message = f"{name}: has no triangles; is it a surface file?"
        raise MaskError(message)
    points, number = np.unique(np.round(raw, _DIGITS), axis=0, return_inverse=True)
    triangles = number.ravel()[faces].astype(np.int64)
    is_flat = (triangles == np.roll(triangles, 1, axis=1)).any(axis=1)
    return points, triangles[~is_flat]


def _surface(points: Floats, triangles: Indices, name: str) -> Surface:
    try:
        return Surface(points, triangles, name=name, one_piece=False)
    except ModelError as error:
        raise MaskError(str(error)) from error


def _check_size(shape: Shape, unit: Unit) -> None:
    low, high = shape.surface.bounds
    extent = float((high - low).max())
    if SMALLEST <= extent <= LARGEST:
        return
    other = "m" if extent < SMALLEST else "mm"
    hint = f"; is its unit {other}? (--unit {other})" if other != unit and not shape.voxel else ""
    message = (
        f"{shape.name}: is {extent * MM_PER_M:g} mm across: must be between {SMALLEST * MM_PER_M:g} and "
        f"{LARGEST * MM_PER_M:g} mm{hint}"
    )
    raise MaskError(message)
