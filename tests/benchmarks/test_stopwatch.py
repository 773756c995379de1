"""CPU time by part, on a clock that the test turns."""

from __future__ import annotations

import pytest

import ablasim.fem.operators
import ablasim.physics.electric
import ablasim.physics.potential
from benchmarks.errors import BenchmarkError
from benchmarks.mesher import PARTS as MESHER_PARTS
from benchmarks.r1.measure import PARTS
from benchmarks.stopwatch import REST, Stopwatch, watched


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now

    def passes(self, seconds):
        self.now += seconds


def test_a_part_is_charged_what_its_functions_take_and_not_what_others_take_within():
    clock = Clock()
    watch = Stopwatch(clock)
    inner = watch.timed("inner", lambda: clock.passes(3.0))

    def work():
        clock.passes(1.0)
        inner()
        clock.passes(0.5)

    outer = watch.timed("outer", work)
    with watch.running():
        clock.passes(10.0)
        outer()
        inner()
    assert watch.seconds == {REST: 10.0, "outer": 1.5, "inner": 6.0}
    assert watch.calls == 3


def test_a_function_that_fails_is_charged_too():
    clock = Clock()
    watch = Stopwatch(clock)

    def fail():
        clock.passes(2.0)
        raise ArithmeticError

    with watch.running():
        with pytest.raises(ArithmeticError):
            watch.timed("part", fail)()
        clock.passes(1.0)
    assert watch.seconds == {"part": 2.0, REST: 1.0}


@pytest.mark.parametrize("parts", [PARTS, MESHER_PARTS], ids=["r1", "mesh"])
def test_every_function_that_is_timed_exists(parts):
    with watched(Stopwatch(), parts):
        pass


def test_functions_are_replaced_wherever_they_are_used_and_put_back():
    plain = ablasim.fem.operators.stiffness
    method = ablasim.physics.electric.ElectricProblem.solve
    with watched(Stopwatch(), PARTS):
        assert ablasim.physics.potential.stiffness is ablasim.fem.operators.stiffness
        assert ablasim.physics.potential.stiffness is not plain
        assert ablasim.physics.electric.ElectricProblem.solve is not method
    assert ablasim.physics.potential.stiffness is plain
    assert ablasim.physics.electric.ElectricProblem.solve is method


def test_a_function_that_is_gone_is_named():
    missing = {"part": ["ablasim.fem.operators:Diffusion.gone"]}
    with (
        pytest.raises(BenchmarkError, match=r"Diffusion\.gone: there is no such function"),
        watched(Stopwatch(), missing),
    ):
        pass


def test_the_measuring_knows_what_it_took_itself():
    watch = Stopwatch()
    function = watch.timed("part", lambda: None)
    with watch.running():
        for _ in range(1000):
            function()
    assert 0.0 < watch.overhead() < 1.0
