"""Trains of pulses one after the other: the field of each, the heat that it makes, and what it leaves in the tissue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ablasim.damage.pulse_exposure import PulseExposure
from ablasim.physics.electroporation.field import PulseField, PulseFields
from ablasim.physics.electroporation.media import Media
from ablasim.physics.electroporation.nonlinear import TOLERANCE
from ablasim.physics.electroporation.train import PulseTrain

Floats = NDArray[np.float64]

_FITS_WITHIN = 1e-3  # of the limit: how near the current of a voltage that fits comes to it
_MOST_TRIALS = 8
_TOLERANCE_WITHIN = 1e-5  # of the fields within a train, which make heat only: as that of a potential in a time step


@dataclass(frozen=True)
class PulsePoint:
    """A pair of electrodes at a moment, while a pulse is on.

    Parameters
    ----------
    voltage : float
        V.
    current : float
        A.
    duty : float
        Share of the time in which there is voltage.
    """

    voltage: float
    current: float
    duty: float

    @property
    def mean_power(self) -> float:
        """Power averaged over pulses and pauses, W."""
        return self.voltage * self.current * self.duty


@dataclass(frozen=True)
class TrainOutcome:
    """What a train did.

    Parameters
    ----------
    train : PulseTrain
        The train, with the pulses that were given.
    start, end : PulsePoint
        At its first and its last pulse.
    current_imbalance : float
        Difference of the currents at the two electrodes at its first pulse, relative to the current.
    fitting_voltage : float or None
        Voltage with which the current would have been that of the generator's limit, V; None where it is below.
    iterations : int
        Newton steps of all its fields.
    """

    train: PulseTrain
    start: PulsePoint
    end: PulsePoint
    current_imbalance: float
    fitting_voltage: float | None
    iterations: int


@dataclass(frozen=True, eq=False)
class PulseOutcome:
    """What all trains did.

    Parameters
    ----------
    trains : tuple of TrainOutcome
        In their order.
    largest_field : ndarray, shape (n_nodes,)
        Largest field strength over the sequence in the tissue, V/m; NaN where there is none.
    """

    trains: tuple[TrainOutcome, ...]
    largest_field: Floats


@dataclass(frozen=True, eq=False)
class PulseDelivery:
    """What a train delivers at a moment, averaged over pulses and pauses.

    Parameters
    ----------
    heat : ndarray, shape (n_gradient_points,)
        Heat made around each gradient point, W.
    point : PulsePoint
        The pair of electrodes.
    current_imbalance : float
        Of the field it rests on.
    potential : ndarray, shape (n_nodes,)
        While a pulse is on, V.
    """

    heat: Floats
    point: PulsePoint
    current_imbalance: float
    potential: Floats


@dataclass
class _Running:
    """The train that is on."""

    train: PulseTrain
    field: PulseField
    warmth: Floats
    start: PulsePoint
    current_imbalance: float
    fitting_voltage: float | None
    iterations: int


class PulseTreatment:
    """A sequence of pulse trains on one mesh.

    Parameters
    ----------
    fields : PulseFields
        Fields between its electrodes.
    media : Media
        Conductivity of its parts.
    exposure : PulseExposure
        Models that are exposed to the pulses, before any pulse.
    tolerance : float
        Uneven change of conductivity with temperature, relative and weighted with the heat, from which a field is
        solved anew within a train. In between its heat follows the temperature; at the end of a train it is solved in
        any case.
    current_limit : float
        Of the generator, A: beyond it a train is told with the voltage that would fit.
    """

    def __init__(
        self,
        fields: PulseFields,
        media: Media,
        exposure: PulseExposure,
        *,
        tolerance: float,
        current_limit: float,
    ) -> None:
        self._fields, self._media, self._exposure = fields, media, exposure
        self._tolerance, self._limit = tolerance, current_limit
        self._highest: Floats | None = None
        self._potentials: dict[tuple[str, str], Floats] = {}  # of the last train of a pair, for 1 V
        self._running: _Running | None = None
        self._outcomes: list[TrainOutcome] = []
        self.solves = 0

    def at(self, train: PulseTrain, temperature: Floats) -> PulseDelivery:
        """What a train delivers while the nodes have a temperature, K; the train stays the same until `finish`.

        Raises
        ------
        SolverError
            If a field does not converge.
        """
        warmth = self._media.warmth(temperature)
        running = self._running
        if running is None or running.train is not train:
            running = self._running = self._begun(train, temperature, warmth)
        elif self._moved(running, warmth) > self._tolerance:
            running.field = self._solved(train, temperature, running.field.potential, tolerance=_TOLERANCE_WITHIN)
            running.warmth = warmth
            running.iterations += running.field.iterations
        joule_heat = running.field.joule_heat * (warmth / running.warmth)
        point = PulsePoint(train.voltage, float(joule_heat.sum()) / train.voltage, train.duty)
        return PulseDelivery(train.duty * joule_heat, point, running.current_imbalance, running.field.potential)

    def finish(self, pulses: int, temperature: Floats) -> Mapping[str, Floats]:
        """End the train that is on after a number of its pulses, with the nodes at a temperature, K.

        Returns
        -------
        dict of str to ndarray, shape (n_nodes,)
            Level of each model at the nodes: positive where dead, NaN where there is no tissue.

        Raises
        ------
        SolverError
            If its last field does not converge.
        """
        running, self._running = self._running, None
        if running is not None and pulses > 0:
            field = self._solved(running.train, temperature, running.field.potential)
            end = PulsePoint(running.train.voltage, field.current, running.train.duty)
            self._exposure = self._exposure.expose(field.electric_field, pulses, running.train.series)
            if running.train.conductivity_stays:
                self._highest = self._fields.remember(self._highest, field.field_strength)
            self._outcomes.append(
                TrainOutcome(
                    running.train.with_count(pulses),
                    running.start,
                    end,
                    running.current_imbalance,
                    running.fitting_voltage,
                    running.iterations + field.iterations,
                )
            )
        return {name: self._exposure.level(name) for name in self._exposure.models}

    def outcome(self) -> PulseOutcome:
        """What the trains did that have been finished."""
        return PulseOutcome(tuple(self._outcomes), self._exposure.largest_at_nodes())

    def _begun(self, train: PulseTrain, temperature: Floats, warmth: Floats) -> _Running:
        pair = train.anode, train.cathode
        known = self._potentials.get(pair)
        field = self._solved(train, temperature, None if known is None else known * train.voltage)
        self._potentials[pair] = field.potential / train.voltage
        point = PulsePoint(train.voltage, field.current, train.duty)
        fitting = self._fitting_voltage(train, field, temperature) if field.current > self._limit else None
        return _Running(train, field, warmth, point, field.current_imbalance, fitting, field.iterations)

    def _solved(
        self,
        train: PulseTrain,
        temperature: Floats,
        start: Floats | None,
        *,
        voltage: float | None = None,
        tolerance: float = TOLERANCE,
    ) -> PulseField:
        self.solves += 1
        return self._fields.solve(
            train.anode,
            train.cathode,
            train.voltage if voltage is None else voltage,
            temperature,
            highest=self._highest if train.conductivity_stays else None,
            start=start,
            tolerance=tolerance,
        )

    def _fitting_voltage(self, train: PulseTrain, field: PulseField, temperature: Floats) -> float:
        """Voltage whose current is the generator's limit, V; the current rises at least in proportion to it."""
        high, voltage = (train.voltage, field.current), train.voltage * self._limit / field.current
        low = (0.0, 0.0)
        for _ in range(_MOST_TRIALS):
            found = self._solved(train, temperature, field.potential * (voltage / train.voltage), voltage=voltage)
            if abs(found.current / self._limit - 1.0) < _FITS_WITHIN:
                break
            if found.current < self._limit:
                low = voltage, found.current
            else:
                high = voltage, found.current
            voltage = low[0] + (high[0] - low[0]) * (self._limit - low[1]) / (high[1] - low[1])
        return voltage

    @staticmethod
    def _moved(running: _Running, warmth: Floats) -> float:
        """How unevenly the conductivity has changed since the field was solved: an even change leaves it as it is."""
        weight = running.field.joule_heat / running.field.power
        change = warmth / running.warmth
        mean = float(weight @ change)
        return float(weight @ np.abs(change - mean)) / mean
