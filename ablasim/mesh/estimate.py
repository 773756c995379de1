"""How many points a mesh will have, before it is made."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ablasim.geometry import Layer, Needle, Organ, Plate, Tumour, Vessel
from ablasim.geometry.layers import axis_of
from ablasim.mesh.sizes import MeshSizes, SizeFunction, size_function

_POINTS_PER_CUBED_EDGE = 0.65
"""Points per volume of a cubed edge length: what the meshes of the demo have."""

_POINTS_PER_SQUARED_EDGE = 0.9
"""Points on a plane per area of a squared edge length, beyond those of the volumes beside it: what layers have."""

_POINTS_PER_SQUARED_EDGE_OF_TINES = 0.8
"""The same on the surface of tines: umbrellas of ten tines have 0.7 where sizes grow by 0.35 from there, 0.9 by 0.5."""

_MIDDLES = (np.arange(16) + 0.5) / 16.0  # of the squares of a layer's side in which the edge length is asked for
_LEAF_EDGES = 3.0  # a block is split until it is at most this many edge lengths wide


def estimate_points(
    organ: Organ,
    tumour: Tumour | None,
    vessels: Sequence[Vessel],
    needles: Sequence[Needle],
    sizes: MeshSizes,
    layers: Sequence[Layer] = (),
    plates: Sequence[Plate] = (),
) -> int:
    """Number of points to expect, within about a fifth.

    The organ is split into blocks until each is a few edge lengths wide; a block holds its volume over the cube of
    the edge length asked for in its middle.

    Parameters
    ----------
    organ, tumour, vessels, needles, layers, plates
        The shapes, m.
    sizes : MeshSizes
        Edge lengths, m.
    """
    size = size_function(organ, tumour, vessels, needles, sizes, layers, plates)
    parts = [organ, *(layer.box for layer in layers)]
    return (
        sum(_points_in(part, size) for part in parts)
        + _points_on_sides(layers, size)
        + _points_on_tines(needles, sizes)
    )


def _points_on_tines(needles: Sequence[Needle], sizes: MeshSizes) -> int:
    """Points more than the volumes hold, because sizes grow so steeply from tines that many points lie on them."""
    on_tines = 0.0
    for tines in (needle.tines for needle in needles if needle.tines is not None):
        area = tines.count * 2.0 * np.pi * tines.radius * tines.length
        on_tines += area / sizes.on_tines(tines) ** 2
    return round(_POINTS_PER_SQUARED_EDGE_OF_TINES * on_tines)


def _points_on_sides(layers: Sequence[Layer], size: SizeFunction) -> int:
    """Points more than the volumes hold, because a layer is a few cells thick and has points on both sides."""
    on_sides = {}
    for layer in layers:
        axis, _ = axis_of(layer.face)
        low, high = layer.box.bounds
        shares = np.stack(np.meshgrid(_MIDDLES, _MIDDLES), axis=-1).reshape(-1, 2)
        places = low + (high - low) * np.insert(shares, axis, 0.0, axis=1)
        area = layer.box.volume / layer.thickness / len(places)
        for height in (low[axis], high[axis]):
            places[:, axis] = height
            edges = np.array([size(*place) for place in places.tolist()])
            on_sides[layer.face, round(float(height), 9)] = float(np.sum(area / edges**2))
    return round(_POINTS_PER_SQUARED_EDGE * sum(on_sides.values()))


def _points_in(part: Organ, size: SizeFunction) -> int:
    low, high = part.bounds
    blocks = [(0.5 * (low + high), high - low)]
    octants = np.array(np.meshgrid(*([[-0.25, 0.25]] * 3))).reshape(3, -1).T
    total = 0.0
    while blocks:
        centre, widths = blocks.pop()
        edge = size(*centre.tolist())
        if widths.max() > _LEAF_EDGES * edge:
            blocks += [(centre + octant * widths, 0.5 * widths) for octant in octants]
        elif part.contains(centre[None, :])[0]:
            total += float(np.prod(widths)) / edge**3
    return round(_POINTS_PER_CUBED_EDGE * total)
