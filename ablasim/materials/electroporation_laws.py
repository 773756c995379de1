"""How the conductivity of a tissue rises with the field of a pulse: three published shapes.

Each gives the share s of the rise from before to after electroporation, between 0 and 1 and never falling, at a field
strength E, from two constants p and q:

``smoothstep``
    s = x² (3 − 2x) with x = (E − p)/(q − p) held between 0 and 1: nothing below p, all of it above q. The smooth form
    of the straight ramp between two thresholds that treatment planning uses [1]_.
``sigmoid``
    s = 1/(1 + 10 exp(−(E − A)/B)) with A = (p + q)/2 and B = (q − p)/8 [2]_.
``gompertz``
    s = exp(−p exp(−q E)) [3]_.

References
----------
.. [1] Kos, Voigt, Miklavčič and Moche, Radiol. Oncol. 49:234-241, 2015.
.. [2] Sel, Cukjati, Batiuskaite, Slivnik, Mir and Miklavčič, IEEE Trans. Biomed. Eng. 52:816-827, 2005.
.. [3] Neal, Garcia, Robertson and Davalos, IEEE Trans. Biomed. Eng. 59:1076-1085, 2012.
"""

from __future__ import annotations

import math

import numpy as np
from numba import prange
from numpy.typing import NDArray

from ablasim.compiled import compiled, n_blocks, piece

Floats = NDArray[np.float64]

LAW_NAMES = ("smoothstep", "sigmoid", "gompertz")
"""Names of the laws; their places are the codes that compiled loops take."""

SMOOTHSTEP, SIGMOID, GOMPERTZ = range(len(LAW_NAMES))

_SIGMOID_WIDTHS = 8.0  # B = (q − p)/8, Sel et al. 2005
_SIGMOID_WEIGHT = 10.0
_LARGEST_EXPONENT = 500.0


@compiled()
def rise(law: int, p: float, q: float, field: float) -> tuple[float, float]:
    """Share of the rise, and its derivative in m/V, at a field strength in V/m."""
    if law == SMOOTHSTEP:
        x = (field - p) / (q - p)
        if x <= 0.0:
            return 0.0, 0.0
        if x >= 1.0:
            return 1.0, 0.0
        return x * x * (3.0 - 2.0 * x), 6.0 * x * (1.0 - x) / (q - p)
    if law == SIGMOID:
        width = (q - p) / _SIGMOID_WIDTHS
        below = min((0.5 * (p + q) - field) / width, _LARGEST_EXPONENT)
        share = 1.0 / (1.0 + _SIGMOID_WEIGHT * math.exp(below))
        return share, share * (1.0 - share) / width
    left = p * math.exp(-q * field)
    share = math.exp(-left)
    return share, share * left * q


def shares(law: str, p: float, q: float, field: Floats) -> Floats:
    """Share of the rise at field strengths.

    Parameters
    ----------
    law : str
        One of `LAW_NAMES`.
    p, q : float
        Its constants: V/m and V/m, or for ``gompertz`` a number and m/V.
    field : ndarray
        Field strength, V/m, any shape.

    Examples
    --------
    >>> shares("smoothstep", 35e3, 70e3, np.array([0.0, 52.5e3, 90e3])).tolist()
    [0.0, 0.5, 1.0]
    """
    asked = np.ascontiguousarray(field, dtype=float)
    found = np.empty(np.shape(field))
    _fill(LAW_NAMES.index(law), p, q, asked.reshape(-1), found.reshape(-1))
    return found


@compiled(threaded=True)
def _fill(law: int, p: float, q: float, field: Floats, share: Floats) -> None:
    n = len(field)
    blocks = n_blocks(n)
    for block in prange(blocks):
        for i in piece(block, blocks, n):
            share[i] = rise(law, p, q, field[i])[0]
