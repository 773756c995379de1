"""What a run with pulses leaves behind beside what every run does: its field and levels, and their pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ablasim.damage import PulseZone
from ablasim.damage.electroporation import REVERSIBLE
from ablasim.results.electroporation import pulse_model
from ablasim.results.outcome import Floats, Results
from ablasim.units import volts_per_cm
from ablasim.views.pulse_planes import PulseScene, effect_picture, field_picture
from ablasim.views.shapes import Surface
from ablasim.views.train_plot import train_plot
from ablasim.views.viewing import plane_across, viewing_plane


def pulse_fields(results: Results) -> dict[str, Floats]:
    """Nodal fields at the end of a run with pulses: the largest field, and levels of pulses and heat; else nothing."""
    pulses, case = results.actual.pulses, results.case
    if pulses is None:
        return {}
    told = [model.name for model in case.damage_models if isinstance(model, PulseZone) or model == case.thermal_model]
    levels = {f"level_{name}": results.levels[name] for name in told}
    return {"largest_field_v_per_m": pulses.largest_field, **levels}


def draw_pulses(results: Results, tumour: Surface | None, shapes: dict[str, Any], folder: Path) -> None:
    """Draw the pictures of a run with pulses; none of any other run."""
    pulses = results.actual.pulses
    if pulses is None or not pulses.trains:
        return
    scene = _scene(results, pulses.largest_field, tumour, shapes)
    field_picture(folder / "field.png", scene)
    effect_picture(folder / "effect.png", scene)
    source = results.summary["source"]
    train_plot(folder / "trains.png", source["trains"], source["current_limit_a"])


def _scene(results: Results, largest_field: Floats, tumour: Surface | None, shapes: dict[str, Any]) -> PulseScene:
    case = results.case
    model = pulse_model(case)
    twin = results.zones.get("no_vessel")
    by_pulses = model is not None and model.name == case.headline.name  # twins have the headline's zone alone
    return PulseScene(
        points=case.mesh.points,
        cells=case.mesh.cells,
        largest_field=largest_field * volts_per_cm(1.0),
        planes={
            "Across the electrodes": plane_across(case.anatomy),
            "Along them": viewing_plane(case.anatomy),
        },
        opened=results.levels.get(REVERSIBLE.name),
        dead=None if model is None else results.levels[model.name],
        hot=results.levels[case.thermal_model.name],
        twin=twin.level if twin is not None and by_pulses else None,
        hot_label=case.thermal_model.label,
        tumour=tumour,
        plates=list(case.anatomy.plates.values()),
        **shapes,
    )
