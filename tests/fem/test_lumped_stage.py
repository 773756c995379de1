"""The compiled stages of a lumped space beside those that any space can have."""

import numpy as np
import pytest

from ablasim.errors import SolverError
from ablasim.fem import EnthalpyCurve, make_space
from ablasim.fem.heat_stage import HeatStages
from ablasim.fem.lumped_stage import LumpedStages
from ablasim.fem.operators import Pattern, stiffness
from ablasim.mesh.structured import box_mesh

TOLERANCE = 1e-6  # of Newton's method, K
DT = 5.0


@pytest.fixture(scope="module")
def block():
    """A block of 2 cm whose one face is held at 37 °C and whose other half is heated."""
    mesh = box_mesh((0.02, 0.02, 0.02), (9, 9, 9))
    space = make_space(mesh)
    operator = stiffness(space, Pattern.of(space), np.full(len(space.gradient_weights), 0.5))
    fixed = np.zeros(space.n_nodes, dtype=bool)
    fixed[mesh.points_of_facets("x_min")] = True
    volumes = space.measure(np.ones(len(space.cells)))
    load = 5e5 * volumes * (space.points[:, 0] > 0.0)
    return space, operator, load, fixed, volumes


def stages_of(kind, block, breakpoints, start, *, tolerance=TOLERANCE):
    space, operator, load, fixed, volumes = block
    per_volume = 4e6 * np.array([1.0, 400.0, 0.2])[: len(breakpoints) + 1]
    curve = EnthalpyCurve(np.array(breakpoints), per_volume[:, None] * volumes, 273.15)
    temperature = np.where(fixed, 310.15, start)
    return kind(space, curve, operator, load, fixed, temperature, DT, 1.0, tolerance), temperature


def test_both_kinds_of_stages_agree_where_nothing_boils(block):
    found = {}
    for kind in (LumpedStages, HeatStages):
        stages, temperature = stages_of(kind, block, [], 310.15)
        found[kind] = stages.solve(np.zeros_like(temperature), temperature), stages.start_rate
    (lumped, lumped_rate), (general, general_rate) = found[LumpedStages], found[HeatStages]
    assert lumped.temperature.max() > 310.5
    assert lumped.temperature == pytest.approx(general.temperature, abs=2.0 * TOLERANCE)
    assert lumped.stored == pytest.approx(general.stored, abs=1e-3 * np.abs(general.stored).max())
    assert lumped_rate == pytest.approx(general_rate, abs=1e-9 * np.abs(general_rate).max())
    assert lumped.linear_iterations == pytest.approx(general.linear_iterations, abs=2)


def test_a_stage_that_begins_to_boil_balances(block):
    _, operator, load, fixed, _ = block
    stages, temperature = stages_of(LumpedStages, block, [372.15, 373.15], 371.9)
    stage = stages.solve(np.zeros_like(temperature), temperature)
    boiling = ~fixed & (stage.temperature > 372.15)
    assert boiling.any()
    assert stage.temperature.max() < 373.15
    gained = DT * (load - operator.apply(stage.temperature))
    assert np.abs(stage.stored - gained)[~fixed].sum() < 1e-3 * np.abs(gained)[~fixed].sum()


def test_a_stage_leaves_its_guess_alone(block):
    stages, temperature = stages_of(LumpedStages, block, [], 310.15)
    guess = temperature.copy()
    stages.solve(np.zeros_like(temperature), guess)
    assert (guess == temperature).all()


@pytest.mark.parametrize("kind", [LumpedStages, HeatStages])
def test_a_stage_that_cannot_converge_says_so(block, kind):
    stages, temperature = stages_of(kind, block, [], 310.15, tolerance=1e-18)  # below rounding
    with pytest.raises(SolverError, match="Newton's method for the temperature did not converge"):
        stages.solve(np.zeros_like(temperature), temperature)


@pytest.mark.parametrize("kind", [LumpedStages, HeatStages])
def test_numbers_that_are_not_finite_are_an_error(block, kind):
    stages, temperature = stages_of(kind, block, [], 310.15)
    with pytest.raises(SolverError, match="conjugate gradients of the heat problem did not converge"):
        stages.solve(np.full_like(temperature, np.nan), temperature)
