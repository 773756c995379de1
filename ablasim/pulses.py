"""From a scenario's pulses to fields, heat and effect on its mesh."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ablasim.damage import DamageModel, PulseZone
from ablasim.damage.electroporation import HIGHEST, LOWEST, REVERSIBLE
from ablasim.damage.pulse_exposure import PulseExposure
from ablasim.errors import ModelError
from ablasim.fem import Space
from ablasim.fem.recovery import Recovery
from ablasim.physics.bioheat import Region
from ablasim.physics.electroporation.field import PulseFields
from ablasim.physics.electroporation.media import Media
from ablasim.physics.electroporation.treatment import PulseTreatment
from ablasim.scenario import Scenario, located_error
from ablasim.scenario.pulses import PulseGenerator

LOOSER = 4.0
"""Tolerance of a field over that of antennas: the heat of pulses follows the temperature without a new field."""

Mask = NDArray[np.bool_]


def build_pulse_treatment(
    scenario: Scenario,
    space: Space,
    *,
    regions: Sequence[Region],
    tissue: Mask,
    blood: Mask,
    electrodes: Mapping[str, NDArray[np.int64]],
    models: Sequence[DamageModel],
) -> PulseTreatment:
    """The sequence of pulses of a scenario, on its mesh, before the first one.

    Parameters
    ----------
    scenario : Scenario
        What was asked.
    space : Space
        Space of its mesh.
    regions : sequence of Region
        Tissues and blood that conduct.
    tissue : ndarray of bool, shape (n_cells,)
        Cells in which tissue can die.
    blood : ndarray of bool, shape (n_cells,)
        Cells of blood: it flows on between trains, and remembers no pulse.
    electrodes : mapping of str to ndarray of int
        Nodes of the bare metal of every electrode.
    models : sequence of DamageModel
        Models of the run; those about pulses are exposed.

    Raises
    ------
    ScenarioError
        If a tissue has no values under pulses.
    """
    try:
        media = Media(space, regions)
    except ModelError as error:
        raise located_error(scenario, "protocol", str(error)) from error
    conducting = np.zeros(len(space.cells), dtype=bool)
    for region in regions:
        conducting |= region.cells
    exposed = {model.name: model.model for model in models if isinstance(model, PulseZone)}
    lowest, highest = media.irreversible_range
    others = {REVERSIBLE.name: media.reversible_threshold, LOWEST.name: lowest, HIGHEST.name: highest}
    thresholds = {name: others.get(name, media.irreversible_threshold) for name in exposed}
    recovery = Recovery.of(space, tissue, materials=media.region_number)
    generator = scenario.pulse_generator or PulseGenerator()
    return PulseTreatment(
        PulseFields(space, media, conducting, electrodes, forgetful_cells=blood),
        media,
        PulseExposure.start(exposed, thresholds, recovery),
        tolerance=LOOSER * scenario.numerics.field_tolerance,
        current_limit=generator.current_limit_a,
    )
