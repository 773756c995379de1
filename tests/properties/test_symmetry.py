"""The same scene elsewhere, turned or seen in a mirror has the same answer elsewhere, turned or seen in a mirror.

Scenario and mesh are moved alike here, so that nothing but rounding may differ. That a mesh made anew gives the same
answer within what meshes cost is in `test_symmetry_of_new_meshes.py`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from comparison import assert_same_answer
from hypothesis import example, given
from motion import ANY_TURN, SHIFTED, TURNED_OR_MIRRORED, Motion
from runs import answer, case_of, examples, on_mesh
from strategies import EVERYTHING_AT_ONCE, scenarios


def check_answer_moves_along(data: dict[str, Any], motion: Motion) -> None:
    case = case_of(data)
    moved = on_mesh(case, motion.scenario(data), motion.mesh(case.mesh))
    assert_same_answer(answer(case), answer(moved), motion)


@example(EVERYTHING_AT_ONCE, Motion(np.eye(3), np.array([-31.0, 17.3, 4.9])))
@given(scenarios(), SHIFTED)
@examples(2)
def test_a_moved_scene_has_the_same_answer(data, motion):
    check_answer_moves_along(data, motion)


@example(EVERYTHING_AT_ONCE, Motion(np.diag([-1.0, 1.0, 1.0]), np.zeros(3)))
@example(EVERYTHING_AT_ONCE, Motion(np.roll(np.eye(3), 1, axis=0), np.array([5.0, 0.0, -8.4])))
@given(scenarios(), TURNED_OR_MIRRORED)
@examples(2)
def test_a_turned_or_mirrored_scene_has_the_turned_or_mirrored_answer(data, motion):
    check_answer_moves_along(data, motion)


@pytest.mark.slow
@given(scenarios(), SHIFTED | TURNED_OR_MIRRORED)
@examples(25)
def test_moved_turned_and_mirrored_scenes_have_the_same_answers(data, motion):
    check_answer_moves_along(data, motion)


@pytest.mark.slow
@given(scenarios(organ_shapes=("sphere",), tumour_shapes=("sphere", None)), ANY_TURN)
@examples(10)
def test_a_scene_turned_by_any_angle_has_the_turned_answer(data, motion):
    check_answer_moves_along(data, motion)
