"""All that a fit starts from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ablasim.fit.measured import Measured
from ablasim.fit.schema import Fit
from ablasim.scenario import Scenario
from ablasim.scenario.changes import with_changes
from ablasim.scenario.load import checked_scenario
from ablasim.scenario.located import Source
from ablasim.schedule import schedule

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class FitProblem:
    """All that a fit starts from.

    Parameters
    ----------
    fit : Fit
        What the file says.
    data : mapping
        Plain data of the base scenario with the fixed values set.
    folder : Path
        Where relative names of files in it start.
    measured : Measured
        The readings.
    uncertainties : ndarray, shape (n_sensors,)
        Standard uncertainty of a reading of each sensor, K.
    """

    fit: Fit
    data: Mapping[str, Any]
    folder: Path
    measured: Measured
    uncertainties: Floats

    def data_at(self, values: Floats) -> dict[str, Any]:
        """Plain data of the scenario with values of the parameters."""
        pairs = zip(self.fit.parameters, values.tolist(), strict=True)
        return with_changes(self.data, {path: value for parameter, value in pairs for path in parameter.paths})

    def scenario_at(self, values: Floats) -> Scenario:
        """Checked scenario with values of the parameters.

        Raises
        ------
        ScenarioError
            If they cannot be.
        """
        return checked_scenario(self.data_at(values), Source(folder=self.folder))

    def run_data(self, values: Floats) -> dict[str, Any]:
        """Plain data of the run that is compared: it goes on after the protocol for as long as there are readings."""
        data = self.data_at(values)
        rest = float(self.measured.times[-1]) - end_of_protocol(self.scenario_at(values))
        if rest > 0.0:
            data["protocol"] = [*data["protocol"], {"duration_s": max(rest, 0.001)}]
        return data


def end_of_protocol(scenario: Scenario) -> float:
    """Time at which the last step of a protocol ends, s; 0 for the steady state."""
    return max((stage.end for stage in schedule(scenario) if not stage.until_cool), default=0.0)
