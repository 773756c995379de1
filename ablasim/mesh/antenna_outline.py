"""Polygons of the (r, z) half-plane that make up an antenna and the tissue round it."""

from __future__ import annotations

from ablasim.geometry.antenna import Antenna, CoaxialSlots

Point = tuple[float, float]


def region_polygons(antenna: Antenna, radius: float, below: float, top: float) -> dict[str, list[Point]]:
    """Outlines of the regions; metals are left out.

    Parameters
    ----------
    antenna : Antenna
        The antenna, its tip at the origin.
    radius, below, top : float
        Radius of the tissue, its depth below the tip and the height of the port above the tip, m.

    Returns
    -------
    dict of str to list of (float, float)
        Corners (r, z) of ``tissue``, ``dielectric``, ``slot_1``, ``slot_2``, ``catheter`` and ``coolant``, as far as
        there are any, m.
    """
    line, radiator, tip = antenna.line, antenna.radiator, antenna.conductor_tip
    core = [*core_outline(antenna), (line.outer_radius, top)]
    polygons: dict[str, list[Point]] = {}
    if isinstance(radiator, CoaxialSlots):
        bottom = tip + radiator.short_length
        for number, slot in enumerate(radiator.slots, start=1):
            sides = (line.dielectric_radius, line.outer_radius, tip + slot.distance, tip + slot.end)
            polygons[f"slot_{number}"] = _rectangle(*sides)
    else:
        bottom = tip + (0.0 if radiator.covered else radiator.length)
    polygons["dielectric"] = _rectangle(line.inner_radius, line.dielectric_radius, bottom, top)
    envelope = core
    if antenna.catheter is not None:
        outer = antenna.catheter.outer_radius
        envelope = [(0.0, 0.0), (outer, 0.0 if antenna.catheter.tip == "flat" else tip), (outer, top)]
        inside = core
        if antenna.coolant is not None:
            wall = antenna.coolant.outer_radius
            polygons["coolant"] = [*core[1:], (wall, top), (wall, tip)]
            inside = [(0.0, tip), (wall, tip), (wall, top)]
        polygons["catheter"] = [*envelope, *inside[::-1]]
    polygons["tissue"] = [(0.0, -below), (radius, -below), (radius, top), *envelope[::-1]]
    return polygons


def core_outline(antenna: Antenna) -> list[Point]:
    """Outline of conductors, dielectric and slots from the axis at the tip to the side of the outer conductor, m."""
    line, radiator, tip = antenna.line, antenna.radiator, antenna.conductor_tip
    if isinstance(radiator, CoaxialSlots):
        return [(0.0, tip), (line.outer_radius, tip)]
    end = tip + radiator.length
    inside = line.dielectric_radius if radiator.covered else line.inner_radius
    return [(0.0, tip), (inside, tip), (inside, end), (line.outer_radius, end)]


def sharp_corners(antenna: Antenna) -> list[Point]:
    """Corners of the metals, where the field is singular, m."""
    line, radiator, tip = antenna.line, antenna.radiator, antenna.conductor_tip
    if isinstance(radiator, CoaxialSlots):
        ends = [tip + height for slot in radiator.slots for height in (slot.distance, slot.end)]
        return [(line.outer_radius, tip)] + [(r, z) for z in ends for r in (line.dielectric_radius, line.outer_radius)]
    end = tip + radiator.length
    return [(line.inner_radius, tip), (line.dielectric_radius, end), (line.outer_radius, end)]


def _rectangle(left: float, right: float, bottom: float, top: float) -> list[Point]:
    return [(left, bottom), (right, bottom), (right, top), (left, top)]
