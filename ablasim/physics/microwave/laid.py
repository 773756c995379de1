"""A given pattern of absorbed power laid into the mesh of the anatomy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ablasim.errors import ModelError
from ablasim.physics.microwave.patterns import PowerPattern
from ablasim.physics.microwave.placement import Axis
from ablasim.physics.microwave.samples import CellSamples

Floats = NDArray[np.float64]

ENDS = (0.1, 0.9)
"""Shares of the power below the ends of the stretch of an axis that counts as heating."""

LEAST_SHARE = 0.1
"""Share of the power that must fall on the mesh: with less, a pattern is misplaced."""


@dataclass(frozen=True, eq=False)
class LaidPattern:
    """What a pattern leaves in a mesh for 1 W forward.

    Parameters
    ----------
    heat : ndarray, shape (n_cells,)
        Made in each cell, W.
    absorbed : float
        Power that boundless tissue would absorb, W.
    beyond : float
        Of it, what lies outside the mesh and in applicators, W.
    stretch : ndarray, shape (2, 3)
        Ends of the stretch of the axis beside which the middle four fifths of the power lie, m.
    correction : float
        Factor on the power in the mesh with which it has what the pattern has there; it is in `heat`.
    """

    heat: Floats
    absorbed: float
    beyond: float
    stretch: Floats
    correction: float


def lay_pattern(
    pattern: PowerPattern,
    axis: Axis,
    covered: Floats,
    samples: CellSamples,
    volumes: Floats,
) -> LaidPattern:
    """Lay a pattern into a mesh; vessels get what the pattern has where they lie.

    Parameters
    ----------
    pattern : PowerPattern
        The pattern.
    axis : Axis
        Where it lies.
    covered : ndarray, shape (n_places,)
        Share of the ring through each place of its `quadrature` that lies in cells that get heat.
    samples : CellSamples
        Points of the cells that get heat.
    volumes : ndarray, shape (n_cells,)
        Of the cells, m³.

    Raises
    ------
    ModelError
        If less than `LEAST_SHARE` of the power falls on the mesh.
    """
    places, shares = pattern.quadrature()
    power = pattern.density(places) * shares
    heat = volumes * samples.mean(pattern.density(axis.half_plane(samples.points)))
    absorbed, within = float(power.sum()), float(power @ covered)
    if within < LEAST_SHARE * absorbed or not heat.sum() > 0.0:
        message = f"{within / absorbed:.2%} of its power falls on the mesh: must be {LEAST_SHARE:.0%} at least"
        raise ModelError(message)
    correction = within / float(heat.sum())
    order = np.argsort(places[:, 1])
    ends = np.interp(ENDS, np.cumsum(power[order]) / absorbed, places[order, 1])
    stretch = axis.tip + ends[:, None] * axis.direction
    return LaidPattern(correction * heat, absorbed, absorbed - within, stretch, correction)
