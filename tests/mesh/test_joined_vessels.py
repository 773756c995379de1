"""Vessels that part are one lumen, with walls of their own."""

from __future__ import annotations

import numpy as np
import pytest

from ablasim.geometry import Box, Vessel
from ablasim.mesh import Mesh, MeshSizes, build_mesh, mesh_quality
from ablasim.mesh.tetrahedra import triangle_areas

SIZES = MeshSizes(needle=1e-3, vessel=1.5e-3, tumour=2e-3, shell=3e-3, far=8e-3, growth=0.4)


@pytest.fixture(scope="module")
def fork() -> Mesh:
    trunk = Vessel("trunk", np.array([[0.0, 0.0, -0.03], [0.0, 0.0, 0.0]]), 0.006, round_end=True)
    left = Vessel("left", np.array([[0.0, 0.0, 0.0], [0.0, 0.012, 0.03]]), 0.004)
    right = Vessel("right", np.array([[0.0, 0.0, 0.0], [0.0, -0.015, 0.03]]), 0.005)
    return build_mesh(Box((0.0, 0.0, 0.0), (0.05, 0.06, 0.06)), None, [trunk, left, right], [], SIZES)


def test_a_fork_is_meshed_with_good_cells_and_every_vessel_has_its_wall(fork: Mesh) -> None:
    assert mesh_quality(fork).min_quality > 0.02
    areas = {
        name: triangle_areas(fork.points, fork.facets_of(name)).sum() / (np.pi * diameter * length)
        for name, diameter, length in (
            ("trunk", 0.006, 0.03),
            ("left", 0.004, np.hypot(0.012, 0.03)),
            ("right", 0.005, np.hypot(0.015, 0.03)),
        )
    }
    assert 0.95 < areas["trunk"] < 1.1  # most of its round end is hidden in the branches
    assert 0.75 < areas["left"] < 0.95
    assert 0.75 < areas["right"] < 0.95


def test_no_wall_runs_through_the_lumen(fork: Mesh) -> None:
    lumen = fork.cells_of_body("trunk") | fork.cells_of_body("left") | fork.cells_of_body("right")
    in_lumen = np.zeros(fork.n_points, dtype=bool)
    in_lumen[fork.cells[lumen]] = True
    in_tissue = np.zeros(fork.n_points, dtype=bool)
    in_tissue[fork.cells[~lumen]] = True
    wall = np.unique(fork.facets_of("trunk", "left", "right"))
    assert (in_lumen & in_tissue)[wall].all()
    assert fork.cells_of_body("left").any()
    assert fork.cells_of_body("right").any()
