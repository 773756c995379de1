"""Lumped loads and a stepper, on which generators are tried without a field."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from scipy.linalg import expm

from ablasim.generators import Driver, Event, OperatingPoint, Reading, operate
from ablasim.step_control import StepControl

BODY_K = 310.15
BOILING_K = 373.15


@dataclass(frozen=True)
class Boiling:
    """Tissue round an electrode as one heat capacity: it warms, then its water boils off and the impedance climbs."""

    temperature: float = BODY_K
    dry: float = 0.0  # share of the water that is gone
    capacity: float = 12.0  # J/K
    loss: float = 0.35  # W/K to the rest of the body
    latent: float = 400.0  # J for all of the water
    resistance: float = 60.0  # Ω at body temperature
    decades: float = 3.0  # by which conductivity falls as all water goes

    @property
    def conductance(self):
        """S."""
        warm = 1.0 + 0.015 * (min(self.temperature, BOILING_K) - BODY_K)
        return warm * 10.0 ** (-self.decades * self.dry) / self.resistance

    def heated(self, power, dt):
        """The load after a short time with a power, W."""
        net = (power - self.loss * (self.temperature - BODY_K)) * dt
        temperature, dry = self.temperature + net / self.capacity, self.dry
        if temperature > BOILING_K or (dry > 0.0 and net < 0.0):
            spare = (temperature - BOILING_K) * self.capacity
            dry = min(max(dry + spare / self.latent, 0.0), 1.0)
            used = (dry - self.dry) * self.latent
            temperature = BOILING_K + (spare - used) / self.capacity
        return replace(self, temperature=temperature, dry=dry)

    def after(self, dt, point_of):
        """The load after a time, followed in steps of 20 ms whatever the stepper does."""
        load = self
        pieces = max(int(np.ceil(dt / 2e-2)), 1)
        for piece in range(pieces):
            point = point_of(load.conductance, (piece + 0.5) * dt / pieces)
            load = load.heated(0.0 if point is None else point.power, dt / pieces)
        return load

    @property
    def sensors(self):
        """The one temperature there is."""
        return {"tip": self.temperature}


@dataclass(frozen=True)
class Rings:
    """Perfused tissue in rings round an electrode, heated as 1/r² over its length; exact for a power that is held."""

    temperatures: tuple[float, ...] = (0.0,) * 30  # above the body's, K, for each millimetre from the electrode
    radius: float = 0.75e-3  # of the electrode, m
    length: float = 30e-3  # m
    conductivity: float = 0.52  # W/(m K)
    heat_capacity: float = 3.8e6  # J/(m³ K)
    perfusion: float = 4e4  # W/(m³ K)
    conductance = 1.0 / 60.0  # S

    def after(self, dt, point_of):
        """The load after a time in which its power is that at the start."""
        point = point_of(self.conductance, 0.0)
        rates, heating = self._rates()
        size = len(heating)
        block = np.zeros((size + 1, size + 1))
        block[:size, :size], block[:size, size] = rates, heating * (0.0 if point is None else point.power)
        return replace(self, temperatures=tuple((expm(block * dt) @ np.append(self.temperatures, 1.0))[:size]))

    def _rates(self):
        """Rates of change of the temperatures, 1/s, and by power, K/J."""
        edges = self.radius + 1e-3 * np.arange(len(self.temperatures) + 1)
        volumes = np.pi * self.length * np.diff(edges**2)
        links = 2.0 * np.pi * self.length * edges[1:-1] * self.conductivity / 1e-3
        matrix = np.diag(-self.perfusion * volumes)
        for i, link in enumerate(links):
            matrix[np.ix_([i, i + 1], [i, i + 1])] += link * np.array([[-1.0, 1.0], [1.0, -1.0]])
        capacities = self.heat_capacity * volumes
        shares = np.diff(np.log(edges)) / np.log(edges[-1] / edges[0])
        return matrix / capacities[:, None], shares / capacities

    @property
    def sensors(self):
        """Temperatures half a millimetre and about 5 and 10 mm from the electrode, K."""
        return {name: BODY_K + self.temperatures[i] for name, i in (("near", 0), ("middle", 4), ("far", 9))}


@dataclass
class Run:
    """What a generator did on a load."""

    times: list[float] = field(default_factory=list)
    lengths: list[float] = field(default_factory=list)
    points: list[OperatingPoint | None] = field(default_factory=list)
    pairs: list[int | None] = field(default_factory=list)
    sensed: list[dict[str, float]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    loads: list[object] = field(default_factory=list)

    def of(self, kind):
        """Times of a kind of event, s."""
        return [event.time for event in self.events if event.kind == kind]

    @property
    def powers(self):
        """Power during each step, W."""
        return np.array([0.0 if point is None else point.power for point in self.points])


def run(generator, loads, duration, dt):
    """Run a generator on a load for each pair, with steps of a length unless an event asks for shorter ones."""
    loads, time, driver, done = list(loads), 0.0, Driver(generator, 0.0), Run()

    def point_at(moment, conductance):
        output = driver.output(moment)
        return None if output is None else operate(conductance, output)

    def reading(moment, loads):
        output = driver.output(moment)
        pair = 0 if output is None else output.pair
        return Reading(moment, point_at(moment, loads[pair].conductance), pair, loads[0].sensors)

    def tell(read, loads):
        done.events.extend(driver.advance(read))
        while driver.misses_impedance:
            done.events.extend(driver.advance(reading(read.time, loads)))

    tell(Reading(0.0, temperatures=loads[0].sensors), loads)
    while time < duration * (1.0 - 1e-12) and not driver.has_ended:
        step = StepControl.fitted(dt, min(duration, driver.next_event) - time)
        while True:
            output = driver.output(time + 0.5 * step)
            driven = None if output is None else output.pair
            after = [
                load.after(
                    step,
                    lambda conductance, ahead, time=time, driven=driven, place=place: (
                        point_at(time + ahead, conductance) if place == driven else None
                    ),
                )
                for place, load in enumerate(loads)
            ]
            read = reading(time + step, after)
            shorter = driver.shortened(read, step)
            if shorter is None:
                break
            step = shorter
        done.points.append(None if driven is None else point_at(time + 0.5 * step, loads[driven].conductance))
        done.pairs.append(driven)
        time, loads = time + step, after
        done.times.append(time)
        done.lengths.append(step)
        done.sensed.append(loads[0].sensors)
        done.loads.append(tuple(loads))
        tell(read, loads)
    return done
