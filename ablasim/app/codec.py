"""Fields in one byte a value: damage levels finely where tissue is about to die, temperatures evenly."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bytes = NDArray[np.int8]

_LEVEL_STEPS = 18.6
_EVEN_TO = 0.1
_KELVIN_A_STEP = 0.75


def packed_level(level: Floats) -> Bytes:
    """Damage levels, or differences of them, as bytes.

    The step is 0.005 at 0 and grows in proportion to the value beyond 0.1, to 0.05 at 1. At the edge of a zone CEM43
    changes by about 2 in a millimetre, where temperature falls by 2 to 3 K; the level of pulses by 0.1 only, so that
    steps of 0.036 moved the edge by up to 0.2 mm. Beyond ±46 the end is taken.

    Examples
    --------
    >>> bool(np.abs(level_of(packed_level(np.array([0.1, -12.0, 40.0]))) - [0.1, -12.0, 40.0]).max() < 1.1)
    True
    """
    steps = np.rint(_LEVEL_STEPS * np.arcsinh(np.asarray(level, dtype=float) / _EVEN_TO))
    packed: Bytes = np.clip(steps, -127, 127).astype(np.int8)
    return packed


_LEVELS = _EVEN_TO * np.sinh(np.arange(-128, 128) / _LEVEL_STEPS)


def level_of(packed: Bytes) -> Floats:
    """What `packed_level` has packed."""
    return np.asarray(_LEVELS[packed.view(np.uint8) ^ 0x80])


def packed_kelvin(difference: Floats) -> Bytes:
    """Temperatures, K from any fixed one, in steps of 0.75 K from −95 to 95 K.

    Examples
    --------
    >>> kelvin_of(packed_kelvin(np.array([-0.75, 30.1]))).tolist()
    [-0.75, 30.0]
    """
    packed: Bytes = np.clip(np.rint(np.asarray(difference, dtype=float) / _KELVIN_A_STEP), -127, 127).astype(np.int8)
    return packed


def kelvin_of(packed: Bytes) -> Floats:
    """What `packed_kelvin` has packed."""
    return packed.astype(np.float64) * _KELVIN_A_STEP
