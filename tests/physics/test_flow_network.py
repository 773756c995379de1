"""Blood that parts and meets: flow is conserved, and what cannot flow is refused."""

from __future__ import annotations

import pytest

from ablasim.errors import ModelError
from ablasim.physics.flow_network import Conduit, Stretch, plan_flow


def trunk(flow: float | None = 8e-6, branches_from: str | None = None) -> Conduit:
    return Conduit("trunk", 0.008, 0.1, flow, branches_from)


def branch(name: str, *, at: float, diameter: float = 0.004, flow: float | None = None) -> Conduit:
    return Conduit(name, diameter, 0.05, flow, branches_from="trunk", start_on=at)


def tributary(name: str, *, at: float, flow: float) -> Conduit:
    return Conduit(name, 0.004, 0.05, flow, flows_into="trunk", end_on=at)


def test_a_vessel_by_itself_carries_its_flow_all_along() -> None:
    assert plan_flow([trunk()]) == {"trunk": (Stretch(0.0, 8e-6),)}


def test_branches_along_the_way_take_their_flow_from_what_follows() -> None:
    plan = plan_flow([branch("late", at=0.07, flow=3e-6), branch("early", at=0.02, flow=1e-6), trunk()])
    assert [(s.start, pytest.approx(s.flow)) for s in plan["trunk"]] == [(0.0, 8e-6), (0.02, 7e-6), (0.07, 4e-6)]
    assert next(iter(plan)) == "trunk"


def test_murrays_law_shares_what_is_left_with_the_vessel_that_goes_on() -> None:
    plan = plan_flow([trunk(9e-6), branch("side", at=0.05)])  # cubes 8³ and 4³
    assert plan["side"][0].flow == pytest.approx(9e-6 / 9.0)
    assert plan["trunk"][1].flow == pytest.approx(8e-6)


def test_murrays_law_at_the_end_shares_everything() -> None:
    plan = plan_flow([trunk(), branch("one", at=0.1), branch("two", at=0.1, flow=2e-6), branch("three", at=0.1)])
    assert plan["one"][0].flow == plan["three"][0].flow == pytest.approx(3e-6)


def test_confluences_add_up_and_come_before_the_vessel_they_flow_into() -> None:
    plan = plan_flow([trunk(None), tributary("a", at=0.0, flow=1e-6), tributary("b", at=0.04, flow=2e-6)])
    assert list(plan) == ["a", "b", "trunk"]
    first, second = plan["trunk"]
    assert (first.flow, first.joining) == (pytest.approx(1e-6), (("a", 1e-6),))
    assert (second.flow, second.joining) == (pytest.approx(3e-6), (("b", 2e-6),))


def test_more_flow_than_a_vessel_carries_is_refused() -> None:
    with pytest.raises(ModelError, match=r"carries 480 ml/min where side leaves it with 540 ml/min"):
        plan_flow([trunk(), branch("side", at=0.1, flow=9e-6)])
    with pytest.raises(ModelError, match="brings 540 ml/min"):
        plan_flow([trunk(), tributary("a", at=0.0, flow=9e-6)])


def test_a_circle_and_an_unknown_flow_are_refused() -> None:
    circle = Conduit("other", 0.004, 0.05, None, branches_from="trunk", start_on=0.05)
    with pytest.raises(ModelError, match="in a circle or by a second way"):
        plan_flow([trunk(None, branches_from="other"), circle])
    with pytest.raises(ModelError, match="its flow is unknown"):
        plan_flow([trunk(None)])
