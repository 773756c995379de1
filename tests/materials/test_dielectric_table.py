"""Conductivity looked up in a table is that of the laws."""

import numpy as np
import pytest

from ablasim.materials import ConductivityField, dielectric, tissue
from ablasim.units import kelvin

TEMPERATURES = kelvin(np.linspace(1.0, 299.0, 20_011))


@pytest.mark.parametrize(("name", "frequency"), [("liver", 2.45e9), ("liver", 915e6), ("blood", 2.45e9)])
def test_the_table_has_the_law_and_its_fall(name, frequency):
    law = dielectric(tissue(name), frequency)
    conductivity, fall = ConductivityField([law], np.zeros(len(TEMPERATURES), dtype=np.int8)).at(TEMPERATURES)
    assert conductivity == pytest.approx(law.conductivity(TEMPERATURES), rel=2e-5, abs=1e-9)
    around = law.conductivity(TEMPERATURES + 0.05) - law.conductivity(TEMPERATURES - 0.05)
    smooth = np.abs(TEMPERATURES - kelvin(100.0)) > 0.2  # the law at 915 MHz has an edge there
    assert fall[smooth] == pytest.approx(np.maximum(-around[smooth] / 0.1, 0.0), rel=5e-2, abs=1e-4)


def test_beyond_the_table_its_ends_hold():
    law = dielectric(tissue("liver"), 2.45e9)
    low, high = ConductivityField([law], np.zeros(2, dtype=np.int8)).at(kelvin(np.array([-20.0, 400.0])))[0]
    assert low == pytest.approx(law.conductivity(kelvin(0.0)))
    assert high == pytest.approx(law.conductivity(kelvin(350.0)))


def test_each_point_has_its_own_tissue_or_none():
    laws = [dielectric(tissue(name), 2.45e9) for name in ("liver", "blood")]
    number = np.array([1, -1, 0], dtype=np.int8)
    temperature = kelvin(np.array([50.0, 60.0, 95.0]))
    conductivity, fall = ConductivityField(laws, number).at(temperature)
    expected = [float(laws[1].conductivity(temperature[0])), float(laws[0].conductivity(temperature[2]))]
    assert conductivity[[0, 2]] == pytest.approx(expected, rel=2e-5)
    assert conductivity[1] == fall[1] == 0.0
    assert fall[2] > 0.0
