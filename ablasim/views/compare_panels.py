"""What one run contributes to the picture of a comparison: shapes and zones, cut by the plane that all share."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ablasim.anatomy import Anatomy
from ablasim.comparison import FinishedRun
from ablasim.errors import OutputError
from ablasim.results.paths import at
from ablasim.units import Floats, metres
from ablasim.views.cut import Plane, cut_surface, plane_through
from ablasim.views.publish import ZONE, shapes_of
from ablasim.views.publish_heat_sink import TWIN_ZONE
from ablasim.views.shapes import NeedleShape, Surface, VesselShape, tumour_outline
from ablasim.views.surface_files import read_surface
from ablasim.views.viewing import towards_nearest_vessel

_Z = np.array([0.0, 0.0, 1.0])
_SAME = float(metres(0.01))


@dataclass(frozen=True, eq=False)
class Panel:
    """A run in the plane of the picture.

    Parameters
    ----------
    plane : Plane
        The plane.
    zone, twin : list of ndarray, shape (n, 2)
        Lines in which the plane cuts the zone, and that of the twin without vessels, mm; empty without one.
    tumour : Surface or None
        The tumour's surface, m.
    vessels : list of VesselShape
        Its vessels.
    needles : list of NeedleShape
        Its applicators.
    """

    plane: Plane
    zone: list[Floats]
    twin: list[Floats]
    tumour: Surface | None
    vessels: list[VesselShape]
    needles: list[NeedleShape]

    @property
    def tumour_lines(self) -> list[Floats]:
        """Lines in which the plane cuts the tumour, mm."""
        return [] if self.tumour is None else cut_surface(self.plane, self.tumour)


def common_plane(anatomy: Anatomy) -> Plane:
    """Plane through the tumour's centre and the nearest point of a vessel, which lies to the right.

    The first applicator's direction points up, as far as it can.
    """
    needles = list(anatomy.needles.values())
    if anatomy.tumour is not None:
        origin = np.array(anatomy.tumour.centre, dtype=float)
    else:
        origin = needles[0].active_middle if needles else np.zeros(3)
    up = np.array(needles[0].direction, dtype=float) if needles else _Z
    right = towards_nearest_vessel(anatomy, origin)
    if np.linalg.norm(right) < _SAME:
        right = _across(up)
    if np.linalg.norm(np.cross(right, up)) < 1e-6 * np.linalg.norm(right):
        up = _across(right)
    return plane_through(origin, np.cross(right, up), up - (up @ right) / (right @ right) * right)


def read_panel(run: FinishedRun, folder: Path, plane: Plane) -> Panel:
    """Cut a finished run by a plane.

    Parameters
    ----------
    run : FinishedRun
        The run.
    folder : Path
        Where its files are.
    plane : Plane
        The plane.

    Raises
    ------
    OutputError
        If the surface of its zone is not among them.
    """
    if not (folder / ZONE).is_file() and at(run.summary, "zone.volume_ml"):
        message = f"{folder}: has no {ZONE}, the surface of the zone of {run.name}: run it again"
        raise OutputError(message)
    tumour = run.anatomy.tumour
    shapes = shapes_of(run.anatomy)
    return Panel(
        plane=plane,
        zone=_cut_file(folder / ZONE, plane),
        twin=_cut_file(folder / TWIN_ZONE, plane),
        tumour=None if tumour is None else tumour_outline(tumour),
        vessels=shapes["vessels"],
        needles=shapes["needles"],
    )


def _across(direction: Floats) -> Floats:
    """Some direction square to another."""
    across: Floats = np.cross(direction, np.eye(3)[np.argmin(np.abs(direction))])
    return across


def _cut_file(file: Path, plane: Plane) -> list[Floats]:
    """Lines in which a plane cuts the surface in a file; none without the file or for a surface without triangles."""
    if not file.is_file():
        return []
    surface = read_surface(file).surface
    return cut_surface(plane, surface) if len(surface.triangles) else []
