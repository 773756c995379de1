"""What the potentials of all electrodes share: cells that conduct, nodes that are held, heat and currents."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ablasim.fem import Diffusion, Space
from ablasim.fem.operators import Pattern, stiffness
from ablasim.mesh.corners import points_of

Floats = NDArray[np.float64]
Nodes = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Conduction:
    """Conduction of direct or slowly alternating current in some cells of a mesh.

    Parameters
    ----------
    space : Space
        The space.
    pattern : Pattern
        Its sparsity.
    cells : ndarray of bool, shape (n_cells,)
        Cells that carry current; the bodies of applicators do not.
    """

    space: Space
    pattern: Pattern
    cells: NDArray[np.bool_]

    @cached_property
    def conducting(self) -> NDArray[np.bool_]:
        """Gradient points that carry current."""
        return self.space.on_gradient_points(self.cells)

    @cached_property
    def isolated(self) -> NDArray[np.bool_]:
        """Nodes that touch no cell that conducts, shape (n_nodes,)."""
        return ~points_of(self.space.cells, self.cells, self.space.n_nodes)

    def fixed(self, *held: Nodes) -> NDArray[np.bool_]:
        """Nodes that are no unknowns: isolated or held."""
        fixed = self.isolated.copy()
        for nodes in held:
            fixed[nodes] = True
        return fixed

    def within(self, conductivity: Floats) -> Floats:
        """Conductivity, zero where no current flows."""
        return conductivity if self.conducting.all() else np.where(self.conducting, conductivity, 0.0)

    def operator(self, conductivity: Floats) -> Diffusion:
        """Operator of ∫ σ ∇u·∇v for a conductivity from `within`, S/m."""
        return stiffness(self.space, self.pattern, conductivity)

    def joule_heat(self, potential: Floats, conductivity: Floats) -> Floats:
        """∫ σ |∇φ|² around each gradient point, W, shape (n_gradient_points,)."""
        return self.space.dissipation(conductivity, potential)


def current_from(operator: Diffusion, nodes: Nodes, potential: Floats) -> float:
    """Current that leaves some nodes, A, from the consistent reactions."""
    return float(operator.apply_at(nodes, potential).sum())
