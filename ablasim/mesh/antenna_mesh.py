"""The half-plane round an antenna as a mesh: fine at slots and tips, coarse far away."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ablasim.errors import ModelError
from ablasim.geometry.antenna import Antenna, CoaxialSlots
from ablasim.geometry.checks import check_positive
from ablasim.mesh.antenna_outline import region_polygons, sharp_corners
from ablasim.mesh.half_plane import AXIS, METAL, PORT, Floats, HalfPlaneMesh, Ints, outline_edges
from ablasim.mesh.planar import PlanarSizes, mesh_polygons
from ablasim.units import MM_PER_M

Mask = NDArray[np.bool_]

_TOLERANCE = 1e-8  # m, of coordinates on the outline
_EDGES_PER_WAVELENGTH = 12.0
_LAYERS = 2.0  # edges across a layer of the antenna
_SURFACE_SHARE = 0.17  # edge in the tissue at the antenna over the antenna's radius
_CORNER_SHARE = 0.05  # edge at a metal's corner over the size of the gap there
_CORNER_GROWTH = 0.3
_GROWTH = 0.15  # growth of edges with the distance from the antenna


@dataclass(frozen=True)
class AntennaDomain:
    """Tissue that is computed round an antenna: a cylinder about its axis.

    Parameters
    ----------
    radius : float
        m.
    below : float
        Depth below the antenna's tip, m.
    shaft : float
        Length of antenna included, from its tip to the port, m.

    Raises
    ------
    ModelError
        If a length is not above zero.
    """

    radius: float
    below: float
    shaft: float

    def __post_init__(self) -> None:
        for name in ("radius", "below", "shaft"):
            check_positive(getattr(self, name), name=f"antenna domain: {name}")


def antenna_mesh(antenna: Antenna, domain: AntennaDomain, wavelength: float, refinement: float = 1.0) -> HalfPlaneMesh:
    """Mesh an antenna and the tissue round it; the same input gives the same mesh.

    Parameters
    ----------
    antenna : Antenna
        The antenna, its tip at the origin.
    domain : AntennaDomain
        How much of its surroundings.
    wavelength : float
        Shortest wavelength in the tissue, m.
    refinement : float, optional
        All edges are divided by it.

    Returns
    -------
    HalfPlaneMesh
        Regions ``tissue``, ``dielectric``, ``slot_1``, ``slot_2``, ``catheter``, ``coolant``, as far as there are
        any. Open parts of the outline: ``tissue_below``, ``tissue_side``, ``tissue_top``, ``catheter_top``,
        ``coolant_top``.

    Raises
    ------
    ModelError
        If the domain cuts the radiator, or does not reach beyond the antenna.
    MeshError
        If gmsh fails.
    """
    check_positive(wavelength, name="wavelength")
    check_positive(refinement, name="refinement")
    _check_inside(antenna, domain)
    polygons = region_polygons(antenna, domain.radius, domain.below, domain.shaft)
    points, cells, region, names = mesh_polygons(polygons, _sizes(antenna, polygons, wavelength, refinement))
    edges, beside = outline_edges(cells)
    parts: dict[str, list[Ints]] = {}
    for name in names:
        mine = edges[(np.array(names) == name)[region[beside]]]
        for part, mask in _parts(points[mine], name, domain).items():
            parts.setdefault(part, []).append(mine[mask])
    named = {part: np.concatenate(found) for part, found in parts.items()}
    return HalfPlaneMesh(points, cells, region, names, {part: found for part, found in named.items() if len(found)})


def _check_inside(antenna: Antenna, domain: AntennaDomain) -> None:
    if domain.radius <= antenna.radius:
        message = f"antenna domain: radius = {domain.radius:g} m: must be above the antenna's, {antenna.radius:g} m"
        raise ModelError(message)
    gap = antenna.line.dielectric_radius - antenna.line.inner_radius
    if domain.shaft < antenna.radiator_end + 5.0 * gap:
        what = "the slots lie" if isinstance(antenna.radiator, CoaxialSlots) else "the monopole lies"
        message = (
            f"antenna domain: shaft = {domain.shaft:g} m: {what} within {antenna.radiator_end:g} m of the tip, and "
            f"the line must go on for {5.0 * gap:g} m at least to have one mode at the port"
        )
        raise ModelError(message)


def _parts(ends: Floats, region: str, domain: AntennaDomain) -> dict[str, Mask]:
    """Parts of the outline that edges beside a region belong to, as masks."""
    r, z = ends[..., 0], ends[..., 1]

    def both_at(coordinate: Floats, value: float) -> Mask:
        near: Mask = np.all(np.abs(coordinate - value) < _TOLERANCE, axis=1)
        return near

    top = both_at(z, domain.shaft)
    masks = {
        AXIS: both_at(r, 0.0),
        PORT if region == "dielectric" else f"{region}_top": top,
        f"{region}_side": both_at(r, domain.radius),
        f"{region}_below": both_at(z, -domain.below),
    }
    return {**masks, METAL: ~np.any(list(masks.values()), axis=0)}


def _sizes(antenna: Antenna, polygons: Collection[str], wavelength: float, refinement: float) -> PlanarSizes:
    """Edge lengths: layers resolved, corners finest, growing with the distance from the antenna."""
    gaps = _gaps(antenna)
    largest = wavelength / _EDGES_PER_WAVELENGTH / refinement
    within = {name: min(gap / _LAYERS / refinement, largest) for name, gap in gaps.items() if name in polygons}
    at_surface = min(MM_PER_M * antenna.radius * _SURFACE_SHARE / refinement, MM_PER_M * largest)
    outside = f"(sqrt(x*x+(y-abs(y))^2/4)-{MM_PER_M * antenna.radius:.9g})"  # distance from the antenna, mm
    return PlanarSizes(
        formula=f"{at_surface:.9g}+{_GROWTH / refinement:.9g}*({outside}+abs({outside}))/2",
        within=within,
        corners=tuple(sharp_corners(antenna)),
        corner_size=_CORNER_SHARE / refinement * min(gaps.values()),
        growth=_CORNER_GROWTH / refinement,
        largest=largest,
    )


def _gaps(antenna: Antenna) -> dict[str, float]:
    """Thickness of each region of the antenna, and of its conductors, m."""
    line, radiator = antenna.line, antenna.radiator
    outer = line.outer_radius - line.dielectric_radius
    gaps = {"inner": line.inner_radius, "dielectric": line.dielectric_radius - line.inner_radius, "outer": outer}
    if isinstance(radiator, CoaxialSlots):
        gaps |= {f"slot_{k}": min(outer, slot.length) for k, slot in enumerate(radiator.slots, start=1)}
    inside = line.outer_radius
    for name in ("coolant", "catheter"):
        layer = getattr(antenna, name)
        if layer is not None:
            gaps[name] = layer.outer_radius - inside
            inside = layer.outer_radius
    return gaps
