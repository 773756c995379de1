from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ablasim.fem.node_pairs import NodePairs, local_pairs

N_NODES = 12
cells = st.lists(st.permutations(range(N_NODES)).map(lambda order: order[:4]), min_size=1, max_size=30).map(
    lambda rows: np.array(rows, dtype=np.int32)
)


@settings(deadline=None)
@given(cells)
def test_every_pair_of_a_cell_is_there_once_with_its_cells(cells):
    pairs = NodePairs.of_cells(cells, N_NODES)
    expected = {tuple(sorted(pair)) for cell in cells.tolist() for pair in combinations(cell, 2)}
    assert len(pairs.nodes) == len(expected)
    assert {tuple(pair) for pair in pairs.nodes.tolist()} == expected
    local = local_pairs(4)
    assert sorted(pairs.members.tolist()) == list(range(len(cells) * len(local)))
    for pair, (start, end) in enumerate(zip(pairs.starts[:-1], pairs.starts[1:], strict=True)):
        for member in pairs.members[start:end]:
            nodes = cells[member // len(local), local[member % len(local)]]
            assert sorted(nodes) == pairs.nodes[pair].tolist()


@settings(deadline=None)
@given(cells, st.integers(1, 3))
def test_the_operator_sums_over_cells_what_they_hold_for_a_pair(cells, n_points):
    rng = np.random.default_rng(0)
    local = local_pairs(4)
    terms = rng.normal(size=(len(cells), n_points, len(local)))
    coefficient = rng.normal(size=(len(cells), n_points))
    pairs = NodePairs.of_cells(cells, N_NODES)
    expected = np.zeros((N_NODES, N_NODES))
    for cell, of_points, values in zip(cells, terms, coefficient, strict=True):
        for (one, other), term in zip(cell[local], values @ of_points, strict=True):
            expected[min(one, other), max(one, other)] += term
    summed = pairs.operator(terms) @ coefficient.ravel()
    np.testing.assert_allclose(summed, expected[tuple(pairs.nodes.T)], atol=1e-12)
