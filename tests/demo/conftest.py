"""The shipped demo, run once for all tests, and its relatives."""

from pathlib import Path

import pytest

import ablasim

DEMO = Path(__file__).parents[2] / "scenarios" / "rfa_hepatic_vein.yaml"


def changed_demo(**changes):
    """The demo with some of its values replaced: vein_x_mm, twins, or fields of `numerics`."""
    content = ablasim.load_scenario(DEMO).model_dump(by_alias=True, exclude_none=True)
    vein_x_mm = changes.pop("vein_x_mm", None)
    if vein_x_mm is not None:
        content["vessels"][0]["points_mm"] = [[vein_x_mm, 0, -50], [vein_x_mm, 0, 50]]
    content["heat_sink"]["twins"] = changes.pop("twins", content["heat_sink"]["twins"])
    content["numerics"] |= changes
    return ablasim.parse_scenario(content)


@pytest.fixture(scope="session")
def demo():
    """The demo as it is shipped."""
    return ablasim.run(DEMO)


@pytest.fixture(scope="session")
def relative():
    """Runs of the demo with changes, kept for the session."""
    kept = {}

    def run(**changes):
        key = tuple(sorted(changes.items()))
        if key not in kept:
            kept[key] = ablasim.run(changed_demo(**changes))
        return kept[key]

    return run
