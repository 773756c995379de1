"""What is watched while a run marches: its hottest place, the critical structures, and the frames that are kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ablasim.build import Case
from ablasim.damage import Exposure
from ablasim.errors import ModelError
from ablasim.units import celsius, millimetres

Floats = NDArray[np.float64]


FrameSink = Callable[[float, Floats, Floats], None]
"""Called at every save time with the time, s, nodal temperature, K, and nodal level of the headline model of damage."""


class Seen(NamedTuple):
    """Highest temperatures at the end of a step, K, by name: of each critical structure and of each meshed wall."""

    structures: Mapping[str, float]
    walls: Mapping[str, float]


_BEYOND_MEANING_K = 573.15  # 300 °C: tissue has burnt to char, and no law here knows of that


class Watch:
    """Looks on as a case marches, and changes nothing.

    Parameters
    ----------
    case : Case
        The case.
    save : callable, optional
        Given temperature and damage at every multiple of the scenario's saving interval.
    structures : bool
        Whether the critical structures and the walls of vessels are watched.

    Attributes
    ----------
    hottest : tuple of (float, int, float)
        Highest temperature so far, K, the node where, and when, s.
    exposures : mapping of str to Exposure
        What each critical structure was exposed to, at its points.
    """

    def __init__(self, case: Case, save: FrameSink | None, *, structures: bool) -> None:
        self._case, self._save = case, save
        self._structures = case.structures if structures else ()
        self._walls = {name: case.mesh.points_of_facets(name) for name in case.anatomy.vessels} if structures else {}
        self._next_save = 0.0
        self.hottest = (0.0, 0, 0.0)
        self.exposures: dict[str, Exposure] = {}

    def start(self, temperature: Floats) -> None:
        """See the nodal temperature before anything is heated, K."""
        self.exposures = {
            structure.name: Exposure.start(self._case.thermal_model, structure.at(temperature))
            for structure in self._structures
        }

    def see(
        self, time: float, before: Floats, after: Floats, dt: float, active: NDArray[np.bool_], damage: Floats
    ) -> Seen:
        """See a step.

        Parameters
        ----------
        time : float
            Its start, s.
        before, after : ndarray, shape (n_nodes,)
            Temperature at its start and end, K.
        dt : float
            Its length, s.
        active : ndarray of bool, shape (n_nodes,)
            Nodes that take part in the heat problem.
        damage : ndarray, shape (n_quantities, n_nodes)
            State of the headline model of damage at its start.

        Returns
        -------
        Seen
            Highest temperatures at the end of the step.

        Raises
        ------
        ModelError
            If a place is hotter than any model here means.
        """
        self._note_hottest(time + dt, np.where(active, after, 0.0))
        self._keep_frames(time, before, after, dt, damage)
        highest = {}
        for structure in self._structures:
            start, end = structure.at(before), structure.at(after)
            self.exposures[structure.name] = self.exposures[structure.name].advance(start, end, time, dt)
            highest[structure.name] = float(end.max())
        return Seen(highest, {name: float(after[nodes].max()) for name, nodes in self._walls.items()})

    def _note_hottest(self, time: float, temperature: Floats) -> None:
        node = int(np.argmax(temperature))
        hottest = float(temperature[node])
        if hottest <= self.hottest[0]:
            return
        self.hottest = (hottest, node, time)
        if hottest > _BEYOND_MEANING_K:
            place = ", ".join(f"{value:.1f}" for value in millimetres(self._case.mesh.points[node]))
            message = (
                f"tissue at ({place}) mm reached {celsius(hottest):.0f} °C after {time:.1f} s, beyond what any "
                f"model here means ({celsius(_BEYOND_MEANING_K):.0f} °C): lower the power (of pulses the voltage, "
                "width or rate), or set voltage_limit_v"
            )
            raise ModelError(message)

    def _keep_frames(self, time: float, before: Floats, after: Floats, dt: float, damage: Floats) -> None:
        if self._save is None:
            return
        model = self._case.headline
        while self._next_save <= (time + dt) * (1.0 + 1e-12):
            share = max((self._next_save - time) / dt, 0.0)
            then = (1.0 - share) * before + share * after
            level = model.level(model.advance(damage, before, then, share * dt))
            self._save(self._next_save, then, level)
            self._next_save += self._case.scenario.outputs.save_every_s
