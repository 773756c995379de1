"""Names in a scenario turned into materials, damage models and the law that stops perfusion."""

from __future__ import annotations

from collections.abc import Mapping

from ablasim.damage import (
    DEFAULT_MODELS,
    PULSE_ZONES,
    DamageModel,
    PulseZone,
    Shutdown,
    damage_model,
    damage_model_names,
    perfusion_shutdown,
)
from ablasim.damage.registry import unknown_name
from ablasim.errors import ModelError
from ablasim.materials import Tissue, dielectric, electroporation, tissue
from ablasim.mesh.tetrahedra import ORGAN, TUMOUR
from ablasim.scenario import Scenario, located_error
from ablasim.scenario.applicators import MwAntenna
from ablasim.scenario.shafts import Shaft
from ablasim.units import HZ_PER_MHZ


def check_names(scenario: Scenario) -> None:
    """Check that every tissue, material and damage model of a scenario is known, and what antennas need of tissues.

    Raises
    ------
    ScenarioError
        If one is not; the message names the nearest.
    """
    materials = build_materials(scenario)
    _check_dielectrics(scenario, materials)
    _check_under_pulses(scenario, materials)
    build_damage(scenario)
    build_clotting(scenario)


def build_materials(scenario: Scenario) -> dict[str, Tissue]:
    """Materials of the organ, the tumour, the layers and the bodies of needles and antennas.

    Raises
    ------
    ScenarioError
        If the library does not have one; the message names the nearest.
    """
    named = {ORGAN: (scenario.organ.tissue, "organ.tissue")}
    if scenario.tumour is not None:
        named[TUMOUR] = (scenario.tumour.tissue, "tumour.tissue")
    for layer in scenario.layers:
        named[layer.name] = (layer.tissue, f"layers.{layer.name}.tissue")
    for applicator in scenario.applicators:
        if isinstance(applicator, Shaft):
            named[applicator.name] = (applicator.material, f"applicators.{applicator.name}.material")
    materials = {}
    for region, (name, path) in named.items():
        try:
            materials[region] = _material(scenario, name)
        except ModelError as error:
            raise located_error(scenario, path, str(error)) from error
    return materials


def _check_dielectrics(scenario: Scenario, materials: Mapping[str, Tissue]) -> None:
    """Check that organ, tumour and layers are known at the frequency of every antenna."""
    paths = {ORGAN: "organ", TUMOUR: "tumour", **{layer.name: f"layers.{layer.name}" for layer in scenario.layers}}
    for antenna in scenario.applicators:
        if not isinstance(antenna, MwAntenna):
            continue
        for region, path in paths.items():
            try:
                if region in materials:
                    dielectric(materials[region], antenna.design().frequency_mhz * HZ_PER_MHZ)
            except ModelError as error:
                raise located_error(scenario, f"{path}.tissue", str(error)) from error


def _check_under_pulses(scenario: Scenario, materials: Mapping[str, Tissue]) -> None:
    """Check that organ, tumour and layers have values under pulses, if there are any."""
    if not any(step.pulses is not None for step in scenario.protocol):
        return
    paths = {ORGAN: "organ", TUMOUR: "tumour", **{layer.name: f"layers.{layer.name}" for layer in scenario.layers}}
    for region, path in paths.items():
        try:
            if region in materials:
                electroporation(materials[region])
        except ModelError as error:
            raise located_error(scenario, f"{path}.tissue", str(error)) from error


def _material(scenario: Scenario, name: str) -> Tissue:
    return tissue(name, defined=_own_tissues(scenario))


def _own_tissues(scenario: Scenario) -> dict[str, dict[str, object]]:
    return {name: own.model_dump(by_alias=True, exclude_none=True) for name, own in scenario.tissues.items()}


def _steady_damage(scenario: Scenario) -> tuple[DamageModel, ...]:
    """Isotherms alone: a state without time has no dose."""
    headline = scenario.damage.headline
    isotherms = [name for name in DEFAULT_MODELS if name.startswith("isotherm")]
    if headline not in isotherms:
        message = f"{headline}: a steady state has no time for a dose: must be one of {', '.join(isotherms)}"
        raise located_error(scenario, "damage.headline", message)
    return tuple(damage_model(name) for name in dict.fromkeys((headline, *isotherms)))


def build_damage(scenario: Scenario) -> tuple[tuple[DamageModel, ...], Shutdown]:
    """Damage models that accumulate, the headline first, and the law that stops perfusion.

    Raises
    ------
    ScenarioError
        If a name is unknown, or a steady protocol asks for a dose.
    """
    settings = scenario.damage
    if scenario.protocol[0].steady:
        return _steady_damage(scenario), perfusion_shutdown("none")
    has_pulses = any(step.pulses is not None for step in scenario.protocol)
    of_pulses = tuple(zone.name for zone in PULSE_ZONES) if has_pulses else ()
    names = (settings.headline, *(settings.models or (*of_pulses, *DEFAULT_MODELS)))
    models = []
    for index, name in enumerate(dict.fromkeys(names)):
        try:
            models.append(_model(name, has_pulses=has_pulses))
        except ModelError as error:
            path = "damage.headline" if index == 0 else "damage.models"
            raise located_error(scenario, path, str(error)) from error
    if all(isinstance(model, PulseZone) for model in models):
        models.append(damage_model(DEFAULT_MODELS[0]))  # what heat harms is told too
    if isinstance(models[0], PulseZone) and not models[0].kills:
        message = f"{models[0].name}: cells that are opened for a while do not die of it: choose another headline"
        raise located_error(scenario, "damage.headline", message)
    law = settings.perfusion_shutdown
    try:
        return tuple(models), perfusion_shutdown(law.model, law.criterion)
    except ModelError as error:
        raise located_error(scenario, "damage.perfusion_shutdown", str(error)) from error


def _model(name: str, *, has_pulses: bool) -> DamageModel:
    of_pulses = {zone.name: zone for zone in PULSE_ZONES}
    if name not in of_pulses:
        known = damage_model_names()
        if name not in known:
            raise ModelError(unknown_name("damage model", name, (*known, *of_pulses)))
        return damage_model(name)
    if not has_pulses:
        message = f"{name} is about pulses: the protocol has none"
        raise ModelError(message)
    return of_pulses[name]


def build_clotting(scenario: Scenario) -> dict[str, Shutdown]:
    """Laws by which blood coagulates, by vessel.

    Raises
    ------
    ScenarioError
        If a law is unknown, or its criterion cannot be.
    """
    laws = {}
    for vessel in scenario.vessels:
        if vessel.coagulation is None:
            continue
        try:
            laws[vessel.name] = perfusion_shutdown(vessel.coagulation.model, vessel.coagulation.criterion)
        except ModelError as error:
            raise located_error(scenario, f"vessels.{vessel.name}.coagulation", str(error)) from error
    return laws
