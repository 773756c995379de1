"""docs/vessels.md holds what its studies found."""

from __future__ import annotations

import numpy as np
import pytest

from ablasim.errors import AblasimError
from studies import margin_distance, vessel_models
from studies.records import document_with, read_rows


@pytest.fixture(scope="module")
def page(root):
    return (root / "docs/vessels.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("study", [vessel_models, margin_distance])
def test_the_tables_are_those_of_the_results(page, study):
    name = study.__name__.rpartition(".")[2]
    assert document_with(page, name, study.section(read_rows(study.RESULTS))) == page


@pytest.mark.parametrize("model", ["convective", "transport"])
def test_beside_veins_of_3_mm_the_film_that_starts_at_the_hot_stretch_halves_the_error_of_retraction(model):
    """Beside thinner ones what dies behind the vein counts for more; the page says so, and by how much."""
    errors = vessel_models.errors(read_rows(vessel_models.RESULTS))

    def sizes(label, thick):
        found = ((flow.diameter_mm >= 3, error) for (flow, setting), error in errors.items() if setting == label)
        return [abs(error.retraction_mm) for is_thick, error in found if is_thick == thick]

    now, before = sizes(model, True), sizes(f"{model}, 30 mm", True)
    assert sum(now) < 0.5 * sum(before)
    assert max(now) < 0.5 * max(before)
    assert max(now) < 0.1
    assert max(sizes(model, False)) == pytest.approx({"convective": 4.0, "transport": 2.0}[model], abs=0.1)


def test_a_document_without_marks_is_refused():
    with pytest.raises(AblasimError, match="must have the marks of the study vessel_models"):
        document_with("nothing", "vessel_models", "table")


def test_a_sink_stops_mattering_where_its_loss_stays_below_half_a_millimetre():
    distances = np.array([0.0, 10.0, 20.0])
    assert margin_distance.stops_mattering(distances, np.array([4.5, 1.5, 0.0])) == pytest.approx(16.667, abs=1e-3)
    assert margin_distance.stops_mattering(distances, np.array([0.1, 0.0, 0.0])) == 0.0
    assert margin_distance.stops_mattering(distances, np.array([4.5, 1.5, 0.6])) is None
