"""How many points a mesh will have, before it is made."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ablasim.geometry import Needle, Organ, Tumour, Vessel
from ablasim.mesh.sizes import MeshSizes, size_function

_POINTS_PER_CUBED_EDGE = 0.65
"""Points per volume of a cubed edge length: what the meshes of the demo have."""

_LEAF_EDGES = 3.0  # a block is split until it is at most this many edge lengths wide


def estimate_points(
    organ: Organ, tumour: Tumour | None, vessels: Sequence[Vessel], needles: Sequence[Needle], sizes: MeshSizes
) -> int:
    """Number of points to expect, within about a fifth.

    The organ is split into blocks until each is a few edge lengths wide; a block holds its volume over the cube of
    the edge length asked for in its middle.

    Parameters
    ----------
    organ, tumour, vessels, needles
        The shapes, m.
    sizes : MeshSizes
        Edge lengths, m.
    """
    size = size_function(organ, tumour, vessels, needles, sizes)
    low, high = organ.bounds
    blocks = [(0.5 * (low + high), high - low)]
    octants = np.array(np.meshgrid(*([[-0.25, 0.25]] * 3))).reshape(3, -1).T
    total = 0.0
    while blocks:
        centre, widths = blocks.pop()
        edge = size(*centre.tolist())
        if widths.max() > _LEAF_EDGES * edge:
            blocks += [(centre + octant * widths, 0.5 * widths) for octant in octants]
        elif organ.contains(centre[None, :])[0]:
            total += float(np.prod(widths)) / edge**3
    return round(_POINTS_PER_CUBED_EDGE * total)
