"""From a scenario's needles to what their coolant takes."""

from __future__ import annotations

import numpy as np

from ablasim.anatomy import Anatomy
from ablasim.fem import Space
from ablasim.mesh import Mesh
from ablasim.physics.vessels import Exchange, wall_exchange
from ablasim.scenario import Scenario
from ablasim.scenario.applicators import COOLED_SURFACE_W_M2_K, RfNeedle
from ablasim.units import kelvin, metres


def coolants(scenario: Scenario, anatomy: Anatomy, space: Space, mesh: Mesh, *, powered: bool) -> tuple[Exchange, ...]:
    """Exchange of every needle whose coolant flows.

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
    """
    return tuple(
        _cooling(needle, anatomy, space, mesh)
        for needle in scenario.applicators
        if isinstance(needle, RfNeedle)
        and needle.coolant_temperature_c is not None
        and (powered or not needle.coolant_stops_with_power)
    )


def _cooling(needle: RfNeedle, anatomy: Anatomy, space: Space, mesh: Mesh) -> Exchange:
    """Exchange of a needle with its coolant.

    Coolant and tissue exchange heat over the active part; the insulation of the shaft is taken to insulate it
    thermally too, as is usual. The body of a meshed needle stands for its wall and the coolant in it: the film
    coefficient on its surface acts on its volume, 4 h / D per volume, which exchanges the same heat per length.
    A needle that is left out exchanges through its active surface.
    """
    coefficient = needle.film_coefficient_w_m2_k or COOLED_SURFACE_W_M2_K
    coolant = kelvin(needle.coolant_temperature_c or 0.0)
    if needle.body == "left_out":
        triangles = mesh.facets_of(f"{needle.name}.active")
        film = np.full(len(triangles), coefficient)
        return wall_exchange(needle.name, mesh.points, triangles, film, coolant)
    per_volume = 4.0 * coefficient / float(metres(needle.diameter_mm))
    centres = mesh.points[mesh.cells].mean(axis=1)
    height, _ = anatomy.needles[needle.name].along_and_across(centres)
    cooled = mesh.cells_of_body(needle.name) & (height <= metres(needle.active_length_mm))
    return Exchange(needle.name, space.measure(np.where(cooled, per_volume, 0.0)), coolant)
