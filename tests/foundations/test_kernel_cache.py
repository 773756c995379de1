"""Machine code on disk: found again, made anew when it is out of date or damaged, and never what stops a run."""

import os
import subprocess
import sys

import pytest

HELPER = "from ablasim.compiled import compiled\n\n\n@compiled()\ndef half(x):\n    return {half}\n"
KERNEL = """from low.helper import half
from ablasim.compiled import compiled


@compiled()
def kernel(x):
    return half(x)
"""


@pytest.fixture
def helper(tmp_path):
    """Runs a kernel in a process of its own, with a cache in the test's folder: what it gives, and cache hits."""
    (tmp_path / "helper.py").write_text(HELPER.format(half="0.5 * x"))

    def run(**environment):
        code = "from helper import half; print(half(4.0), sum(half.stats.cache_hits.values()))"
        settings = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path / "cache")} | environment
        command = [sys.executable, "-c", code]
        return subprocess.run(command, cwd=tmp_path, env=settings, check=True, capture_output=True, text=True)

    return run


def cached(folder, suffix):
    """The one file of a kind in the cache."""
    (file,) = (folder / "cache").rglob(f"*half*{suffix}")
    return file


def test_a_kernel_is_compiled_once_while_nothing_changes(helper):
    assert [helper().stdout.split() for _ in range(2)] == [["2.0", "0"], ["2.0", "1"]]


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


@pytest.mark.parametrize("suffix", [".nbi", ".nbc"])
@pytest.mark.parametrize(
    "damaged",
    [
        pytest.param(lambda _: b"", id="empty"),
        pytest.param(lambda content: content[: len(content) // 2], id="cut short"),
        pytest.param(lambda content: b"no pickle" + content, id="garbage"),
    ],
)
def test_a_damaged_file_is_made_anew_with_a_warning(helper, tmp_path, suffix, damaged):
    helper()
    file = cached(tmp_path, suffix)
    file.write_bytes(damaged(file.read_bytes()))
    again = helper()
    assert again.stdout.split() == ["2.0", "0"]
    assert "is damaged and is made anew" in again.stderr
    assert helper().stdout.split() == ["2.0", "1"]


def test_a_full_disk_costs_the_cache_and_not_the_run(helper, tmp_path):
    code = "import numba.core.caching as c, errno\n\ndef full(*_):\n    raise OSError(errno.ENOSPC, 'No space left')\n"
    (tmp_path / "sitecustomize.py").write_text(code + "\nc.IndexDataCacheFile.save = full\n")
    done = helper(PYTHONPATH=str(tmp_path))
    assert done.stdout.split() == ["2.0", "0"]
    assert done.stderr.count("machine code not kept in") == 1


def test_without_a_folder_the_kernel_is_compiled_all_the_same(helper, tmp_path):
    code = "import numba.core.caching as c\nc.CompileResultCacheImpl._locator_classes = []\n"
    (tmp_path / "sitecustomize.py").write_text(code)
    assert helper(PYTHONPATH=str(tmp_path)).stdout.split() == ["2.0", "0"]
