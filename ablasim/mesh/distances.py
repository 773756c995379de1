"""Distances to shapes as plain functions of place, which mesh generators call a million times."""

from __future__ import annotations

from collections.abc import Callable
from math import atan2, cos, floor, hypot, inf, pi, radians, sin, sqrt

import numpy as np
from numpy.typing import NDArray

from ablasim.geometry.applicators import Needle
from ablasim.geometry.checks import Vector
from ablasim.geometry.electrodes import across
from ablasim.geometry.surface import Surface
from ablasim.geometry.tine_pieces import TinePiece
from ablasim.geometry.tines import Tines
from ablasim.geometry.tumour import Tumour
from ablasim.geometry.vessels import Vessel

Floats = NDArray[np.float64]
PlaceFunction = Callable[[float, float, float], float]
"""A length, m, as a function of x, y, z, m: plain numbers in, a plain number out."""


def distance_to_cylinder(base: Vector, axis: Vector, length: float, radius: float) -> PlaceFunction:
    """Distance to a solid cylinder; 0 inside."""
    bx, by, bz = base
    ax, ay, az = axis

    def distance(x: float, y: float, z: float) -> float:  # comparisons, since they take half the time of max()
        x, y, z = x - bx, y - by, z - bz
        along = x * ax + y * ay + z * az
        square = x * x + y * y + z * z - along * along
        beside = sqrt(square) - radius if square > 0.0 else -radius
        if 0.0 <= along <= length:
            return beside if beside > 0.0 else 0.0
        beyond = -along if along < 0.0 else along - length
        return hypot(beyond, beside) if beside > 0.0 else beyond

    return distance


def distance_to_active(needle: Needle) -> PlaceFunction:
    """Distance to the active part of a needle, its tines too; 0 inside."""
    straight = distance_to_cylinder(needle.tip, needle.direction, needle.active_length, needle.radius)
    if needle.tines is None:
        return straight
    to_tines = distance_to_tines(needle, needle.tines)
    return lambda x, y, z: min(straight(x, y, z), to_tines(x, y, z))


def distance_to_tines(needle: Needle, tines: Tines) -> PlaceFunction:
    """Distance to the nearest tine of a needle; 0 inside."""
    bx, by, bz = needle.tip
    ax, ay, az = needle.direction
    (ux, uy, uz), (vx, vy, vz) = (vector.tolist() for vector in across(needle.direction))
    sector = 2.0 * pi / tines.count
    first = radians(tines.rotation_deg) - 0.5 * sector
    pieces = [_distance_to_piece(piece, tines.radius) for piece in tines.pieces]

    def distance(x: float, y: float, z: float) -> float:
        x, y, z = x - bx, y - by, z - bz
        along_u, along_v = x * ux + y * uy + z * uz, x * vx + y * vy + z * vz
        azimuth = atan2(along_v, along_u) - first
        azimuth -= sector * floor(azimuth / sector) + 0.5 * sector
        away, height = hypot(along_u, along_v), x * ax + y * ay + z * az
        nearest, u, v = inf, away * cos(azimuth), away * sin(azimuth)
        for piece in pieces:
            nearest = min(nearest, piece(u, v, height))
        return nearest

    return distance


def _distance_to_piece(piece: TinePiece, radius: float) -> PlaceFunction:
    """Distance to a stretch of a tine, from coordinates along and across its half-plane and along the needle."""
    (su, sh), (tu, th), (nu, nh), length = piece.start, piece.direction, piece.aside, piece.length
    if piece.curvature == 0.0:

        def to_straight(u: float, v: float, h: float) -> float:
            u, h = u - su, h - sh
            along, aside = u * tu + h * th, u * nu + h * nh
            return hypot(max(-along, along - length, 0.0), max(hypot(aside, v) - radius, 0.0))

        return to_straight
    sign, bend = (1.0 if piece.curvature > 0.0 else -1.0), 1.0 / abs(piece.curvature)
    half_turn = 0.5 * length / bend

    def to_bend(u: float, v: float, h: float) -> float:
        u, h = u - su, h - sh
        along, inward = u * tu + h * th, bend - sign * (u * nu + h * nh)
        angle = atan2(along, inward) - half_turn
        angle -= 2.0 * pi * floor(0.5 * (angle + pi) / pi)
        past, outward = abs(angle) - half_turn, hypot(along, inward)
        if past <= 0.0:
            return max(hypot(outward - bend, v) - radius, 0.0)
        beside = max(hypot(outward * cos(past) - bend, v) - radius, 0.0)
        return hypot(max(outward * sin(past), 0.0), beside)

    return to_bend


def distance_to_rims(needle: Needle) -> PlaceFunction:
    """Distance to the circles that bound bare metal: the rim of the tip, and where insulation begins or ends."""
    bx, by, bz = needle.tip
    ax, ay, az = needle.direction
    radius, heights = needle.radius, (0.0, *(needle.gap or ()), needle.active_length)

    def distance(x: float, y: float, z: float) -> float:
        x, y, z = x - bx, y - by, z - bz
        along = x * ax + y * ay + z * az
        across = sqrt(max(x * x + y * y + z * z - along * along, 0.0))
        return hypot(min([abs(along - height) for height in heights]), across - radius)

    return distance


def distance_to_line(vessel: Vessel) -> PlaceFunction:
    """Distance to the centre-line of a vessel."""
    starts, ends = vessel.points[:-1], vessel.points[1:]
    tangents = (ends - starts) / vessel.segment_lengths[:, None]
    pieces = [
        distance_to_cylinder(tuple(start), tuple(tangent), float(length), 0.0)
        for start, tangent, length in zip(
            starts.tolist(), tangents.tolist(), vessel.segment_lengths.tolist(), strict=True
        )
    ]
    return pieces[0] if len(pieces) == 1 else lambda x, y, z: min(piece(x, y, z) for piece in pieces)


def distance_to_box(low: Floats, high: Floats) -> PlaceFunction:
    """Distance to a box along the axes; 0 inside."""
    (lx, ly, lz), (hx, hy, hz) = low.tolist(), high.tolist()
    return lambda x, y, z: hypot(max(lx - x, x - hx, 0.0), max(ly - y, y - hy, 0.0), max(lz - z, z - hz, 0.0))


def distance_to_tumour(tumour: Tumour) -> PlaceFunction:
    """Distance to the tumour's surface as sizes need it.

    Exact for a sphere and to first order for an ellipsoid (negative inside); for a triangle surface the
    distance to its enclosing box, 0 inside.
    """
    cx, cy, cz = tumour.centre
    if isinstance(tumour, Surface):
        return distance_to_box(*tumour.bounds)
    a, b, c = tumour.semi_axes.tolist()

    def distance(x: float, y: float, z: float) -> float:
        x, y, z = (x - cx) / a, (y - cy) / b, (z - cz) / c
        slope = hypot(x / a, y / b, z / c)
        level = hypot(x, y, z)
        return level * (level - 1.0) / slope if slope > 0.0 else -min(a, b, c)

    return distance
