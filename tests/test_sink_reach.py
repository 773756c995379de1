"""The reach of a heat sink: how the search moves a vessel, and that it ends where the loss does."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import ablasim.sink_reach as module
from ablasim.errors import AblasimError
from ablasim.scenario import Scenario, load_scenario
from ablasim.sink_reach import sink_reach

QUICK = Path(__file__).parent / "data" / "quick.yaml"  # a vein of 6 mm, its axis 12 mm from the needle's


def law(monkeypatch: pytest.MonkeyPatch, scale_mm: float, *, retraction_missing_below: float = 0.0) -> list[float]:
    """Replace the run by a loss that falls with the distance, 4 mm exp(-d / scale); gives the distances asked for."""
    asked: list[float] = []

    def fake(scenario: Scenario, **_: Any) -> SimpleNamespace:
        points = np.array(scenario.vessels[0].points_mm)
        assert np.ptp(points[:, 0]) == 0.0  # moved as a whole
        distance = points[0, 0] - 3.0
        asked.append(distance)
        loss = 4.0 * np.exp(-distance / scale_mm)
        retraction = None if distance < retraction_missing_below else loss
        vessels = {"vein": {"retraction_mm": retraction}}
        return SimpleNamespace(
            summary={"heat_sink": {"vessels": vessels, "margin_loss_mm": 0.5 * loss, "volume_loss_percent": loss}}
        )

    monkeypatch.setattr(module, "run", fake)
    return asked


@pytest.mark.parametrize("scale_mm", [5.0, 6.0, 8.0])
def test_the_reach_is_where_the_loss_falls_below_the_threshold(
    monkeypatch: pytest.MonkeyPatch, scale_mm: float
) -> None:
    law(monkeypatch, scale_mm)
    found = sink_reach(load_scenario(QUICK), "vein")
    exact = scale_mm * np.log(8.0)
    assert found.reach_mm is not None
    assert exact <= found.reach_mm <= exact + 1.0
    distances = [step.distance_mm for step in found.steps]
    assert distances == sorted(distances)
    assert distances[0] == pytest.approx(9.0)


def test_a_vessel_that_costs_nothing_where_it_is_is_not_moved(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = law(monkeypatch, 2.0)
    assert sink_reach(load_scenario(QUICK), "vein").reach_mm == pytest.approx(9.0)
    assert asked == pytest.approx([9.0])


def test_a_vessel_that_leaves_the_organ_first_has_no_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    law(monkeypatch, 50.0)
    found = sink_reach(load_scenario(QUICK), "vein")
    assert found.reach_mm is None
    assert found.steps[-1].loss_mm > found.threshold_mm


def test_an_applicator_outside_one_zone_counts_as_a_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    law(monkeypatch, 2.0, retraction_missing_below=12.0)
    found = sink_reach(load_scenario(QUICK), "vein")
    assert found.reach_mm is not None
    assert 12.0 <= found.reach_mm <= 13.0


def test_what_cannot_be_moved_is_refused() -> None:
    with pytest.raises(AblasimError, match="'artery': must be a meshed vessel of the scenario: vein"):
        sink_reach(load_scenario(QUICK), "artery")
    with pytest.raises(AblasimError, match="needs the twin 'no_vessel'"):
        sink_reach(load_scenario(QUICK, {"heat_sink.twins": []}), "vein")


@pytest.mark.slow
def test_a_real_sink_ends_within_the_organ(tmp_path: Path) -> None:
    changes = {
        "vessels.vein.points_mm": [[8, 0, -40], [8, 0, 40]],
        "organ.size_mm": [80, 80, 80],
        "protocol.0.duration_s": 240,
    }
    found = sink_reach(load_scenario(QUICK, changes), "vein", mesh_cache=tmp_path)
    assert found.reach_mm is not None
    assert found.steps[0].loss_mm > 0.5 > found.steps[-1].loss_mm
