"""The three-dimensional scene: bodies that a state gives new shapes, drawn by the browser."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

import numpy as np
import pyvista as pv
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates

from ablasim.app import shapes
from ablasim.app.fields import BODY_C, State
from ablasim.app.modalities import MODALITIES, Modality
from ablasim.app.places import X, Z
from ablasim.app.settings import Setting
from ablasim.app.zones import GridMargin, Surface, grid_margin, mirrored, zone_surface
from ablasim.scenario import load_scenario

BODIES = ("zone", "ghost", "tumour", "vessel", "plane")
"""What can be shown and hidden; the applicator is always there."""

_PLANE_LIFT_MM = 0.15
_LEAST_LOSS = 0.3
"""Change of level that counts as taken by the vein: some tenths of a millimetre at the edge, the width of its line."""

_LIT = {"ambient": 0.45, "diffuse": 0.55, "specular": 0.0}
_MIDDLE_MM = (-4.0, 0.0, 0.0)  # of the view: the legend has its left


class Scene:
    """The bodies of a session.

    Attributes
    ----------
    plotter : pyvista.Plotter
        Holds the bodies; it never draws here, the browser does.
    """

    def __init__(self) -> None:
        self.plotter = pv.Plotter(off_screen=True, lighting="none")
        self.plotter.add_light(pv.Light(light_type="headlight", intensity=1.0))
        self._meshes: dict[str, pv.PolyData] = {}
        self._actors: dict[str, Any] = {}
        self._made_of: dict[str, object] = {}
        self._last_ghost: tuple[NDArray[Any], Surface, tuple[float, GridMargin] | None] | None = None
        add = self._add
        add("plane", rgb=True, lighting=False)
        add("zone", color=shapes.ZONE, opacity=0.4, **_LIT)
        add("ghost", color=shapes.GHOST, opacity=0.2, **_LIT)
        add("zone_edge", color="#000000", line_width=4, lighting=False)
        add("ghost_edge", color="#000000", line_width=1.5, lighting=False)
        add("tumour", rgb=True, **_LIT)
        add("vessel", color=shapes.VESSEL, opacity=0.9, **_LIT)
        add("applicator", color=shapes.SHAFT, **_LIT)
        add("active", color=shapes.ACTIVE, **_LIT)
        self.set_view("front")

    def _add(self, name: str, **look: Any) -> None:
        mesh = pv.PolyData(np.zeros((3, 3)), faces=[3, 0, 1, 2])
        if look.get("rgb"):
            data = mesh.point_data if name == "plane" else mesh.cell_data
            data["colour"] = np.zeros((3 if name == "plane" else 1, 3), dtype=np.uint8)
            look["scalars"] = "colour"
        self._meshes[name] = mesh
        self._actors[name] = self.plotter.add_mesh(mesh, render=False, smooth_shading=False, reset_camera=False, **look)

    def show(self, setting: Setting, state: State, hidden: frozenset[str]) -> tuple[GridMargin, GridMargin]:
        """Give the bodies the shapes of a state.

        Returns
        -------
        (GridMargin, GridMargin)
            Margin of the run and of its twin without the vessel.
        """
        modality = MODALITIES[setting.modality]
        places, vessel = modality.places, (setting.gap_mm, 0.5 * setting.diameter_mm)
        zone = zone_surface(state.level, places, vessel)
        margin = grid_margin(state.level, zone, places, setting.tumour_mm, vessel)
        ghost, twin = self._ghost(setting, state)
        is_open = "plane" not in hidden
        middle = 0 if places.mirrored else len(places.y) // 2
        put = self._put
        for name, surface in (("zone", zone), ("ghost", ghost)):
            put(name, (surface, is_open), partial(polydata_in_view, surface, places.mirrored, is_open))
        put("tumour", setting.tumour_mm, lambda: polydata_of_tumour(margin))
        self._meshes["tumour"].cell_data["colour"] = colours_of_tumour(margin)
        ends = -shapes.HALF_HEIGHT_MM, shapes.HALF_HEIGHT_MM
        put("vessel", vessel, lambda: shapes.tube(sum(vessel), 0.0, *ends, vessel[1]))
        put("applicator", setting.modality, lambda: applicators(setting.modality)[0])
        put("active", setting.modality, lambda: applicators(setting.modality)[1])
        put("plane", None, lambda: _plane()[0])
        self._meshes["plane"].point_data["colour"] = colours_of_plane(state, middle, vessel)
        put("zone_edge", zone, lambda: edge_in_plane(state.level[:, middle], vessel))
        put("ghost_edge", ghost, lambda: edge_in_plane(state.free[:, middle], None))
        for name, actor in self._actors.items():
            body = {"zone_edge": "plane", "ghost_edge": "plane"}.get(name, name)
            empty = self._meshes[name].n_points == 0
            actor.SetVisibility(body not in hidden and not empty)
        return margin, twin

    def body(self, name: str) -> pv.PolyData:
        """The shape of a body, mm."""
        return self._meshes[name]

    def is_shown(self, name: str) -> bool:
        """Whether a body is drawn."""
        return bool(self._actors[name].GetVisibility())

    def _ghost(self, setting: Setting, state: State) -> tuple[Surface, GridMargin]:
        """Zone without the vessel and its margin; the same while only the vessel moves."""
        if self._last_ghost is None or not np.array_equal(self._last_ghost[0], state.free):
            self._last_ghost = state.free, zone_surface(state.free, MODALITIES[setting.modality].places), None
        free, ghost, known = self._last_ghost
        if known is None or known[0] != setting.tumour_mm:
            margin = grid_margin(free, ghost, MODALITIES[setting.modality].places, setting.tumour_mm)
            known = setting.tumour_mm, margin
            self._last_ghost = free, ghost, known
        return ghost, known[1]

    def set_view(self, name: str) -> None:
        """Look from the front across the plane of applicator and vessel, from above along them, or at an angle."""
        towards = {"front": (0.0, -1.0, 0.0), "above": (0.0, -0.02, 1.0), "oblique": (-0.45, -0.85, 0.35)}[name]
        away = np.array(towards) / np.linalg.norm(towards)
        camera = self.plotter.camera
        camera.focal_point = _MIDDLE_MM
        camera.position = tuple(np.array(_MIDDLE_MM) + 175.0 * away)
        camera.up = (0.0, 0.0, 1.0) if name != "above" else (0.0, 1.0, 0.0)
        camera.view_angle = 26.0
        camera.clipping_range = (20.0, 500.0)

    def set_background(self, colour: str) -> None:
        """Colour behind everything."""
        self.plotter.set_background(colour)

    def _put(self, name: str, made_of: object, shape: Callable[[], pv.PolyData]) -> None:
        """Give a body its shape; made of the same as before it is left alone, so that it is not sent again."""
        if name not in self._made_of or self._made_of[name] != made_of:
            self._meshes[name].copy_from(shape())
            self._made_of[name] = made_of


def in_view(surface: Surface, *, mirrored_grid: bool, is_open: bool) -> Surface:
    """What of a zone's surface is shown: all of it, or, cut open, the half behind the plane."""
    if mirrored_grid:
        return surface if is_open else mirrored(surface)
    if not is_open or surface.is_empty:
        return surface
    behind = surface.points[surface.triangles].mean(axis=1)[:, 1] > 0.0
    return Surface(surface.points, surface.triangles[behind])


