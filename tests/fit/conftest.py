"""A fit to the quick run beside a vein, and a model of two sensors that takes no time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ablasim.fit.schema import Parameter

Floats = NDArray[np.float64]

ROOT = Path(__file__).parents[2]

FIT = f"""\
schema_version: 1
title: Perfusion and conductivity
base: {ROOT / "tests/data/quick.yaml"}
set:
  tissues.this_liver: {{from: liver}}
  organ.tissue: this_liver
  protocol: [{{duration_s: 20, drive: {{electrode: {{control: voltage, voltage_v: 50}}}}}}]
  sensors: [{{name: near, at_mm: [0, -7, 0]}}, {{name: far, at_mm: [0, 9, 2]}}]
  damage.models: [cem43_240]
data: {{file: read.csv, uncertainty_k: 0.1}}
parameters:
  - name: perfusion_per_s
    path: tissues.this_liver.perfusion_rate_per_s
    start: 0.01
    low: 0.001
    high: 0.1
    scale: log
  - name: sigma_s_m
    path: tissues.this_liver.electrical_conductivity_s_m
    start: 0.2
    low: 0.1
    high: 0.5
"""

READ = """\
# two thermocouples
time_s,near_c,far_c
0,37.0,37.0
10,38.5,37.2
20,40.1,
"""


@pytest.fixture(scope="session")
def fit_text() -> str:
    return FIT


@pytest.fixture(scope="session")
def read_text() -> str:
    return READ


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with fit.yaml and read.csv."""
    monkeypatch.chdir(tmp_path)
    Path("fit.yaml").write_text(FIT, encoding="utf-8")
    Path("read.csv").write_text(READ, encoding="utf-8")
    return tmp_path


TIMES = np.linspace(0.0, 100.0, 21)


def two_sensors(values: Floats) -> Floats:
    """Warm up by a rise, K, with a rate, 1/s; the second sensor later and less."""
    rise, rate = values
    return 37.0 + np.column_stack(
        [rise * (1.0 - np.exp(-rate * TIMES)), 0.5 * rise * (1.0 - np.exp(-0.3 * rate * TIMES))]
    )


@pytest.fixture(scope="session")
def cheap() -> Callable[[Sequence[Floats]], Sequence[Floats]]:
    """The model at several values."""
    return lambda places: [two_sensors(values) for values in places]


@pytest.fixture(scope="session")
def sought() -> tuple[Parameter, ...]:
    """Its two parameters."""
    return (
        Parameter(name="rise_k", path="a.rise_k", start=5.0, low=1.0, high=50.0),
        Parameter(name="rate_per_s", path="a.rate_per_s", start=0.01, low=0.001, high=1.0, scale="log"),
    )
