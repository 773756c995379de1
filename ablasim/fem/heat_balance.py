"""What a stage's heat balance leaves over at every node."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import prange
from numpy.typing import NDArray

from ablasim.compiled import compiled, n_blocks, piece
from ablasim.fem.enthalpy import EnthalpyCurve, capacity_at, heat_at
from ablasim.fem.operators import Diffusion

Floats = NDArray[np.float64]
Indices = NDArray[np.uint32]


@dataclass(frozen=True, eq=False)
class Balance:
    """Heat balance of a stage at some temperature.

    Parameters
    ----------
    residual : ndarray, shape (n_nodes,)
        w (g - A T) - (E(T) - E_aimed), J.
    heat : ndarray, shape (n_nodes,)
        E(T), J.
    system : tuple of Diffusion, float and ndarray
        C + w A, C being the slope of E: whose couplings, times what, and the diagonal, J/K.
    worst : float
        Largest residual over the diagonal at a node that is not held, K; of lumped spaces with the capacity of unboiled
        tissue at most.
    left : float
        Sum of the residuals there, without regard to sign, J.
    """

    residual: Floats
    heat: Floats
    system: tuple[Diffusion, float, Floats]
    worst: float
    left: float


def heat_balance(
    curve: EnthalpyCurve,
    operator: Diffusion,
    load: Floats,
    fixed: NDArray[np.bool_],
    weight: float,
    aimed: Floats,
    temperature: Floats,
) -> Balance:
    """Heat balance of a lumped space, in one pass over memory.

    Parameters
    ----------
    curve : EnthalpyCurve
        E, at the nodes.
    operator : Diffusion
        A, W/K.
    load : ndarray, shape (n_nodes,)
        g, W.
    fixed : ndarray of bool, shape (n_nodes,)
        Nodes that are held.
    weight : float
        w, s.
    aimed : ndarray, shape (n_nodes,)
        E_aimed: heat content without what the stage adds, J.
    temperature : ndarray, shape (n_nodes,)
        T, K.
    """
    residual, heat, diagonal = (np.empty_like(temperature) for _ in range(3))
    pattern = operator.pattern
    worst, left = _balance(
        pattern.row_starts,
        pattern.columns,
        operator.couplings,
        operator.loss,
        operator.diagonal,
        curve.breakpoints,
        curve.capacities,
        curve.reference,
        load,
        fixed,
        weight,
        aimed,
        temperature,
        residual,
        heat,
        diagonal,
    )
    return Balance(residual, heat, (operator, weight, diagonal), worst, left)


@compiled(fastmath=frozenset({"contract", "nsz", "reassoc"}), threaded=True)
def _balance(
    starts: Indices,
    columns: Indices,
    couplings: Floats,
    loss: Floats,
    operator_diagonal: Floats,
    breakpoints: Floats,
    capacities: Floats,
    reference: float,
    load: Floats,
    fixed: NDArray[np.bool_],
    weight: float,
    aimed: Floats,
    temperature: Floats,
    residual: Floats,
    heat: Floats,
    diagonal: Floats,
) -> tuple[float, float]:
    n = len(temperature)
    blocks = n_blocks(n)
    worst, left = np.zeros(blocks), np.zeros(blocks)
    for block in prange(blocks):
        largest, total = 0.0, 0.0
        for i in piece(block, blocks, n):
            here = temperature[i]
            flow = loss[i] * here
            for entry in range(starts[i], starts[i + 1]):
                flow += couplings[entry] * (temperature[columns[entry]] - here)
            heat[i] = heat_at(breakpoints, capacities, reference, i, here)
            capacity = capacity_at(breakpoints, capacities, i, here)
            diagonal[i] = capacity + weight * operator_diagonal[i]
            residual[i] = weight * (load[i] - flow) - (heat[i] - aimed[i])
            if not fixed[i]:
                size = abs(residual[i])
                largest = max(largest, size / (diagonal[i] - max(capacity - capacities[0, i], 0.0)))
                total += size
        worst[block] = largest
        left[block] = total
    return float(worst.max()), float(left.sum())