def polydata_in_view(surface: Surface, mirrored_grid: bool, is_open: bool) -> pv.PolyData:
    """What of a zone's surface is shown, for the scene."""
    return polydata(in_view(surface, mirrored_grid=mirrored_grid, is_open=is_open))


def polydata(surface: Surface) -> pv.PolyData:
    """Triangles for the scene, with normals along the gradient smoothed over their corners."""
    if surface.is_empty:
        return pv.PolyData()
    mesh = pv.PolyData.from_regular_faces(surface.points.astype(np.float32), surface.triangles)
    return mesh.compute_normals(cell_normals=False, split_vertices=False, consistent_normals=False)


def polydata_of_tumour(margin: GridMargin) -> pv.PolyData:
    """The tumour."""
    return pv.PolyData.from_regular_faces(margin.surface.points.astype(np.float32), margin.surface.triangles)


def colours_of_tumour(margin: GridMargin) -> shapes.Colours:
    """The class of the margin on each triangle of the tumour."""
    return shapes.margin_colours(margin.margin_mm[margin.surface.triangles].min(axis=1))


def colours_of_plane(state: State, middle: int, vessel: tuple[float, float]) -> shapes.Colours:
    """Temperature in the plane y = 0, what the vessel takes of the zone in green."""
    places = _plane()[1]

    def fine(values: NDArray[Any]) -> NDArray[Any]:
        found: NDArray[Any] = map_coordinates(values, places, order=1, mode="nearest")
        return found

    colours = shapes.heat_colours(fine(np.nan_to_num(state.temperature_c, nan=BODY_C)))
    outside = np.abs(places[0] + X[0] - sum(vessel)) > vessel[1]
    level, free = fine(state.level[:, middle]), fine(state.free[:, middle])
    lost = (free > 0.0) & (level <= 0.0) & (free - level > _LEAST_LOSS) & outside
    colours[lost] = shapes.mixed(colours[lost], shapes.LOST, 0.75)
    return colours


