"""Shapes with exact answers, as surfaces, as files and as label volumes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import nibabel
import numpy as np
import pytest
import pyvista as pv

from ablasim.geometry.surface import Surface
from ablasim.masks import Shape

SUBDIVISIONS = 4  # 5120 triangles: a ball of 10 mm is cut in by 7 µm


def unit_ball(subdivisions: int = SUBDIVISIONS) -> tuple[np.ndarray, np.ndarray]:
    ball = pv.Icosphere(radius=1.0, nsub=subdivisions)
    return np.asarray(ball.points, dtype=float), np.asarray(ball.faces).reshape(-1, 4)[:, 1:]


@pytest.fixture(scope="session")
def ball() -> Callable[..., Shape]:
    """A ball; radius and centre in mm."""

    def make(radius_mm: float, centre_mm=(0.0, 0.0, 0.0), *, role: str = "ball", subdivisions: int = SUBDIVISIONS):
        points, triangles = unit_ball(subdivisions)
        return Shape(role, Surface((points * radius_mm + centre_mm) * 1e-3, triangles, name=role, one_piece=False))

    return make


@pytest.fixture(scope="session")
def ellipsoid() -> Callable[..., Shape]:
    """The surface a constant distance outside an ellipsoid (0: the ellipsoid); lengths in mm."""

    def make(semi_axes_mm, offset_mm: float = 0.0, *, role: str = "ellipsoid"):
        directions, triangles = unit_ball()
        normals = directions / semi_axes_mm
        normals /= np.linalg.norm(normals, axis=1, keepdims=True)
        points = directions * semi_axes_mm + offset_mm * normals
        return Shape(role, Surface(points * 1e-3, triangles, name=role))

    return make


@pytest.fixture
def write_ball(tmp_path: Path) -> Callable[..., Path]:
    """Write a ball as a surface file of the kind that its name says."""

    def write(name: str, radius: float, centre=(0.0, 0.0, 0.0), subdivisions: int = 3) -> Path:
        mesh = pv.Icosphere(radius=1.0, nsub=subdivisions)
        mesh.points = np.asarray(mesh.points) * radius + np.asarray(centre)
        path = tmp_path / name
        pv.save_meshio(path, mesh) if path.suffix == ".obj" else mesh.save(path)
        return path

    return write


@pytest.fixture
def write_volume(tmp_path: Path) -> Callable[..., Path]:
    """Write a label volume: labels are tests of patient coordinates (RAS+, mm) at the voxels' centres."""

    def write(name: str, affine: np.ndarray, shape: tuple[int, int, int], **labels: Callable[[np.ndarray], np.ndarray]):
        places = np.indices(shape).reshape(3, -1).T @ affine[:3, :3].T + affine[:3, 3]
        values = np.zeros(len(places), dtype=np.int16)
        for label, is_in in labels.items():
            values[is_in(places)] = int(label.removeprefix("label_"))
        path = tmp_path / name
        image = nibabel.Nifti1Image(values.reshape(shape), affine)
        image.header.set_xyzt_units("mm")
        nibabel.save(image, path)
        return path

    return write
