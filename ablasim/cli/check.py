"""``ablasim check``: is the scenario sound, what does it look like, how large will it be."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.text import Text

from ablasim.anatomy import build_anatomy, build_scenario_mesh, expected_points
from ablasim.cost import expected_seconds
from ablasim.doubtful_places import doubtful_places
from ablasim.drives import unfinished_ramps
from ablasim.errors import OutputError
from ablasim.flow_plans import conduits, plan_vessels
from ablasim.patterns import check_patterns
from ablasim.resolve import check_names
from ablasim.scenario import load_scenario
from ablasim.scenario.poles import needle_pairs, not_parallel
from ablasim.scenario.sensor_checks import sensor_places_mm
from ablasim.schedule import schedule
from ablasim.structures import free_points, is_free
from ablasim.units import MICROSECONDS_PER_S, metres
from ablasim.views.publish import shapes_of
from ablasim.views.scenes import geometry_picture
from ablasim.views.shapes import tumour_outline


def check_scenario(file: Path, picture: Path | None) -> None:
    """Validate a scenario file, draw its geometry and estimate its cost.

    Raises
    ------
    ScenarioError
        If the scenario says something that cannot be.
    OutputError
        If the picture cannot be written.
    """
    console = Console()
    scenario = load_scenario(file)
    check_names(scenario)
    anatomy = build_anatomy(scenario)
    plan_vessels(scenario, conduits(scenario, anatomy))
    check_patterns(scenario)
    if scenario.numerics.mesh_file is None:
        points = expected_points(scenario, anatomy)
    else:
        points = build_scenario_mesh(scenario, anatomy).n_points
    seconds = expected_seconds(scenario, points)
    target = file.with_suffix(".png") if picture is None else picture
    tumour = None if anatomy.tumour is None else tumour_outline(anatomy.tumour)
    structures = [free_points(scenario, item)[0] for item in scenario.critical_structures if is_free(item)]
    try:
        geometry_picture(
            target,
            organ_bounds=anatomy.organ.bounds,
            tumour=tumour,
            layers=anatomy.layers,
            plates=list(anatomy.plates.values()),
            structures=structures,
            sensors=metres(sensor_places_mm(scenario)),
            **shapes_of(anatomy),
        )
    except OSError as error:
        message = f"{target}: the picture cannot be written: {error.strerror or error}"
        raise OutputError(message) from error
    console.print(Text(f"{file}: sound"), soft_wrap=True)
    length = f"{seconds:.0f} seconds" if seconds < 120.0 else f"{seconds / 60.0:.1f} minutes"
    console.print(f"mesh: about {points:,.0f} points; run: about {length} on this kind of model")
    console.print(Text(f"geometry: {target}"), soft_wrap=True)
    pairs = needle_pairs(scenario)
    for pair in pairs:
        console.print(
            Text(
                f"{pair.first} and {pair.second}: {pair.spacing:.1f} mm apart at mid-exposure, exposed parts "
                f"{pair.smallest:.1f} to {pair.largest:.1f} mm, depth offset "
                f"{round(pair.depth_offset, 1) + 0.0:.1f} mm, {pair.angle_deg:.1f}° from parallel"
            ),
            soft_wrap=True,
        )
    for train in (stage.pulses for stage in schedule(scenario) if stage.pulses is not None):
        console.print(
            Text(
                f"{train.anode} to {train.cathode}: {train.voltage:.0f} V, {train.count} pulses of "
                f"{train.width * MICROSECONDS_PER_S:g} µs at {train.rate:g} Hz, {train.duration:.0f} s"
            ),
            soft_wrap=True,
        )
    for sentence in (*doubtful_places(scenario, anatomy), *not_parallel(pairs), *unfinished_ramps(scenario)):
        console.print(Text(f"warning: {sentence}", style="yellow"), soft_wrap=True)
