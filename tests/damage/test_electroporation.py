"""Models that are exposed to pulses: thresholds and survival."""

from __future__ import annotations

import numpy as np
import pytest

from ablasim.damage.electroporation import REVERSIBLE, FieldThreshold, PelegFermi
from ablasim.damage.pulse_exposure import PulseExposure
from ablasim.fem import make_space
from ablasim.fem.recovery import Recovery
from ablasim.mesh.structured import box_mesh

MODELS = (FieldThreshold(), REVERSIBLE, PelegFermi())
THRESHOLD = np.full(3, 50e3)


def exposed(model, *trains):
    state = model.start(3)
    for field, count in trains:
        state = model.expose(state, np.asarray(field, dtype=float), count)
    return state


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_nothing_dies_without_pulses(model):
    level = model.level(model.start(3), THRESHOLD)
    assert np.all(np.isfinite(level))
    assert np.all(level < -5.0)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_a_model_says_what_a_report_needs(model):
    told = model.describe()
    assert {"name", "label", "source", "process", "verified", "warning"} <= set(told)
    assert model.warning
    assert len(model.quantities) == len(model.start(3))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_a_state_is_never_changed(model):
    state = model.start(3)
    model.expose(state, np.full(3, 1e5), 10)
    assert not state.any()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
@pytest.mark.parametrize(
    ("field", "count", "message"),
    [([1.0, 2.0], 10, "one value per point"), ([1.0, 2.0, 3.0], 0, "must be 1 or more"),
     ([1.0, -2.0, 3.0], 5, "finite and not negative"), ([1.0, np.nan, 3.0], 5, "finite and not negative")],
)  # fmt: skip
def test_trains_that_cannot_be_are_refused(model, field, count, message):
    with pytest.raises(ValueError, match=message):
        model.expose(model.start(3), np.array(field), count)


def test_the_largest_field_of_the_sequence_counts_against_each_points_own_threshold():
    model = FieldThreshold()
    state = exposed(model, ([60e3, 10e3, 40e3], 90), ([20e3, 55e3, 45e3], 10))
    level = model.level(state, np.array([50e3, 50e3, 44e3]))
    np.testing.assert_allclose(level, np.log([60 / 50, 55 / 50, 45 / 44]))


def test_survival_at_the_critical_field_is_one_half():
    model = PelegFermi()
    critical = 399_600.0 * np.exp(-0.03 * 10)
    state = exposed(model, (np.full(3, critical), 10))
    np.testing.assert_allclose(np.exp(-state[0]), 0.5)


def test_the_level_crosses_zero_at_the_lethal_field_and_is_linear_in_the_field():
    model = PelegFermi(survival=0.01)
    lethal = model.lethal_field(20)
    width = 144_100.0 * np.exp(-0.06 * 20)
    fields = lethal + width * np.array([-2.0, 0.0, 3.0])
    np.testing.assert_allclose(model.level(exposed(model, (fields, 20)), THRESHOLD), [-2.0, 0.0, 3.0], atol=1e-9)


def test_trains_multiply():
    model = PelegFermi()
    first, second = np.array([1e5, 2e5, 3e5]), np.array([3e5, 2e5, 1e5])
    both = exposed(model, (first, 10), (second, 20))
    apart = exposed(model, (first, 10)) + exposed(model, (second, 20))
    np.testing.assert_allclose(both, apart)
    assert np.all(model.level(both, THRESHOLD) > model.level(exposed(model, (first, 10)), THRESHOLD))


def test_more_pulses_kill_at_lower_fields():
    model = PelegFermi()
    lethal = [model.lethal_field(count) for count in (1, 10, 30, 90)]
    assert lethal == sorted(lethal, reverse=True)


def test_fields_beyond_reason_overflow_nothing():
    model = PelegFermi()
    with np.errstate(over="raise", invalid="raise"):
        level = model.level(exposed(model, (np.array([0.0, 1e6, 1e9]), 90)), THRESHOLD)
    assert np.all(np.isfinite(level))
    assert np.all(np.diff(level) >= 0.0)


def test_levels_at_the_nodes_are_those_of_each_side_of_a_tumour():
    mesh = box_mesh((0.02, 0.01, 0.01), (8, 4, 4))
    x = mesh.points[mesh.cells].mean(axis=1)[:, 0]
    tumour, tissue = x > 0.0, x < 7.4e-3
    recovery = Recovery.of(make_space(mesh), tissue, tumour.astype(int))
    threshold = np.where(tissue, np.where(tumour, 80e3, 50e3), np.nan)
    models = {model.name: model for model in MODELS}
    exposure = PulseExposure.start(models, dict.fromkeys(models, threshold), recovery)
    uniform = np.broadcast_to([60e3, 0.0, 0.0], (mesh.n_cells, 3))
    level = exposure.expose(uniform, 90).expose(0.5 * uniform, 90).level("irreversible_threshold")
    np.testing.assert_allclose(level[mesh.points[:, 0] < -1e-9], np.log(60 / 50))
    inside = (mesh.points[:, 0] > 1e-9) & (mesh.points[:, 0] < 7.4e-3)
    np.testing.assert_allclose(level[inside], np.log(60 / 80))
    assert np.isnan(level[mesh.points[:, 0] > 7.6e-3]).all()
    assert np.all(exposure.level("peleg_fermi")[inside] < 0.0)
