"""A finished run gone through again: at every saved time its zone, that of its twin, and which electrodes are there."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from ablasim.comparison import FinishedRun
from ablasim.errors import OutputError
from ablasim.margins import Domain, Zone, ablation_zone
from ablasim.results.saved import SavedFields
from ablasim.scenario.moves import absences, movable
from ablasim.units import Floats, millilitres
from ablasim.variants import NONE, Names, Variant, absent_vessels
from ablasim.views.publish import ZONE
from ablasim.views.publish_heat_sink import TWIN_ZONE
from ablasim.views.publish_margin import TUMOUR_MARGIN
from ablasim.views.shapes import Surface
from ablasim.views.surface_files import read_surface

HISTORY = "history.csv"


@dataclass(frozen=True, eq=False)
class Moment:
    """A run at one of its saved times, or at its end.

    Parameters
    ----------
    time_s : float
        The time, s.
    is_end : bool
        Whether it is the end of the run, whose zone is that of the summary.
    zone, twin : Surface or None
        Surface of the zone, m, and of that of the twin without vessels; None where it is not known.
    zone_ml, twin_ml : float or None
        Volumes of dead tissue, ml.
    hottest_c : float or None
        Highest temperature at the nodes that are heated, °C.
    power_w : float or None
        Heat delivered per second, W: mean over the time step in which the time lies.
    out : frozenset of str
        Electrodes that are out of the body.
    """

    time_s: float
    is_end: bool
    zone: Surface | None
    twin: Surface | None
    zone_ml: float | None
    twin_ml: float | None
    hottest_c: float | None
    power_w: float | None
    out: Names


@dataclass(frozen=True, eq=False)
class Replay:
    """A finished run and its fields.

    Parameters
    ----------
    run : FinishedRun
        The run.
    folder : Path
        Where its files are.
    fields : SavedFields
        Its fields.

    Raises
    ------
    OutputError
        If the folder lacks a file that such a run leaves: with a part of it, page and film would say what was not.
    """

    run: FinishedRun
    folder: Path
    fields: SavedFields

    def __post_init__(self) -> None:
        missing = [name for name in _left_by(self.run) if not (self.folder / name).is_file()]
        if missing:
            message = f"{self.folder}: has no {', '.join(missing)}, which the run has left: run the scenario again"
            raise OutputError(message)

    @cached_property
    def domain(self) -> Domain:
        """The mesh as margins see it, for the electrodes that are in place at the end."""
        return Domain.of_mesh(self.fields.mesh, tuple(self.run.anatomy.needles), self._absent_at_end)

    @property
    def end_s(self) -> float:
        """Simulated time, s."""
        return float(self.run.summary["time"]["simulated_s"])

    @property
    def has_levels(self) -> bool:
        """Whether the zone is known at every saved time, not at the end alone."""
        return self.fields.has_levels()

    def moment(self, index: int) -> Moment:
        """The run at a saved time."""
        zone, twin = (self.zone(index, variant) for variant in ("actual", "no_vessel"))
        time = self.fields.times[index]
        return Moment(
            time_s=time,
            is_end=False,
            zone=_surface(zone),
            twin=_surface(twin),
            zone_ml=None if zone is None else float(millilitres(zone.volume)),
            twin_ml=None if twin is None else float(millilitres(twin.volume)),
            hottest_c=float(self.fields.temperature_c(index).max()),
            power_w=self.power_w(time),
            out=self.out_at(time),
        )

    def end(self) -> Moment:
        """The run at its end, with the surfaces and volumes of the summary."""
        summary = self.run.summary
        loss = (summary.get("heat_sink") or {}).get("volume_loss_ml")
        volume = summary["zone"]["volume_ml"]
        return Moment(
            time_s=self.end_s,
            is_end=True,
            zone=_surface_in(self.folder / ZONE),
            twin=_surface_in(self.folder / TWIN_ZONE),
            zone_ml=volume,
            twin_ml=None if loss is None else volume + loss,
            hottest_c=None,
            power_w=None,
            out=self._absent_at_end,
        )

    def zone(self, index: int, variant: Variant = "actual") -> Zone | None:
        """The zone at a saved time; None where it is not kept."""
        if not self.fields.has_levels(variant):
            return None
        return self.zone_of(self.fields.level(index, variant), variant)

    def zone_of(self, level: Floats, variant: Variant = "actual") -> Zone:
        """Where a level is positive in tissue."""
        mesh = self.fields.mesh
        cells = mesh.cells_free_of(self._absent_at_end)
        for name in absent_vessels(variant, self.run.anatomy.vessels):
            cells |= mesh.cells_of_body(name)
        return ablation_zone(self.domain, level, tissue=cells)

    def out_at(self, time_s: float) -> Names:
        """Electrodes that are out of the body at a time."""
        row = self._row_at(time_s)
        if row is None or "in_place" not in row:
            return self._absent_at_end
        return movable(self.run.scenario) - frozenset(row["in_place"].split())

    def power_w(self, time_s: float) -> float | None:
        """Heat delivered per second in the time step that a time lies in, W; None in a steady state."""
        row = self._row_at(time_s)
        return None if row is None or not row.get("delivered_power_w") else float(row["delivered_power_w"])

    @property
    def _absent_at_end(self) -> Names:
        steps = absences(self.run.scenario)
        return steps[-1] if steps else NONE

    @cached_property
    def _history(self) -> tuple[Floats, Sequence[dict[str, str]]]:
        file = self.folder / HISTORY
        if not file.is_file():  # a steady state
            return np.empty(0), ()
        with file.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
        n_steps = self.run.summary["time"]["n_steps"]
        if len(rows) != n_steps:
            message = f"{file}: damaged: {len(rows)} rows: must be {n_steps}, one for each time step of the run"
            raise OutputError(message)
        return np.array([float(row["time_s"]) for row in rows]), rows

    def _row_at(self, time_s: float) -> dict[str, str] | None:
        """Time step that a time lies in: the first that ends then or later."""
        ends, rows = self._history
        if not len(rows):
            return None
        return rows[min(int(np.searchsorted(ends, time_s * (1.0 - 1e-9))), len(rows) - 1)]


def _left_by(run: FinishedRun) -> list[str]:
    """Files that a run leaves, of those that are read here and in `ablasim.views.handout.bodies`."""
    summary = run.summary
    has_twin = (summary.get("heat_sink") or {}).get("volume_loss_ml") is not None
    left = {
        ZONE: True,
        TWIN_ZONE: has_twin,
        TUMOUR_MARGIN: run.anatomy.tumour is not None,
        HISTORY: summary["time"]["n_steps"] > 0,
    }
    return [name for name, is_left in left.items() if is_left]


def _surface_in(file: Path) -> Surface | None:
    return read_surface(file).surface if file.is_file() else None


def _surface(zone: Zone | None) -> Surface | None:
    return None if zone is None else Surface(zone.surface.points, zone.surface.triangles)
