"""V-A21: one piece of tissue boils; a conserving scheme cannot jump over the latent heat."""

import numpy as np
import pytest

from ablasim.materials import Vaporisation
from ablasim.mesh.structured import box_mesh

BOILING = Vaporisation(
    water_content_kg_m3=700.0,
    latent_heat_j_kg=2.257e6,
    start=372.15,
    end=373.15,
    vapour_heat_capacity_j_m3_k=0.6e6,
    vapour_conductivity_ratio=0.01,
)


@pytest.mark.parametrize(("heat", "reaches", "plateau"), [(1e7, 23.6592, 158.3716), (5e7, 4.73184, 31.67432)])
@pytest.mark.parametrize("dt", [1.0, 7.0])
def test_boiling_begins_and_ends_on_time(tools, heat, reaches, plateau, dt):
    tissue = tools.simple_tissue(density=1060.0, heat_capacity=3600.0, perfusion_rate_per_s=0.0, vaporisation=BOILING)
    mesh = box_mesh((0.01, 0.01, 0.01), (1, 1, 1))
    bioheat = tools.bioheat_on(mesh, tissue)
    volumes = bioheat.space.measure(np.ones(mesh.n_cells))
    n_steps = int((reaches + plateau) / dt) + 10
    start = np.full(mesh.n_points, 310.15)
    temperatures = tools.march_fixed(bioheat, start, dt, n_steps, source=lambda t, T: heat * volumes)
    times = dt * np.arange(n_steps + 1)
    enthalpy = bioheat.enthalpy
    stored = [(enthalpy.heat(T) - enthalpy.heat(start)).sum() / volumes.sum() for T in temperatures]
    assert np.allclose(stored, heat * times, rtol=1e-6, atol=1.0)
    means = np.array([T.mean() for T in temperatures])
    on_plateau = (means > 372.15) & (means < 373.15)
    inside = (times > reaches * 1.001) & (times < (reaches + plateau) * 0.999)
    assert np.array_equal(on_plateau[inside], np.ones(inside.sum(), dtype=bool))
    assert means[times < reaches * 0.999].max() < 372.15
    assert means[times > (reaches + plateau) * 1.001].min() > 373.15
