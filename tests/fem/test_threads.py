"""Several threads give what one thread gives."""

import os
import subprocess
import sys

import numpy as np
import pytest

from ablasim.compiled import BLOCKS, SHORTEST_THREADED, threads_used, use_threads
from ablasim.fem import MultigridSolver, make_space, solve_jacobi
from ablasim.fem.operators import Pattern, stiffness
from ablasim.fem.vectors import dot
from ablasim.mesh.structured import box_mesh

SINGLE, DOUBLE = 1e-6, 1e-9
"""Rounding of what is solved in single and in double precision, relative to the largest value."""


@pytest.fixture
def threads():
    """Sets the number of threads, and one again afterwards."""
    yield use_threads
    use_threads(1)


@pytest.fixture(scope="module")
def block():
    """A block long enough to be shared, its space, a conductivity and the fixed nodes."""
    mesh = box_mesh((0.02, 0.02, 0.02), (21, 21, 21))
    space = make_space(mesh)
    assert mesh.n_points > SHORTEST_THREADED
    fixed = np.zeros(mesh.n_points, dtype=bool)
    fixed[mesh.points_of_facets("x_min", "x_max")] = True
    conductivity = np.random.default_rng(0).uniform(0.1, 1.0, len(space.gradient_weights))
    return space, Pattern.of(space), conductivity, fixed


def everything(block):
    """What every threaded kernel makes of the block, and the iterations it took."""
    space, pattern, conductivity, fixed = block
    field = space.points[:, 0] ** 2 + space.points[:, 1]
    operator = stiffness(space, pattern, conductivity)
    residual = -operator.apply(field)
    system = operator.constrained(fixed)
    norm = float(np.linalg.norm(residual[~fixed]))
    potential, electric = MultigridSolver("test").solve(system, residual, tolerance=1e-8, reference=norm)
    capacity = space.measure(np.full(len(space.cells), 1e4))
    diagonal = capacity + operator.diagonal
    rise, heat = solve_jacobi(operator, 1.0, diagonal, fixed, residual, tolerance=1e-5)
    fields = {
        "operator": residual,
        "matrix": np.concatenate([operator.couplings, operator.diagonal]),
        "potential": potential,
        "rise": rise,
        "within cells": space.at_gradient_points(field),
        "product": np.array([dot(field, potential)]),
    }
    return fields, (electric, heat)


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="two threads need two cores")
def test_the_number_of_threads_changes_neither_iterations_nor_more_than_rounding(block, threads):
    threads(1)
    alone, work_alone = everything(block)
    threads(2)
    assert threads_used() == 2
    shared, work_shared = everything(block)
    assert work_shared == work_alone
    for name, field in alone.items():
        scale = np.abs(field).max()
        limit = SINGLE if name == "rise" else DOUBLE
        np.testing.assert_allclose(shared[name] / scale, field / scale, rtol=0.0, atol=limit, err_msg=name)


def test_the_same_number_of_threads_gives_the_same_bits(block, threads):
    threads(2)
    (first, _), (second, _) = everything(block), everything(block)
    for name, field in first.items():
        np.testing.assert_array_equal(second[name], field, err_msg=name)


def test_a_thread_has_its_own_number(threads):
    from concurrent.futures import ThreadPoolExecutor

    threads(2)
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(threads_used).result() == 1


def test_blocks_divide_among_usual_numbers_of_threads():
    assert all(BLOCKS % number == 0 for number in (1, 2, 4))


TWO_RUNS = """
from concurrent.futures import ThreadPoolExecutor
import numba
import numpy as np
from ablasim.compiled import SHORTEST_THREADED, compiled, threads_used, use_threads

@compiled(threaded=True)
def halve(values):
    for index in numba.prange(len(values)):
        values[index] *= 0.5

def run(_):
    use_threads(2)
    values = np.ones(SHORTEST_THREADED)
    for _ in range(2000):
        halve(values)
    return values.max()

use_threads(2)
halve(np.ones(1))
with ThreadPoolExecutor(2) as pool:
    print(threads_used(), numba.threading_layer(), *pool.map(run, range(2)))
"""


def test_two_runs_may_have_two_threads_each_where_numba_has_only_threads_of_its_own(tmp_path):
    script = tmp_path / "two_runs.py"
    script.write_text(TWO_RUNS)
    environment = os.environ | {"NUMBA_THREADING_LAYER": "workqueue", "NUMBA_NUM_THREADS": "2"}
    done = subprocess.run([sys.executable, script], env=environment, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["2", "workqueue", "0.0", "0.0"], done.stderr
