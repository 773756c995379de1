"""Synthetic shapes and a summary for the tests of pictures and reports."""

import numpy as np
import pytest
import pyvista as pv
from scipy.spatial import Delaunay


def ellipsoid(radii):
    mesh = pv.Sphere(radius=1.0, theta_resolution=24, phi_resolution=24)
    return np.asarray(mesh.points, dtype=float) * radii, mesh.faces.reshape(-1, 4)[:, 1:]


@pytest.fixture(scope="session")
def tumour():
    return ellipsoid([0.01, 0.01, 0.01])


@pytest.fixture(scope="session")
def zone():
    return ellipsoid([0.014, 0.014, 0.02])


@pytest.fixture(scope="session")
def vessels():
    return [("hepatic_vein", [[0.016, 0, -0.05], [0.016, 0, 0.05]], 0.006)]


@pytest.fixture(scope="session")
def needles():
    return [("electrode", [0, 0, -0.015], [0, 0, 1], 0.0015, 0.03, [0, 0, 0.05])]


@pytest.fixture(scope="session")
def heated_block():
    """Tetrahedra with the temperature 37 + 60 exp(−r / 8 mm) °C, and a level that is 0 at 15 mm."""
    ticks = np.linspace(-0.03, 0.03, 13)
    points = np.stack(np.meshgrid(ticks, ticks, ticks, indexing="ij"), axis=-1).reshape(-1, 3)
    radius = np.linalg.norm(points, axis=1)
    cells = Delaunay(points + 1e-5 * np.sin(1e4 * points[:, ::-1])).simplices
    return points, cells, 37.0 + 60.0 * np.exp(-radius / 0.008), 0.015 - radius


@pytest.fixture
def summary():
    return {
        "status": "complete",
        "versions": {"ablasim": "0.1.0"},
        "scenario_hash": "ab12",
        "warnings": ["heat through the outer faces is 1.3 %"],
        "zone": {
            "volume_ml": 18.23,
            "long_axis_mm": 38.2,
            "short_axis_mm": 26.4,
            "by_damage_model": {
                "cem43_240": {"volume_ml": 18.23, "minimum_margin_mm": 1.31},
                "isotherm_60": {"volume_ml": 11.0, "minimum_margin_mm": -2.0},
            },
        },
        "margin": {
            "minimum_mm": 1.31,
            "model_low_mm": -2.04,
            "model_high_mm": 1.31,
            "class": "below_5",
            "minimum_at_mm": [9.9, 0.1, -0.3],
            "nearest_vessel": "hepatic_vein",
            "surface_share_percent": {"below_0": 0.0, "0_to_5": 62.0, "5_to_10": 38.0, "above_10": 0.0},
            "percentiles_mm": {"5": 1.7, "50": 4.6},
            "tumour_ablated_percent": 99.98,
            "residual_ml": 0.001,
            "shell_ablated_percent": {"5_mm": 83.2},
        },
        "heat_sink": {
            "volume_loss_ml": 2.9,
            "volume_loss_percent": 13.7,
            "margin_loss_mm": 2.8,
            "flow_loss": None,
            "presence_loss": None,
            "vessels": {"hepatic_vein": {"retraction_mm": 3.2, "rim_min_mm": None, "energy_removed_j": 3900.0}},
        },
        "source": {"kind": "rf", "energy_delivered_j": 28800.0, "power_w": {"start": 40.0, "end": 39.0}},
        "energy": {"delivered_j": 28800.0, "vessels_j": 3900.0, "residual_percent": 0.02},
        "mesh": {"n_points": 101234, "n_cells": 602345, "min_quality": 0.11},
        "time": {"simulated_s": 1000.0, "n_steps": 120},
        "uncertainty": {"margin": {"minimum_mm": 0.21}},
    }
