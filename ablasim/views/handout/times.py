"""Which saved times a hand-out shows, and how it writes them."""

from __future__ import annotations

import numpy as np

DISCLAIMER = "For research and teaching, not for clinical decisions."


def chosen_times(n_times: int, most: int) -> list[int]:
    """Saved times that are shown: all, or evenly chosen ones with the first and the last.

    Parameters
    ----------
    n_times : int
        Number of saved times.
    most : int
        How many may be shown.

    Examples
    --------
    >>> chosen_times(3, 47), len(chosen_times(500, 47)), chosen_times(500, 47)[-1]
    ([0, 1, 2], 47, 499)
    """
    return sorted({int(index) for index in np.linspace(0, n_times - 1, min(n_times, most)).round()})


def clock_words(time_s: float) -> str:
    """Write a time as minutes and seconds.

    Examples
    --------
    >>> clock_words(0.0), clock_words(754.6)
    ('0:00 min', '12:35 min')
    """
    minutes, seconds = divmod(round(time_s), 60)
    return f"{minutes}:{seconds:02d} min"
