"""Defaults that follow from other parts of the scenario."""

from __future__ import annotations

from ablasim.scenario.applicators import Applicator, MwAntenna
from ablasim.scenario.pulses import PulseGenerator
from ablasim.scenario.radiofrequency import COOLED_SURFACE_W_M2_K, Cooled
from ablasim.scenario.schema import Scenario
from ablasim.scenario.settings import Damage, Numerics, PerfusionShutdown

HEADLINE_OF_PULSES = "irreversible_threshold"
"""Damage model of the headline numbers of a protocol with pulses, unless told."""

LETHAL_DOSE_MIN = 240.0
"""Thermal dose at which perfusion stops unless told, CEM43 minutes: that of the headline model."""


def with_defaults(scenario: Scenario) -> Scenario:
    """Fill in what follows from other parts: temperatures, film coefficients, the longest step, the headline's model.

    Parameters
    ----------
    scenario : Scenario
        A checked scenario.

    Returns
    -------
    Scenario
        A filled copy; filling it again changes nothing.
    """
    temperatures = {
        "body": scenario.body.model_copy(update={"initial_temperature_c": scenario.initial_temperature_c}),
        "boundary": scenario.boundary.model_copy(update={"temperature_c": scenario.boundary_temperature_c}),
    }
    applicators = tuple(_filled_applicator(applicator) for applicator in scenario.applicators)
    has_pulses = any(step.pulses is not None for step in scenario.protocol)
    damage = _filled_damage(scenario.damage, has_pulses=has_pulses)
    numerics = _filled_numerics(scenario.numerics)
    update = {**temperatures, "applicators": applicators, "damage": damage, "numerics": numerics}
    if scenario.pulse_generator is None and has_pulses:
        update["pulse_generator"] = PulseGenerator()
    return scenario.model_copy(update=update)


def _filled_numerics(numerics: Numerics) -> Numerics:
    """A fixed step is the longest one where none was told."""
    fixed = numerics.time_step_s
    if fixed is None or "max_time_step_s" in numerics.model_fields_set or fixed <= numerics.max_time_step_s:
        return numerics
    return numerics.model_copy(update={"max_time_step_s": fixed})


def _filled_applicator(applicator: Applicator) -> Applicator:
    if isinstance(applicator, MwAntenna):
        return _filled_antenna(applicator)
    if not isinstance(applicator, Cooled) or applicator.coolant_temperature_c is None:
        return applicator
    if applicator.film_coefficient_w_m2_k is not None:
        return applicator
    return applicator.model_copy(update={"film_coefficient_w_m2_k": COOLED_SURFACE_W_M2_K})


def _filled_antenna(antenna: MwAntenna) -> MwAntenna:
    design = dict(antenna.design())
    coolant = design["coolant"]
    if coolant is not None and coolant.film_coefficient_w_m2_k is None:
        design["coolant"] = coolant.model_copy(update={"film_coefficient_w_m2_k": COOLED_SURFACE_W_M2_K})
    return antenna.model_copy(update=design)


def _filled_damage(damage: Damage, *, has_pulses: bool) -> Damage:
    if has_pulses and "headline" not in damage.model_fields_set:
        damage = damage.model_copy(update={"headline": HEADLINE_OF_PULSES})
    models = damage.models
    if models is not None and damage.headline not in models:
        models = (damage.headline, *models)
    shutdown = _filled_shutdown(damage.perfusion_shutdown)
    return damage.model_copy(update={"models": models, "perfusion_shutdown": shutdown})


def _filled_shutdown(shutdown: PerfusionShutdown) -> PerfusionShutdown:
    if shutdown.model == "cem43" and shutdown.criterion is None:
        return shutdown.model_copy(update={"criterion": LETHAL_DOSE_MIN})
    return shutdown
