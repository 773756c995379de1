"""What pulses kill: models that are exposed to fields, not to temperature.

Their state lives at the gradient points of the mesh, where the field is known, each of which has the threshold of its
own tissue. Over a train the field is that of its solution; a train adds to what earlier ones did.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ablasim.damage.model import Described, Floats, State
from ablasim.units import volts_per_cm

LOWEST_FIELD = 1.0
"""Field taken in the logarithm where there is none, V/m: far below any threshold, so never on a contour."""

_LARGEST_LOGIT = 500.0


class PulseDamageModel(Described, Protocol):
    """A model of what trains of pulses do."""

    def start(self, n_points: int) -> State:
        """State before any pulse, shape (n_quantities, n_points)."""

    def expose(self, state: State, field_strength: Floats, count: int) -> State:
        """State after a train of `count` pulses of a field (V/m, shape (n_points,))."""

    def level(self, state: State, threshold: Floats) -> Floats:
        """Smooth quantity, shape (n_points,): positive where dead, zero on the zone's surface.

        `threshold` is that of the tissue of each point, V/m; models with numbers of their own do not look at it.
        """


@dataclass(frozen=True)
class FieldThreshold:
    """Largest field over the sequence against the threshold of the tissue.

    Parameters
    ----------
    name : str
        Name in scenarios and results.
    label : str
        Name on axes and in reports.
    process : str
        What the threshold is that of.
    """

    name: str = "irreversible_threshold"
    label: str = "|E| ≥ irreversible threshold of the tissue"
    process: str = "death of cells hours to days after pulses, seen on sections or images"
    source: str = "thresholds by tissue, each with its source in the material library (ablasim materials)"
    verified: bool = False
    warning: str | None = (
        "One field for a whole train: the threshold falls with the number and length of the pulses and differs between "
        "studies by a factor of two; the library's is taken from long trains in prostate."
    )
    quantities: tuple[str, ...] = ("largest field strength, V/m",)

    def start(self, n_points: int) -> State:
        """State without any field, shape (1, n_points)."""
        return np.zeros((1, n_points))

    def expose(self, state: State, field_strength: Floats, count: int) -> State:
        """State with the larger of the old field and that of a train (V/m); the number of pulses does not matter."""
        _check_train(state, field_strength, count)
        return np.maximum(state, field_strength[np.newaxis])

    def level(self, state: State, threshold: Floats) -> Floats:
        """ln(E/E_t), shape (n_points,)."""
        excess: Floats = np.log(np.maximum(state[0], LOWEST_FIELD)) - np.log(threshold)
        return excess

    def describe(self) -> dict[str, object]:
        """Name, label, source, end point and warning."""
        return _described(self)


@dataclass(frozen=True)
class PelegFermi:
    """Survival of cells after trains of pulses of 100 µs [1]_ [2]_.

    After one train of n pulses of a field E a share S = 1/(1 + exp((E − E_c(n))/A(n))) lives, with
    E_c = E_0 exp(−k_1 n) and A = A_0 exp(−k_2 n); trains multiply.

    Parameters
    ----------
    survival : float
        Share of living cells below which tissue counts as dead.
    critical_field, width : float
        E_0 and A_0, V/m.
    critical_decay, width_decay : float
        k_1 and k_2.

    References
    ----------
    .. [1] Golberg and Rubinsky, Biomed. Eng. Online 9:13, 2010, doi:10.1186/1475-925X-9-13.
    .. [2] Garcia, Davalos and Miklavčič, PLoS ONE 9:e103083, 2014, doi:10.1371/journal.pone.0103083.

    Examples
    --------
    >>> model = PelegFermi()
    >>> round(volts_per_cm(model.lethal_field(90)))
    314
    """

    survival: float = 1e-3
    critical_field: float = 399_600.0
    width: float = 144_100.0
    critical_decay: float = 0.03
    width_decay: float = 0.06
    name: str = "peleg_fermi"
    source: str = (
        "Golberg and Rubinsky, Biomed. Eng. Online 9:13, 2010; constants as in the public Go-Smart solver of "
        "irreversible electroporation, which takes them from Garcia et al., PLoS ONE 9:e103083, 2014"
    )
    process: str = "survival of prostate cancer cells in suspension after pulses of 100 µs"
    verified: bool = True
    warning: str | None = (
        "The constants were fitted to prostate cancer cells in vitro and few pulses: for trains of 70 to 90 they are "
        "extrapolated, and the lethal field comes out lower than any seen in liver, which is the unsafe side."
    )
    quantities: tuple[str, ...] = ("minus logarithm of the surviving share",)

    @property
    def label(self) -> str:
        """Name on axes and in reports."""
        return f"survival ≤ {100.0 * self.survival:g} % (Peleg–Fermi)"

    def start(self, n_points: int) -> State:
        """State in which all live, shape (1, n_points)."""
        return np.zeros((1, n_points))

    def expose(self, state: State, field_strength: Floats, count: int) -> State:
        """State with the logarithms of the survival of a train of `count` pulses added."""
        _check_train(state, field_strength, count)
        excess = (field_strength - self._critical(count)) / self._width(count)
        return state + np.logaddexp(0.0, excess)[np.newaxis]

    def level(self, state: State, threshold: Floats) -> Floats:
        """Logit of the dead share minus that at the criterion, shape (n_points,): linear in the field of one train."""
        deaths: Floats = _logit_of_dead(state[0]) - _logit_of_dead(-np.log(np.array([self.survival])))
        return deaths

    def lethal_field(self, count: int) -> float:
        """Field at which one train of `count` pulses leaves the surviving share of the criterion, V/m."""
        return float(self._critical(count) + self._width(count) * np.log(1.0 / self.survival - 1.0))

    def describe(self) -> dict[str, object]:
        """Name, label, source, end point, warning, criterion and constants."""
        return _described(self) | {
            "survival": self.survival,
            "critical_field_v_per_cm": volts_per_cm(self.critical_field),
            "width_v_per_cm": volts_per_cm(self.width),
            "critical_decay_per_pulse": self.critical_decay,
            "width_decay_per_pulse": self.width_decay,
        }

    def _critical(self, count: int) -> float:
        return float(self.critical_field * np.exp(-self.critical_decay * count))

    def _width(self, count: int) -> float:
        return float(self.width * np.exp(-self.width_decay * count))


REVERSIBLE = FieldThreshold(
    name="reversible_threshold",
    label="|E| ≥ reversible threshold of the tissue",
    process="cells open for a while, and take up what lies around them",
)
"""Where cells are opened, dead or not: to be used with the reversible thresholds."""

LOWEST = FieldThreshold(
    name="irreversible_threshold_lowest", label="|E| ≥ lowest irreversible threshold that sources give for the tissue"
)
HIGHEST = FieldThreshold(
    name="irreversible_threshold_highest", label="|E| ≥ highest irreversible threshold that sources give for the tissue"
)
"""The ends of each tissue's range: how far the zone spreads for not knowing its threshold."""


def _logit_of_dead(minus_log_survival: Floats) -> Floats:
    """ln((1 − S)/S) of −ln S, without overflow; the state without any pulse gives a large negative number."""
    kept = np.maximum(minus_log_survival, np.exp(-_LARGEST_LOGIT))
    logit: Floats = kept + np.log(-np.expm1(-kept))
    return np.minimum(logit, _LARGEST_LOGIT)


def _check_train(state: State, field_strength: Floats, count: int) -> None:
    if field_strength.shape != state.shape[1:]:
        message = f"field strength has shape {field_strength.shape}: must be {state.shape[1:]}, one value per point"
        raise ValueError(message)
    if count < 1:
        message = f"train of {count} pulses: must be 1 or more"
        raise ValueError(message)
    if len(field_strength) and not (field_strength.min() >= 0.0 and field_strength.max() < np.inf):
        message = "field strength: must be finite and not negative"
        raise ValueError(message)


def _described(model: PulseDamageModel) -> dict[str, object]:
    return {
        "name": model.name,
        "label": model.label,
        "source": model.source,
        "process": model.process,
        "verified": model.verified,
        "warning": model.warning,
    }
