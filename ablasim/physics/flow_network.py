"""Blood flow in joined vessels: how much flows where, and in which order temperatures can be followed.

A vessel may branch off another one (its first point lies in it) or flow into another one (its last point does). Flow is
conserved: behind a branch the vessel carries what the branch left it, behind a confluence the sum.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ablasim.errors import ModelError

_NOTHING = 1e-9  # of a flow: less is rounding


class FlowError(ModelError):
    """Blood cannot flow as a vessel asks for.

    Parameters
    ----------
    vessel : str
        The vessel.
    message : str
        What is wrong with it.
    """

    def __init__(self, vessel: str, message: str) -> None:
        self.vessel = vessel
        super().__init__(message)


@dataclass(frozen=True)
class Conduit:
    """A vessel as part of a network.

    Parameters
    ----------
    name : str
        Its name.
    diameter, length : float
        m.
    flow : float or None
        Flow at its first point, m³/s, blood of vessels that join there included; None: what they bring, or for a branch
        its share by Murray's law.
    branches_from, flows_into : str or None
        Vessels it is joined to at its first and its last point.
    start_on, end_on : float
        Where on those vessels, as arc length, m.
    """

    name: str
    diameter: float
    length: float
    flow: float | None
    branches_from: str | None = None
    flows_into: str | None = None
    start_on: float = 0.0
    end_on: float = 0.0


@dataclass(frozen=True)
class Stretch:
    """Part of a vessel in which the flow is constant.

    Parameters
    ----------
    start : float
        Arc length where it begins, m; it ends where the next one begins.
    flow : float
        m³/s.
    joining : tuple of (str, float)
        Vessels that flow in at its beginning, and how much, m³/s.
    """

    start: float
    flow: float
    joining: tuple[tuple[str, float], ...] = ()


FlowPlan = Mapping[str, tuple[Stretch, ...]]
"""Stretches of every vessel from its first point on; vessels in an order in which each follows those it needs."""


def plan_flow(conduits: Sequence[Conduit]) -> FlowPlan:
    """Flow in every stretch of a network.

    Where a branch's flow is not given, the flow at the branching point is shared by the cubes of the diameters of what
    goes on from there (Murray's law [1]_): the branches, and the vessel itself unless it ends there.

    Parameters
    ----------
    conduits : sequence of Conduit
        The vessels.

    Returns
    -------
    dict of str to tuple of Stretch
        By vessel.

    Raises
    ------
    FlowError
        If vessels flow round in a circle, more blood leaves a vessel than it carries, or a vessel's flow is unknown.

    References
    ----------
    .. [1] C. D. Murray, Proc. Natl. Acad. Sci. 12:207-214, 1926, doi:10.1073/pnas.12.3.207.

    Examples
    --------
    >>> trunk = Conduit("trunk", 0.010, 0.05, 10e-6)
    >>> right = Conduit("right", 0.008, 0.05, None, branches_from="trunk", start_on=0.05)
    >>> left = Conduit("left", 0.004, 0.05, None, branches_from="trunk", start_on=0.05)
    >>> plan = plan_flow([left, trunk, right])
    >>> [round(plan[name][0].flow / 1e-6, 3) for name in ("trunk", "right", "left")]
    [10.0, 8.889, 1.111]
    """
    return _Planner({conduit.name: conduit for conduit in conduits}).plan()


class _Planner:
    def __init__(self, conduits: Mapping[str, Conduit]) -> None:
        self._conduits = conduits
        self._plan: dict[str, tuple[Stretch, ...]] = {}
        self._inlet: dict[str, float] = {}  # flow of the branches that have been reached
        self._open: set[str] = set()

    def plan(self) -> FlowPlan:
        for name in self._conduits:
            self._visit(name)
        return self._plan

    def _visit(self, name: str) -> None:
        if name in self._plan:
            return
        if name in self._open:
            message = (
                "its blood comes back to where it has been, in a circle or by a second way: "
                "vessels may only part or meet"
            )
            raise FlowError(name, message)
        self._open.add(name)
        conduit = self._conduits[name]
        if conduit.branches_from is not None:
            self._visit(conduit.branches_from)
        tributaries = [other for other in self._conduits.values() if other.flows_into == name]
        for tributary in tributaries:
            self._visit(tributary.name)
        self._plan[name] = self._stretches(conduit, tributaries)

    def _stretches(self, conduit: Conduit, tributaries: Sequence[Conduit]) -> tuple[Stretch, ...]:
        brought = {each.name: self._plan[each.name][-1].flow for each in tributaries}
        at_start = [each for each in tributaries if each.end_on <= _NOTHING * conduit.length]
        flow = self._first_flow(conduit, sum(brought[each.name] for each in at_start))
        stretches = [Stretch(0.0, flow, tuple((each.name, brought[each.name]) for each in at_start))]
        branches = [other for other in self._conduits.values() if other.branches_from == conduit.name]
        along = [each for each in tributaries if each not in at_start]
        for place in sorted({each.end_on for each in along} | {each.start_on for each in branches}):
            joining = tuple((each.name, brought[each.name]) for each in along if each.end_on == place)
            leaving = [each for each in branches if each.start_on == place]
            flow += sum(added for _, added in joining)
            flow -= self._leave(conduit, leaving, flow, place)
            if place < conduit.length * (1.0 - _NOTHING):
                stretches.append(Stretch(place, flow, joining))
        return tuple(stretches)

    def _first_flow(self, conduit: Conduit, brought: float) -> float:
        flow = self._inlet.get(conduit.name, conduit.flow)
        if flow is None:
            flow = brought
        if flow <= 0.0:
            raise FlowError(conduit.name, "its flow is unknown: mean_speed_mm_s is needed")
        if brought > flow * (1.0 + _NOTHING):
            message = (
                f"carries {flow * 6e7:.4g} ml/min at its first point, but what flows into it there brings "
                f"{brought * 6e7:.4g} ml/min"
            )
            raise FlowError(conduit.name, message)
        return flow

    def _leave(self, conduit: Conduit, leaving: Sequence[Conduit], flow: float, place: float) -> float:
        """Share a flow among the branches at a place; what leaves with them, m³/s."""
        if not leaving:
            return 0.0
        given = sum(each.flow for each in leaving if each.flow is not None)
        if given > flow * (1.0 + 1e-6):
            names = ", ".join(each.name for each in leaving)
            message = (
                f"carries {flow * 6e7:.4g} ml/min where {names} leaves it with {given * 6e7:.4g} ml/min: "
                "lower the speed of the branch, or leave its mean_speed_mm_s out"
            )
            raise FlowError(conduit.name, message)
        going_on = 0.0 if place >= conduit.length * (1.0 - _NOTHING) else conduit.diameter**3
        cubes = going_on + sum(each.diameter**3 for each in leaving if each.flow is None)
        taken = 0.0
        for each in leaving:
            share = each.flow if each.flow is not None else (flow - given) * each.diameter**3 / cubes
            self._inlet[each.name] = share
            taken += share
        return taken
