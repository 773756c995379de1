"""Line vessels in meshes of boxes, and the steady temperature of tissue and blood together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ablasim.fem import MultigridSolver, make_space
from ablasim.fem.operators import Pattern, stiffness
from ablasim.margins.distance import CellSearch
from ablasim.materials import blood
from ablasim.mesh.structured import box_mesh
from ablasim.mesh.tetrahedra import boundary_triangles
from ablasim.physics.line_embedding import embed_tree
from ablasim.physics.line_vessels import LineVessel

CONDUCTIVITY = 0.52
DEVELOPED = 3.66


class Block:
    """Box of tissue, m, with a mesh of regular bricks."""

    def __init__(self, size, n):
        self.mesh = box_mesh((size,) * 3, (n,) * 3)
        self.space = make_space(self.mesh)
        self.pattern = Pattern.of(self.space)
        self.edge = size / n
        self.outside = np.unique(boundary_triangles(self.mesh.cells)).astype(np.int64)
        self.search = CellSearch.of(self.mesh.points, self.mesh.cells)
        self.everywhere = np.ones(self.mesh.n_cells, dtype=bool)

    def embed(self, tree, tissue=None):
        tissue = self.everywhere if tissue is None else tissue
        return embed_tree(tree, self.space, self.pattern, self.search.locate, tissue, self.outside)

    def vessel(self, tree, flow, *, towards_root=False, inlet=310.15, tissue=None):
        embedded = self.embed(tree, tissue)
        return LineVessel(
            embedded,
            np.broadcast_to(flow, tree.n_segments),
            towards_root=towards_root,
            inlet=inlet,
            nusselt=np.full(len(embedded.segment), DEVELOPED),
            conductivity=np.full(len(embedded.segment), CONDUCTIVITY),
            blood=replace(blood(), thermal_conductivity=0.52),
            n_nodes=self.space.n_nodes,
        )

    def steady(self, vessels, temperature, *, source=0.0, rounds=60, tolerance=1e-6):
        """Temperature of tissue whose outside keeps what is given, and of the blood, together."""
        held = np.zeros(self.space.n_nodes, dtype=bool)
        held[self.outside] = True
        conduction = stiffness(self.space, self.pattern, np.full(len(self.space.gradient_weights), CONDUCTIVITY))
        heat = self.space.measure(np.full(self.mesh.n_cells, source))
        for _ in range(rounds):
            exchanges = [exchange for vessel in vessels for exchange in vessel(temperature)]
            operator = replace(conduction, loss=sum(exchange.conductance for exchange in exchanges))
            load = heat + sum(exchange.conductance * exchange.reference for exchange in exchanges)
            residual = load - operator.apply(temperature)
            change, _ = MultigridSolver("test").solve(
                operator.constrained(held), residual, tolerance=1e-9, reference=float(np.linalg.norm(load))
            )
            temperature = temperature + change
            if np.abs(change).max() < tolerance:
                return temperature
        raise AssertionError(f"blood and tissue did not settle: {np.abs(change).max()} K")
