"""The real solver for the app: a scenario and its twin without the vessel, followed at the app's places over time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from ablasim.app.places import Places
from ablasim.build import Case, build_case
from ablasim.course import StepRecord
from ablasim.march import march
from ablasim.margins import Domain, ablation_zone
from ablasim.margins.distance import CellSearch
from ablasim.scenario import Scenario
from ablasim.units import celsius, metres, millilitres
from ablasim.variants import Variant

Floats = NDArray[np.float64]

LOWEST, HIGHEST = -12.0, 40.0
"""Range in which damage levels are kept: ln(dose / criterion) of minutes at body temperature, and of boiling tissue."""

VESSEL = "vein"
"""Name of the vessel in the app's scenarios."""


@dataclass(frozen=True, eq=False)
class Course:
    """What a variant did, at the app's places, at some times.

    Parameters
    ----------
    grid : ndarray, shape (n_times, n_grid)
        Damage level on the grid, dead where positive; empty for the run itself, which is kept about the vessel alone.
    polar : ndarray, shape (n_times, n_polar)
        Damage level about the vessel.
    plane, polar_plane : ndarray, shape (n_times, n)
        Temperature, °C, in the plane y = 0: on the grid (empty for the run itself), and about the vessel.
    volume_ml : ndarray, shape (n_times,)
        Dead tissue.
    delivered_w, removed_w, hottest_c : ndarray, shape (n_times,)
        Power delivered to the tissue, power that the vessel carried away, highest temperature.
    """

    grid: Floats
    polar: Floats
    plane: Floats
    polar_plane: Floats
    volume_ml: Floats
    delivered_w: Floats
    removed_w: Floats
    hottest_c: Floats


@dataclass(frozen=True, eq=False)
class _Sampler:
    """Nodal fields at points: inside a cell by its basis functions, outside all cells from the nearest node."""

    nodes: NDArray[np.integer]
    weights: Floats

    @classmethod
    def of(cls, case: Case, cells: NDArray[np.bool_], points_mm: Floats) -> _Sampler:
        rows = case.mesh.cells[cells]
        points = np.asarray(metres(points_mm))
        found, weights = CellSearch.of(case.mesh.points, rows).locate(points)
        nodes = rows[found].astype(np.int64)
        lost = found < 0
        used = np.unique(rows)
        nodes[lost] = used[cKDTree(case.mesh.points[used]).query(points[lost])[1]][:, None]
        weights[lost] = 0.25
        return cls(nodes, weights)

    def at(self, nodal: Floats) -> Floats:
        values: Floats = np.einsum("ij,ij->i", self.weights, nodal[self.nodes])
        return values


