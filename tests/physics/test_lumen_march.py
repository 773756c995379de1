"""The marched cross-section: Graetz's exact numbers, conservation, bounds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ablasim.physics.lumen_march import CrossSection, MarchedBlood, march_blood

D, SPEED, K, CAPACITY = 0.006, 0.15, 0.52, 1050.0 * 3617.0
PECLET = SPEED * D * CAPACITY / K
X_STAR = np.array([0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2])
MEAN = np.array([0.940318, 0.836219, 0.751106, 0.628028, 0.395299, 0.189710, 0.043935])
NUSSELT = np.array([10.1302, 6.00152, 4.91606, 4.17243, 3.70999, 3.65807, 3.65679])
"""Graetz: excess of the mixed mean and local Nusselt number at x/(D Re Pr) (validation case V-A13)."""


def graetz(n_steps: int, n_rings: int = 48) -> tuple[np.ndarray, np.ndarray]:
    """Excess of the mixed mean and local Nusselt number at the places of the table, wall at 1 K, inlet at 0 K."""
    near, far = np.geomspace(1e-6, 0.01, n_steps // 4 + 1), np.linspace(0.01, 0.25, 3 * n_steps // 4)
    stations = np.concatenate([[0.0], near[:-1], far]) * D * PECLET
    section = CrossSection(0.5 * D, K, CAPACITY, SPEED, n_rings=n_rings)
    found = march_blood(section, stations, np.ones((len(stations) - 1, section.n_sectors)), 0.0)
    places = X_STAR * D * PECLET
    mean = 1.0 - np.interp(places, stations, found.mean)
    middles = 0.5 * (stations[1:] + stations[:-1])
    flux = found.wall_heat.sum(axis=1) / (np.pi * D * np.diff(stations))
    excess = 1.0 - 0.5 * (found.mean[1:] + found.mean[:-1])
    return mean, np.interp(places, middles, flux / excess * D / K)


def test_graetz() -> None:
    mean, nusselt = graetz(1600)
    np.testing.assert_allclose(mean, MEAN, rtol=0.01)
    np.testing.assert_allclose(nusselt, NUSSELT, rtol=0.01)


def test_the_error_falls_with_finer_steps_and_rings() -> None:
    coarse, fine = (np.abs(graetz(n, rings)[0] / MEAN - 1.0).max() for n, rings in ((400, 24), (800, 48)))
    assert fine < 0.6 * coarse


def uneven(n_steps: int = 100, **changes: Any) -> tuple[CrossSection, np.ndarray, np.ndarray, MarchedBlood]:
    section = CrossSection(0.5 * D, K, CAPACITY, SPEED, **changes)
    stations = np.linspace(0.0, 0.1, n_steps + 1)
    angle = 2.0 * np.pi * np.arange(section.n_sectors) / section.n_sectors
    along = np.sin(np.pi * 0.5 * (stations[1:] + stations[:-1]) / 0.1)
    wall = 310.0 + 40.0 * along[:, None] * (1.0 + np.cos(angle)) ** 3 / 8.0
    return section, stations, wall, march_blood(section, stations, wall, 310.0)


@pytest.mark.parametrize("profile", ["poiseuille", "plug"])
def test_what_goes_through_the_wall_is_carried_off(profile: str) -> None:
    section, _, _, found = uneven(profile=profile)
    assert section.flow.sum() == pytest.approx(np.pi * D**2 / 4.0 * SPEED)
    carried = CAPACITY * section.flow.sum() * (found.mean[-1] - 310.0)
    assert found.wall_heat.sum() == pytest.approx(carried, rel=1e-10)
    assert carried > 0.1


def test_no_heat_comes_from_where_the_wall_is_cold_unless_the_blood_has_been_warmed() -> None:
    _, _, wall, found = uneven()
    cold = wall < 310.0 + 1e-9
    assert found.wall_heat[~cold].sum() > 0.0
    assert found.wall_heat[cold].max() <= 1e-12
    assert found.mean.min() >= 310.0 - 1e-9
    assert found.mean.max() <= wall.max()


def test_uneven_heat_stays_on_its_side() -> None:
    """Half a wall heated takes more than half of what the whole takes: its blood meets cooler blood beside it."""
    section = CrossSection(0.5 * D, K, CAPACITY, SPEED)
    stations = np.linspace(0.0, 0.1, 201)
    whole = np.full((200, section.n_sectors), 320.0)
    half = whole.copy()
    half[:, : section.n_sectors // 2] = 310.0
    everything = march_blood(section, stations, whole, 310.0).wall_heat.sum()
    one_side = march_blood(section, stations, half, 310.0)
    assert 0.5 * everything < one_side.wall_heat[:, section.n_sectors // 2 :].sum() < 0.6 * everything
    assert 0.45 * everything < one_side.wall_heat.sum() <= 0.5 * everything * (1.0 + 1e-9)


def test_a_wall_layer_in_series() -> None:
    thin, thick = (uneven(wall_conductance=conductance)[3].wall_heat.sum() for conductance in (1e9, 200.0))
    bare = uneven()[3].wall_heat.sum()
    assert thin == pytest.approx(bare, rel=1e-4)
    assert thick < 0.6 * bare
