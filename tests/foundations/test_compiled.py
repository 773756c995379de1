import numba
import numpy as np
import pytest

from ablasim.compiled import compiled


def total(values):
    result = 0.0
    for value in values:
        result += value
    return result


def test_a_kernel_gives_what_its_python_gives():
    values = np.arange(10.0)
    assert compiled()(total)(values) == total(values)


def test_without_a_writable_cache_folder_the_kernel_is_compiled_all_the_same(monkeypatch):
    real = numba.njit

    def no_cache(*args, cache=False, **options):
        if cache:
            message = "cannot cache function: no locator available"
            raise RuntimeError(message)
        return real(*args, **options)

    monkeypatch.setattr(numba, "njit", no_cache)
    assert compiled()(total)(np.ones(3)) == 3.0


def test_division_by_zero_is_numpys():
    assert compiled()(lambda a, b: a / b)(1.0, 0.0) == pytest.approx(np.inf)
