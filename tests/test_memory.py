"""A run that nobody holds any more leaves memory at once: a loop over runs needs no more of it than one."""

import copy
import gc
import weakref
from pathlib import Path

import pytest
from ruamel.yaml import YAML

import ablasim
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
