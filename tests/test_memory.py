"""A run that nobody holds any more leaves memory at once, and a step takes what the step before has freed."""

import copy
import gc
import platform
import resource
import weakref
from pathlib import Path

import numpy as np
import pytest
from ruamel.yaml import YAML

import ablasim
from ablasim.memory import freed_memory_kept
from ablasim.scenario import parse_scenario

QUICK = Path(__file__).parent / "data" / "quick.yaml"


@pytest.mark.parametrize("twins", [[], ["no_vessel"]])
def test_a_case_is_freed_without_the_collector_of_cycles(twins, tmp_path):
    data = copy.deepcopy(YAML(typ="safe").load(QUICK)) | {"heat_sink": {"twins": twins}, "cool_down_s": 0}
    data["protocol"][0]["duration_s"] = 30
    scenario = parse_scenario(data)
    ablasim.run(scenario, mesh_cache=tmp_path)  # numba holds on to what calls a kernel that it has to compile first
    gc.disable()
    try:
        results = ablasim.run(scenario, mesh_cache=tmp_path)
        case = weakref.ref(results.case)
        del results
        assert case() is None
    finally:
        gc.enable()


LARGE = 2**24  # numbers, 128 MiB


def pages_cleared(times):
    """How many pages the system had to clear while a large array was made and freed some times."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(times):
        np.full(LARGE, 1.0)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def resident_bytes():
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="no other C library is told to keep what is freed")
def test_a_large_array_takes_what_the_last_one_has_freed_and_the_system_has_it_back_at_the_end():
    with freed_memory_kept():
        pages_cleared(1)
        kept = pages_cleared(10)
        within = resident_bytes()
    assert resident_bytes() < within - 0.9 * 8 * LARGE
    assert kept < 0.1 * pages_cleared(10)
