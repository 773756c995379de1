"""From a scenario to shapes in metres and to the mesh they lie in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ablasim.errors import MeshError, ScenarioError
from ablasim.geometry import (
    Ball,
    Box,
    Cylinder,
    Ellipsoid,
    Layer,
    Needle,
    Organ,
    Plate,
    Sphere,
    Surface,
    Tumour,
    Vessel,
    read_stl,
)
from ablasim.geometry.layers import stacked
from ablasim.geometry.outside import lies_within, share_outside
from ablasim.geometry.trees import Branch
from ablasim.line_plans import LinePlan, plan_lines
from ablasim.mesh import Mesh, MeshSizes, build_mesh, cached_mesh, check_quality, mesh_key, read_mesh
from ablasim.mesh.estimate import estimate_points
from ablasim.mesh.tetrahedra import ORGAN, TUMOUR
from ablasim.scenario import Scenario, located_error
from ablasim.scenario.anatomy import BoxOrgan, CylinderOrgan, EllipsoidTumour, SphereTumour, SurfaceTumour
from ablasim.scenario.applicators import MwAntenna
from ablasim.scenario.plates import FacePlate
from ablasim.scenario.poles import poles_of
from ablasim.scenario.shafts import BipolarShaft, Shaft
from ablasim.scenario.terminal_pairs import metals_of
from ablasim.scenario.tines import RfTines
from ablasim.units import MM_PER_M, metres, millimetres

MOST_POINTS = 2_000_000
"""Points beyond which a mesh is refused: a run takes about 18 kB for each."""

LEAST_INSIDE = 1e-3
"""Share of a tumour that must lie in the organ for it to be one that is treated there."""

_AXES = {"x": (1.0, 0.0, 0.0), "y": (0.0, 1.0, 0.0), "z": (0.0, 0.0, 1.0)}


@dataclass(frozen=True, eq=False)
class Anatomy:
    """The shapes of a scenario, m.

    Parameters
    ----------
    organ : Organ
        Block of organ.
    tumour : Tumour or None
        The tumour.
    vessels : mapping of str to Vessel
        Vessels that are meshed, by name.
    lines : mapping of str to LinePlan
        Vessels and trees that are taken as lines, by name.
    needles : mapping of str to Needle
        Needles by name.
    layers : tuple of Layer
        Layers outside the organ.
    plates : mapping of str to Plate
        Plates on the organ's faces, by name.
    """

    organ: Organ
    tumour: Tumour | Surface | None
    vessels: Mapping[str, Vessel]
    lines: Mapping[str, LinePlan]
    needles: Mapping[str, Needle]
    layers: tuple[Layer, ...] = ()
    plates: Mapping[str, Plate] = field(default_factory=dict)

    @property
    def centre_lines(self) -> tuple[Vessel | Branch, ...]:
        """Every vessel, and every branch of a tree under the name of the tree."""
        branches = [branch for line in self.lines.values() for branch in line.tree.branches]
        return (*self.vessels.values(), *branches)


def build_anatomy(scenario: Scenario) -> Anatomy:
    """Shapes of a scenario, in metres.

    Raises
    ------
    ModelError
        If a shape cannot be, or the tumour's surface cannot be read.
    ScenarioError
        If a tree of vessels cannot be read, or the tumour lies outside the organ or wholly in needles and vessels.
    """
    organ = _organ(scenario)
    anatomy = Anatomy(
        organ=organ,
        tumour=_tumour(scenario, organ),
        vessels=_vessels(scenario),
        lines=plan_lines(scenario),
        needles={item.name: _needle(item) for item in scenario.applicators if isinstance(item, Shaft)},
        layers=stacked(organ, [(item.name, item.face, float(metres(item.thickness_mm))) for item in scenario.layers]),
        plates={item.name: _plate(item, organ) for item in scenario.applicators if isinstance(item, FacePlate)},
    )
    _check_tumour(scenario, anatomy)
    return anatomy


def build_scenario_mesh(scenario: Scenario, anatomy: Anatomy, cache: Path | None = None) -> Mesh:
    """Mesh of a scenario: read from its file, found in the cache, or made.

    Parameters
    ----------
    scenario : Scenario
        The scenario.
    anatomy : Anatomy
        Its shapes.
    cache : Path, optional
        Folder of cached meshes; the user's cache folder by default.

    Raises
    ------
    ScenarioError
        If the mesh file lacks a region that the scenario names.
    MeshError
        If no good mesh can be made or read.
    """
    if scenario.numerics.mesh_file is not None:
        mesh = read_mesh(scenario.resolve(scenario.numerics.mesh_file))
        _check_regions(scenario, mesh)
    else:
        _check_size(expected_points(scenario, anatomy))
        shapes = _meshed(scenario, anatomy)
        mesh = cached_mesh(mesh_key(*shapes), lambda: build_mesh(*shapes), cache)
    check_quality(mesh)
    return mesh


def key_of_mesh(scenario: Scenario, anatomy: Anatomy) -> str | None:
    """Name in the cache of the mesh that is made for a scenario; None if it is read from a file."""
    return None if scenario.numerics.mesh_file is not None else mesh_key(*_meshed(scenario, anatomy))


def _meshed(
    scenario: Scenario, anatomy: Anatomy
) -> tuple[Organ, Tumour | Surface | None, list[Vessel], list[Needle], MeshSizes, tuple[Layer, ...], list[Plate]]:
    """All that determines a mesh, as `build_mesh` takes it."""
    vessels, needles = list(anatomy.vessels.values()), list(anatomy.needles.values())
    plates = list(anatomy.plates.values())
    return anatomy.organ, anatomy.tumour, vessels, needles, mesh_sizes_of(scenario), anatomy.layers, plates


def expected_points(scenario: Scenario, anatomy: Anatomy) -> int:
    """Number of points to expect of the mesh that is made for a scenario, within about a fifth."""
    vessels, needles = list(anatomy.vessels.values()), list(anatomy.needles.values())
    sizes, plates = mesh_sizes_of(scenario), list(anatomy.plates.values())
    return estimate_points(anatomy.organ, anatomy.tumour, vessels, needles, sizes, anatomy.layers, plates)


def _check_size(n_points: int) -> None:
    if n_points > MOST_POINTS:
        message = (
            f"numerics.mesh asks for about {n_points / 1e6:.1f} million points: must be below "
            f"{MOST_POINTS / 1e6:g} million; take larger sizes"
        )
        raise MeshError(message)


def mesh_sizes_of(scenario: Scenario) -> MeshSizes:
    """Sizes of the mesh's cells, m, from a preset or from the scenario's own numbers."""
    said = scenario.numerics.mesh
    if isinstance(said, str):
        return MeshSizes.preset(said)
    normal = MeshSizes.preset("normal")
    return MeshSizes(
        needle=normal.needle if said.needle_mm is None else float(metres(said.needle_mm)),
        vessel=normal.vessel if said.vessel_mm is None else float(metres(said.vessel_mm)),
        tumour=normal.tumour if said.tumour_mm is None else float(metres(said.tumour_mm)),
        shell=normal.shell if said.shell_mm is None else float(metres(said.shell_mm)),
        far=normal.far if said.far_mm is None else float(metres(said.far_mm)),
        growth=normal.growth if said.growth is None else said.growth,
        layer=normal.layer if said.layer_mm is None else float(metres(said.layer_mm)),
        edge=None if said.edge_mm is None else float(metres(said.edge_mm)),
        tine=normal.tine if said.tine_mm is None else float(metres(said.tine_mm)),
    )


def _organ(scenario: Scenario) -> Organ:
    organ = scenario.organ
    centre = tuple(metres(organ.centre_mm))
    if isinstance(organ, BoxOrgan):
        return Box(centre, tuple(metres(organ.size_mm)))
    if isinstance(organ, CylinderOrgan):
        diameter, length = float(metres(organ.diameter_mm)), float(metres(organ.length_mm))
        return Cylinder(centre, diameter, length, _AXES[organ.axis])
    return Ball(centre, float(metres(organ.diameter_mm)))


def _tumour(scenario: Scenario, organ: Organ) -> Tumour | Surface | None:
    tumour = scenario.tumour
    if tumour is None:
        return None
    if isinstance(tumour, SphereTumour):
        return Sphere(tuple(metres(tumour.centre_mm)), float(metres(tumour.diameter_mm)))
    if isinstance(tumour, EllipsoidTumour):
        return Ellipsoid(tuple(metres(tumour.centre_mm)), tuple(metres(tumour.diameters_mm)))
    surface = read_stl(scenario.resolve(tumour.file), tumour.unit)
    if share_outside(surface, organ) > 1.0 - LEAST_INSIDE:
        low, high = surface.bounds
        x, y, z = np.round(millimetres(surface.centre), 3) + 0.0
        size = " by ".join(f"{length:.3g}" for length in millimetres(high - low))
        message = (
            f"'{tumour.file}': lies outside the organ: its centre is at [{x:g}, {y:g}, {z:g}] mm, and it is {size} mm "
            f"large: must lie in the organ (are its coordinates in {tumour.unit}?)"
        )
        raise located_error(scenario, "tumour.file", message)
    return surface


def _check_tumour(scenario: Scenario, anatomy: Anatomy) -> None:
    """Refuse a tumour of which needles and vessels leave nothing."""
    told, tumour = scenario.tumour, anatomy.tumour
    if told is None or tumour is None or scenario.numerics.mesh_file is not None:
        return
    bodies: list[Needle | Vessel] = [*anatomy.needles.values(), *anatomy.vessels.values()]
    if not lies_within(tumour, bodies):
        return
    around = " and ".join(body.name for body in bodies if body.contains(np.array(tumour.centre)[None])[0])
    if isinstance(told, SurfaceTumour):
        path, given = "tumour.file", f"'{told.file}'"
    else:
        path, given = "tumour.centre_mm", "[{:g}, {:g}, {:g}] mm".format(*told.centre_mm)
    nothing = f"nothing of the tumour lies outside of {around or 'needles and vessels'}"
    message = f"{given}: {nothing}: must reach into tissue"
    raise located_error(scenario, path, message)


def _vessels(scenario: Scenario) -> dict[str, Vessel]:
    """Vessels, with round ends where others are joined to them."""
    plain = {
        vessel.name: Vessel(vessel.name, metres(vessel.points_mm), float(metres(vessel.outer_diameter_mm)))
        for vessel in scenario.vessels
        if vessel.model != "line"
    }
    joined: dict[str, list[float]] = {name: [] for name in plain}
    for vessel in scenario.vessels:
        for name, corner in ((vessel.branches_from, 0), (vessel.flows_into, -1)):
            if name is not None:
                joined[name].append(place_on(plain[name], plain[vessel.name].points[corner]))
    return {
        name: replace(vessel, round_start=0.0 in joined[name], round_end=vessel.length in joined[name])
        for name, vessel in plain.items()
    }


def place_on(vessel: Vessel, point: NDArray[np.float64]) -> float:
    """Arc length on a vessel nearest to a point, m; a place within a radius of an end counts as that end."""
    place = float(vessel.arc_length(point[None])[0])
    if place < vessel.radius:
        return 0.0
    return vessel.length if place > vessel.length - vessel.radius else place


def _needle(applicator: Shaft) -> Needle:
    """A straight applicator as the mesh has it: an antenna is thick as its radiator, and active up to its end."""
    diameter = applicator.outer_diameter_mm
    if isinstance(applicator, MwAntenna):
        diameter = applicator.design().body_diameter_mm
    heating, length = applicator.heating_length_mm, applicator.length_mm
    gap = None
    if isinstance(applicator, BipolarShaft):
        below = applicator.distal_length_mm
        gap = float(metres(below)), float(metres(below + applicator.gap_mm))
    return Needle(
        applicator.name,
        tuple(metres(applicator.tip_mm)),
        tuple(np.asarray(applicator.direction, dtype=float)),
        float(metres(diameter)),
        float(metres(heating)),
        None if length is None else float(metres(length - heating)),
        gap,
        applicator.tines(1.0 / MM_PER_M) if isinstance(applicator, RfTines) else None,
    )


def _plate(plate: FacePlate, organ: Organ) -> Plate:
    assert isinstance(organ, Box)  # the scenario was checked
    whole = Plate.whole_face(plate.name, plate.face, organ)
    if plate.patch is None:
        return whole
    x, y, z = np.insert(metres(plate.patch.centre_mm), whole.axis, whole.centre[whole.axis]).tolist()
    one, other = metres(plate.patch.extent_mm).tolist()
    return Plate(plate.name, plate.face, (x, y, z), plate.patch.shape, (one, other))


def _check_regions(scenario: Scenario, mesh: Mesh) -> None:
    """Check that a mesh file has the regions that the scenario names, and no other bodies."""
    bodies = {body for bodies in mesh.bodies_of_regions for body in bodies} - {""}
    walls = _walls(scenario)
    left_out = {name for name, wall in walls.items() if wall is not None and mesh.has_facets(wall)}
    tissues = {ORGAN} | ({TUMOUR} if scenario.tumour is not None else set())
    missing = sorted((set(walls) - left_out - bodies) | (tissues - set(mesh.cell_tissues.tolist())))
    surplus = sorted(bodies - set(walls))
    if missing or surplus:
        message = (
            f"{scenario.numerics.mesh_file}: cell regions {', '.join(mesh.cell_region_names)} do not fit the "
            f"scenario: missing {', '.join(missing) or 'none'}; not in the scenario {', '.join(surplus) or 'none'}"
        )
        raise ScenarioError(message)
    metals = (*poles_of(scenario), *metals_of(scenario))
    if lost := [name for name in metals if not mesh.has_facets(electrode_surface(scenario, name))]:
        message = (
            f"{scenario.numerics.mesh_file}: the mesh has no surface for {', '.join(lost)}: must have one named "
            f"{', '.join(electrode_surface(scenario, name) for name in lost)}"
        )
        raise ScenarioError(message)


def electrode_surface(scenario: Scenario, name: str) -> str:
    """Facet region of a plate, of a pole of a bipolar needle, or of the bare part of any other needle."""
    plates = {item.name for item in scenario.applicators if isinstance(item, FacePlate)}
    return name if name in plates or "." in name else f"{name}.active"


def _walls(scenario: Scenario) -> dict[str, str | None]:
    """Bodies of a scenario with the surface that stands for each if its cells are left out; None: cells are needed.

    A vessel's wall is enough unless a twin needs its inside or its blood comes to a stop, a needle's active part if its
    body takes no part.
    """
    closed = {system for occlusion in scenario.occlusions for system in occlusion.systems}
    walls = {
        vessel.name: None
        if scenario.heat_sink.twins or vessel.system in closed or vessel.coagulation is not None
        else vessel.name
        for vessel in scenario.vessels
        if vessel.model != "line"
    }
    walls |= {layer.name: None for layer in scenario.layers}
    for applicator in scenario.applicators:
        if isinstance(applicator, Shaft):
            bare = "distal" if isinstance(applicator, BipolarShaft) else "active"
            walls[applicator.name] = f"{applicator.name}.{bare}" if applicator.body == "left_out" else None
    return walls
