"""The solver in a process of its own."""

import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from ablasim.app.computing import Computation, Desk, compute, scenario_of
from ablasim.app.courses import vessel_mm
from ablasim.app.fields import state
from ablasim.app.modalities import MODALITIES, power_of
from ablasim.app.settings import Setting
from ablasim.app.zones import grid_margin, zone_surface
from ablasim.simulate import run

NEAR = Setting("rf", gap_mm=7.0, diameter_mm=6.0, speed_mm_s=100.0, power=20.0, tumour_mm=8.0)


@pytest.mark.parametrize("modality", list(MODALITIES))
def test_the_solver_is_given_what_is_set(modality):
    power = {"rf": 17.5, "microwave": 33.0, "ire": 2150.0}[modality]
    setting = Setting(modality, gap_mm=8.5, diameter_mm=4.0, speed_mm_s=70.0, power=power)
    scenario = scenario_of(setting)
    assert vessel_mm(scenario) == pytest.approx((8.5, 2.0))
    assert scenario.vessels[0].mean_speed_mm_s == 70.0
    assert power_of(modality, scenario) == power
    assert scenario.tumour.tissue == scenario.organ.tissue  # so that any size of tumour may be asked for


def test_a_computation_can_be_cancelled_at_once():
    computation = Computation(NEAR)
    begun = time.monotonic()
    computation.cancel()
    assert not computation._process.is_alive()
    assert time.monotonic() - begun < 10.0
    assert computation.result is None


def test_a_computation_ends_with_the_server_even_if_that_is_killed(tmp_path):
    script = tmp_path / "server.py"
    script.write_text(ENDLESS)
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True) as server:
        child = int(server.stdout.readline())
        assert _is_running(child)
        server.kill()
    end = time.monotonic() + 30.0
    while _is_running(child):
        assert time.monotonic() < end
        time.sleep(0.1)


ENDLESS = """
import time
from ablasim.app import computing
from ablasim.app.settings import Setting

computing.compute = lambda *_: time.sleep(1000.0)  # in the computation's process too, which reads this file anew

if __name__ == "__main__":
    computation = computing.Computation(Setting())
    print(computation._process.pid, flush=True)
    time.sleep(1000.0)
"""


def _is_running(process):
    status = Path(f"/proc/{process}/status")
    return status.exists() and "zombie" not in status.read_text()


def test_the_desk_hands_out_so_many_over_all_windows_and_takes_them_back():
    desk = Desk(1)
    first = desk.start(NEAR)
    try:
        assert first is not None
        assert desk.start(NEAR) is None
        desk.end(first)
        assert desk.is_free
        assert not first._process.is_alive()
    finally:
        desk.close()


@pytest.mark.slow
def test_what_the_app_shows_of_a_run_is_what_the_run_itself_says():
    """Volume of run and twin to rounding; the smallest margin, from a grid of 1 mm, to 0.25 mm of the mesh's."""
    told = []
    found = compute(NEAR, told.append)
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1.0)
    summary = run(scenario_of(NEAR), threads=1).summary
    last = state(found, MODALITIES["rf"], 1e9)
    assert last.numbers.volume_ml == pytest.approx(summary["zone"]["volume_ml"], rel=1e-6)
    lost = last.numbers.twin_volume_ml - last.numbers.volume_ml
    assert lost == pytest.approx(summary["heat_sink"]["volume_loss_ml"], rel=1e-4)
    places, vessel = MODALITIES["rf"].places, (7.0, 3.0)
    zone = zone_surface(last.level, places, vessel)
    margin = grid_margin(last.level, zone, places, NEAR.tumour_mm, vessel)
    assert margin.minimum_mm == pytest.approx(summary["margin"]["minimum_mm"], abs=0.25)
    assert np.all(np.diff([state(found, MODALITIES["rf"], t).numbers.volume_ml for t in (60, 200, 400, 600)]) > 0.0)
