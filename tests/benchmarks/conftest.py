"""Names that the tests of the benchmarks share."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory):
    """Mesh files of these tests go to a folder of their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def peers_r1():
    """The constants and laws that the peers use."""
    place = ROOT / "benchmarks" / "peers" / "r1.py"
    spec = importlib.util.spec_from_file_location("peers_r1", place)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def line():
    """Make the line of a run as the codes print it."""

    def make(name, cpu_s, setup_s=1.0, **more):
        answer = {"voltage_v": 45.0, "impedance_ohm": 50.0, "max_temperature_c": 130.0, "ablated_mm3": 55000.0}
        return {
            "name": name,
            "n_nodes": 1000,
            "steps": 10,
            "setup_s": setup_s,
            "cpu_s": cpu_s,
            "cpu_s_per_step": (cpu_s - setup_s) / 10,
            "iterations": {"electric": 30, "heat": 60},
            "peak_mb": 100.0,
            "answers": {"end": answer},
            **more,
        }

    return make
