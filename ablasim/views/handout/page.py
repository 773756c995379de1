"""The page to hand out: the printed report's numbers and a scene that can be turned and played, in one HTML file."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from markupsafe import Markup

from ablasim.views import report_tables as tables
from ablasim.views.captions import picture_captions, pictures_in
from ablasim.views.handout.bodies import Body, bodies_of
from ablasim.views.handout.replay import Moment, Replay
from ablasim.views.handout.thinning import distance_mm, packed, thinned
from ablasim.views.handout.times import DISCLAIMER, chosen_times, clock_words
from ablasim.views.handout.viewpoints import viewpoints
from ablasim.views.margin_scene import MARGIN_CLASSES, NO_MARGIN_COLOUR
from ablasim.views.publish import question
from ablasim.views.report import answer, embedded, environment, verdict
from ablasim.views.report_text import number
from ablasim.views.shapes import ZONE_COLOUR

MOST_MOMENTS = 48
TRIANGLES = 1600  # of a zone at one time
PICTURES = ("zone.png", "temperature.png", "margin.png", "field.png")


def render_page(path: Path, replay: Replay, *, progress: Callable[[int, int], None] = lambda done, of: None) -> None:
    """Write the page of a finished run.

    Parameters
    ----------
    path : Path
        HTML file to write.
    replay : Replay
        The run.
    progress : callable, optional
        Told how many of the times are done, of how many.
    """
    chosen = chosen_times(len(replay.fields.times), MOST_MOMENTS - 1) if replay.has_levels else []
    moments: list[dict[str, Any]] = []
    for done, index in enumerate(chosen):
        progress(done, len(chosen) + 1)
        moments.append(_plain(replay.moment(index)))
    end = replay.end()
    moments.append(_plain(end))
    progress(len(chosen) + 1, len(chosen) + 1)
    bodies = bodies_of(replay)
    views = viewpoints(replay, [end.zone, end.twin])
    path.write_text(_rendered(replay, moments, bodies, views, end), encoding="utf-8")


def _rendered(
    replay: Replay, moments: list[dict[str, Any]], bodies: Sequence[Body], views: list[dict[str, Any]], end: Moment
) -> str:
    summary, anatomy = replay.run.summary, replay.run.anatomy
    data = {
        "moments": moments,
        "bodies": [body.as_plain() for body in bodies],
        "views": views,
        "classes": [colour for colour, _ in MARGIN_CLASSES],
        "not_assessed": NO_MARGIN_COLOUR,
        "zone_colour": ZONE_COLOUR,
    }
    shown = pictures_in(replay.folder, anatomy, summary).items()
    return (
        environment()
        .get_template("handout/page.html")
        .render(
            title=str(summary["title"]),
            question=question(anatomy),
            disclaimer=DISCLAIMER,
            answer=answer(summary),
            verdict=verdict(summary),
            is_incomplete=summary["status"] == "incomplete",
            warnings=[str(warning) for warning in summary.get("warnings") or ()],
            tiles=tables.headline(summary),
            sections=tables.sections(summary),
            pictures=[(caption, embedded(file)) for caption, file in shown if file.name in PICTURES],
            without=", ".join(missing_pictures(replay)),
            provenance=tables.provenance(summary),
            views=views,
            switches=_switches(bodies, end),
            classes=[*MARGIN_CLASSES, *([(NO_MARGIN_COLOUR, "not assessed")] if _has_unknown(bodies) else [])],
            n_moments=len(moments),
            times_note=_times_note(replay, len(moments)),
            thinning_note=_thinning_note(end),
            style=Markup(_text("page.css")),
            data=Markup(json.dumps(data, allow_nan=False).replace("<", "\\u003c")),
            viewer=Markup(_text("viewer.js")),
            controls=Markup(_text("page.js")),
        )
    )


def missing_pictures(replay: Replay) -> list[str]:
    """Pictures of the page that the scenario asked for and the folder lacks."""
    summary, anatomy = replay.run.summary, replay.run.anatomy
    drawn = set(picture_captions(anatomy, summary)) - ({"margin.png"} if summary.get("margin") is None else set())
    is_asked_for = replay.run.scenario.outputs.pictures
    return [name for name in PICTURES if is_asked_for and name in drawn and not (replay.folder / name).is_file()]


def _text(name: str) -> str:
    return files("ablasim.views.handout").joinpath(name).read_text(encoding="utf-8")


def _plain(moment: Moment) -> dict[str, Any]:
    surfaces = {
        name: packed(thinned(surface, TRIANGLES)) if surface is not None and len(surface.triangles) else None
        for name, surface in (("zone", moment.zone), ("twin", moment.twin))
    }
    return {
        "label": f"{clock_words(moment.time_s)}{', end of the run' if moment.is_end else ''}",
        "readings": _readings(moment),
        "out": sorted(moment.out),
        **surfaces,
    }


def _readings(moment: Moment) -> str:
    parts = (
        ("zone", moment.zone_ml, "ml", 1),
        ("without vessels", moment.twin_ml, "ml", 1),
        ("hottest", moment.hottest_c, "°C", 0),
        ("power into the body", moment.power_w, "W", 0),
    )
    return " · ".join(
        f"{words} {number(value, unit, decimals=decimals)}"
        for words, value, unit, decimals in parts
        if value is not None
    )


def _switches(bodies: Sequence[Body], end: Moment) -> list[dict[str, Any]]:
    """What can be shown and hidden, each once."""
    switches: dict[str, dict[str, Any]] = {
        "zone": {"group": "zone", "label": "ablation zone", "colour": ZONE_COLOUR, "shown": True}
    }
    if end.twin is not None:
        label = "zone without vessels, same treatment (ghost)"
        switches["twin"] = {"group": "twin", "label": label, "colour": "", "shown": True}
    for body in bodies:
        new = {"group": body.group, "label": body.label, "colour": body.colour, "shown": body.shown}
        switches.setdefault(body.group, new)
        if body.margin_mm is not None:
            label = "margin at the end, painted on the tumour"
            switches["paint"] = {"group": "paint", "label": label, "colour": "", "shown": True}
    return list(switches.values())


def _has_unknown(bodies: Sequence[Body]) -> bool:
    return any(body.margin_mm is not None and bool(np.isnan(body.margin_mm).any()) for body in bodies)


def _times_note(replay: Replay, n_moments: int) -> str:
    if not replay.has_levels:
        return (
            "The run was written by a version that kept the zone of its end alone; "
            "a new run keeps it at every saved time."
        )
    n_saved = len(replay.fields.times)
    chosen = f" {n_moments - 1} of its {n_saved} saved times are here." if n_moments - 1 < n_saved else ""
    still = " A steady state has one time." if n_saved == 1 else ""
    return f"The slider stops where the run saved its state; nothing between is made up.{chosen}{still}"


def _thinning_note(end: Moment) -> str:
    """How far the surfaces of the page are from those of the run."""
    drawn = [surface for surface in (end.zone, end.twin) if surface is not None and len(surface.triangles)]
    if all(len(surface.triangles) <= TRIANGLES for surface in drawn):
        return "Surfaces are drawn as they were computed."
    full = max(len(surface.triangles) for surface in drawn)
    off = max(distance_mm(thin, surface) for thin, surface in ((thinned(s, TRIANGLES), s) for s in drawn))
    return (
        f"For the scene alone the surfaces of the zones are thinned to about {TRIANGLES} triangles, from up to {full} "
        f"at the end, which moves them by up to {off:.2f} mm; margins and volumes are those of the run."
    )
