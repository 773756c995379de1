"""Rows of sparse matrices with short offsets do what scipy does with whole columns."""

import numpy as np
import pytest
import scipy.sparse as sp

from ablasim.fem.rows import Rows, column_of, row_exchange, row_product

RNG = np.random.default_rng(7)
NARROW, WIDE = 65_535, 65_536


def rows_of(matrix: sp.csr_array) -> Rows:
    return Rows.of(matrix.indptr.astype(np.uint32), matrix.indices.astype(np.uint32))


def matrix_that_spans(span: int, *, shift: int = 100) -> sp.csr_array:
    """Rows in disorder, one of them empty, one of a single entry, and one that spans so many columns."""
    rows = np.array([0, 0, 0, 1, 3, 3])
    columns = np.array([shift + span, shift, shift + 5, shift + 7, 2, 0])
    return sp.csr_array((RNG.uniform(1.0, 2.0, 6), (rows, columns)), shape=(4, shift + span + 1))


@pytest.mark.parametrize(("span", "kind"), [(NARROW, np.uint16), (WIDE, np.uint32)])
def test_offsets_take_two_bytes_as_long_as_the_columns_fit(span, kind):
    rows = rows_of(matrix_that_spans(span))
    assert rows.offsets.dtype == kind
    assert rows.firsts[2] == 0  # the empty row's


@pytest.mark.parametrize("span", [NARROW, WIDE])
def test_the_columns_come_back(span):
    matrix = matrix_that_spans(span)
    rows = rows_of(matrix)
    np.testing.assert_array_equal(rows.columns, matrix.indices)
    for row in range(4):
        entries = range(matrix.indptr[row], matrix.indptr[row + 1])
        assert [column_of(rows, row, entry) for entry in entries] == [matrix.indices[entry] for entry in entries]


@pytest.mark.parametrize("span", [NARROW, WIDE])
@pytest.mark.parametrize(("kind", "tolerance"), [(np.float64, 1e-15), (np.float32, 1e-6)])
def test_products_are_those_of_scipy(span, kind, tolerance):
    matrix = matrix_that_spans(span)
    x = RNG.uniform(1.0, 2.0, matrix.shape[1])
    found = [row_product(rows_of(matrix), matrix.data.astype(kind), x.astype(kind), row) for row in range(4)]
    np.testing.assert_allclose(found, matrix @ x, rtol=tolerance)


def test_a_row_exchanges_differences():
    matrix = sp.csr_array(sp.random_array((50, 50), density=0.2, rng=RNG))
    x = RNG.uniform(-1.0, 1.0, 50)
    found = [row_exchange(rows_of(matrix), matrix.data, x, row) for row in range(50)]
    np.testing.assert_allclose(found, matrix @ x - matrix.sum(axis=1) * x, atol=1e-14)


def test_a_constant_exchanges_nothing_whatever_its_size():
    matrix = sp.csr_array(sp.random_array((50, 50), density=0.2, rng=RNG))
    assert all(row_exchange(rows_of(matrix), matrix.data, np.full(50, 1e6 + 0.1), row) == 0.0 for row in range(50))
