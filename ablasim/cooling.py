"""From a scenario's needles and antennas to what their coolant takes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ablasim.anatomy import Anatomy
from ablasim.fem import Space
from ablasim.geometry.applicators import SHAFT
from ablasim.mesh import Mesh
from ablasim.physics.vessels import Exchange, wall_exchange
from ablasim.scenario import Scenario
from ablasim.scenario.applicators import Applicator, MwAntenna
from ablasim.scenario.radiofrequency import COOLED_SURFACE_W_M2_K, RfBipolar, RfNeedle
from ablasim.units import kelvin
from ablasim.variants import NONE, Names


@dataclass(frozen=True)
class _Cooled:
    """An applicator with a coolant.

    Parameters
    ----------
    name : str
        Its name.
    temperature : float
        Of the coolant, K.
    coefficient : float
        From its surface to the coolant, W/(m² K).
    stops_with_power : bool
        Whether it stops flowing with the power.
    is_meshed : bool
        Whether its body conducts heat.
    whole : bool
        Whether coolant flows along the shaft too, and takes heat there.
    """

    name: str
    temperature: float
    coefficient: float
    stops_with_power: bool
    is_meshed: bool
    whole: bool


def coolants(
    scenario: Scenario, anatomy: Anatomy, space: Space, mesh: Mesh, *, powered: bool, absent: Names = NONE
) -> tuple[Exchange, ...]:
    """Exchange of every needle and antenna whose coolant flows.

    Parameters
    ----------
    scenario : Scenario
        What was asked.
    anatomy : Anatomy
        Its shapes, m.
    space, mesh : Space, Mesh
        First-order elements and the mesh they lie on.
    powered : bool
        Whether the power is on.
    absent : frozenset of str, optional
        Applicators that are out of the body.
    """
    present = [item for item in scenario.applicators if item.name not in absent]
    cooled = [found for item in present if (found := _cooled(item)) is not None]
    return tuple(_cooling(item, anatomy, space, mesh) for item in cooled if powered or not item.stops_with_power)


def _cooled(applicator: Applicator) -> _Cooled | None:
    if isinstance(applicator, RfNeedle | RfBipolar) and applicator.coolant_temperature_c is not None:
        return _Cooled(
            applicator.name,
            kelvin(applicator.coolant_temperature_c),
            applicator.film_coefficient_w_m2_k or COOLED_SURFACE_W_M2_K,
            applicator.coolant_stops_with_power,
            is_meshed=applicator.body == "meshed",
            whole=False,
        )
    if isinstance(applicator, MwAntenna) and (coolant := applicator.design().coolant) is not None:
        return _Cooled(
            applicator.name,
            kelvin(coolant.temperature_c),
            coolant.film_coefficient_w_m2_k or COOLED_SURFACE_W_M2_K,
            coolant.stops_with_power,
            is_meshed=applicator.body == "meshed",
            whole=True,
        )
    return None


def _cooling(cooled: _Cooled, anatomy: Anatomy, space: Space, mesh: Mesh) -> Exchange:
    """Exchange of an applicator with its coolant.

    Coolant and tissue exchange heat over the bare parts of a needle: the insulation of its shaft is taken to insulate
    it thermally too, as is usual. The coolant of an antenna flows along all of it. The body of a meshed applicator
    stands for its wall and the coolant in it: the film coefficient on its surface acts on its volume, 4 h / D per
    volume, which exchanges the same heat per length. One that is left out exchanges through its surface.
    """
    needle = anatomy.needles[cooled.name]
    if not cooled.is_meshed:
        bare = [part.kind for part in needle.parts if part.kind != SHAFT]
        parts = [*bare, SHAFT] if cooled.whole else bare
        named = [f"{cooled.name}.{part}" for part in parts if mesh.has_facets(f"{cooled.name}.{part}")]
        triangles = np.concatenate([mesh.facets_of(name) for name in named])
        film = np.full(len(triangles), cooled.coefficient)
        return wall_exchange(cooled.name, mesh.points, triangles, film, cooled.temperature)
    per_volume = 4.0 * cooled.coefficient / needle.diameter
    cells = np.flatnonzero(mesh.cells_of_body(cooled.name))
    if not cooled.whole:
        height, _ = needle.along_and_across(mesh.points[mesh.cells[cells]].mean(axis=1))
        takes_heat = height <= needle.active_length
        if needle.gap is not None:
            takes_heat &= ~((height > needle.gap[0]) & (height < needle.gap[1]))
        cells = cells[takes_heat]
    film = np.zeros(mesh.n_cells)
    film[cells] = per_volume
    return Exchange(cooled.name, space.measure(film), cooled.temperature)
