"""From finished marches to zone, margin, heat sink and summary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ablasim.active_parts import active_parts
from ablasim.build import Case
from ablasim.course import March
from ablasim.errors import ModelError
from ablasim.geometry import point_segment_distance
from ablasim.margins import (
    PRESETS,
    Contraction,
    Domain,
    HeatSink,
    Margin,
    SampledTumour,
    SeenMargin,
    Shrinkage,
    Zone,
    ablation_zone,
    angular_profile,
    assess_margin,
    compare_twins,
    minimum_margin,
    nearest_branch,
    sample_tumour,
    seen_margin,
    vessel_effect,
)
from ablasim.margins.heat_sink import Outcome
from ablasim.results.frames import Frames, Levels
from ablasim.results.outcome import Floats, Results
from ablasim.results.summary import Clock, summarise
from ablasim.scenario.settings import Contraction as SaidContraction
from ablasim.units import metres
from ablasim.variants import Variant, without

_SAME_TIME_S = 1e-6


@dataclass(frozen=True, eq=False)
class _Assessor:
    case: Case
    domain: Domain
    sampled: SampledTumour | None

    def zone(self, march: March, model: str) -> Zone:
        """Zone of a march by a damage model."""
        return self.zone_of_state(march.damage[model], march.variant, model)

    def zone_of_state(self, state: Floats, variant: Variant, model: str) -> Zone:
        """Zone of a state of a damage model; its level is NaN outside the tissue of the variant."""
        models = {m.name: m for m in self.case.damage_models}
        tissue = self.case.zone_cells(variant)
        level = np.where(self.domain.points_of(tissue), models[model].level(state), np.nan)
        return ablation_zone(self.domain, level, tissue=tissue)

    def margin(self, zone: Zone) -> Margin | None:
        """Margin of a zone around the tumour."""
        if self.sampled is None:
            return None
        return assess_margin(zone, self.sampled, vessels=self.case.anatomy.centre_lines)

    def seen(self, zone: Zone) -> SeenMargin | None:
        """Margin that later imaging shows, if the scenario asks for it and there is one."""
        said = self.case.scenario.margins.contraction
        if said is None or self.sampled is None or zone.is_empty:
            return None
        needles = list(self.case.anatomy.needles.values())
        parts = active_parts(self.case.scenario, self.case.anatomy)
        of_centre = parts if self.case.moves else parts[:1]
        centre = np.mean([part.mean(axis=(0, 1)) for part in of_centre], axis=0)
        contraction = Contraction(_shrinkage(said), centre, np.array(needles[0].direction))
        return seen_margin(zone, self.sampled, contraction)

    @property
    def acts_as_one(self) -> bool:
        """Whether all needles are one applicator: electrodes of pulses are."""
        return any(step.pulses is not None for step in self.case.scenario.protocol)

    def outcome(self, zone: Zone) -> Outcome:
        """Zone of a twin as the comparison wants it."""
        return Outcome(zone, None if self.sampled is None else minimum_margin(zone, self.sampled))


def assess(
    case: Case,
    marches: Mapping[Variant, March],
    *,
    frames: Frames = (),
    levels: Levels | None = None,
    warnings: Sequence[str] = (),
    clock: Clock,
) -> Results:
    """Zone, margin, heat sink and summary of a run and its twins.

    Parameters
    ----------
    case : Case
        The case.
    marches : mapping of str to March
        The run as ``actual`` and its twins.
    frames : tuple of (float, ndarray), optional
        Saved temperatures.
    levels : mapping of str to tuple of ndarray, optional
        Saved levels of the headline model.
    warnings : sequence of str, optional
        What was said during the run.
    clock : Clock
        When the run began.

    Raises
    ------
    ModelError
        If the zone reaches the outer faces, which are artificial.
    """
    domain = Domain.of_mesh(case.mesh, tuple(case.anatomy.needles), case.absent_at_end)
    sampled = None
    if case.anatomy.tumour is not None:
        targets = tuple(float(metres(target)) for target in case.scenario.margins.targets_mm)
        sampled = sample_tumour(domain, case.anatomy.tumour, targets=targets)
    assessor = _Assessor(case, domain, sampled)
    headline = case.headline.name
    zones = {variant: assessor.zone(march, headline) for variant, march in marches.items()}
    zone = zones["actual"]
    if zone.dead_points[case.outside.cut_nodes()].any():
        message = (
            "the ablation zone reaches the organ's outer faces, which are artificial: make the organ larger, move the "
            "applicator away from them, or say under boundary.faces which of them is a real surface of the organ"
        )
        raise ModelError(message)
    by_model = {}
    for name in marches["actual"].damage:
        other = zone if name == headline else assessor.zone(marches["actual"], name)
        by_model[name] = (other, assessor.margin(other))
    margin = by_model[headline][1]
    heat_sink = _heat_sink(assessor, zones, margin) if _are_alike(marches) else None
    states = marches["actual"].headline_states
    volumes = {time: assessor.zone_of_state(state, "actual", headline).volume for time, state in states.items()}
    summary = summarise(
        case,
        marches,
        by_model=by_model,
        heat_sink=heat_sink,
        volumes=volumes,
        seen=assessor.seen(zone),
        warnings=warnings,
        clock=clock,
    )
    return Results(
        case=case,
        marches=marches,
        zone=zone,
        zones=zones,
        levels={name: other.level for name, (other, _) in by_model.items()},
        margin=margin,
        heat_sink=heat_sink,
        frames=frames,
        summary=summary,
        frame_levels=levels or {},
    )


def _are_alike(marches: Mapping[Variant, March]) -> bool:
    """Whether a run and its twins may be compared: all came to their end, or were stopped at the same time."""
    if all(march.complete for march in marches.values()):
        return True
    ends = [march.steps[-1].time if march.steps else 0.0 for march in marches.values()]
    return max(ends) - min(ends) <= _SAME_TIME_S


def _shrinkage(said: SaidContraction | str) -> Shrinkage:
    """Shrinkage that a scenario asks for: of a modality, or its own shares."""
    if isinstance(said, str):
        return PRESETS[said]
    radial, axial = 0.01 * said.radial_percent, 0.01 * said.axial_percent
    return Shrinkage(radial, axial, (radial, radial), (axial, axial), "given by the user")


def _heat_sink(assessor: _Assessor, zones: Mapping[Variant, Zone], margin: Margin | None) -> HeatSink | None:
    if "no_vessel" not in zones:
        return None
    case = assessor.case

    def outcome(variant: Variant) -> Outcome:
        return assessor.outcome(zones[variant])

    needles = list(case.anatomy.needles.values())
    parts = active_parts(case.scenario, case.anatomy)
    active = np.concatenate(parts) if parts else np.empty((0, 2, 3))
    both = zones["actual"], zones["no_vessel"]
    effects = []
    if needles:
        for vessel in case.anatomy.vessels.values():
            effects.append(vessel_effect(*both, vessel, wall=case.mesh.facets_of(vessel.name), active=active))
        for line in case.anatomy.lines.values():
            effects.append(vessel_effect(*both, nearest_branch(active, line.tree.branches), wall=None, active=active))
    profile = None
    if needles and effects:
        nearest = min(effects, key=lambda effect: float(np.linalg.norm(effect.on_vessel - effect.on_applicator)))
        along, axis = parts[0], np.array(needles[0].direction)
        if case.moves:
            along = min(parts, key=lambda part: _distance_to(part, nearest.on_applicator))
            axis = along[0, 1] - along[0, 0]
        found = angular_profile(
            zones["actual"],
            zones["no_vessel"],
            centre=(active if assessor.acts_as_one else along).mean(axis=(0, 1)),
            axis=axis,
            towards=nearest.on_vessel,
        )
        profile = found if found.largest_retraction is not None else None
    return compare_twins(
        Outcome(zones["actual"], None if margin is None else margin.minimum),
        outcome("no_vessel"),
        occluded=outcome("occluded") if "occluded" in zones else None,
        without={name: outcome(without(name)) for name in case.vessel_names if without(name) in zones},
        vessels=effects,
        profile=profile,
    )


def _distance_to(part: Floats, place: Floats) -> float:
    """Distance of a place from the axis of an active part, m."""
    return min(float(point_segment_distance(place[None], *ends)[0]) for ends in part)
