"""How much blood flows through each segment of a tree of vessels.

Flow is conserved where branches part or meet. It is shared by Murray's law, or follows the flows that are given at the
ends of the tree.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ablasim.errors import ModelError
from ablasim.geometry.trees import VesselTree

Floats = NDArray[np.float64]

MURRAY_EXPONENT = 3.0
"""Exponent of the radius by which flow is shared, from the least work of flow and blood (Murray 1926)."""

_AGREE = 0.01  # a given flow may differ by 1 % from what flows out of it: files are rounded


def shared_flow(tree: VesselTree, root_flow: float, exponent: float = MURRAY_EXPONENT) -> Floats:
    """Flow in each segment when branches share it by a power of their radii.

    Parameters
    ----------
    tree : VesselTree
        The tree.
    root_flow : float
        Flow through the root, m³/s.
    exponent : float, optional
        Of the radius: 3 by Murray's law [1]_; measured exponents of arteries lie between 2 and 3.

    Returns
    -------
    ndarray, shape (n_segments,)
        m³/s; it sums to that of the parent wherever a segment parts.

    References
    ----------
    .. [1] C. D. Murray, Proc. Natl. Acad. Sci. 12:207-214, 1926, doi:10.1073/pnas.12.3.207.

    Examples
    --------
    >>> fork = VesselTree("fork", [[0, 0, 0], [0, 0, 2], [1, 0, 3], [-1, 0, 3]], [-1, 0, 1, 1], [1, 1, 0.8, 0.4])
    >>> shared_flow(fork, 9.0).round(9).tolist()
    [9.0, 8.0, 1.0]
    """
    powers = tree.segment_radii**exponent
    totals = np.bincount(tree.parents[1:], powers, minlength=len(tree.points))
    flow = np.empty(len(tree.points))
    flow[0] = root_flow
    for point, parent in enumerate(tree.parents[1:], start=1):
        flow[point] = flow[parent] * powers[point - 1] / totals[parent]
    return flow[1:]


def given_flow(tree: VesselTree, given: Floats, labels: Sequence[str]) -> Floats:
    """Flow in each segment from the flows given at the ends of the tree.

    Parameters
    ----------
    tree : VesselTree
        The tree.
    given : ndarray, shape (n_segments,)
        m³/s; NaN where it is not given. Inside the tree a given flow is only compared with what the ends sum to.
    labels : sequence of str
        What to call each point.

    Returns
    -------
    ndarray, shape (n_segments,)
        m³/s, conserved exactly.

    Raises
    ------
    ModelError
        If an end has no flow, or a given flow differs by more than 1 % from the sum of the ends behind it.
    """
    flow = np.zeros(len(tree.points))
    for point in range(tree.n_segments, 0, -1):
        said = given[point - 1]
        if tree.n_children[point] == 0:
            if not said > 0.0:
                message = f"vessel {tree.name}: {labels[point]}: the flow is missing: must be given at every end"
                raise ModelError(message)
            flow[point] = said
        elif np.isfinite(said) and abs(said - flow[point]) > _AGREE * flow[point]:
            message = (
                f"vessel {tree.name}: {labels[point]}: the flow is {said * 6e7:.4g} ml/min, but the ends behind it "
                f"sum to {flow[point] * 6e7:.4g} ml/min: must agree to 1 %"
            )
            raise ModelError(message)
        flow[tree.parents[point]] += flow[point]
    return flow[1:]
