import subprocess
import sys

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


HELPER = "from ablasim.compiled import compiled\n\n\n@compiled()\ndef half(x):\n    return {half}\n"
KERNEL = """from low.helper import half
from ablasim.compiled import compiled


@compiled()
def kernel(x):
    return half(x)
"""


def test_a_kernel_is_compiled_anew_when_one_that_it_calls_has_changed(tmp_path, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "cache"))
    for package in ("low", "high"):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").touch()
    (tmp_path / "high" / "kernels.py").write_text(KERNEL)

    def found(half):
        (tmp_path / "low" / "helper.py").write_text(HELPER.format(half=half))
        code = "from high.kernels import kernel; print(kernel(4.0), sum(kernel.stats.cache_hits.values()))"
        done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True, capture_output=True, text=True)
        return done.stdout.split()

    assert found("0.5 * x") == ["2.0", "0"]
    assert found("0.5 * x + 1.0") == ["3.0", "0"]


def test_a_kernel_is_compiled_once_while_nothing_changes(tmp_path, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "cache"))
    (tmp_path / "helper.py").write_text(HELPER.format(half="0.5 * x"))
    code = "from helper import half; half(4.0); print(sum(half.stats.cache_hits.values()))"
    hits = [
        subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True, capture_output=True, text=True).stdout
        for _ in range(2)
    ]
    assert [int(hit) for hit in hits] == [0, 1]
