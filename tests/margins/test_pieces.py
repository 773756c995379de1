from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from ablasim.margins.pieces import label_pieces

N_POINTS = 30
cells = st.lists(st.lists(st.integers(0, N_POINTS - 1), min_size=4, max_size=4, unique=True), min_size=1, max_size=15)
members = st.lists(st.booleans(), min_size=N_POINTS, max_size=N_POINTS).map(np.array)


@settings(deadline=None)
@given(cells, members)
def test_pieces_are_the_components_of_the_graph_of_edges_between_members(cells, member):
    edges = [pair for cell in cells for pair in combinations(cell, 2) if member[list(pair)].all()]
    rows, columns = np.array(edges, dtype=int).reshape(-1, 2).T
    graph = coo_array((np.ones(len(edges)), (rows, columns)), shape=(N_POINTS, N_POINTS))
    components = connected_components(graph, directed=False)[1]
    labels = label_pieces(np.array(cells), member)
    assert (labels[~member] == -1).all()
    assert len(set(zip(labels[member], components[member], strict=True))) == len(set(labels[member]))
    assert len(set(labels[member])) == len(set(components[member]))
    assert sorted(set(labels[member])) == list(range(len(set(labels[member]))))
