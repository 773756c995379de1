"""Finite elements: sfepy's spaces turned into sparse operators, linear solvers and the implicit time step."""

from ablasim.fem.conjugate_gradients import solve_jacobi
from ablasim.fem.enthalpy import EnthalpyCurve
from ablasim.fem.multigrid import MultigridSolver, SharedHierarchy
from ablasim.fem.operators import ConstrainedSystem, Diffusion
from ablasim.fem.space import Space, make_space
from ablasim.fem.time_step import StepResult, advance_implicit_euler, advance_sdirk2

__all__ = [
    "ConstrainedSystem",
    "Diffusion",
    "EnthalpyCurve",
    "MultigridSolver",
    "SharedHierarchy",
    "Space",
    "StepResult",
    "advance_implicit_euler",
    "advance_sdirk2",
    "make_space",
    "solve_jacobi",
]