class _Follower:
    """Samples a march at given times, from the steps before and after each."""

    def __init__(
        self, case: Case, variant: Variant, places: Places, times: Floats, vessel: tuple[float, float]
    ) -> None:
        self._case, self._times, self._variant = case, times, variant
        self._cells = case.zone_cells(variant)
        self._domain = Domain.of_mesh(case.mesh, tuple(case.anatomy.needles), case.absent_at_end)
        with_applicators = self._cells | self._domain.is_applicator
        polar = places.polar(*vessel)
        in_plane = np.abs(polar[:, 1]) < 1e-9
        self._polar = _Sampler.of(case, with_applicators, polar)
        self._polar_plane = _Sampler(self._polar.nodes[in_plane], self._polar.weights[in_plane])
        self._grid = self._plane = None
        if variant != "actual":
            grid = places.grid()
            self._grid = _Sampler.of(case, with_applicators, grid)
            across = np.abs(grid[:, 1]) < 1e-9
            self._plane = _Sampler(self._grid.nodes[across], self._grid.weights[across])
        self._before: tuple[float, Floats, Floats] | None = None
        self._frames: list[tuple[Floats, Floats, Floats, Floats, float]] = []

    def keep(self, time: float, temperature: Floats, damage: Mapping[str, Floats]) -> None:
        """See the state of a step."""
        model = self._case.headline
        level = model.level(damage[model.name])
        while len(self._frames) < len(self._times) and self._times[len(self._frames)] < time * (1.0 - 1e-12):
            self._frame(self._times[len(self._frames)], (time, level, temperature))
        self._before = time, level, temperature

    def _frame(self, time: float, after: tuple[float, Floats, Floats]) -> None:
        before = self._before or after
        share = 1.0 if after[0] == before[0] else (time - before[0]) / (after[0] - before[0])
        level, temperature = (
            a if share == 0.0 else (1.0 - share) * a + share * b for a, b in zip(before[1:], after[1:], strict=True)
        )
        in_tissue = self._domain.points_of(self._cells)
        zone = ablation_zone(self._domain, np.where(in_tissue, level, np.nan), tissue=self._cells)
        filled = np.clip(np.where(np.isnan(zone.filled), level, zone.filled), LOWEST, HIGHEST)
        warm = np.asarray(celsius(temperature))
        nothing = np.empty(0)
        self._frames.append(
            (
                nothing if self._grid is None else self._grid.at(filled),
                self._polar.at(filled),
                nothing if self._plane is None else self._plane.at(warm),
                self._polar_plane.at(warm),
                float(millilitres(zone.volume)),
            )
        )

    def course(self, steps: tuple[StepRecord, ...]) -> Course:
        """All frames, once the march is over."""
        assert self._before is not None
        while len(self._frames) < len(self._times):
            self._frame(self._times[len(self._frames)], self._before)
        grid, polar, plane, polar_plane, volume = (np.array(column) for column in zip(*self._frames, strict=True))
        ends = np.array([step.time for step in steps])
        rows = np.minimum(np.searchsorted(ends, self._times * (1.0 - 1e-12)), len(steps) - 1)
        told = [steps[row] for row in rows]
        return Course(
            grid,
            polar,
            plane,
            polar_plane,
            volume,
            np.array([step.delivered_power for step in told]),
            np.array([sum(step.vessel_power.values()) for step in told]),
            np.asarray(celsius(np.array([step.max_temperature for step in told]))),
        )


def follow(
    scenario: Scenario,
    variants: tuple[Variant, ...],
    places: Places,
    times_s: Floats,
    *,
    progress: Callable[[float], None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
    mesh_cache: Path | None = None,
) -> dict[Variant, Course]:
    """Run a scenario of the app, its twin, or both side by side.

    Parameters
    ----------
    scenario : Scenario
        One of the app's: a straight vessel named `VESSEL` along z in the plane y = 0.
    variants : tuple of str
        ``actual``, ``no_vessel``.
    places : Places
        Where to sample.
    times_s : ndarray, shape (n_times,)
        When, s, increasing.
    progress : callable, optional
        Told the share that is done, 0 to 1.
    stop : callable, optional
        Asked before every step whether to stop.
    mesh_cache : Path, optional
        Folder of cached meshes; the user's cache folder by default.

    Returns
    -------
    dict of str to Course
        What each did.

    Raises
    ------
    AblasimError
        As `ablasim.run`.
    """
    case = build_case(scenario, mesh_cache)
    vessel = vessel_mm(scenario)
    shares = dict.fromkeys(variants, 0.0)

    def one(variant: Variant) -> Course:
        follower = _Follower(case, variant, places, times_s, vessel)

        def observe(record: StepRecord, end: float) -> None:
            shares[variant] = min(record.time / end, 1.0)
            progress(sum(shares.values()) / len(shares))

        gone = march(case, variant, observe=observe, keep=follower.keep, stop=stop)
        return follower.course(gone.steps)

    with ThreadPoolExecutor(max_workers=len(variants)) as pool:
        return dict(zip(variants, pool.map(one, variants), strict=True))


def vessel_mm(scenario: Scenario) -> tuple[float, float]:
    """Distance from the applicator's axis to the wall of the vessel, and the vessel's radius, mm."""
    vessel = next(vessel for vessel in scenario.vessels if vessel.name == VESSEL)
    radius = 0.5 * vessel.diameter_mm
    return vessel.points_mm[0][0] - radius, radius
