"""ablasim: what an ablation kills, what a vessel steals, how wide the margin is.

For research and teaching only, not for clinical decisions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ablasim.results.outcome import Results
    from ablasim.scenario import Scenario, load_scenario, parse_scenario
    from ablasim.simulate import run
    from ablasim.sink_reach import sink_reach

__all__ = ["Results", "Scenario", "load_scenario", "parse_scenario", "run", "sink_reach"]

_HOMES = {
    "Results": "ablasim.results.outcome",
    "Scenario": "ablasim.scenario",
    "load_scenario": "ablasim.scenario",
    "parse_scenario": "ablasim.scenario",
    "run": "ablasim.simulate",
    "sink_reach": "ablasim.sink_reach",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        message = f"module 'ablasim' has no attribute '{name}'"
        raise AttributeError(message)
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
