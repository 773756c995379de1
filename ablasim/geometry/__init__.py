"""Shapes in metres: organ, tumour, vessels, applicators, and the distances between them."""

from __future__ import annotations

from ablasim.geometry.antenna import Antenna, Catheter, Coaxial, CoaxialSlots, Coolant, Monopole, Slot
from ablasim.geometry.applicators import Needle
from ablasim.geometry.inside import length_inside
from ablasim.geometry.layers import Layer
from ablasim.geometry.organ import Ball, Box, Cylinder, Organ
from ablasim.geometry.plates import Plate
from ablasim.geometry.segments import point_polyline_distance, point_segment_distance, segment_distance
from ablasim.geometry.surface import Surface, read_stl
from ablasim.geometry.tines import Tines
from ablasim.geometry.tumour import Ellipsoid, Sphere, Tumour
from ablasim.geometry.vessels import Vessel

__all__ = [
    "Antenna",
    "Ball",
    "Box",
    "Catheter",
    "Coaxial",
    "CoaxialSlots",
    "Coolant",
    "Cylinder",
    "Ellipsoid",
    "Layer",
    "Monopole",
    "Needle",
    "Organ",
    "Plate",
    "Slot",
    "Sphere",
    "Surface",
    "Tines",
    "Tumour",
    "Vessel",
    "length_inside",
    "point_polyline_distance",
    "point_segment_distance",
    "read_stl",
    "segment_distance",
]
