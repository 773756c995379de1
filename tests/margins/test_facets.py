from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ablasim.margins.facets import boundary_facets

N_POINTS = 9
cells = st.lists(st.permutations(range(N_POINTS)).map(lambda order: order[:4]), min_size=1, max_size=12)
members = st.lists(st.booleans(), min_size=N_POINTS, max_size=N_POINTS).map(np.array)


@settings(deadline=None)
@given(cells, members)
def test_boundary_facets_are_those_of_one_cell_with_a_member(cells, member):
    count = Counter(tuple(sorted(cell[:k] + cell[k + 1 :])) for cell in map(list, cells) for k in range(4))
    expected = sorted(facet for facet, times in count.items() if times == 1 and member[list(facet)].any())
    found = boundary_facets(np.array(cells, dtype=np.int32), member)
    assert sorted(tuple(sorted(facet)) for facet in found.tolist()) == expected
