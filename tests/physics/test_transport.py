"""Blood followed along a wall: exact where the wall has one temperature, conserving everywhere."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from ablasim.physics.blood_network import BloodNetwork
from ablasim.physics.flow_network import Conduit, plan_flow
from ablasim.physics.transport import BloodCourse, Inflow, TransportLumen
from ablasim.physics.vessels import settled, wall_exchange

LENGTH = 0.1
N = 60  # nodes along the wall
CAPACITY = 3.8e6


def lumen(
    rates: tuple[float, ...] = (0.5,), starts: tuple[float, ...] = (0.0,), conductance: float = 1.0, name: str = "vein"
) -> TransportLumen:
    """A wall of N - 2 facets in a row, out of order, with a conductance in all, W/K."""
    triangles = np.stack([np.arange(N - 2), np.arange(1, N - 1), np.arange(2, N)], axis=1).astype(np.int32)
    order = np.random.default_rng(1).permutation(len(triangles))
    places = np.linspace(0.0, LENGTH, len(triangles))
    return TransportLumen(
        name,
        N,
        triangles[order],
        np.full(N - 2, conductance / (N - 2)),
        places[order],
        LENGTH,
        np.array(starts),
        np.array(rates),
    )


def wavy() -> np.ndarray:
    return 320.0 + 15.0 * np.sin(np.linspace(0.0, 7.0, N))


def heat_through_wall(course: BloodCourse, temperature: np.ndarray) -> float:
    return course.exchange.power(temperature)


@pytest.mark.parametrize("rate", [1e-4, 0.05, 0.5, 50.0])
def test_along_a_wall_of_one_temperature_the_exponential_law_is_exact(rate: float) -> None:
    course = lumen((rate,)).course(np.full(N, 340.0), 310.0, [()])
    assert course.exchange.outlet == pytest.approx(340.0 - 30.0 * np.exp(-1.0 / rate), abs=1e-9)


@pytest.mark.parametrize("rate", [1e-4, 0.05, 0.5, 50.0])
def test_the_blood_carries_off_what_goes_through_the_wall(rate: float) -> None:
    temperature = wavy()
    course = lumen((rate,)).course(temperature, 310.0, [()])
    assert course.exchange.carried == pytest.approx(heat_through_wall(course, temperature), rel=1e-9)
    assert course.exchange.carried == pytest.approx(rate * (course.temperature[-1] - 310.0), rel=1e-9)


def test_blood_stays_between_the_inlet_and_the_wall_however_slow() -> None:
    temperature = wavy()
    course = lumen((1e-6,)).course(temperature, 310.0, [()])
    assert course.temperature.min() >= min(310.0, temperature.min()) - 1e-12
    assert course.temperature.max() <= temperature.max() + 1e-12


def test_fast_blood_keeps_its_temperature_and_the_film_decides() -> None:
    temperature = wavy()
    course = lumen((1e6,)).course(temperature, 310.0, [()])
    triangles = np.stack([np.arange(N - 2), np.arange(1, N - 1), np.arange(2, N)], axis=1)
    film = np.full(N - 2, 1.0 / (N - 2)) @ (temperature[triangles].mean(axis=1) - 310.0)
    assert heat_through_wall(course, temperature) == pytest.approx(film, rel=1e-5)


def test_a_tributary_mixes_in_by_its_capacity_rate() -> None:
    course = lumen((1.0, 4.0), (0.0, 0.5 * LENGTH), conductance=1e-12).course(
        np.full(N, 310.0), 310.0, [(), (Inflow(3.0, 330.0),)]
    )
    assert course.at(0.4 * LENGTH) == pytest.approx(310.0)
    assert course.exchange.outlet == pytest.approx((1.0 * 310.0 + 3.0 * 330.0) / 4.0)


def test_warm_blood_goes_on_into_the_branches() -> None:
    conduits = {
        "trunk": Conduit("trunk", 0.008, LENGTH, 1e-6),
        "side": Conduit("side", 0.004, LENGTH, 0.4e-6, branches_from="trunk", start_on=0.5 * LENGTH),
        "end": Conduit("end", 0.004, LENGTH, None, branches_from="trunk", start_on=LENGTH),
    }
    plan = plan_flow(list(conduits.values()))
    lumens = {
        name: lumen(
            tuple(CAPACITY * s.flow for s in plan[name]), tuple(s.start for s in plan[name]), conductance=2.0, name=name
        )
        for name in conduits
    }
    network = BloodNetwork(conduits, plan, lumens, dict.fromkeys(conduits, 310.0), CAPACITY)
    temperature = wavy()
    courses = network.courses(temperature)
    assert courses["side"].temperature[0] == pytest.approx(courses["trunk"].at(0.5 * LENGTH))
    assert courses["end"].temperature[0] == pytest.approx(courses["trunk"].exchange.outlet)
    carried_out = CAPACITY * (
        0.4e-6 * (courses["side"].temperature[-1] - 310.0) + 0.6e-6 * (courses["end"].temperature[-1] - 310.0)
    )
    through_walls = sum(heat_through_wall(course, temperature) for course in courses.values())
    assert carried_out == pytest.approx(through_walls, rel=1e-9)


def test_counter_current_flow_is_the_mirror_image() -> None:
    temperature = wavy()
    forward = lumen().course(temperature, 310.0, [()])
    mirrored = lumen().course(temperature[::-1].copy(), 310.0, [()])
    assert forward.exchange.outlet != pytest.approx(mirrored.exchange.outlet, abs=0.1)
    assert all(a <= b for a, b in pairwise(forward.arc_length))


def test_walls_have_settled_when_their_heat_no_longer_moves() -> None:
    temperature = wavy()
    triangles = np.array([[0, 1, 2]], dtype=np.int32)
    points = np.array([[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]] + [[0.0, 0.0, 1.0]] * (N - 3))
    cool, warm, nearly = (wall_exchange("v", points, triangles, np.ones(1), t) for t in (310.0, 312.0, 310.005))
    assert settled([cool], [cool], temperature)
    assert not settled([cool], [warm], temperature)
    assert settled([cool], [nearly], temperature)


def test_warming_is_that_of_the_blood_and_not_of_what_the_last_stretch_would_take() -> None:
    """Half the blood leaves midway and takes its heat along: the outlet is no warmer for it."""
    temperature = np.full(N, 320.0)
    whole = lumen((1.0,)).course(temperature, 310.0, [()]).exchange
    parted = lumen((1.0, 0.05), (0.0, 0.9 * LENGTH)).course(temperature, 310.0, [(), ()]).exchange
    assert whole.warming == pytest.approx(10.0 * (1.0 - np.exp(-1.0)), rel=1e-6)
    assert parted.warming == pytest.approx(parted.outlet - 310.0)
    assert parted.carried / 0.05 > 10.0 > parted.warming
