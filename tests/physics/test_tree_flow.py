"""Flow in trees of vessels."""

from __future__ import annotations

import numpy as np
import pytest

from ablasim.errors import ModelError
from ablasim.geometry.trees import VesselTree
from ablasim.physics.tree_flow import given_flow, shared_flow

POINTS = [[0, 0, 0], [0, 0, 2], [1, 0, 3], [-1, 0, 3], [1, 0, 4]]
FORK = VesselTree("fork", POINTS, [-1, 0, 1, 1, 2], [1, 1, 0.8, 0.4, 0.7])
LABELS = tuple(f"point {i}" for i in range(5))
NOT_GIVEN = np.nan


def test_flow_is_conserved_at_every_fork_and_shared_by_cubes():
    flow = shared_flow(FORK, 9.0)
    assert flow == pytest.approx([9.0, 8.0, 1.0, 8.0])
    assert shared_flow(FORK, 9.0, 2.0)[1:3] == pytest.approx([9.0 * 0.64 / 0.8, 9.0 * 0.16 / 0.8])


def test_given_flows_at_the_ends_are_summed_towards_the_root():
    assert given_flow(FORK, np.array([NOT_GIVEN, NOT_GIVEN, 2.0, 5.0]), LABELS).tolist() == [7.0, 5.0, 2.0, 5.0]
    assert given_flow(FORK, np.array([7.05, 5.0, 2.0, 5.0]), LABELS).tolist() == [7.0, 5.0, 2.0, 5.0]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([7.0, 5.0, NOT_GIVEN, 5.0], "point 3: the flow is missing: must be given at every end"),
        ([8.0, 5.0, 2.0, 5.0], "point 1: the flow is 4.8e\\+08 ml/min, but the ends behind it sum to 4.2e\\+08"),
    ],
)
def test_flows_that_do_not_add_up_are_refused(given, said):
    with pytest.raises(ModelError, match=said):
        given_flow(FORK, np.array(given), LABELS)
