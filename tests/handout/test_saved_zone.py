"""The zone over time: what a run saves of it, and what is read back."""

from dataclasses import replace
from types import SimpleNamespace

import h5py
import numpy as np
import pytest

from ablasim.damage import damage_model
from ablasim.errors import OutputError
from ablasim.results.fields import LEVEL_BITS
from ablasim.results.frames import CUT_OFF, FrameKeeper
from ablasim.results.saved import SavedFields
from ablasim.units import kelvin, millilitres
from ablasim.views.handout.replay import HISTORY, Replay
from ablasim.watch import Watch

ROUNDING = 2.0**-LEVEL_BITS + 2.0**-11  # of the levels in the file, and of half precision before


@pytest.mark.parametrize("variant", ["actual", "no_vessel"])
def test_the_last_saved_time_has_the_level_of_the_end(results, replay, variant):
    assert replay.fields.times[-1] == pytest.approx(results.actual.steps[-1].time)
    level = results.zones[variant].level
    read = replay.fields.level(len(replay.fields.times) - 1, variant)
    np.testing.assert_array_equal(np.isnan(read), np.isnan(level))
    known, read = level[np.isfinite(level)], read[np.isfinite(read)]
    near = np.abs(known) < CUT_OFF
    assert near.mean() > 0.005
    np.testing.assert_allclose(read[near], known[near], rtol=ROUNDING, atol=1e-6)
    np.testing.assert_array_equal(read > 0.0, known > 0.0)


def test_the_zone_that_is_found_again_at_the_end_is_that_of_the_run(results, replay):
    last = len(replay.fields.times) - 1
    for variant in ("actual", "no_vessel"):
        found, known = replay.zone(last, variant), results.zones[variant]
        assert found.volume == pytest.approx(known.volume, rel=1e-3)
        assert found.surface.area == pytest.approx(known.surface.area, rel=1e-2)


def test_the_zone_grows_from_nothing(replay):
    volumes = [replay.moment(index).zone_ml for index in range(len(replay.fields.times))]
    assert volumes[0] == 0.0
    assert volumes == sorted(volumes)
    end = replay.end()
    assert volumes[-1] == pytest.approx(end.zone_ml, rel=1e-3)
    assert end.twin_ml == pytest.approx(replay.moment(len(volumes) - 1).twin_ml, rel=1e-3)


def test_a_saved_time_within_a_step_has_the_damage_up_to_that_time():
    """CEM43 at 44 °C that rises to 48 °C within a step: a quarter of it, in closed form, not a quarter of the dose."""
    model = damage_model("cem43_240")
    case = SimpleNamespace(
        headline=model, structures=(), scenario=SimpleNamespace(outputs=SimpleNamespace(save_every_s=15.0))
    )
    kept = []
    watch = Watch(case, lambda *moment: kept.append(moment), structures=False)
    before, after = np.array([kelvin(44.0)]), np.array([kelvin(48.0)])
    start = model.start(1, before)
    watch.see(0.0, before, after, 60.0, np.array([True]), start)
    assert [time for time, _, _ in kept] == [0.0, 15.0, 30.0, 45.0, 60.0]
    rate = np.log(2.0) / 15.0  # per second, at one kelvin in 15 s: the dose doubles with each kelvin
    dose_min = 2.0 * (np.exp(rate * 15.0) - 1.0) / rate / 60.0  # from 44 °C, where a minute counts for two
    assert kept[1][1][0] == pytest.approx(kelvin(45.0))
    assert kept[1][2][0] == pytest.approx(np.log(dose_min / 240.0), rel=1e-9)


def test_a_twin_that_cooled_sooner_stays_as_it_was():
    keeper, fields = FrameKeeper(), np.zeros(2)
    for time in (0.0, 1.0, 2.0):
        keeper.keep("actual", time, fields + 310.15, fields + time)
    keeper.keep("no_vessel", 0.0, fields, fields - 5.0)
    keeper.keep("no_vessel", 1.0, fields, fields - 4.0)
    assert [level[0] for level in keeper.levels()["no_vessel"]] == [-5.0, -4.0, -4.0]
    assert [(time, temperature[0]) for time, temperature in keeper.frames()] == [(0.0, 37.0), (1.0, 37.0), (2.0, 37.0)]


def test_a_run_without_twins_saves_no_zone_without_vessels():
    keeper = FrameKeeper()
    keeper.keep("actual", 0.0, np.zeros(2), np.zeros(2))
    assert set(keeper.levels()) == {"actual"}


def test_electrodes_are_out_when_the_history_says_so(replay, folder, monkeypatch):
    (folder / HISTORY).write_text(
        "time_s,in_place,delivered_power_w\n5,left,20\n6,,0\n20,left right,15\n", encoding="utf-8"
    )
    monkeypatch.setattr("ablasim.views.handout.replay.movable", lambda _: frozenset({"left", "right"}))
    summary = replay.run.summary | {"time": replay.run.summary["time"] | {"n_steps": 3}}
    moved = Replay(replace(replay.run, summary=summary), folder, replay.fields)
    assert [set(moved.out_at(time)) for time in (0.0, 5.0, 5.5, 19.0, 30.0)] == [
        {"right"},
        {"right"},
        {"left", "right"},
        set(),
        set(),
    ]
    assert [moved.power_w(time) for time in (5.0, 5.5, 7.0)] == [20.0, 0.0, 15.0]


def test_a_file_that_is_no_field_is_refused_by_name(folder):
    (folder / "fields.vtkhdf").write_bytes(b"not HDF5")
    with pytest.raises(OutputError, match=r"fields\.vtkhdf: cannot be read: .*: must be the fields of a finished run"):
        SavedFields(folder)
    with h5py.File(folder / "fields.vtkhdf", "w") as file:
        file.create_group("VTKHDF")
    with pytest.raises(OutputError, match=r"fields\.vtkhdf: cannot be read"):
        SavedFields(folder)


def test_the_mesh_that_is_read_back_is_that_of_the_run(results, replay):
    mesh, known = replay.fields.mesh, results.case.mesh
    np.testing.assert_array_equal(mesh.cells, known.cells)
    np.testing.assert_array_equal(mesh.points, known.points)
    assert mesh.cell_region_names == known.cell_region_names
    outer = np.isin(known.points_of_facets("outer"), mesh.points_of_facets("outer"))
    assert outer.all()
    assert millilitres(replay.domain.volumes.sum()) == pytest.approx(125.0)
