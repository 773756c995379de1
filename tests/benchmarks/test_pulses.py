"""The benchmark of pulses goes through all pairs of its needles."""

from __future__ import annotations

from ablasim.scenario import load_scenario
from benchmarks.pulses import changes_of


def test_all_fifteen_pairs_of_six_needles_are_pulsed(root):
    scenario = load_scenario(root / "scenarios/ire_four_needles_hepatic_vein.yaml", changes_of(15))
    trains = list(scenario.protocol[0].pulses.trains())
    assert len({frozenset((train.anode, train.cathode)) for train in trains}) == 15
    assert [train.volts_per_cm is not None for train in trains].count(True) == 6  # the sides of the hexagon
