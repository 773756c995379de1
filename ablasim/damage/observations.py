"""What was seen of liver and liver cells that were held at a temperature, to hold damage models to."""

from __future__ import annotations

from dataclasses import dataclass

from ablasim.units import SECONDS_PER_MINUTE


@dataclass(frozen=True)
class Observation:
    """Tissue or cells held at a constant temperature, and whether they died.

    Parameters
    ----------
    subject : str
        What was heated.
    temperature_c : float
        Temperature, °C.
    duration_s : float
        How long, s.
    dead : bool
        Whether they died.
    seen : str
        What was seen.
    source : str
        Citation.
    """

    subject: str
    temperature_c: float
    duration_s: float
    dead: bool
    seen: str
    source: str


_RAT = "isolated perfused rat liver"
_RAT_SOURCE = "Bowers et al., Lab. Invest. 44:99-104, 1981 (abstract)"
_PIG = "pig liver in vivo, radiofrequency probe"
_PIG_SOURCE = (
    "Shi and Xiong 2008: Experimental study evaluating the temporal evolution of cell damage following 45 to 60 °C "
    "temperature elevation in pig liver in vivo (abstract)"
)
_CELLS_SOURCE = (
    "Investigation on supraphysiological thermal injury in two well-differentiated human hepatoma cell lines, "
    "HepG2 and Hep3B (abstract)"
)

OBSERVATIONS: tuple[Observation, ...] = (
    Observation(_RAT, 37.0, 90.0 * SECONDS_PER_MINUTE, False, "no detectable damage", _RAT_SOURCE),
    Observation(
        _RAT, 40.0, 90.0 * SECONDS_PER_MINUTE, False, "mild focal damage, single cells dead (39 to 40 °C)", _RAT_SOURCE
    ),
    Observation(_RAT, 42.0, 90.0 * SECONDS_PER_MINUTE, True, "widespread necrosis (41 to 43 °C)", _RAT_SOURCE),
    Observation(_PIG, 45.0, 60.0, False, "organelles swollen after 3 days, none ruptured", _PIG_SOURCE),
    Observation(_PIG, 50.0, 15.0, True, "coagulative necrosis after 3 days", _PIG_SOURCE),
    Observation(_PIG, 55.0, 15.0, True, "coagulative necrosis at once", _PIG_SOURCE),
    Observation(
        "HepG2 and Hep3B cells in culture",
        60.0,
        5.0 * SECONDS_PER_MINUTE,
        True,
        "fewer than 10 % viable",
        _CELLS_SOURCE,
    ),
)
"""Observations in order of temperature. Heating up and cooling down are not told, and are not in the times."""