@lru_cache(maxsize=1)
def _plane() -> tuple[pv.PolyData, NDArray[Any]]:
    """A net in the plane y = 0, just behind the lines drawn on it, and its places in the grid's indices.

    It is finer across vessel and applicator than along them, where nothing changes fast.
    """
    i, k = np.linspace(0.0, len(X) - 1, 2 * len(X) - 1), np.arange(len(Z), dtype=float)
    corners = np.stack(np.meshgrid(X[0] + i, [_PLANE_LIFT_MM], Z[0] + k, indexing="ij"), axis=-1).reshape(-1, 3)
    first = (np.arange(len(i) - 1)[:, None] * len(k) + np.arange(len(k) - 1)[None, :]).ravel()
    squares = np.column_stack([first, first + len(k), first + len(k) + 1, first + 1])
    places = np.stack(np.meshgrid(i, k, indexing="ij")).reshape(2, -1)
    return pv.PolyData.from_regular_faces(corners.astype(np.float32), squares), places


def edge_in_plane(level: NDArray[Any], vessel: tuple[float, float] | None) -> pv.PolyData:
    """Where the surface of a zone cuts the plane y = 0; none inside the vessel."""
    grid = pv.ImageData(dimensions=(len(X), 1, len(Z)), origin=(X[0], 0.0, Z[0]))
    lines = grid.contour([0.0], scalars=level.ravel(order="F"), compute_normals=False)
    if lines.n_cells == 0:
        return pv.PolyData()
    if vessel is not None:
        middle = lines.cell_centers().points[:, 0]
        outside = np.abs(middle - vessel[0] - vessel[1]) > vessel[1]
        if not outside.any():
            return pv.PolyData()
        lines = lines.extract_cells(outside).extract_surface(algorithm=None)
    lines.clear_data()
    return lines


@lru_cache(maxsize=3)
def applicators(name: str) -> tuple[pv.PolyData, pv.PolyData]:
    """Shafts and active parts of a modality."""
    modality: Modality = MODALITIES[name]
    needles = shapes.needles_of(load_scenario(modality.scenario_file))
    top = shapes.HALF_HEIGHT_MM  # that of the plane, which hides those behind it
    shafts = [shapes.tube(n.x, n.y, n.top, top, n.radius) for n in needles]
    active = [shapes.tube(n.x, n.y, n.bottom, n.top, 1.02 * n.radius) for n in needles]
    return pv.merge(shafts).extract_surface(algorithm=None), pv.merge(active).extract_surface(algorithm=None)
