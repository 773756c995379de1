"""Everything a run leaves behind: summary, fields, surfaces, history, pictures and report in one folder."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ablasim.anatomy import Anatomy
from ablasim.build import Case
from ablasim.geometry import length_inside
from ablasim.materials.overrides import USER_SOURCE
from ablasim.mesh.tetrahedra import TUMOUR, boundary_triangles
from ablasim.results.fields import LEVEL_BITS, ZONE_LEVELS, FieldsWriter, rounded
from ablasim.results.files import write_columns_csv, write_json, write_surface_vtp
from ablasim.results.frames import KEPT_VARIANTS, halves, near_edge
from ablasim.results.origins import material_origins
from ablasim.results.outcome import Results
from ablasim.scenario import write_resolved
from ablasim.units import celsius
from ablasim.variants import Variant
from ablasim.views.assumptions import assumptions
from ablasim.views.captions import moment_words, pictures_in
from ablasim.views.cut import Plane
from ablasim.views.planes import temperature_plane_picture
from ablasim.views.plots import history_plot
from ablasim.views.publish_heat_sink import TWIN_ZONE, draw_outline, write_outline, write_twin_zone
from ablasim.views.publish_margin import draw_margin, write_margin
from ablasim.views.publish_pulses import draw_pulses, pulse_fields
from ablasim.views.report import QUESTION, QUESTION_WITHOUT_TUMOUR, QUESTION_WITHOUT_VESSELS, render_report
from ablasim.views.scenes import zone_picture
from ablasim.views.shapes import NeedleShape, Surface, VesselShape
from ablasim.views.viewing import plane_across, viewing_plane

ZONE = "zone.vtp"
"""Surface of the ablation zone."""


def write_results(results: Results, folder: Path) -> dict[str, Any]:
    """Write a result into an existing folder; its numbers are written even if a picture cannot be drawn.

    Parameters
    ----------
    results : Results
        The result.
    folder : Path
        Where to; see `ablasim.results.folder.ResultFolder` for one that appears only when it is whole.

    Returns
    -------
    dict
        The summary as written: a warning is added if pictures are missing.

    Raises
    ------
    OSError
        If something cannot be written.
    """
    case, summary = results.case, results.summary
    write_resolved(case.scenario, folder / "scenario.resolved.yaml", _origin(summary))
    _write_fields(results, folder / "fields.vtkhdf")
    _write_surfaces(results, folder)
    if results.actual.steps:
        write_columns_csv(folder / "history.csv", results.history())
    write_outline(results, folder / "outline.csv")
    write_twin_zone(results, folder / TWIN_ZONE)
    if case.scenario.outputs.pictures:
        try:
            _draw(results, folder)
        except OSError:
            raise
        except Exception as error:  # whatever a library of pictures stumbles over: the run is kept
            warning = f"the pictures could not be drawn ({type(error).__name__}: {error}); all numbers are written"
            summary = summary | {"warnings": [*summary["warnings"], warning]}
    render_run_report(folder / "report.html", case, summary, folder)
    write_json(folder / "summary.json", summary)
    return summary


def render_run_report(path: Path, case: Case, summary: Mapping[str, Any], folder: Path) -> None:
    """Write the printed report of a run.

    Parameters
    ----------
    path : Path
        HTML file to write.
    case : Case
        The case; its fields are not looked at.
    summary : mapping
        Content of ``summary.json``.
    folder : Path
        Where the pictures and the resolved scenario of the run are.
    """
    render_report(
        path,
        summary,
        title=case.scenario.title,
        question=question(case.anatomy),
        pictures=pictures_in(folder, case.anatomy, summary),
        materials=material_rows(case),
        assumptions=assumptions(case),
        scenario_text=(folder / "scenario.resolved.yaml").read_text(encoding="utf-8"),
    )


def question(anatomy: Anatomy) -> str:
    """What the report of a case answers."""
    if anatomy.tumour is None:
        return QUESTION_WITHOUT_TUMOUR
    return QUESTION if anatomy.centre_lines else QUESTION_WITHOUT_VESSELS


def shapes_of(anatomy: Anatomy, out: Collection[str] = ()) -> dict[str, Any]:
    """Vessels and needles, some of which are out of the body, as the pictures want them for their keyword arguments."""
    return {
        "vessels": [VesselShape(v.name, v.points, v.diameter) for v in anatomy.centre_lines],
        "needles": [
            NeedleShape(
                needle.name,
                np.array(needle.tip),
                np.array(needle.direction),
                needle.diameter,
                needle.active_length,
                np.array(needle.tip) + length_inside(needle, anatomy.organ) * np.array(needle.direction),
                needle.gap,
                needle.tine_lines(),
                0.0 if needle.tines is None else 2.0 * needle.tines.radius,
                needle.name in out,
            )
            for needle in anatomy.needles.values()
        ],
    }


def tumour_surface(case: Case) -> Surface | None:
    """The tumour's surface as the mesh has it; None without a tumour."""
    if case.anatomy.tumour is None:
        return None
    triangles = boundary_triangles(case.mesh.cells[case.mesh.cells_of_tissue(TUMOUR)])
    used, compact = np.unique(triangles, return_inverse=True)
    return Surface(case.mesh.points[used], compact.reshape(-1, 3))


