"""The one reader of label volumes: NIfTI files, in patient coordinates (RAS+), m."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ablasim.errors import MaskError
from ablasim.margins.clip import Floats, Mask
from ablasim.units import MM_PER_M

SUFFIXES = (".nii", ".nii.gz")

_METRES = {"meter": 1.0, "mm": 1e-3, "micron": 1e-6, "unknown": 1e-3}


@dataclass(frozen=True, eq=False)
class LabelVolume:
    """One label of a volume.

    Parameters
    ----------
    mask : ndarray of bool, shape (nx, ny, nz)
        Voxels of the label.
    to_patient : ndarray, shape (4, 4)
        From voxel numbers to places in the patient, m: x to the right, y to the front, z to the head (RAS+). It
        may turn, mirror and shear.
    """

    mask: Mask
    to_patient: Floats

    @property
    def spacing(self) -> Floats:
        """Edge lengths of a voxel, m, shape (3,)."""
        spacing: Floats = np.linalg.norm(self.to_patient[:3, :3], axis=0)
        return spacing

    @property
    def is_mirrored(self) -> bool:
        """Whether the voxel axes are left-handed in the patient."""
        return float(np.linalg.det(self.to_patient[:3, :3])) < 0.0

    @property
    def touches_edge(self) -> bool:
        """Whether the label reaches the edge of the image, where it is cut off."""
        sides = (
            self.mask[tuple(end if i == axis else slice(None) for i in range(3))]
            for axis in range(3)
            for end in (0, -1)
        )
        return any(bool(side.any()) for side in sides)

    def within(self, low: Floats, high: Floats) -> LabelVolume:
        """The label without voxels that lie outside a box of the patient's, m; a turned volume keeps some more."""
        ends = np.stack(np.meshgrid(*zip(low, high, strict=True)), axis=-1).reshape(-1, 3) - self.to_patient[:3, 3]
        voxels = ends @ np.linalg.inv(self.to_patient[:3, :3]).T
        first = np.clip(np.floor(voxels.min(axis=0)), 0, self.mask.shape).astype(int)
        last = np.clip(np.ceil(voxels.max(axis=0)) + 1, 0, self.mask.shape).astype(int)
        box = tuple(slice(start, end) for start, end in zip(first, last, strict=True))
        mask = np.zeros_like(self.mask)
        mask[box] = self.mask[box]
        return replace(self, mask=mask)

    def place(self, voxels: Floats) -> Floats:
        """Places in the patient, m, of voxel coordinates, shape (n, 3)."""
        places: Floats = voxels @ self.to_patient[:3, :3].T + self.to_patient[:3, 3]
        return places


def read_label(path: Path, label: int | None = None) -> LabelVolume:
    """Read one label of a NIfTI file.

    Parameters
    ----------
    path : Path
        File ``.nii`` or ``.nii.gz``. Its own affine is used (sform, else qform), so that any order and direction
        of its axes give the same places.
    label : int, optional
        Value of the voxels wanted; may be left out if the volume has one value besides 0.

    Returns
    -------
    LabelVolume
        The voxels and where they lie.

    Raises
    ------
    MaskError
        If the file cannot be read, does not say where it lies, is no label volume, or has no such label.
    """
    import nibabel
    from nibabel.filebasedimages import ImageFileError

    try:
        image: Any = nibabel.load(path)
        values = np.asanyarray(image.dataobj)
    except (OSError, ValueError, EOFError, ImageFileError) as error:
        message = f"{path}: cannot be read as NIfTI: {error}"
        raise MaskError(message) from error
    header = image.header
    if int(header["sform_code"]) == 0 and int(header["qform_code"]) == 0:
        message = f"{path}: says not where its voxels lie (sform and qform are both unset): save it with an affine"
        raise MaskError(message)
    values = values.reshape(values.shape[:3]) if values.shape[3:] in ((1,), (1, 1)) else values
    if values.ndim != 3:
        message = f"{path}: has shape {values.shape}: must be one volume of three dimensions"
        raise MaskError(message)
    unit = str(header.get_xyzt_units()[0])
    to_patient = np.array(image.affine, dtype=float)
    to_patient[:3] *= _METRES[unit]
    return LabelVolume(_mask(values, label, path), _checked(to_patient, path))


def _mask(values: np.ndarray[Any, Any], label: int | None, path: Path) -> Mask:
    labels = _labels(values, path)
    if label is None:
        if len(labels) > 1:
            message = f"{path}: has the labels {_listed(labels)}: say which is meant"
            raise MaskError(message)
        label = labels[0]
    if label not in labels:
        message = f"{path}: label {label} is empty; the volume has {_listed(labels)}"
        raise MaskError(message)
    mask: Mask = values == label
    return mask


def _labels(values: np.ndarray[Any, Any], path: Path) -> list[int]:
    """Values besides 0, all whole numbers."""
    found = np.unique(values)
    if not np.isfinite(found).all() or (found != np.round(found)).any():
        odd = found[~np.isfinite(found) | (found != np.round(found))][0]
        message = f"{path}: has the value {odd:g}: must be a label volume, with whole numbers only"
        raise MaskError(message)
    labels = [int(value) for value in found if value != 0]
    if not labels:
        message = f"{path}: is empty: all its voxels are 0"
        raise MaskError(message)
    return labels


def _listed(labels: Sequence[int], most: int = 12) -> str:
    return ", ".join(str(value) for value in labels[:most]) + (", …" if len(labels) > most else "")


def _checked(to_patient: Floats, path: Path) -> Floats:
    axes = to_patient[:3, :3]
    spacing = np.linalg.norm(axes, axis=0)
    if not np.isfinite(to_patient).all() or abs(np.linalg.det(axes)) < 1e-6 * float(np.prod(spacing)):
        edges = ", ".join(f"{edge * MM_PER_M:g}" for edge in spacing)
        message = f"{path}: its affine is singular (voxel edges {edges} mm): must map voxels to places"
        raise MaskError(message)
    return to_patient
