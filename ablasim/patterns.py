"""From the maps and patterns of absorption in a scenario to heat in its mesh."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ablasim.errors import ModelError
from ablasim.margins.distance import CellSearch
from ablasim.materials import Tissue
from ablasim.mesh import Mesh
from ablasim.mesh.tetrahedra import ORGAN
from ablasim.physics.microwave.formulas import GaussianPattern, LinePattern
from ablasim.physics.microwave.laid import LaidPattern, lay_pattern
from ablasim.physics.microwave.patterns import PowerPattern, absorbed_share
from ablasim.physics.microwave.placement import Axis, Rings
from ablasim.physics.microwave.samples import CellSamples
from ablasim.resolve import build_materials
from ablasim.sar_files import read_sar_map
from ablasim.scenario import Scenario, located_error
from ablasim.scenario.patterns import GaussianShape, MwPattern, MwSarMap
from ablasim.units import metres

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
_AT_ONCE = 200_000  # places of a pattern that are looked up in the mesh at once, for the memory
Given = MwSarMap | MwPattern


def build_patterns(
    scenario: Scenario,
    mesh: Mesh,
    materials: Mapping[str, Tissue],
    free: Mask,
    volumes: Floats,
) -> dict[str, LaidPattern]:
    """Maps and patterns of a scenario in its mesh, by name.

    Parameters
    ----------
    scenario : Scenario
        What was asked.
    mesh : Mesh
        Its mesh.
    materials : mapping of str to Tissue
        Of each kind of tissue.
    free : ndarray of bool, shape (n_cells,)
        Cells that belong to no applicator: they get heat.
    volumes : ndarray, shape (n_cells,)
        Of the cells, m³.

    Raises
    ------
    ScenarioError
        If a map cannot be read, does not add up, or misses the mesh.
    """
    settings = _given(scenario)
    if not settings:
        return {}
    locate = CellSearch.of(mesh.points, mesh.cells).locate
    laid = {}
    for item in settings:
        pattern = pattern_of(scenario, item, materials[ORGAN])
        direction = np.asarray(item.direction, dtype=float)
        axis = Axis(metres(item.tip_mm), direction / np.linalg.norm(direction))
        places, _ = pattern.quadrature()
        samples = CellSamples.of(mesh.points, mesh.cells, free, [axis])
        parts = np.array_split(places, 1 + len(places) // _AT_ONCE)
        covered = np.concatenate([Rings.of(axis, part, locate, mesh, {}, free).covered for part in parts])
        try:
            laid[item.name] = lay_pattern(pattern, axis, covered, samples, volumes)
        except ModelError as error:
            raise located_error(scenario, f"applicators.{item.name}.tip_mm", str(error)) from error
    return laid


def check_patterns(scenario: Scenario) -> None:
    """Check the maps and patterns of a scenario without a mesh.

    Raises
    ------
    ScenarioError
        If a map cannot be read, or does not add up.
    """
    for item in _given(scenario):
        pattern_of(scenario, item, build_materials(scenario)[ORGAN])


def pattern_of(scenario: Scenario, item: Given, organ: Tissue) -> PowerPattern:
    """Pattern of an applicator, for 1 W forward.

    Raises
    ------
    ScenarioError
        If it is a map that cannot be read, or does not add up to what it is said to.
    """
    if isinstance(item, MwSarMap):
        return _map_of(scenario, item, organ)
    shape = item.pattern
    if isinstance(shape, GaussianShape):
        centre, radial, axial = metres([shape.centre_mm, shape.radial_mm, shape.axial_mm]).tolist()
        return GaussianPattern(centre, radial, axial, item.absorbed_share)
    start, length, radius = metres([shape.start_mm, shape.length_mm, shape.radius_mm]).tolist()
    return LinePattern(start, length, radius, shape.attenuation_per_m, item.absorbed_share)


def _map_of(scenario: Scenario, item: MwSarMap, organ: Tissue) -> PowerPattern:
    here = f"applicators.{item.name}"
    density = organ.density if item.density_kg_m3 is None else item.density_kg_m3
    try:
        pattern = read_sar_map(scenario.resolve(item.file), item.unit, density / item.power_w)
    except ModelError as error:
        raise located_error(scenario, f"{here}.file", str(error)) from error
    absorbed = item.power_w * absorbed_share(pattern)
    if item.absorbed_w is not None:
        off = 100.0 * (absorbed / item.absorbed_w - 1.0)
        if abs(off) > item.absorbed_tolerance_percent:
            message = (
                f"{item.absorbed_w:g} W: the map adds up to {absorbed:.4g} W with {density:g} kg/m³, {off:+.1f} %: "
                f"must agree to {item.absorbed_tolerance_percent:g} %"
            )
            raise located_error(scenario, f"{here}.absorbed_w", message)
    if absorbed > item.power_w * (1.0 + 0.01 * item.absorbed_tolerance_percent):
        message = (
            f"{item.power_w:g} W: the map adds up to {absorbed:.4g} W with {density:g} kg/m³: must absorb no more than "
            "the forward power it holds for"
        )
        raise located_error(scenario, f"{here}.power_w", message)
    return pattern


def _given(scenario: Scenario) -> list[Given]:
    return [item for item in scenario.applicators if isinstance(item, MwSarMap | MwPattern)]