def material_rows(case: Case) -> list[dict[str, Any]]:
    """Every material value of a case with its source, for the report."""
    return [
        {
            "tissue": name,
            "quantity": key,
            "value": origin.value,
            "unit": origin.unit,
            "range": origin.range,
            "source": origin.source,
            "conditions": origin.conditions,
            "verified": origin.verified,
            "note": origin.note,
            "alternatives": [(other.value, other.source, other.verified) for other in origin.alternatives],
            "choice": origin.choice,
            "user_defined": origin.source == USER_SOURCE,
        }
        for name, values in material_origins(case).items()
        for key, origin in values.items()
    ]


def _origin(summary: dict[str, Any]) -> dict[str, Any]:
    return {"scenario_hash": summary["scenario_hash"], "versions": summary["versions"]}


def _write_fields(results: Results, path: Path) -> None:
    case, mesh = results.case, results.case.mesh
    domain = results.zone.domain
    cells = {variant: case.zone_cells(variant) for variant in KEPT_VARIANTS}
    tissue = {variant: domain.points_of(chosen) for variant, chosen in cells.items()}
    with FieldsWriter(
        path,
        mesh.points,
        mesh.cells,
        {"region": mesh.cell_region},
        region_names=mesh.cell_region_names,
        constant_data=pulse_fields(results),
    ) as fields:
        frames = results.frames or ((0.0, celsius(results.actual.temperature).astype(np.float32)),)
        for index, (time, temperature) in enumerate(frames):
            zones = {}
            for name, level in _levels(results, index).items():
                edge = near_edge(np.where(tissue[name], level, np.nan), mesh.cells[cells[name]])
                zones[ZONE_LEVELS[name]] = rounded(edge, LEVEL_BITS)
            fields.append(time, {"temperature_c": temperature, **zones})


def _levels(results: Results, index: int) -> dict[Variant, NDArray[np.float16]]:
    """Levels of the run and its twin without vessels at a saved time; of a steady state those of its only one."""
    if results.frames:
        return {variant: levels[index] for variant, levels in results.frame_levels.items()}
    return {variant: halves(results.zones[variant].level) for variant in KEPT_VARIANTS if variant in results.zones}


def _write_surfaces(results: Results, folder: Path) -> None:
    surface = results.zone.surface
    write_surface_vtp(folder / ZONE, surface.points, surface.triangles)
    tumour = tumour_surface(results.case)
    if tumour is not None:
        write_margin(results, tumour, folder)


def _draw(results: Results, folder: Path) -> None:
    case = results.case
    shapes = shapes_of(case.anatomy)
    tumour = tumour_surface(case)
    surface = Surface(results.zone.surface.points, results.zone.surface.triangles)
    zone_picture(folder / "zone.png", zone=surface, tumour=tumour, plates=list(case.anatomy.plates.values()), **shapes)
    _draw_temperature(results, folder / "temperature.png", viewing_plane(case.anatomy), tumour)
    if len(case.anatomy.needles) > 1:
        _draw_temperature(results, folder / "temperature_across.png", plane_across(case.anatomy), tumour)
    if tumour is not None:
        draw_margin(results, tumour, shapes, folder)
    draw_pulses(results, tumour, shapes, folder)
    draw_outline(results, folder / "outline.png")
    if results.actual.steps:
        history_plot(folder / "history.png", results.history())


def _draw_temperature(results: Results, path: Path, plane: Plane, tumour: Surface | None) -> None:
    case = results.case
    powered = [stage.absent for stage in results.actual.stages if stage.is_powered]
    active = case.bioheat("actual").active
    temperature_plane_picture(
        path,
        points=case.mesh.points,
        cells=case.mesh.cells,
        temperature_c=np.where(active, celsius(results.actual.temperature_end_of_power), np.nan),
        level=results.levels[case.headline.name],
        origin=plane.origin,
        normal=plane.normal,
        up=plane.up,
        tumour=tumour,
        layers=case.anatomy.layers,
        plates=list(case.anatomy.plates.values()),
        title=moment_words(results.summary),
        **shapes_of(case.anatomy, powered[-1] if powered else ()),
    )
