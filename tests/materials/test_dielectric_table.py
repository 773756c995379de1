"""Conductivity looked up in a table is that of the laws."""

import numpy as np
import pytest

from ablasim.materials import conductivity_table, dielectric, tissue
from ablasim.units import kelvin

TEMPERATURES = kelvin(np.linspace(1.0, 299.0, 20_011))


@pytest.mark.parametrize(("name", "frequency"), [("liver", 2.45e9), ("liver", 915e6), ("blood", 2.45e9)])
def test_the_table_has_the_law_and_its_fall(name, frequency):
    law = dielectric(tissue(name), frequency)
    conductivity, fall = conductivity_table(law).at(TEMPERATURES)
    assert conductivity == pytest.approx(law.conductivity(TEMPERATURES), rel=2e-5, abs=1e-9)
    around = law.conductivity(TEMPERATURES + 0.05) - law.conductivity(TEMPERATURES - 0.05)
    smooth = np.abs(TEMPERATURES - kelvin(100.0)) > 0.2  # the law at 915 MHz has an edge there
    assert fall[smooth] == pytest.approx(np.maximum(-around[smooth] / 0.1, 0.0), rel=5e-2, abs=1e-4)


def test_beyond_the_table_its_ends_hold():
    table = conductivity_table(dielectric(tissue("liver"), 2.45e9))
    low, high = table.at(kelvin(np.array([-20.0, 400.0])))[0]
    assert low == pytest.approx(table.values[0])
    assert high == pytest.approx(table.values[-1])
