import os
import subprocess
import sys

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


def test_division_by_zero_is_numpys():
    assert compiled()(lambda a, b: a / b)(1.0, 0.0) == pytest.approx(np.inf)


def test_kernels_are_plain_python_where_numba_is_switched_off():
    code = "from ablasim.compiled import compiled; print(compiled()(lambda x: 2.0 * x)(4.0))"
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True)
    assert done.stdout == "8.0\n"
