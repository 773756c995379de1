from __future__ import annotations

from collections.abc import Iterator

import pytest

from ablasim.materials import Tissue, forget_notices, tissue

REFERENCE_CASE = {
    "density_kg_m3": 1060.0,
    "heat_capacity_j_kg_k": 3600.0,
    "water_content_kg_m3": 700.0,
    "latent_heat_j_kg": 2.257e6,
    "vaporisation_from_c": 99.0,
    "vaporisation_to_c": 100.0,
}


@pytest.fixture(autouse=True)
def fresh_notices() -> Iterator[None]:
    """Let each test give its own notices."""
    forget_notices()
    yield
    forget_notices()


@pytest.fixture
def boiling_tissue() -> Tissue:
    """Tissue of the 0-D boiling reference."""
    return tissue("liver", REFERENCE_CASE)


@pytest.fixture
def dry_law_tissue() -> Tissue:
    """Liver whose boiling is left out."""
    return tissue("liver", {"vaporisation": False})
