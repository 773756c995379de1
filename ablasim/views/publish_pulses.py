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

PICTURES = ("field.png", "effect.png", "trains.png")


def pulse_fields(results: Results) -> dict[str, Floats]:
    """Nodal fields at the end of a run with pulses: the largest field, and levels of pulses and heat; else nothing."""
    pulses, case = results.actual.pulses, results.case
    if pulses is None:
        return {}
    told = [model.name for model in case.damage_models if isinstance(model, PulseZone) or model == case.thermal_model]
    levels = {f"level_{name}": results.levels[name] for name in told}
    return {"largest_field_v_per_m": pulses.largest_field, **levels}


def draw_pulses(results: Results, tumour: Surface | None, shapes: dict[str, Any], folder: Path) -> dict[str, Path]:
    """Draw the pictures of a run with pulses; returns them by caption, nothing for any other run."""
    pulses = results.actual.pulses
    if pulses is None or not pulses.trains:
        return {}
    scene = _scene(results, pulses.largest_field, tumour, shapes)
    pictures = dict(zip(_captions(results, scene), (folder / name for name in PICTURES), strict=True))
    field_file, effect_file, trains_file = pictures.values()
    field_picture(field_file, scene)
    effect_picture(effect_file, scene)
    source = results.summary["source"]
    train_plot(trains_file, source["trains"], source["current_limit_a"])
    return pictures


def _captions(results: Results, scene: PulseScene) -> tuple[str, ...]:
    """Words below `PICTURES`."""
    stays = results.summary["electroporation"]["conductivity_stays"]
    shadow = "" if scene.twin is None else "; dashed: what pulses would kill if the vessels were tissue"
    return (
        "Largest field over the sequence, with the edges of where it kills and where it opens cells (each tissue has "
        "its own thresholds), across the electrodes and along them.",
        f"What pulses kill, what they open for a while, and what their heat would kill by itself{shadow}.",
        "Current of every train while a pulse is on: it rises within a train as tissue warms"
        f"{', and later trains find the tissue that earlier ones opened' if stays else ''}.",
    )


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
